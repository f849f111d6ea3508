//! Half a matrix of distances, one distance a line.

use super::checks::is_rdm;
use super::named::Table;
use super::parts::Parts;
use super::{Element, NamedArray, Values};
use crate::formats::About;
use crate::problem::{Problem, count};

/// How many stimuli have so many pairs.
fn stimuli_of(pairs: usize) -> Option<usize> {
    let root = (1 + 8 * pairs).isqrt();
    let stimuli = root.div_ceil(2);
    (stimuli >= 3 && stimuli * (stimuli - 1) / 2 == pairs).then_some(stimuli)
}

/// The distances of a column, pair by pair as numpy and scipy have them; `None` for any other table. A count
/// beside them numbers pairs, not stimuli, and is left out.
///
/// # Errors
/// A [`Problem`] if the pairs have names: their order is not known.
pub fn array(table: &mut Table, parts: &Parts) -> Result<Option<NamedArray>, Problem> {
    let rows = table.rows();
    let (&[column], Some(stimuli)) = (parts.units.as_slice(), stimuli_of(rows)) else {
        return Ok(None);
    };
    if !is_rdm(table.path()) || table.has_text(column) {
        return Ok(None);
    }
    let pairs = count(rows, "distance", "distances");
    if let Some(ids) = &parts.ids {
        if !super::checks::are_counts(&ids.ids) {
            return Err(Problem::error(
                table.path(),
                format!(
                    "has {pairs} in one column, as many as {stimuli} stimuli have pairs, and names of the pairs in {}",
                    ids.from
                ),
            )
            .expected("a square matrix with the ids of the stimuli over its columns and beside its rows, or the distances alone")
            .hint("Save it as a square matrix"));
        }
        table.sheet.notices.push(Problem::notice(
            table.path(),
            format!("{} counts the pairs of stimuli, and was left out", ids.from),
        ));
    }
    table.sheet.settle_commas(&[column], table.from)?;
    Ok(Some(NamedArray {
        path: table.path().to_owned(),
        shape: vec![rows],
        element: Element::TEXT,
        values: Values::F64(table.numbers(column).collect()),
        ids: None,
        about: About::default(),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_counted() {
        for (pairs, stimuli) in [
            (3, Some(3)),
            (6, Some(4)),
            (276, Some(24)),
            (1, None),
            (5, None),
            (0, None),
        ] {
            assert_eq!(stimuli_of(pairs), stimuli, "{pairs}");
        }
        assert!(
            is_rdm("a/rdm_IT__sub-01.csv") && is_rdm("neural_rdms.txt") && !is_rdm("cardrdmx.csv")
        );
    }
}
