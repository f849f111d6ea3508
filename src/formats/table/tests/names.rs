//! Names of columns and ids of rows.

use super::*;

#[test]
fn header_and_ids_are_told_from_numbers() {
    let ids = Some(strings(&["a", "b"]));
    for (text, expected_ids) in [
        ("1,2\n3,4\n", None),
        ("u0,u1\n1,2\n3,4\n", None),
        ("u0,u1\r1,2\r3,4\r", None),
        ("\"u0\" \"u1\"\n1 2\n3 4\n", None),
        (",0,1\n0,1,2\n1,3,4\n", Some(strings(&["0", "1"]))),
        ("stimulus_id,u0,u1\na,1,2\nb,3,4\n", ids.clone()),
        ("Stimulus ID,u0,u1\na,1,2\nb,3,4\n", ids.clone()),
        (
            "\u{feff}stimulus_id;u0;u1\r\na;1;2\r\nb;3;4\r\n",
            ids.clone(),
        ),
        ("u0\tid\tu1\n1\ta\t2\n3\tb\t4\n", ids.clone()),
        (",a,b\na,1,2\nb,3,4\n", ids.clone()),
        ("a,1,2\nb,3,4\n", ids.clone()),
        ("name,u0,u1\na,1,2\nb,3,4\n", ids.clone()),
        ("word,u0,u1\na,1,2\nb,3,4\n", ids.clone()),
        ("a;1,0;2,0\nb;3,0;4,0\n", ids.clone()),
        ("\"V1\" \"V2\"\n\"a\" 1 2\n\"b\" 3 4\n", ids.clone()),
        ("\"V1\"\t\"V2\"\n\"a\"\t1\t2\n\"b\"\t3\t4\n", ids.clone()),
        ("u0,u1\na,1,2\nb,3,4\n", ids.clone()),
        ("17 4\na 1.0 2.0\nb 3.0 4.0\n", ids.clone()),
        ("\"\",\"u0\",\"u1\"\n\"a\",1,2\n\"b\",3,4\n", ids.clone()),
        ("# stimulus_id u0 u1\na 1 2\nb 3 4\n", ids.clone()),
        ("% stimulus_id,u0,u1\na,1,2\nb,3,4\n", ids.clone()),
        ("sep=;\nstimulus_id;u0;u1\na;1;2\nb;3;4\n", ids.clone()),
        ("stimulus_id,u0,u1,\na,1,2,\nb,3,4,\n", ids.clone()),
        ("stimulus_id,u0,u1\na,1,2,\nb,3,4,\n", ids.clone()),
        ("stimulus_id,u0,u1,\na,1,2\nb,3,4\n", ids.clone()),
        (
            "stimulus_id\tu0\tu1\t\t\na\t1\t2\t\t\nb\t3\t4\t\t\n",
            ids.clone(),
        ),
        ("a,1,2,\nb,3,4,\n", ids.clone()),
        ("id,u0,u1\na,1,2\n\nb,3,4\n   \n,,\n,,\n\n", ids.clone()),
        (
            "id,\"u0\",\"u1\"\n\"a\",\"1,0\",\"2,0\"\n\"b\",\"3,0\",\"4,0\"\n",
            ids.clone(),
        ),
        ("index,u0,u1\na,1,2\nb,3,4\n", ids.clone()),
        ("Unnamed: 0,u0,u1\na,1,2\nb,3,4\n", ids.clone()),
        (",Unnamed: 0,u0,u1\n0,a,1,2\n1,b,3,4\n", ids.clone()),
        ("order,stimulus_id,u0,u1\n0,a,1,2\n1,b,3,4\n", ids.clone()),
        (",stimulus_id,u0,u1\n0,a,1,2\n1,b,3,4\n", ids.clone()),
        ("label,u0,u1\na,1,2\nb,3,4\n", ids.clone()),
        ("u0,image_id,u1\n1,a,2\n3,b,4\n", ids.clone()),
    ] {
        let read = array(text);
        assert_eq!(read.shape, [2, 2], "{text}");
        assert_eq!(numbers(&read), [1.0, 2.0, 3.0, 4.0], "{text}");
        assert_eq!(read.ids, expected_ids, "{text}");
    }
}

