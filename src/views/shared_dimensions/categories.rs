//! Categories that one end of a dimension has more of than chance would give it. Names are those of the stimuli
//! file; none is made up.

/// Below this probability a category is named.
const RARE: f64 = 1e-3;

/// A category that is over-represented among the stimuli at an end.
#[derive(Debug, Clone, PartialEq)]
pub struct AtEnd {
    /// Its name.
    pub category: String,
    /// How many of the stimuli at the end are of it.
    pub found: usize,
    /// How many stimuli there are at the end.
    pub of: usize,
    /// Probability of as many or more if stimuli were drawn at random (hypergeometric).
    pub probability: f64,
}

/// The category that is least likely to be there so often by chance, if that is rare.
#[must_use]
pub fn category_of(end: &[usize], categories: &[String]) -> Option<AtEnd> {
    let name = |&stimulus: &usize| categories.get(stimulus);
    let mut best: Option<AtEnd> = None;
    for category in end.iter().filter_map(name) {
        let found = end
            .iter()
            .filter_map(name)
            .filter(|other| *other == category);
        let all = categories.iter().filter(|other| *other == category);
        let (found, all) = (found.count(), all.count());
        let probability = at_least(found, end.len(), all, categories.len());
        if best
            .as_ref()
            .is_none_or(|best| probability < best.probability)
        {
            best = Some(AtEnd {
                category: category.clone(),
                found,
                of: end.len(),
                probability,
            });
        }
    }
    best.filter(|best| best.probability < RARE && !best.category.is_empty())
}

/// Probability that of `drawn` stimuli out of `total`, `special` of which are of a kind, at least `found` are.
fn at_least(found: usize, drawn: usize, special: usize, total: usize) -> f64 {
    let most = drawn.min(special);
    (found..=most)
        .map(|count| {
            let others = total - special;
            match drawn - count {
                rest if rest > others => 0.0,
                rest => ways(special, count) * ways(others, rest) / ways(total, drawn),
            }
        })
        .sum()
}

/// `n` over `k`; few are drawn, so that it stays in range.
fn ways(n: usize, k: usize) -> f64 {
    (0..k).map(|i| (n - i) as f64 / (k - i) as f64).product()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn probabilities_are_those_of_draws_without_replacement() {
        // scipy.stats.hypergeom.sf(found - 1, total, special, drawn)
        let cases = [
            ((8, 8, 12, 92), 5.317_955_3e-9),
            ((4, 8, 12, 92), 0.009_141_903_8),
            ((0, 8, 12, 92), 1.0),
            ((2, 3, 2, 4), 0.5),
        ];
        for ((found, drawn, special, total), expected) in cases {
            let made = at_least(found, drawn, special, total);
            assert!((made / expected - 1.0).abs() < 1e-6, "{made} {expected}");
        }
    }

    #[test]
    fn only_what_is_rare_is_named() {
        let categories: Vec<String> = (0..92)
            .map(|i| if i < 12 { "face" } else { "thing" }.to_owned())
            .collect();
        let faces: Vec<usize> = (3..11).collect();
        let named = category_of(&faces, &categories).expect("eight of eight");
        assert_eq!(
            (named.category.as_str(), named.found, named.of),
            ("face", 8, 8)
        );
        let things: Vec<usize> = (50..58).collect();
        assert!(category_of(&things, &categories).is_none());
        assert!(category_of(&[], &categories).is_none());
        assert!(category_of(&faces, &[]).is_none());
    }
}
