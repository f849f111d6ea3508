use super::*;
use crate::figures::{ColourBy, Marks, Panels};
use crate::math::reliability::Pairs;
use crate::math::ridge::Mapping;
use crate::options::test_values::some_options;
use crate::options::{Components, Pooling, Scope};
use crate::results::{Pool, Score};
use crate::views::LINKED;
use crate::views::dimensions::settings::DimensionsSettings;
use crate::views::image_map::analysis::Method;
use crate::views::image_map::settings::ImageMapSettings;
use crate::views::rdms::settings::RdmSettings;
use crate::views::simulation::analysis::Simulation;
use proptest::prelude::*;

/// A link in which nothing is refused.
fn opened(hash: &str) -> Link {
    let opened = Link::parse(hash, LINKED).expect("opens");
    assert_eq!(opened.refused, [], "{hash}");
    opened.link
}

#[test]
fn every_field_comes_back() {
    let (dimensions, rdms, map, knobs) = (
        DimensionsSettings {
            y_score: Score::Adjusted,
            colour: ColourBy::Rank,
            marks: Marks::Mean,
            panels: Panels::Subject,
        },
        RdmSettings {
            layer: Some(("a~b".into(), "c&d".into())),
            kept: 3,
            subject: Some("s 1".into()),
            ranks: false,
            grouped: true,
        },
        ImageMapSettings {
            pool: Pool::MostAligned,
            count: 50,
            method: Method::Mds,
            seed: 4,
        },
        Simulation {
            networks: 5,
            brain_noise: 0.25,
            ..Simulation::default()
        },
    );
    let mut settings = ViewSettings::default();
    settings.update(|own: &mut DimensionsSettings| *own = dimensions);
    settings.update(|own: &mut RdmSettings| *own = rdms.clone());
    settings.update(|own: &mut ImageMapSettings| *own = map.clone());
    settings.update(|own: &mut Simulation| *own = knobs);
    assert_eq!(settings.get::<DimensionsSettings>(), dimensions);
    assert_eq!(settings.get::<RdmSettings>(), rdms);
    assert_eq!(settings.get::<ImageMapSettings>(), map);
    assert_eq!(settings.get::<Simulation>(), knobs);
    let link = Link {
        source: Source::Hosted("https://a.b/x y/study.json?q=1&r=2#z".into()),
        run: true,
        options: PartialOptions {
            mapping: Some(Mapping::Ols),
            components: Some(Components::AtMost(10)),
            folds: Some(4),
            seed: Some(3),
            pooling: Some(Pooling::Mean),
            z_score: Some(true),
            rdm_scale: Some(500.0),
            scope: Some(Scope::WithinSet),
            pairs: Some(Pairs::AsPublished),
            permutations: Some(7),
            bootstraps: Some(8),
            draws: Some(9),
            resampling_seed: Some(10),
        },
        view: View {
            open: Some("image-map"),
            roi: Some("IT & friends".into()),
            networks: vec!["a~b".into(), "c".into()],
            settings,
            chosen: Some(Chosen {
                network: "a~b=c".into(),
                layer: "conv 1/ü".into(),
                component: 7,
            }),
        },
    };
    assert_eq!(opened(&link.to_hash(LINKED)), link);
    let knobs = Knobs {
        networks: 5,
        shared: 3,
        private: 9,
        noise: 100,
        seed: 8,
    };
    let demo = Link {
        source: Source::Demo(knobs),
        ..Link::default()
    };
    assert_eq!(opened(&format!("#{}", demo.to_hash(LINKED))), demo);
}

