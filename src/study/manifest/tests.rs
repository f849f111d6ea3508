use super::*;
use crate::math::reliability::Pairs;
use crate::math::ridge::Mapping;
use crate::options::{Components, Pooling, Scope};

const STUDY: &str = r#"{
    "format": "universal-dimensions/1", "title": "Two networks", "stimuli": "stimuli.csv",
    "networks": [
        {"name": "alexnet", "set": "Different architectures",
         "layers": [{"name": "conv1", "file": "nets.npz/conv1"}, {"name": "fc7", "file": "nets.npz/fc7"}]}],
    "brains": [{"subject": "sub-01", "roi": "IT", "rdm": "../rdm.npy", "distance": "crossnobis"}],
    "options": {"folds": 4, "mapping": "ols"}
}"#;

#[test]
fn a_manifest_names_its_files_once_and_their_roles() {
    let manifest = Manifest::parse("study.json", STUDY).expect("valid");
    assert_eq!(manifest.files(), ["stimuli.csv", "nets.npz", "../rdm.npy"]);
    assert_eq!(manifest.options.folds, Some(4));
    let slots = manifest.slots();
    assert_eq!(slots[1].role.depth, Some(1));
    assert_eq!(slots[2].role.distance, Distance::Crossnobis);
    assert_eq!(resolve("a/b/study.json", "../rdm.npy"), "a/rdm.npy");
    assert_eq!(resolve("study.json", "./x.npy"), "x.npy");
    assert_eq!(resolve("a/study.json", "act\\b\\x.npy"), "a/act/b/x.npy");
}

#[test]
fn a_manifest_of_windows_is_the_same() {
    let windows = STUDY
        .replace("nets.npz/", r"nets.npz\\")
        .replace("../rdm.npy", r"..\\rdm.npy");
    let windows = format!("\u{feff}{}", windows.replace('\n', "\r\n"));
    assert_eq!(
        Manifest::parse("study.json", &windows),
        Manifest::parse("study.json", STUDY)
    );
}

#[test]
fn a_field_that_is_not_known_is_a_warning() {
    let text = STUDY.replace("\"set\":", "\"sett\":");
    let (_, warnings) = Manifest::parse_with_warnings("study.json", &text).expect("valid");
    assert_eq!(warnings.len(), 1);
    assert!(warnings[0].to_string().contains("networks.sett"));
    let (_, none) = Manifest::parse_with_warnings("study.json", STUDY).expect("valid");
    assert!(none.is_empty());
}

#[test]
fn model_rdms_are_read_and_written_under_their_key() {
    let entry = r#"{"name":"semantic","rdm":"words.npy"}"#;
    let text = STUDY.replace(
        "\"options\":",
        &format!("\"further\": [{entry}], \"options\":"),
    );
    let (manifest, none) = Manifest::parse_with_warnings("study.json", &text).expect("valid");
    assert!(none.is_empty());
    let is_model = |slot: &&Slot| slot.role.kind == Kind::ModelRdm;
    let slots = manifest.slots();
    let slot = slots.iter().find(is_model).expect("a slot");
    assert_eq!(
        (slot.file.as_str(), slot.role.roi.as_str()),
        ("words.npy", "semantic")
    );
    let written = serde_json::to_string(&manifest).expect("writes");
    assert!(
        written.contains(&format!("\"further\":[{entry}]")),
        "{written}"
    );
}

#[test]
fn scores_alone_are_a_study() {
    let text = r#"{ "format": "universal-dimensions/1", "scores": ["u.nc", "b.nc"] }"#;
    let manifest = Manifest::parse("study.json", text).expect("a study");
    assert_eq!(manifest.files(), ["u.nc", "b.nc"]);
}

#[test]
fn each_option_is_taken_and_one_that_cannot_be_is_named() {
    let with = |options: &str| {
        let text = STUDY.replace(r#""folds": 4, "mapping": "ols""#, options);
        Manifest::parse_with_warnings("study.json", &text)
    };
    type Set = fn(&mut PartialOptions);
    let taken: [(&str, Set); 16] = [
        (r#""mapping": "one-to-one""#, |o| {
            o.mapping = Some(Mapping::OneToOne)
        }),
        (r#""mapping": "onetoone""#, |o| {
            o.mapping = Some(Mapping::OneToOne)
        }),
        (r#""components": 12"#, |o| {
            o.components = Some(Components::AtMost(12))
        }),
        (r#""components": "all""#, |o| {
            o.components = Some(Components::All)
        }),
        (r#""components": null"#, |o| o.components = None),
        (r#""folds": 10"#, |o| o.folds = Some(10)),
        (r#""seed": 18446744073709551615"#, |o| {
            o.seed = Some(u64::MAX)
        }),
        (r#""pooling": "mean""#, |o| o.pooling = Some(Pooling::Mean)),
        (r#""z_score": true"#, |o| o.z_score = Some(true)),
        (r#""rdm_scale": 0.5"#, |o| o.rdm_scale = Some(0.5)),
        (r#""scope": "set""#, |o| o.scope = Some(Scope::WithinSet)),
        (r#""pairs": "published""#, |o| {
            o.pairs = Some(Pairs::AsPublished)
        }),
        (r#""permutations": 0"#, |o| o.permutations = Some(0)),
        (r#""bootstraps": 10"#, |o| o.bootstraps = Some(10)),
        (r#""draws": 10"#, |o| o.draws = Some(10)),
        (r#""resampling_seed": 4"#, |o| o.resampling_seed = Some(4)),
    ];
    for (options, say) in taken {
        let (manifest, warnings) = with(options).expect(options);
        let mut said = PartialOptions::default();
        say(&mut said);
        assert_eq!(manifest.options, said, "{options}");
        assert!(warnings.is_empty(), "{options}");
    }
    for (options, says) in [
        (
            r#""folds": 1"#,
            "study.json: Folds is 1. Expected a whole number from 2 to 10000.",
        ),
        (
            r#""rdm_scale": 1e308"#,
            "RDM scale is 1e+308. Expected a number from 0.001 to 1000000000",
        ),
        (
            r#""components": 0"#,
            "Components is 0. Expected a whole number from 1 to 100000, or all",
        ),
        (
            r#""draws": 1.5"#,
            "Random draws is 1.5. Expected a whole number",
        ),
        (
            r#""mapping": "lasso""#,
            "Mapping is lasso. Expected ridge, ols, one-to-one",
        ),
        (r#""mapping": [1]"#, "Mapping is [1]. Expected ridge"),
    ] {
        let problem = with(options).expect_err(options);
        assert!(problem.is_error());
        assert!(problem.to_string().contains(says), "{problem}");
    }
    let (_, warnings) = with(r#""fold": 5"#).expect("valid");
    assert!(
        warnings[0].to_string().contains("options.fold,"),
        "{warnings:?}"
    );
}

#[test]
fn what_is_no_study_says_so() {
    let says = |text: &str| Manifest::parse("s.json", text).unwrap_err().to_string();
    assert!(says("<html>").contains("not JSON"));
    assert!(says("{}").contains("not a study"));
    assert!(says(r#"{"format": "universal-dimensions/2"}"#).contains("newer"));
    let both = r#"{"format": "universal-dimensions/1", "brains": [{"subject": "a", "roi": "b"}]}"#;
    assert!(says(both).contains("neither or both"));
}
