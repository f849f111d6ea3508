//! The options of an analysis as arguments: what is said here holds over what a study.json says.

use crate::analysis::{Pooling, Scope};
use crate::math::reliability::Pairs;
use crate::math::ridge::Mapping;
use crate::options::{Components, PartialOptions, Setting};

/// Options of an analysis. Where one is not given, the study.json says it, else the default holds.
#[derive(clap::Args, Debug, Default)]
pub struct OptionArguments {
    /// How predictors are mapped to targets: ridge, ols or one-to-one [default: ridge]
    #[arg(long, value_parser = |text: &str| read("mapping", text, |said| said.mapping))]
    mapping: Option<Mapping>,
    /// Keep at most this many components of each layer [default: all]
    #[arg(long, value_parser = |text: &str| read("components", text, |said| said.components), value_name = "NUMBER")]
    components: Option<Components>,
    /// Folds of the cross-validation [default: 5]
    #[arg(long, value_parser = |text: &str| read("folds", text, |said| said.folds), value_name = "NUMBER")]
    folds: Option<usize>,
    /// Seed of the folds [default: 11]
    #[arg(long, value_parser = |text: &str| read("seed", text, |said| said.seed), value_name = "NUMBER")]
    seed: Option<u64>,
    /// How feature maps become units: max, mean or flatten [default: max]
    #[arg(long, value_parser = |text: &str| read("pooling", text, |said| said.pooling))]
    pooling: Option<Pooling>,
    /// z-score voxels before responses predict; --z-score=false if the study.json says true
    #[arg(long, num_args = 0..=1, require_equals = true, default_missing_value = "true", value_parser = |text: &str| read("z_score", text, |said| said.z_score), value_name = "BOOL")]
    z_score: Option<bool>,
    /// Scale the Gram matrix of an RDM as if from this many voxels of unit variance [default: 1000]
    #[arg(long, value_parser = |text: &str| read("rdm_scale", text, |said| said.rdm_scale), value_name = "NUMBER")]
    rdm_scale: Option<f64>,
    /// Take universality over all other networks, or over those of the same model set: all or set
    /// [default: all]
    #[arg(long, value_parser = |text: &str| read("scope", text, |said| said.scope))]
    scope: Option<Scope>,
    /// Take reliability over all pairs of subjects, or over the first S of them, as published: all or
    /// published [default: all]
    #[arg(long, value_parser = |text: &str| read("pairs", text, |said| said.pairs))]
    pairs: Option<Pairs>,
    /// With --all: permutations of the stimuli for the null lines and the correlation that chance gives; each
    /// scores a random part of the dimensions, and 0 leaves them out [default: 100]
    #[arg(long, value_parser = |text: &str| read("permutations", text, |said| said.permutations), value_name = "NUMBER")]
    permutations: Option<usize>,
    /// With --all: draws of networks for intervals [default: 1000]
    #[arg(long, value_parser = |text: &str| read("bootstraps", text, |said| said.bootstraps), value_name = "NUMBER")]
    bootstraps: Option<usize>,
    /// With --all: draws of random dimensions for the control of the reduced RSA [default: 200]
    #[arg(long, value_parser = |text: &str| read("draws", text, |said| said.draws), value_name = "NUMBER")]
    draws: Option<usize>,
    /// With --all: seed of permutations, draws and layouts [default: 0]
    #[arg(long, value_parser = |text: &str| read("resampling_seed", text, |said| said.resampling_seed), value_name = "NUMBER")]
    resampling_seed: Option<u64>,
}

/// The value of an argument, read as a manifest and a link read it, and refused in the same words.
fn read<T>(
    name: &str,
    text: &str,
    of: fn(&PartialOptions) -> Option<T>,
) -> Result<T, Box<dyn std::error::Error + Send + Sync>> {
    let setting = Setting::named(name).ok_or_else(|| format!("there is no option {name}"))?;
    let mut said = PartialOptions::default();
    setting.take(&mut said, text)?;
    Ok(of(&said).ok_or_else(|| format!("there is no option {name}"))?)
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::options::SETTINGS;
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
    fn every_option_is_refused_in_the_words_of_links_and_manifests() {
        for setting in &SETTINGS {
            for value in ["", "no such thing", "-1", "1e308", "99999999999999999999"] {
                let mut none = PartialOptions::default();
                let refused = setting.take(&mut none, value);
                let argument = format!("--{}={value}", setting.name.replace('_', "-"));
                let given = Line::try_parse_from(["universal-dimensions", "study", &argument]);
                let Err(wrong) = refused else {
                    given.expect("what a manifest may say");
                    continue;
                };
                let said = given.expect_err(&argument).to_string();
                // clap has words of its own for nothing at all
                assert!(
                    value.is_empty() || said.contains(&wrong.to_string()),
                    "{said}"
                );
            }
        }
        assert!(said("study --folds 1").unwrap_err().contains(
            "invalid value '1' for '--folds <NUMBER>': Folds is 1. Expected a whole number from 2 to 10000"
        ));
        assert!(
            said("study --mapping lasso")
                .unwrap_err()
                .contains("Mapping is lasso. Expected ridge, ols, one-to-one")
        );
    }
}
