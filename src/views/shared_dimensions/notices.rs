//! What is to be said of shared dimensions beside their numbers.

use super::table::{FEWEST_STIMULI, SharedTable};
use crate::problem::{Problem, count};

/// With one network there is nobody to agree with, and two agree or do not.
pub fn too_few_groups(groups: usize) -> Problem {
    Problem::error(
        "",
        format!(
            "shared dimensions cannot be found among {}: two networks agree or not, there are no \u{201c}others\u{201d}",
            count(groups, "network", "networks")
        ),
    )
    .expected("three networks or more that differ, copies counted once")
    .hint("Add another network")
}

/// Test folds are too small for any single axis.
pub fn few_stimuli(stimuli: usize) -> Option<Problem> {
    (stimuli < FEWEST_STIMULI).then(|| {
        Problem::warning(
            "",
            format!(
                "{}: the number of shared dimensions is a rough guide, and no single axis may be read",
                count(stimuli, "stimulus is few", "stimuli are few")
            ),
        )
        .expected(format!("{FEWEST_STIMULI} stimuli or more"))
        .hint("Read the shared dimensions as a space, or add stimuli")
    })
}

/// Networks that look like copies of each other and are not declared as such: three numbers each.
pub fn copies(alike: &[f64], name: impl Fn(usize) -> String) -> Option<Problem> {
    let pairs = alike.as_chunks::<3>().0;
    let &[one, other, r] = pairs.first()?;
    let more = match pairs.len() {
        1 => String::new(),
        all => format!(", and so do {}", count(all - 1, "more pair", "more pairs")),
    };
    Some(
        Problem::warning(
            "",
            format!(
                "{} and {} look like one network: their Gram matrices correlate by {r:.4}{more}. Copies raise every agreement, of directions that mean nothing as well",
                name(one as usize),
                name(other as usize),
            ),
        )
        .expected("networks that differ, or copies declared as such")
        .hint("Give both one name under \u{201c}Same as\u{201d} in the files table, or one \u{201c}same_as\u{201d} in a study.json"),
    )
}

/// Networks that tell the training stimuli of a fold not apart.
pub fn left_out(takes_part: &[Vec<bool>], name: impl Fn(usize) -> String) -> Vec<Problem> {
    let networks = takes_part.first().map_or(0, Vec::len);
    (0..networks)
        .filter_map(|network| {
            let out = takes_part.iter().enumerate();
            let out: Vec<String> = out
                .filter(|(_, of_fold)| !of_fold[network])
                .map(|(fold, _)| (fold + 1).to_string())
                .collect();
            let name = name(network);
            let said = match out.len() {
                0 => return None,
                all if all == takes_part.len() => {
                    format!("{name} tells no stimuli apart and is left out of the shared dimensions")
                }
                1 => format!("{name} tells the training stimuli of fold {} not apart and is left out of it", out[0]),
                _ => format!("{name} tells the training stimuli of folds {} not apart and is left out of them", out.join(", ")),
            };
            Some(Problem::notice("", said))
        })
        .collect()
}

/// Shared dimensions whose axes are not defined.
pub fn tied(table: &SharedTable) -> Option<Problem> {
    let dimensions = table.dimensions.iter().enumerate();
    let tied: Vec<String> = dimensions
        .filter(|(_, dimension)| dimension.is_shared && dimension.is_tied)
        .map(|(index, _)| (index + 1).to_string())
        .collect();
    (!tied.is_empty()).then(|| {
        Problem::notice(
            "",
            format!(
                "networks reproduce some shared dimensions equally well ({}): these exist as a space, their axes are not defined",
                tied.join(", ")
            ),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_says_what_it_is_about() {
        let name = |index: usize| ["a", "b", "c"][index].to_owned();
        let takes_part = vec![vec![true, false, false], vec![true, true, false]];
        let said: Vec<String> = left_out(&takes_part, name)
            .iter()
            .map(ToString::to_string)
            .collect();
        assert_eq!(said.len(), 2);
        assert!(
            said[0].starts_with("b tells") && said[0].contains("fold 1"),
            "{said:?}"
        );
        assert!(said[1].starts_with("c tells no stimuli apart"), "{said:?}");
        assert!(copies(&[], name).is_none());
        let alike = copies(&[0.0, 2.0, 0.9999, 1.0, 2.0, 0.9995], name).expect("a warning");
        assert!(alike.found.starts_with("a and c ") && alike.found.contains("1 more pair"));
        assert!(few_stimuli(29).is_some() && few_stimuli(30).is_none());
        assert!(too_few_groups(2).is_error());
    }
}
