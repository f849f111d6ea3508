//! The options of an analysis as arguments: what is said here holds over what a study.json says.

use clap::ValueEnum;
use clap::builder::PossibleValue;

use crate::analysis::{Pooling, Scope};
use crate::math::reliability::Pairs;
use crate::math::ridge::Mapping;
use crate::options::{
    BOOTSTRAPS, COMPONENTS, Components, DRAWS, FOLDS, PERMUTATIONS, PartialOptions, RDM_SCALE,
    SEED, Words,
};

/// Options of an analysis. Where one is not given, the study.json says it, else the default holds.
#[derive(clap::Args, Debug, Default)]
pub struct OptionArguments {
    /// How predictors are mapped to targets [default: ridge]
    #[arg(long, value_enum)]
    mapping: Option<Mapping>,
    /// Keep at most this many components of each layer [default: all]
    #[arg(long, value_parser = components, value_name = "NUMBER")]
    components: Option<Components>,
    /// Folds of the cross-validation [default: 5]
    #[arg(long, value_parser = |text: &str| FOLDS.read_count(text).map_err(expected), value_name = "NUMBER")]
    folds: Option<usize>,
    /// Seed of the folds [default: 11]
    #[arg(long, value_parser = |text: &str| SEED.read(text).map_err(expected), value_name = "NUMBER")]
    seed: Option<u64>,
    /// How feature maps become units [default: max]
    #[arg(long, value_enum)]
    pooling: Option<Pooling>,
    /// z-score voxels before responses predict; --z-score=false if the study.json says true
    #[arg(long, num_args = 0..=1, require_equals = true, default_missing_value = "true", value_name = "BOOL")]
    z_score: Option<bool>,
    /// Scale the Gram matrix of an RDM as if from this many voxels of unit variance [default: 1000]
    #[arg(long, value_parser = |text: &str| RDM_SCALE.read(text).map_err(expected), value_name = "NUMBER")]
    rdm_scale: Option<f64>,
    /// Take universality over all other networks, or over those of the same model set [default: all]
    #[arg(long, value_enum)]
    scope: Option<Scope>,
    /// Take reliability over all pairs of subjects, or over the first S of them, as published
    /// [default: all]
    #[arg(long, value_enum)]
    pairs: Option<Pairs>,
    /// With --all: permutations of the stimuli for the null lines; each costs as much as the main
    /// analysis, and 0 leaves them out [default: 100]
    #[arg(long, value_parser = |text: &str| PERMUTATIONS.read_count(text).map_err(expected), value_name = "NUMBER")]
    permutations: Option<usize>,
    /// With --all: draws of networks for intervals [default: 1000]
    #[arg(long, value_parser = |text: &str| BOOTSTRAPS.read_count(text).map_err(expected), value_name = "NUMBER")]
    bootstraps: Option<usize>,
    /// With --all: draws of random dimensions for the control of the reduced RSA [default: 200]
    #[arg(long, value_parser = |text: &str| DRAWS.read_count(text).map_err(expected), value_name = "NUMBER")]
    draws: Option<usize>,
    /// With --all: seed of permutations, draws and layouts [default: 0]
    #[arg(long, value_parser = |text: &str| SEED.read(text).map_err(expected), value_name = "NUMBER")]
    resampling_seed: Option<u64>,
}

fn expected(what: String) -> String {
    format!("expected {what}")
}

fn components(text: &str) -> Result<Components, String> {
    if text == "all" {
        return Ok(Components::All);
    }
    COMPONENTS
        .read_count(text)
        .map(Components::AtMost)
        .map_err(|what| format!("expected {what}, or all"))
}

impl OptionArguments {
    /// What the arguments say.
    pub fn said(&self) -> PartialOptions {
        PartialOptions {
            mapping: self.mapping,
            components: self.components,
            folds: self.folds,
            seed: self.seed,
            pooling: self.pooling,
            z_score: self.z_score,
            rdm_scale: self.rdm_scale,
            scope: self.scope,
            pairs: self.pairs,
            permutations: self.permutations,
            bootstraps: self.bootstraps,
            draws: self.draws,
            resampling_seed: self.resampling_seed,
        }
    }
}

/// The words of links and manifests.
macro_rules! words {
    ($choice:ty, [$($variant:ident),+]) => {
        impl ValueEnum for $choice {
            fn value_variants<'a>() -> &'a [Self] {
                &[$(Self::$variant),+]
            }

            fn to_possible_value(&self) -> Option<PossibleValue> {
                Some(PossibleValue::new(self.word()))
            }
        }
    };
}

words!(Mapping, [Ridge, Ols, OneToOne]);
words!(Pooling, [Max, Mean, Flatten]);
words!(Scope, [All, WithinSet]);
words!(Pairs, [All, AsPublished]);

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Parser, Debug)]
    struct Line {
        study: String,
        #[command(flatten)]
        options: OptionArguments,
    }

    fn said(arguments: &str) -> Result<PartialOptions, String> {
        let words = ["universal-dimensions"]
            .into_iter()
            .chain(arguments.split(' '));
        Line::try_parse_from(words)
            .map(|line| line.options.said())
            .map_err(|error| error.to_string())
    }

    #[test]
    fn the_command_line_holds_over_the_manifest_even_at_a_default() {
        let manifest: PartialOptions = serde_json::from_str(
            r#"{"folds": 10, "seed": 3, "mapping": "ols", "components": 20, "z_score": true,
                "pooling": "mean", "scope": "set", "pairs": "published", "rdm_scale": 5, "draws": 9}"#,
        )
        .expect("options");
        let given = "study --folds 5 --mapping ridge --components all --z-score=false --pooling max \
                     --scope all --pairs all --rdm-scale 1000 --draws 200";
        let given: Vec<&str> = given.split_whitespace().collect();
        let holds = said(&given.join(" ")).expect("valid").over(&manifest);
        assert_eq!(holds.options().seed, 3);
        let but_seed = crate::analysis::Options {
            seed: 11,
            ..holds.options()
        };
        assert_eq!(but_seed, crate::analysis::Options::default());
        assert_eq!(holds.resampling(), crate::analysis::Resampling::default());
        assert_eq!(said("study").expect("valid"), PartialOptions::default());
        assert_eq!(said("--z-score study").expect("valid").z_score, Some(true));
    }

    #[test]
    fn a_value_that_cannot_be_is_refused_in_the_words_of_links_and_manifests() {
        for (arguments, says) in [
            (
                "study --folds 1",
                "invalid value '1' for '--folds <NUMBER>': expected a whole number from 2 to 10000",
            ),
            (
                "study --components 0",
                "expected a whole number from 1 to 100000, or all",
            ),
            (
                "study --rdm-scale 0",
                "expected a number from 0.001 to 1000000000",
            ),
            (
                "study --draws 100000000",
                "expected a whole number from 1 to 10000",
            ),
            (
                "study --mapping lasso",
                "[possible values: ridge, ols, one-to-one]",
            ),
        ] {
            let error = said(arguments).expect_err(arguments);
            assert!(error.contains(says), "{error}");
        }
    }
}
