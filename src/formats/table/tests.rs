//! Tables as programs write them.

use super::sheet::MOST_ROWS;
use super::*;
use crate::formats::StimuliTable;

fn all(path: &str, text: &str) -> Vec<Found> {
    read(path, text.as_bytes()).unwrap_or_else(|problem| panic!("{text:?}: {problem}"))
}

fn array_at(path: &str, text: &str) -> NamedArray {
    match all(path, text).remove(0) {
        Found::Array(array) => array,
        other => panic!("{text:?}: {other:?}"),
    }
}

fn array(text: &str) -> NamedArray {
    array_at("a.csv", text)
}

fn numbers(array: &NamedArray) -> Vec<f64> {
    (0..array.values.len())
        .map(|i| array.values.at(i))
        .collect()
}

fn ids(text: &str) -> Option<Vec<String>> {
    array(text).ids
}

fn strings(names: &[&str]) -> Vec<String> {
    names.iter().map(|&name| name.to_owned()).collect()
}

fn error_at(path: &str, text: &str) -> String {
    match read(path, text.as_bytes()) {
        Err(problem) => problem.to_string(),
        Ok(found) => panic!("{text:?}: {found:?}"),
    }
}

fn error(text: &str) -> String {
    error_at("a.csv", text)
}

/// What is said beside an array.
fn said(text: &str) -> String {
    let problems = all("a.csv", text)
        .into_iter()
        .filter_map(|found| match found {
            Found::LeftAlone(problem) => Some(problem.to_string()),
            _ => None,
        });
    problems.collect::<Vec<_>>().join("\n")
}

fn stimuli(path: &str, text: &str) -> StimuliTable {
    match all(path, text).remove(0) {
        Found::Stimuli(table) => table,
        other => panic!("{text:?}: {other:?}"),
    }
}

fn left_alone(path: &str, text: &str) -> Problem {
    match all(path, text).remove(0) {
        Found::LeftAlone(problem) => problem,
        other => panic!("{text:?}: {other:?}"),
    }
}