#[test]
fn where_ids_come_from_is_said() {
    let of = |text: &str| {
        let about = array(text).about;
        (about.ids_from, about.is_counted)
    };
    for (text, from, is_counted) in [
        ("1,2\n3,4\n", "", false),
        (",u0\n7,1\n5,2\n", "its first column", false),
        (",u0\n0,1\n1,2\n", "its first column", true),
        (",u0\n1,1\n2,2\n", "its first column", true),
        (",u0\n1,1\n0,2\n", "its first column", false),
        ("index,u0\n0,1\n1,2\n", "its first column", true),
        ("Unnamed: 0,u0\n0,1\n1,2\n", "its first column", true),
        ("nsdId,u0\n0,1\n1,2\n", "its column nsdId", false),
        (
            "\"V1\" \"V2\"\n\"1\" 5 6\n\"2\" 7 8\n",
            "its row names",
            true,
        ),
        (
            "\"V1\" \"V2\"\n\"7\" 5 6\n\"x\" 7 8\n",
            "its row names",
            false,
        ),
        ("u0,conds\n1,x\n2,y\n", "its column conds", false),
        ("x,1.5\ny,2.5\n", "its first column", false),
    ] {
        assert_eq!(of(text), (from.to_owned(), is_counted), "{text}");
    }
}

#[test]
fn ids_keep_their_spelling() {
    for (text, expected) in [
        ("image_id,u0\n001961,1\n17,2\n", ["001961", "17"]),
        (
            "image_id,u0\n1234e567,1\n12ab34cd,2\n",
            ["1234e567", "12ab34cd"],
        ),
        (
            "image_id,u0\n1234e567,1\n2234e567,2\n",
            ["1234e567", "2234e567"],
        ),
        (",u0\n7.0,1\n8.0,2\n", ["7.0", "8.0"]),
        (
            "filename,u0\nset/a.jpg,1\nset/b.jpg,2\n",
            ["set/a.jpg", "set/b.jpg"],
        ),
        ("stim,u0\nNA,1\nnan,2\n", ["NA", "nan"]),
        (
            "id,u0\n12345678901234567890,1\n12345678901234567891,2\n",
            ["12345678901234567890", "12345678901234567891"],
        ),
        ("id,u0\n\"1,234\",0.5\n\"1,235\",1.5\n", ["1,234", "1,235"]),
    ] {
        assert_eq!(ids(text), Some(strings(&expected)), "{text}");
    }
    let table = stimuli("stimuli.csv", "stimulus_id\n001361\n001434\n");
    assert_eq!(table.ids, ["001361", "001434"]);
}

#[test]
fn ids_that_stand_twice_are_ids_if_they_are_named_so() {
    assert_eq!(ids("stimulus,u0\n3,1\n3,2\n"), Some(strings(&["3", "3"])));
    let refused = error(",u0\n3,1\n3,2\n");
    assert!(
        refused.contains("stands in its rows 1 and 2") && refused.contains("name it stimulus_id"),
        "{refused}"
    );
    assert!(error("face,1,2\nface,3,4\n").contains("stands in its rows 1 and 2"));
    assert!(error(",u0\n0.5,1\n0.25,2\n").contains("fractions such as 0.5"));
    assert!(error("id,u0\na,1\n,2\n").contains("no id in row 2"));
    // an index that tells rows apart goes before a condition that does not
    assert_eq!(
        ids(",condition,u0\nim9,1,5\nim4,1,6\nim2,3,7\n"),
        Some(strings(&["im9", "im4", "im2"]))
    );
}

#[test]
fn a_first_column_of_integers_under_any_other_name_is_a_unit() {
    let read = array("u0,u1\n5,1.5\n6,2.5\n7,3.5\n");
    assert_eq!((read.shape, read.ids), (vec![3, 2], None));
    let read = array("5,1.5\n9,2.5\n7,3.5\n");
    assert_eq!(
        (read.shape, read.ids),
        (vec![3, 1], Some(strings(&["5", "9", "7"])))
    );
    assert!(said("5,1.5\n9,2.5\n7,3.5\n").contains("its first column, 5, 9, 7, was taken as ids"));
    let read = array("5,1\n9,2\n7,3\n");
    assert_eq!((read.shape, read.ids), (vec![3, 2], None));
}

