//! Stable sorting: what is equal keeps its order. The standard library compiles its sort anew for every type and
//! every comparison, four kilobytes each, for which whoever opens the page waits: here it sorts indices, once.

use std::cmp::Ordering;

/// Sorts indices by what is at them.
pub fn sort_indices(indices: &mut [usize], mut compare: impl FnMut(usize, usize) -> Ordering) {
    sort(indices, &mut compare);
}

fn sort(indices: &mut [usize], compare: &mut dyn FnMut(usize, usize) -> Ordering) {
    indices.sort_by(|&a, &b| compare(a, b));
}

/// Things in the order of a comparison.
#[must_use]
pub fn sorted_by<T>(things: Vec<T>, mut compare: impl FnMut(&T, &T) -> Ordering) -> Vec<T> {
    let mut indices: Vec<usize> = (0..things.len()).collect();
    sort_indices(&mut indices, |a, b| compare(&things[a], &things[b]));
    let mut things: Vec<Option<T>> = things.into_iter().map(Some).collect();
    indices
        .into_iter()
        .filter_map(|index| things[index].take())
        .collect()
}

/// Things in their own order.
#[must_use]
pub fn sorted<T: Ord>(things: Vec<T>) -> Vec<T> {
    sorted_by(things, T::cmp)
}

/// Sorts numbers in ascending order (`f64::total_cmp`).
pub fn sort_numbers(numbers: &mut [f64]) {
    numbers.sort_by(f64::total_cmp);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_things_stay_as_they_were() {
        let things: Vec<(usize, String)> = (0..100).map(|i| (i * 7 % 5, i.to_string())).collect();
        let mut expected = things.clone();
        expected.sort_by_key(|thing| thing.0);
        assert_eq!(sorted_by(things, |a, b| a.0.cmp(&b.0)), expected);
        assert_eq!(sorted(vec!["b", "a", "c"]), ["a", "b", "c"]);
        assert!(sorted(Vec::<u8>::new()).is_empty());
    }
}