/// Links as they were written before what is said and what is default were told apart.
#[test]
fn links_of_before_say_the_same() {
    let link = opened(
        "#study=https://a.b/study.json&mapping=ols&components=10&folds=4&seed=3&pooling=mean\
         &zscore=1&rdmscale=500&scope=set&pairs=published&permutations=7&bootstraps=8&draws=9\
         &chance=10&kept=3&pooled=50&v=1",
    );
    let options = link.options.options();
    assert_eq!((options.mapping, options.folds), (Mapping::Ols, 4));
    assert_eq!((options.components, options.seed), (Some(10), 3));
    assert_eq!((options.pooling, options.z_score), (Pooling::Mean, true));
    assert_eq!(options.rdm_scale.to_bits(), 500_f64.to_bits());
    assert_eq!(
        (options.scope, options.pairs),
        (Scope::WithinSet, Pairs::AsPublished)
    );
    let resampling = link.options.resampling();
    assert_eq!((resampling.permutations, resampling.bootstraps), (7, 8));
    assert_eq!((resampling.draws, resampling.seed), (9, 10));
    assert!(
        link.to_hash(LINKED).contains("&rdmscale=500&"),
        "{}",
        link.to_hash(LINKED)
    );
}

#[test]
fn a_link_at_the_default_reopens_at_the_default_over_a_study_that_says_otherwise() {
    let study = PartialOptions {
        folds: Some(10),
        ..PartialOptions::default()
    };
    let said = PartialOptions {
        folds: Some(5),
        ..PartialOptions::default()
    };
    let link = Link {
        source: Source::Hosted("study.json".into()),
        options: said.beyond(&study),
        ..Link::default()
    };
    assert_eq!(link.to_hash(LINKED), "study=study.json&folds=5&v=1");
    let reopened = opened(&link.to_hash(LINKED));
    assert_eq!(reopened.options.over(&study).options().folds, 5);
}