#[test]
fn a_row_that_counts_is_a_header_but_not_over_a_square() {
    assert_eq!(array("0,1,2\n5,6,7\n").shape, [1, 3]);
    assert_eq!(array("x,0,1,2\na,5,6,7\n").shape, [1, 3]);
    let square = array("0,1,2\n1,0,1\n2,1,0\n");
    assert_eq!(square.shape, [3, 3]);
    assert_eq!(numbers(&square)[..4], [0.0, 1.0, 2.0, 1.0]);
}

#[test]
fn numbers_over_columns_are_names_where_it_can_be_told() {
    let floats = "0.5,1.5,2.5\n3.5,0.25,1.0\n";
    for header in ["17,4,230", "0,1,2", "5,0,1"] {
        let text = format!("{header}\n{floats}");
        assert_eq!(array(&text).shape, [2, 3], "{text}");
        assert!(
            said(&text).contains("was taken as names of columns"),
            "{text}"
        );
    }
    for (text, shape) in [
        // some integers below, none of the rows all integers
        ("17,4,230\n0,1.5,2.5\n3.5,0,1\n", [2, 3]),
        // all integers, and the first row alone goes up
        ("3,17,42,58,101,220\n0,1,0,2,0,1\n1,0,0,5,2,1\n", [2, 6]),
        // one or two columns of many decimals
        ("17\n0.123456\n0.234567\n", [2, 1]),
        ("0\n0.5\n1.0\n", [2, 1]),
        // with ids
        (",17,4\n1361,0.5,1.5\n1434,2.5,3.5\n", [2, 2]),
        ("nsdId,17,4\n1361,0.5,1.5\n1434,2.5,3.5\n", [2, 2]),
        ("stimulus_id,0.1,0.2\na,0.5,1.5\nb,2.5,3.5\n", [2, 2]),
        ("0,1,2,label\n0.5,1.5,2.5,1\n0.5,1.5,2.5,0\n", [2, 3]),
        // times
        (
            "-0.1,0.0,0.1,0.2,0.3,0.4\n5.5,1.5,2.5,8.5,0.5,1.5\n1.5,9.5,2.5,8.5,0.5,1.5\n",
            [2, 6],
        ),
        // no names
        ("1.5,2.5,3.5\n4.5,5.5,6.5\n", [2, 3]),
        ("3,1,2\n4,4,5\n6,6,7\n", [3, 3]),
        ("0,1\n1,3\n0.5,2\n", [3, 2]),
        ("17,4,4\n0.5,1.5,2.5\n", [2, 3]),
        ("0,5,3\n5,0,0.5\n3,0.5,0\n", [3, 3]),
        (",1.5,2.5\n0.5,3.5,4.5\n", [2, 3]),
        ("object,0.5,1.5\nother,2.5,3.5\n", [2, 2]),
    ] {
        assert_eq!(array(text).shape, shape, "{text}");
    }
    for text in [
        "0\n0.5\n0.25\n",
        "1,0\n0.5,0.25\n0.125,0.75\n",
        "316,17,451\n0,1,2\n1,1,0\n3,0,0\n",
        "5,x,3\n1,2,3\n0,4,6\n",
    ] {
        assert!(
            error(text).contains("may be names of columns or numbers"),
            "{text}"
        );
    }
    assert!(error("0.5,x,0.25\n1,2,3\n").contains("column 2 has the text \"x\" in row 1"));
}

