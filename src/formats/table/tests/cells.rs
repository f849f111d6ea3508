//! What cells hold, however they are written.

use super::*;
use crate::formats::table::sheet::MOST_ROWS;

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