#[test]
fn a_value_that_cannot_be_is_named_with_what_can_and_the_rest_is_opened() {
    let (folds, scale, draws) = (
        "Expected a whole number from 2 to 10000",
        "Expected a number from 0.001 to 1000000000",
        "Expected a whole number from 1 to 10000",
    );
    let seed = "Expected a whole number from 0 to 18446744073709551615";
    let mut tested = Vec::new();
    for (field, found, expected) in [
        ("folds=0", "Folds is 0", folds),
        ("folds=1", "Folds is 1", folds),
        ("folds=many", "Folds is many", folds),
        // the demo has 120 stimuli
        (
            "folds=121",
            "Folds is 121",
            "Expected a whole number from 2 to 60",
        ),
        ("folds=1000000", "Folds is 1000000", folds),
        (
            "components=0",
            "Components is 0",
            "Expected a whole number from 1 to 100000, or all",
        ),
        ("seed=-1", "Seed is -1", seed),
        (
            "mapping=lasso",
            "Mapping is lasso",
            "Expected ridge, ols, one-to-one",
        ),
        (
            "pooling=",
            "Feature maps is empty",
            "Expected max, mean, flatten",
        ),
        ("zscore=2", "Voxels is 2", "Expected 0 or 1, false or true"),
        ("rdmscale=0", "RDM scale is 0", scale),
        ("rdmscale=-5", "RDM scale is -5", scale),
        ("rdmscale=1e308", "RDM scale is 1e308", scale),
        (
            "scope=none",
            "Universality across is none",
            "Expected all, set",
        ),
        (
            "pairs=x",
            "Subject pairs for reliability is x",
            "Expected all, published",
        ),
        (
            "permutations=10001",
            "Permutations is 10001",
            "Expected a whole number from 0 to 10000",
        ),
        (
            "bootstraps=0",
            "Bootstraps is 0",
            "Expected a whole number from 1 to 100000",
        ),
        (
            "bootstraps=100000000",
            "Bootstraps is 100000000",
            "Expected a whole number from 1 to 100000",
        ),
        ("draws=100000000", "Random draws is 100000000", draws),
        ("chance=1.5", "Seed of chance is 1.5", seed),
        (
            "networks=13",
            "Networks is 13",
            "Expected a whole number from 2 to 12",
        ),
        (
            "shared=21",
            "Shared latents is 21",
            "Expected a whole number from 0 to 20",
        ),
        (
            "private=41",
            "Private latents is 41",
            "Expected a whole number from 0 to 40",
        ),
        (
            "noise=401",
            "Noise, % is 401",
            "Expected a whole number from 0 to 400",
        ),
        (
            "draw=4294967296",
            "Draw is 4294967296",
            "Expected a whole number from 0 to 4294967295",
        ),
        (
            "tab=maps",
            "View is maps",
            "Expected dimensions, shared, networks, reduced-rsa, rdms, image-map, simulation",
        ),
        ("roi=a~b", "Brain region is a~b", "Expected one name"),
        (
            "pick=a~b",
            "Chosen dimension is a~b",
            "Expected network~layer~component",
        ),
        (
            "up=down",
            "Vertical axis is down",
            "Expected alignment, adjusted, reliability, rsa, ols, one-to-one, variance",
        ),
        (
            "colour=red",
            "Colour by is red",
            "Expected set, network, depth, rank",
        ),
        (
            "show=all",
            "Show is all",
            "Expected both, dots, mean, density, depth, ranks",
        ),
        (
            "panels=two",
            "Panels is two",
            "Expected one, set, network, subject, region",
        ),
        ("layer=a", "Layer is a", "Expected network~layer"),
        (
            "kept=0",
            "Keep is 0",
            "Expected a whole number from 1 to 100000",
        ),
        ("subject=a~b", "Subject is a~b", "Expected one name"),
        ("rdmcolours=red", "Colours is red", "Expected ranks, values"),
        ("grouped=2", "Order is 2", "Expected 0, 1"),
        (
            "pool=x",
            "Dimensions is x",
            "Expected most-universal, least-universal, most-aligned",
        ),
        (
            "pooled=0",
            "Pooled is 0",
            "Expected a whole number from 2 to 2000",
        ),
        ("layout=x", "Layout is x", "Expected umap, pca, mds"),
        ("layoutseed=-1", "Layout seed is -1", seed),
        (
            "simstimuli=49",
            "Stimuli is 49",
            "Expected a whole number from 50 to 1000",
        ),
        (
            "shareddimension=0",
            "Shared dimension is 0",
            "Expected a whole number from 1 to 1000",
        ),
        ("sharednetwork=a~b", "Network is a~b", "Expected one name"),
        (
            "simnetworks=41",
            "Networks is 41",
            "Expected a whole number from 2 to 40",
        ),
        (
            "simlike=41",
            "See like brains is 41",
            "Expected a whole number from 0 to 40",
        ),
        (
            "simbrains=0",
            "Brains is 0",
            "Expected a whole number from 1 to 40",
        ),
        (
            "simfeatures=21",
            "Features is 21",
            "Expected a whole number from 1 to 20",
        ),
        (
            "simbrainnoise=NaN",
            "Noise of brains is NaN",
            "Expected a number from 0 to 10",
        ),
        (
            "simnoise=11",
            "Noise of networks is 11",
            "Expected a number from 0 to 10",
        ),
        ("simseed=x", "Seed of simulation is x", seed),
    ] {
        tested.extend(field.split('=').next());
        let link = Link::parse(&format!("#demo=shared-latents&{field}&v=1"), LINKED);
        let Opened { link, refused } = link.expect(field);
        assert_eq!(link, Link::default(), "{field}");
        let [problem] = refused.as_slice() else {
            panic!("{field}: {refused:?}");
        };
        assert!(
            problem
                .to_string()
                .starts_with(&format!("{found}. {expected}. ")),
            "{problem}"
        );
    }
    let untested: Vec<&str> = every_field()
        .into_iter()
        .filter(|name| !["v", "demo", "study", "files", "run", "only"].contains(name))
        .filter(|name| !tested.contains(name))
        .collect();
    assert!(untested.is_empty(), "{untested:?}");
    // how many stimuli a hosted study has is not known yet
    let hosted = opened("#study=a/study.json&folds=121&v=1");
    assert_eq!(hosted.options.folds, Some(121));
}

