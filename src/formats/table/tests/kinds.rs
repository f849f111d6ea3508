//! Tables of odd kinds: what is read of them, and what is said where nothing can be.

use super::*;

#[test]
fn the_first_of_numbered_ids_is_no_header() {
    for (text, expected) in [
        (
            "img_00,0.5,1.5\nimg_01,2.5,3.5\nimg_02,1.5,0.5\n",
            ["img_00", "img_01", "img_02"],
        ),
        (
            "a.jpg,0.5,1.5\nb.jpg,2.5,3.5\nc.jpg,1.5,0.5\n",
            ["a.jpg", "b.jpg", "c.jpg"],
        ),
        (
            "Row,u0,u1\n17,0.5,1.5\n4,2.5,3.5\n9,0.5,2.5\n",
            ["17", "4", "9"],
        ),
        (
            "class,u0,u1\nx,0.5,1.5\ny,2.5,3.5\nz,0.5,2.5\n",
            ["x", "y", "z"],
        ),
        (
            "stimulus_id,u0,u1\n#1,0.5,1.5\n#2,2.5,3.5\n#3,0.5,2.5\n",
            ["#1", "#2", "#3"],
        ),
    ] {
        assert_eq!(ids(text), Some(strings(&expected)), "{text}");
    }
}

#[test]
fn labels_both_ways_may_be_anything() {
    for labels in [
        ["7.5", "1.5", "3.5"],
        ["-7", "-1", "-3"],
        ["1e3", "04e09", "12"],
        ["2021-03-01", "b", "1.10"],
    ] {
        let [a, b, c] = labels;
        let text = format!(",{a},{b},{c}\n{a},0,0.5,2.5\n{b},0.5,0,1.5\n{c},2.5,1.5,0\n");
        let read = array(&text);
        assert_eq!(
            (read.shape, read.ids),
            (vec![3, 3], Some(strings(&labels))),
            "{text}"
        );
    }
}

#[test]
fn half_a_matrix_may_stand_in_one_column() {
    for text in [
        "0.5\n1.5\n2.5\n",
        "distance\n0.5\n1.5\n2.5\n",
        ",0\n0,0.5\n1,1.5\n2,2.5\n",
    ] {
        let read = array_at("rdm_IT__s.csv", text);
        assert_eq!(
            (read.shape.as_slice(), read.ids.as_ref()),
            (&[3][..], None),
            "{text}"
        );
        assert_eq!(read.values.at(2), 2.5, "{text}");
    }
}

#[test]
fn units_may_be_named_like_ratings() {
    let read = array("filename,dog,cat,car,rating\na,0.5,1.5,2.5,0.1\nb,1.5,0.5,2.5,0.7\n");
    assert_eq!(read.shape, [2, 4]);
    let read = array("filename,u0,u1,u2,rating\na,0.5,1.5,2.5,0.1\nb,1.5,0.5,2.5,0.7\n");
    assert_eq!(read.shape, [2, 3]);
}

#[test]
fn what_cannot_be_read_is_named() {
    for (path, text, expected) in [
        (
            "a.csv",
            "session,trial,u0\n1,1,0.5\n1,2,1.5\n2,1,2.5\n2,2,0.5\n",
            "session and trial",
        ),
        (
            "a.csv",
            "onset,u0,u1\n1.5,0.5,1.5\n0.5,1.5,2.5\n2.5,0.5,0.5\n",
            "onset",
        ),
        (
            "a.csv",
            "image,u0\nimg_0,0.5\nimg_1,1.5\nimg_2,2.5\nMean,1.5\n",
            "\"Mean\" (row 4)",
        ),
        (
            "a__b.csv",
            "image,f\nimg_0,\"[0.5 1]\"\nimg_1,\"[1.5 2]\"\n",
            "list of numbers",
        ),
        (
            "rdm_IT.csv",
            "i,j,d\na,b,0.5\na,c,1.5\nb,c,2.5\na,d,1\nb,d,2\nc,d,3\n",
            "pair of stimuli",
        ),
        (
            "a__b.txt",
            "u0 u1\nmy img 1 0.5 1.5\nmy img 2 1.5 2.5\n",
            "quote",
        ),
    ] {
        let message = error_at(path, text);
        assert!(message.contains(expected), "{message}");
    }
}