#[test]
fn squares_are_named_by_header_index_or_both() {
    let square = "0,1,2\n1,0,3\n2,3,0\n";
    let with = |header: &str, index: [&str; 3]| {
        let rows: Vec<String> = square
            .lines()
            .zip(index)
            .map(|(row, id)| format!("{id}{row}\n"))
            .collect();
        format!("{header}\n{}", rows.concat())
    };
    for (text, expected, from, is_counted) in [
        (
            with("a,b,c", ["", "", ""]),
            Some(["a", "b", "c"]),
            "its header",
            false,
        ),
        (
            with("7,3,5", ["", "", ""]),
            Some(["7", "3", "5"]),
            "its header",
            false,
        ),
        (
            with("object,label,id", ["", "", ""]),
            Some(["object", "label", "id"]),
            "its header",
            false,
        ),
        (with("V1,V2,V3", ["", "", ""]), None, "", false),
        (
            with("0,1,2", ["", "", ""]),
            Some(["0", "1", "2"]),
            "its header",
            true,
        ),
        (
            with(",a,b,c", ["a,", "b,", "c,"]),
            Some(["a", "b", "c"]),
            "its first column",
            false,
        ),
        (
            with(",7,3,5", ["7,", "3,", "5,"]),
            Some(["7", "3", "5"]),
            "its first column",
            false,
        ),
        (
            with(",0,1,2", ["0,", "1,", "2,"]),
            Some(["0", "1", "2"]),
            "its first column",
            true,
        ),
        (
            with("nsdId,7,3,5", ["7,", "3,", "5,"]),
            Some(["7", "3", "5"]),
            "its column nsdId",
            false,
        ),
        (
            with(",V1,V2,V3", ["a,", "b,", "c,"]),
            Some(["a", "b", "c"]),
            "its first column",
            false,
        ),
        (
            with(",a,b,c", ["0,", "1,", "2,"]),
            Some(["a", "b", "c"]),
            "its header",
            false,
        ),
        (
            with(",X7,X3,X5", ["7,", "3,", "5,"]),
            Some(["7", "3", "5"]),
            "its first column",
            false,
        ),
        (
            with("V1,V2,V3", ["7,", "3,", "5,"]),
            Some(["7", "3", "5"]),
            "its row names",
            false,
        ),
        (
            with("stimulus_id,x,y,z", ["a,", "b,", "c,"]),
            Some(["a", "b", "c"]),
            "its column stimulus_id",
            false,
        ),
    ] {
        let read = array(&text);
        assert_eq!(read.shape, [3, 3], "{text}");
        assert_eq!(
            numbers(&read),
            [0.0, 1.0, 2.0, 1.0, 0.0, 3.0, 2.0, 3.0, 0.0],
            "{text}"
        );
        assert_eq!(read.ids, expected.map(|ids| strings(&ids)), "{text}");
        assert_eq!(
            (read.about.ids_from.as_str(), read.about.is_counted),
            (from, is_counted),
            "{text}"
        );
    }
    // a diagonal of NaN, or one triangle alone
    for text in [
        "a,b,c\n,1,2\n1,,3\n2,3,\n",
        "a,b,c\n0,1,2\n0,0,3\n0,0,0\n",
        "a,b,c\n,,\n1,,\n2,3,\n",
    ] {
        assert_eq!(ids(text), Some(strings(&["a", "b", "c"])), "{text}");
    }
    // ranks beside integers, without names over columns
    let read = array("17,0,1,2\n4,1,0,3\n9,2,3,0\n");
    assert_eq!(
        (read.shape, read.ids),
        (vec![3, 3], Some(strings(&["17", "4", "9"])))
    );
    // as many units as stimuli
    assert_eq!(ids("u0,u1,u2\n1,2,3\n4,5,6\n7,8,9\n"), None);
    // columns in another order than rows
    let text = ",b,a,c\na,1,0,2\nb,0,1,3\nc,3,2,0\n";
    assert_eq!(
        numbers(&array(text)),
        [0.0, 1.0, 2.0, 1.0, 0.0, 3.0, 2.0, 3.0, 0.0]
    );
    assert!(said(text).contains("in another order"));
}

#[test]
fn a_name_that_says_nothing_leaves_a_column_to_its_numbers() {
    for (text, units) in [
        ("nan,u1,u2,u3\n1.5,2,3,4\n2.5,3,4,5\n0.5,1,1,2\n", 4),
        ("u0,u1,u2,NaN\n1.5,2,3,4.5\n2.5,3,4,5.5\n0.5,1,1,2\n", 4),
        // whole numbers may be anything
        ("u1,u2,u3,nan\n1.5,2,3,1\n2.5,3,4,2\n0.5,1,1,2\n", 3),
        ("u1,u2,u3,age\n1.5,2,3,4.5\n2.5,3,4,5.5\n0.5,1,1,2\n", 3),
    ] {
        assert_eq!(array(text).shape, [3, units], "{text}");
        assert_eq!(said(text).is_empty(), units == 4, "{text}");
    }
}