#[test]
fn columns_that_name_a_dimension_are_no_scores() {
    let text = "Model,Layer,Component,universality,alignment_v1\n1,0,0,0.5,0.25\n2,3,0,0.75,\n";
    let read = all("s.csv", text).remove(0);
    let Found::Scores(table) = read else {
        panic!("{read:?}");
    };
    assert_eq!(table.columns.columns, ["universality", "alignment_v1"]);
    assert_eq!(table.columns.networks.len(), 2);
    let universality = &table.values[2 * table.columns.rows..][..2];
    assert_eq!(universality, [0.5, 0.75]);
    let results = all(
        "d.csv",
        "network,layer,component,universality,model_set\na,b,1,0.5,Trained\n",
    );
    assert!(matches!(
        &results[..],
        [Found::Scores(table)] if table.values == [0.0, 1.0, 0.5]
            && table.columns.networks == [("a".to_owned(), Some("Trained".to_owned()))]
    ));
}

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
fn what_is_known_of_stimuli_is_no_unit() {
    for (text, names) in [
        (
            "stimulus_id,label,u0,u1\na,3,1.5,2\nb,3,3.5,4\n",
            "\"label\"",
        ),
        (
            "stimulus_id,u0,u1,target,split\na,1.5,2,0,9\nb,3.5,4,1,8\n",
            "\"target\", \"split\"",
        ),
        (
            "image_id,category,u0,u1\na,face,1.5,2\nb,house,3.5,4\n",
            "\"category\"",
        ),
        (
            "image_id,trial,u0,u1,run_id\na,4,1.5,2,1\nb,5,3.5,4,1\n",
            "\"trial\", \"run_id\"",
        ),
        ("nsdId,cocoId,u0,u1\na,77,1.5,2\nb,88,3.5,4\n", "\"cocoId\""),
    ] {
        let read = array(text);
        assert_eq!(read.shape, [2, 2], "{text}");
        assert_eq!(numbers(&read), [1.5, 2.0, 3.5, 4.0], "{text}");
        assert_eq!(read.ids, Some(strings(&["a", "b"])), "{text}");
        assert!(said(text).contains(names), "{text}: {}", said(text));
    }
    // coordinates
    assert_eq!(array("x,y\n1,2\n3,4\n").shape, [2, 2]);
    // a rating is one, whatever its name ends in
    assert_eq!(array("stimulus_id,object\na,0\nb,1\nc,1\n").shape, [3, 1]);
    assert!(!left_alone("labels.csv", "stimulus_id,label\n5,1\n6,0\n").is_error());
    assert!(!left_alone("labels.txt", "3\n5\n3\n").is_error());
    assert!(!left_alone("y_train.csv", "y\n3\n5\n3\n").is_error());
    assert!(!left_alone("classes.txt", "face\nhouse\nface\n").is_error());
    assert!(
        error_at("activations_a__b.csv", "stimulus_id,label\n5,1\n6,0\n").contains("no numbers")
    );
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
fn commas_stand_before_decimals_or_between_thousands() {
    for (text, expected) in [
        (
            "\"1,5\",\"-2,25\"\n\"0,125\",\"1,0e1\"\n",
            [1.5, -2.25, 0.125, 10.0],
        ),
        ("1,5;2\n3;0,25\n", [1.5, 2.0, 3.0, 0.25]),
        ("u0\tu1\n1,5\t1,234\n3\t0,25\n", [1.5, 1.234, 3.0, 0.25]),
        (
            "\"u0\";\"u1\"\n\"1,5\";\"2,5\"\n\"3,5\";\"4,5\"\n",
            [1.5, 2.5, 3.5, 4.5],
        ),
        (
            "\"1,234\",0.5\n\"2,000,000\",1.5\n",
            [1234.0, 0.5, 2_000_000.0, 1.5],
        ),
        ("1.234,5;1.234\n0,5;2\n", [1234.5, 1234.0, 0.5, 2.0]),
    ] {
        assert_eq!(numbers(&array(text)), expected, "{text}");
    }
    for text in [
        "1,234;2,345\n3,456;4,567\n",
        "\"1,234\",\"2,345\"\n1,\"3,456\"\n",
    ] {
        assert!(
            error(text).contains("before decimals or between thousands: 1,234 in row 1, column 1"),
            "{text}"
        );
    }
    assert!(
        error("id;u0\na;1,5\nb;2.5\n")
            .contains("decimal commas (1,5 in row 1, column 2) and decimal points (2.5 in row 2")
    );
    for text in ["0,25,1,5\n1,125,0,05\n1,01,3,0625\n", "u0\n1,5\n2,5\n"] {
        assert!(error(text).contains("decimal commas within them"), "{text}");
    }
}

#[test]
fn missing_values_are_nan() {
    for cell in ["", "NA", "n/a", "NaN", "None", "NULL", ".", "-", "#N/A"] {
        let read = array(&format!("stimulus_id\tu0\tu1\na\t1\t{cell}\nb\t3\t4\n"));
        assert!(read.values.at(1).is_nan() && read.shape == [2, 2], "{cell}");
    }
    assert_eq!(array("1,inf\n3,-Inf\n").values.at(1), f64::INFINITY);
    let read = array("#N/A,1.5\n2.5,3.5\n");
    assert!(read.values.at(0).is_nan() && read.shape == [2, 2]);
}

#[test]
fn comments_are_no_rows() {
    for text in [
        "# four units\n1.5 2.5 3.5\n4.5 5.5 6.5\n",
        "# a\n# layer l\n1.5,2.5,3.5\n4.5,5.5,6.5\n",
        "% x y z\n1.5,2.5,3.5\n% between\n4.5,5.5,6.5\n",
        "#17 4 230\n1.5 2.5 3.5\n4.5 5.5 6.5\n",
        "# features of target\n1.5 2.5 3.5\n4.5 5.5 6.5\n",
    ] {
        let read = array(text);
        assert_eq!(numbers(&read), [1.5, 2.5, 3.5, 4.5, 5.5, 6.5], "{text}");
        assert_eq!(read.ids, None, "{text}");
    }
    // integers under names in a comment are no header
    assert_eq!(array("# u0 u1 u2\n0 1 2\n5 6 7\n").shape, [2, 3]);
    let text = "id,u0\na,1\n#b,2\nc,3\n";
    assert!(
        said(text).contains("Expected rows that start with a number or an id"),
        "{}",
        said(text)
    );
    assert!(error("# a\n# b\n").contains("comments alone"));
}

#[test]
fn the_stimuli_table_keeps_what_is_shown() {
    let text = "order,stimulus_id,name,thumbnail,category\n0,im1.jpg,Dog,t/1.jpg,face\n1,im2.jpg,\"Cat, big\",t/2.jpg,\n";
    for path in ["x/stimuli.csv", "stimuli.tsv", "Stimuli.TXT", "things.csv"] {
        let table = stimuli(path, text);
        assert_eq!(table.ids, ["im1.jpg", "im2.jpg"]);
        assert_eq!(table.categories, Some(strings(&["face", ""])));
        assert_eq!(table.names, Some(strings(&["Dog", "Cat, big"])));
        assert!(table.thumbnails.is_some());
    }
    for (path, text, expected) in [
        ("stimuli.csv", "stimulus_id\nimg0\nimg1\n", ["img0", "img1"]),
        ("stimuli.csv", "img0\nimg1\n", ["img0", "img1"]),
        ("stimuli.csv", "1361\n1434\n", ["1361", "1434"]),
        (
            "stimuli.csv",
            "name,category\nimg0,a\nimg1,b\n",
            ["img0", "img1"],
        ),
        (
            "stimuli.csv",
            "name,filename\nDog,img0\nDog,img1\n",
            ["img0", "img1"],
        ),
        (
            "stimuli.csv",
            ",word,human\n0,img0,1\n1,img1,0\n",
            ["img0", "img1"],
        ),
        ("stimuli.csv", ",word\n17,a\n4,b\n", ["17", "4"]),
        (
            "file_names.txt",
            "set/a 1.jpg\nset/b 1.jpg\n",
            ["set/a 1.jpg", "set/b 1.jpg"],
        ),
        (
            "order.csv",
            ",stimulus_id\n0,img0\n1,img1\n",
            ["img0", "img1"],
        ),
        ("nsd_ids.txt", "1361\n1434\n", ["1361", "1434"]),
        ("list.csv", "image_id\n1361\n1434\n", ["1361", "1434"]),
    ] {
        assert_eq!(stimuli(path, text).ids, expected, "{text}");
    }
    assert!(error_at("stimuli.csv", "category,order\na,5\na,7\n").contains("no column of ids"));
}

#[test]
fn text_is_refused_where_data_should_be_and_left_alone_elsewhere() {
    let text = "participant_id\tage\tsex\nsub-01\t25\tF\nsub-02\tn/a\tM\n";
    for (path, text) in [
        ("participants.tsv", text),
        ("index.csv", "file,kind,note,n\na,b,c,1\n"),
        (
            "activations_index.csv",
            "file,network,layer,n\na.npy,b,c,1\nd.npy,b,c,1\n",
        ),
        (
            "events.tsv",
            "onset\tduration\ttrial_type\n0.5\t1\tface\n1.5\t1\tface\n",
        ),
        ("README.txt", "Activations of a network,\nby me.\n"),
        ("README.txt", "Activations of a network.\n"),
        ("words.txt", "dog\ndog\ncat\n"),
        (
            "about.txt",
            "A longer line of text that says what is in here\nand another longer line of text about it.\n",
        ),
    ] {
        let problem = left_alone(path, text);
        assert!(
            !problem.is_error() && problem.to_string().contains("left alone"),
            "{path}"
        );
    }
    for path in [
        "activations_a__b.tsv",
        "rdm_IT__s.tsv",
        "responses_IT.tsv",
        "alexnet__conv1.tsv",
    ] {
        assert!(
            error_at(path, text).contains("column \"sex\" has the text \"F\" in row 1"),
            "{path}"
        );
        assert!(
            error_at(path, "img_a\nimg_b\n").contains("no numbers"),
            "{path}"
        );
    }
    let layer = "stimulus_id,note,u0,u1\na,x,0.5,1.5\nb,y,2.5,3.5\n";
    assert!(
        error_at("alexnet/conv1.csv", layer)
            .contains("column \"note\" has the text \"x\" in row 1")
    );
    let layer = "stimulus_id,category,u0,u1\na,x,0.5,1.5\nb,y,2.5,3.5\n";
    assert_eq!(array_at("alexnet/conv1.csv", layer).shape, [2, 2]);
    let transposed = error("neuroid_id,img_0,img_1\nn0,0.5,1.5\nn1,2.5,3.5\n");
    assert!(transposed.contains("Transpose"), "{transposed}");
}

#[test]
fn rows_and_cells_that_do_not_fit_are_named() {
    assert!(error("1,2\n3\n").contains("row 2 has 1 cell"));
    assert!(
        error("id,u0,u1\na,1,2\nb,x,4\n").contains("column \"u0\" has the text \"x\" in row 2")
    );
    assert!(error("id,u0\n").contains("without rows"));
    assert!(error("My layer\nid,u0,u1\na,1,2\n").contains("title"));
    assert!(error("\n\n").contains("without rows"));
    let many = "1\n".repeat(MOST_ROWS + 5);
    assert!(error(&many).contains("100,005 rows"));
    let many = format!("u0\n{many}");
    assert!(error(&many).contains("100,005 rows"));
}

#[test]
fn encodings_make_no_difference() {
    let text = "stimulus_id,u0,u1\nGrüße,1.5,2.5\nb,3.5,4.5\n";
    let expected = array(text);
    let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
    assert_eq!(
        read("a.csv", &wide).expect("readable"),
        [Found::Array(expected)]
    );
    assert!(error_at("a.csv", "id,u0\n").contains("without rows"));
    assert!(
        read("a.csv", b"id,u0\n\xe9,1\n")
            .unwrap_err()
            .to_string()
            .contains("Latin-1")
    );
}

/// However a table is written, it gives the same numbers and ids.
#[test]
fn every_way_of_writing_gives_the_same() {
    let ids = ["007", "1e5", "x"];
    let values = [[0.5, -1.25, 3.0], [12.0, 0.0, 7.75], [-0.5, 100.5, 2.125]];
    for (separator, decimal, ending) in [
        (",", ".", "\n"),
        (";", ",", "\r\n"),
        ("\t", ".", "\r"),
        ("\t", ",", "\n"),
        ("  ", ".", "\n"),
        (" ", ",", "\r\n"),
        ("|", ".", "\n"),
    ] {
        for header in ["stimulus_id", "", "index", "nsdId"] {
            for is_quoted in [false, true] {
                let quote = |cell: &str| {
                    if is_quoted || cell.is_empty() {
                        format!("\"{cell}\"")
                    } else {
                        cell.to_owned()
                    }
                };
                let mut lines = vec![[header, "u0", "u1", "u2"].map(quote).join(separator)];
                for (id, row) in ids.iter().zip(values) {
                    let mut cells = vec![quote(id)];
                    cells.extend(row.map(|value| value.to_string().replace('.', decimal)));
                    lines.push(cells.join(separator));
                }
                let text = lines.join(ending) + ending;
                let read = array(&text);
                assert_eq!(numbers(&read), values.concat(), "{text:?}");
                assert_eq!(read.ids, Some(strings(&ids)), "{text:?}");
            }
        }
    }
}