#[test]
fn a_link_of_any_length_is_answered_at_once_and_shortly() {
    let megabyte = "x".repeat(1 << 20);
    for hash in [
        format!("#demo=shared-latents&folds={megabyte}&v=1"),
        format!("#{megabyte}"),
        format!("#study=https://a.org/{megabyte}&v=1"),
        "&".repeat(1 << 20),
        "#only=".to_owned() + &"~".repeat(1 << 20),
    ] {
        let began = std::time::Instant::now();
        let problem = Link::parse(&hash, LINKED).expect_err("refused").to_string();
        assert!(began.elapsed().as_millis() < 200, "{:?}", began.elapsed());
        assert!(problem.len() < 300, "{problem}");
        assert!(problem.contains("characters long"), "{problem}");
    }
    // and just short of that
    let long = "x".repeat((1 << 16) - 40);
    let opened = Link::parse(&format!("#demo=shared-latents&folds={long}"), LINKED);
    let [problem] = &opened.expect("opens").refused[..] else {
        panic!("one value is refused");
    };
    assert!(problem.to_string().len() < 300);
    let damaged = Link::parse(&format!("#{long}={long}"), LINKED);
    assert!(damaged.is_err_and(|problem| problem.to_string().len() < 300));
}

proptest! {
    #[test]
    fn options_come_back_over_any_manifest(said in some_options(), manifest in some_options()) {
        let hosted = |options: PartialOptions| Link {
            source: Source::Hosted("a/study.json".into()),
            options,
            ..Link::default()
        };
        let whole = hosted(said.clone());
        prop_assert_eq!(opened(&whole.to_hash(LINKED)), whole);
        let short = hosted(said.beyond(&manifest));
        let options = opened(&short.to_hash(LINKED)).options;
        let (before, after) = (said.over(&manifest), options.over(&manifest));
        prop_assert_eq!(before.options(), after.options());
        prop_assert_eq!(before.resampling(), after.resampling());
        // and is written the same
        prop_assert_eq!(hosted(options.beyond(&manifest)).to_hash(LINKED), short.to_hash(LINKED));
    }
}

#[test]
fn fields_of_a_view_mean_the_same_in_any_order() {
    for hash in [
        "#tab=simulation&simlike=30&simnetworks=35&v=1",
        "#simnetworks=35&simlike=30&tab=simulation&v=1",
    ] {
        let link = opened(hash);
        let knobs = link.view.settings.get::<Simulation>();
        assert_eq!((knobs.networks, knobs.like_brains), (35, 30));
    }
}

/// Names of all fields that a link may have.
fn every_field() -> Vec<&'static str> {
    let mut names: Vec<&str> = KNOBS.iter().chain(SHOWN).map(|field| field.name).collect();
    names.extend(["tab", "v", "demo", "study", "files", "run", PICKED.name]);
    names.extend(SETTINGS.iter().map(|setting| setting.in_link));
    for settings in LINKED.iter().filter_map(|view| view.settings) {
        names.extend(settings.names());
    }
    names
}

#[test]
fn no_two_fields_have_a_name_in_common() {
    let mut names = every_field();
    let count = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), count);
}

#[test]
fn a_first_visit_is_the_demo_and_short() {
    assert_eq!(opened(""), Link::default());
    assert_eq!(Link::default().to_hash(LINKED), "demo=shared-latents&v=1");
}

#[test]
fn later_and_damaged_links_say_which_they_are() {
    let says = |hash: &str| Link::parse(hash, LINKED).unwrap_err().to_string();
    assert!(says("#demo=shared-latents&v=2").contains("later version"));
    assert!(says("#roi=%ff").contains("damaged: it says roi=%ff"));
    assert!(says("#demo=other").contains("shared-latents"));
    assert!(says("#study=&v=1").contains("the address of a study.json"));
    assert!(says("#nonsense").contains("damaged"));
    assert!(says("#demo=shared-latents&v=x").contains("version 1"));
    assert!(says("#study=a.json&run=perhaps").contains("damaged"));
}

#[test]
fn a_link_may_say_that_a_hosted_study_runs_at_once() {
    for hash in ["study=a.json&run&v=1", "#run=1&study=a.json"] {
        let link = opened(hash);
        assert!(link.run, "{hash}");
        assert_eq!(link.to_hash(LINKED), "study=a.json&run&v=1");
    }
    assert!(!opened("study=a.json&v=1").run);
}
