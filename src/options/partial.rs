//! What one side says of the options, and how what several say is put together.

use super::{Options, Pooling, Resampling, Scope};
use crate::math::reliability::Pairs;
use crate::math::ridge::Mapping;

/// How many components of each layer are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Components {
    /// All.
    All,
    /// At most so many, the first.
    AtMost(usize),
}

impl From<Option<usize>> for Components {
    fn from(most: Option<usize>) -> Self {
        most.map_or(Components::All, Components::AtMost)
    }
}

/// What a manifest, a link, the command line or the user says of the options: `None` where it says
/// nothing. A value that is said is said even if it is the default.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PartialOptions {
    /// [`Options::mapping`].
    pub mapping: Option<Mapping>,
    /// [`Options::components`].
    pub components: Option<Components>,
    /// [`Options::folds`].
    pub folds: Option<usize>,
    /// [`Options::seed`].
    pub seed: Option<u64>,
    /// [`Options::pooling`].
    pub pooling: Option<Pooling>,
    /// [`Options::z_score`].
    pub z_score: Option<bool>,
    /// [`Options::rdm_scale`].
    pub rdm_scale: Option<f64>,
    /// [`Options::scope`].
    pub scope: Option<Scope>,
    /// [`Options::pairs`].
    pub pairs: Option<Pairs>,
    /// [`Resampling::permutations`].
    pub permutations: Option<usize>,
    /// [`Resampling::bootstraps`].
    pub bootstraps: Option<usize>,
    /// [`Resampling::draws`].
    pub draws: Option<usize>,
    /// [`Resampling::seed`].
    pub resampling_seed: Option<u64>,
}

/// The same of each field of two [`PartialOptions`].
macro_rules! each_field {
    ($of:expr, $and:expr, $do:expr) => {
        PartialOptions {
            mapping: $do($of.mapping, $and.mapping),
            components: $do($of.components, $and.components),
            folds: $do($of.folds, $and.folds),
            seed: $do($of.seed, $and.seed),
            pooling: $do($of.pooling, $and.pooling),
            z_score: $do($of.z_score, $and.z_score),
            rdm_scale: $do($of.rdm_scale, $and.rdm_scale),
            scope: $do($of.scope, $and.scope),
            pairs: $do($of.pairs, $and.pairs),
            permutations: $do($of.permutations, $and.permutations),
            bootstraps: $do($of.bootstraps, $and.bootstraps),
            draws: $do($of.draws, $and.draws),
            resampling_seed: $do($of.resampling_seed, $and.resampling_seed),
        }
    };
}

fn first<T>(said: Option<T>, below: Option<T>) -> Option<T> {
    said.or(below)
}

fn other<T: PartialEq>(said: Option<T>, holds: Option<T>) -> Option<T> {
    if said == holds { None } else { said }
}

impl PartialOptions {
    /// Everything that options say.
    #[must_use]
    pub fn of(options: &Options, resampling: Resampling) -> Self {
        Self {
            mapping: Some(options.mapping),
            components: Some(options.components.into()),
            folds: Some(options.folds),
            seed: Some(options.seed),
            pooling: Some(options.pooling),
            z_score: Some(options.z_score),
            rdm_scale: Some(options.rdm_scale),
            scope: Some(options.scope),
            pairs: Some(options.pairs),
            permutations: Some(resampling.permutations),
            bootstraps: Some(resampling.bootstraps),
            draws: Some(resampling.draws),
            resampling_seed: Some(resampling.seed),
        }
    }

    /// What is said here, over what others say.
    #[must_use]
    pub fn over(&self, others: &Self) -> Self {
        each_field!(self, others, first)
    }

    /// What is said here and would not hold anyway, by a study that says `study` and by the defaults:
    /// what a link needs to carry.
    #[must_use]
    pub fn beyond(&self, study: &Self) -> Self {
        let holds = Self::of(&study.options(), study.resampling());
        each_field!(self, holds, other)
    }

    /// What holds of the analysis: what is said, over the defaults.
    #[must_use]
    pub fn options(&self) -> Options {
        let usual = Options::default();
        Options {
            mapping: self.mapping.unwrap_or(usual.mapping),
            components: match self.components {
                None => usual.components,
                Some(Components::All) => None,
                Some(Components::AtMost(most)) => Some(most),
            },
            folds: self.folds.unwrap_or(usual.folds),
            seed: self.seed.unwrap_or(usual.seed),
            pooling: self.pooling.unwrap_or(usual.pooling),
            z_score: self.z_score.unwrap_or(usual.z_score),
            rdm_scale: self.rdm_scale.unwrap_or(usual.rdm_scale),
            scope: self.scope.unwrap_or(usual.scope),
            pairs: self.pairs.unwrap_or(usual.pairs),
        }
    }

    /// What holds of intervals, null lines and controls: what is said, over the defaults.
    #[must_use]
    pub fn resampling(&self) -> Resampling {
        let usual = Resampling::default();
        Resampling {
            permutations: self.permutations.unwrap_or(usual.permutations),
            bootstraps: self.bootstraps.unwrap_or(usual.bootstraps),
            draws: self.draws.unwrap_or(usual.draws),
            seed: self.resampling_seed.unwrap_or(usual.seed),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_later_holds_and_the_rest_stays() {
        let manifest = PartialOptions {
            folds: Some(10),
            seed: Some(3),
            components: Some(Components::AtMost(20)),
            z_score: Some(true),
            ..PartialOptions::default()
        };
        let link = PartialOptions {
            folds: Some(5),
            mapping: Some(Mapping::Ols),
            components: Some(Components::All),
            ..PartialOptions::default()
        };
        let user = PartialOptions {
            mapping: Some(Mapping::Ridge),
            z_score: Some(false),
            draws: Some(7),
            ..PartialOptions::default()
        };
        let said = user.over(&link.over(&manifest));
        let holds = said.options();
        assert_eq!((holds.folds, holds.seed), (5, 3));
        assert_eq!((holds.mapping, holds.components), (Mapping::Ridge, None));
        assert!(!holds.z_score);
        assert_eq!(said.resampling().draws, 7);
        assert_eq!(said.resampling().bootstraps, 1000);
        assert_eq!(PartialOptions::default().options(), Options::default());
    }

    #[test]
    fn a_default_that_the_study_does_not_hold_is_carried_and_what_it_holds_is_not() {
        let study = PartialOptions {
            folds: Some(10),
            components: Some(Components::AtMost(20)),
            ..PartialOptions::default()
        };
        let said = PartialOptions {
            folds: Some(5),
            seed: Some(11),
            components: Some(Components::All),
            z_score: Some(false),
            ..PartialOptions::default()
        };
        let carried = PartialOptions {
            folds: Some(5),
            components: Some(Components::All),
            ..PartialOptions::default()
        };
        assert_eq!(said.beyond(&study), carried);
        let none = PartialOptions::default();
        assert_eq!(study.beyond(&study), none);
        assert_eq!(carried.beyond(&none), none);
    }
}
