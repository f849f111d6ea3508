use super::*;
use crate::formats::Values;

fn look(shape: &[usize], values: Vec<f64>) -> Survey {
    survey(&NamedArray {
        path: "a.npy".into(),
        shape: shape.to_vec(),
        element: Element::TEXT,
        values: Values::F64(values),
        ids: None,
        about: About::default(),
    })
}

#[test]
fn matrices_are_known_by_their_content() {
    let rdm = vec![0.0, 1.0, 2.0, 1.0, 0.0, 3.0, 2.0, 3.0, 0.0];
    assert_eq!(look(&[3, 3], rdm.clone()).looks, Looks::Rdm);
    let similarity = rdm.iter().map(|d| 1.0 - d).collect();
    assert_eq!(look(&[3, 3], similarity).looks, Looks::Similarity);
    let mut crooked = rdm.clone();
    crooked[3] = 1.5;
    assert_eq!(
        look(&[3, 3], crooked).looks,
        Looks::Square { row: 1, column: 0 }
    );
    assert_eq!(
        look(&[6], vec![1.0; 6]).looks,
        Looks::Condensed { stimuli: 4 }
    );
    assert_eq!(look(&[7], vec![1.0; 7]).looks, Looks::Plain);
    assert_eq!(look(&[3, 2], vec![1.0; 6]).looks, Looks::Plain);
}

#[test]
fn a_diagonal_of_nan_and_an_empty_triangle_are_no_missing_values() {
    let nan = f64::NAN;
    let seen = look(&[3, 3], vec![nan, 1.0, 2.0, 1.0, nan, 3.0, 2.0, 3.0, nan]);
    assert_eq!((seen.looks, seen.nan_diagonal), (Looks::Rdm, true));
    assert_eq!((seen.not_finite, seen.range), (None, Some((1.0, 3.0))));
    for empty in [0.0, nan] {
        let seen = look(
            &[3, 3],
            vec![0.0, 1.0, 2.0, empty, 0.0, 3.0, empty, empty, 0.0],
        );
        assert_eq!(seen.looks, Looks::Triangle { upper: true });
        assert_eq!(seen.not_finite, None);
        let seen = look(
            &[3, 3],
            vec![0.0, empty, empty, 1.0, 0.0, empty, 2.0, 3.0, 0.0],
        );
        assert_eq!(seen.looks, Looks::Triangle { upper: false });
    }
    // one that is missing is
    let seen = look(&[3, 3], vec![0.0, nan, 2.0, nan, 0.0, 3.0, 2.0, 3.0, 0.0]);
    assert_eq!(seen.not_finite.map(|bad| bad.position), Some(vec![0, 1]));
}

#[test]
fn axes_of_length_one_go_where_they_say_nothing() {
    for (given, kept) in [
        (&[4, 3, 1][..], &[4, 3][..]),
        (&[4, 1, 3], &[4, 3]),
        (&[4, 3, 1, 1], &[4, 3]),
        (&[1, 1, 3], &[1, 3]),
        (&[4, 1, 1], &[4, 1]),
        (&[4, 1], &[4, 1]),
        (&[6, 1], &[6]),
        (&[4, 1, 5, 5], &[4, 1, 5, 5]),
        (&[4, 2, 1, 5, 5], &[4, 2, 5, 5]),
    ] {
        let count = given.iter().product();
        assert_eq!(look(given, vec![1.0; count]).shape, kept, "{given:?}");
    }
}

#[test]
fn stacks_are_known_whichever_axis_counts() {
    let matrix = |slice: f64, row: usize, column: usize| {
        if row == column {
            0.0
        } else {
            slice + (row + column) as f64
        }
    };
    for axis in 0..3 {
        let mut shape = [3, 3, 3];
        shape[axis] = 2;
        let values = (0..18)
            .map(|i| {
                let position = [
                    i / (shape[1] * shape[2]),
                    i / shape[2] % shape[1],
                    i % shape[2],
                ];
                let others: Vec<usize> = (0..3).filter(|&a| a != axis).collect();
                matrix(
                    position[axis] as f64 + 1.0,
                    position[others[0]],
                    position[others[1]],
                )
            })
            .collect();
        let survey = look(&shape, values);
        assert_eq!(
            survey.looks,
            Looks::Stack {
                axis,
                similarity: false
            }
        );
        assert_eq!(survey.fingerprints.len(), 2);
        assert_ne!(survey.fingerprints[0], survey.fingerprints[1]);
    }
}

#[test]
fn the_position_of_the_first_number_that_is_none_is_told() {
    let mut values = vec![1.0; 12];
    values[7] = f64::NAN;
    values[9] = f64::INFINITY;
    let found = look(&[2, 3, 2], values).not_finite.expect("two");
    assert_eq!((found.position, found.count), (vec![1, 0, 1], 2));
    assert_eq!(found.value, "NaN");
}
