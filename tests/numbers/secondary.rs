//! Everything beyond the main analysis, against tests/reference.

use strum::VariantArray;
use universal_dimensions::analysis::{Resampling, Scope};
use universal_dimensions::math::reliability::Pairs;
use universal_dimensions::math::ridge::Mapping;
use universal_dimensions::results::{Pool, Score, Selection};
use universal_dimensions::views::image_map::analysis::Method;

use crate::cases::case;
use crate::support::{Analysed, Expected};

struct Case {
    expected: Expected,
    facts: serde_json::Value,
    most: f64,
}

impl Case {
    fn open() -> Self {
        let folder = case("further");
        let text = std::fs::read_to_string(folder.join("case.json")).expect("a case has facts");
        let facts: serde_json::Value = serde_json::from_str(&text).expect("valid JSON");
        Self {
            expected: Expected::read(&folder.join("expected.csv")),
            most: facts["tolerance"].as_f64().expect("a tolerance"),
            facts,
        }
    }

    fn number(&self, name: &str) -> f64 {
        self.facts[name].as_f64().expect("a number")
    }

    fn resampling(&self) -> Resampling {
        Resampling {
            permutations: self.number("permutations") as usize,
            bootstraps: self.number("bootstraps") as usize,
            draws: 3,
            seed: self.number("seed") as u64,
        }
    }
}

fn study() -> std::path::PathBuf {
    case("further").join("study")
}

#[test]
fn scores_of_sets_copies_fitting_stimuli_and_pairs_of_subjects() {
    let case = Case::open();
    let analysed = Analysed::open(&study(), |_| {});
    let table = analysed.table();
    let check = |column: &str, values: &[f64]| {
        case.expected
            .assert_close(table, column, values, case.most, 1e-6);
    };
    check("variance", &table.variance);
    check("universality", &table.universality);
    let region = &table.alignment[0];
    check("alignment_V", &region.scores);
    check("reliability_V", &region.reliability);
    check("adjusted_alignment_V", &region.adjusted());
    let within = Analysed::open(&study(), |options| options.scope = Scope::WithinSet);
    check("universality_within", &within.table().universality);
    let mut later = table.clone();
    later.take_universality(Scope::WithinSet);
    check("universality_within", &later.universality);
    let published = Analysed::open(&study(), |options| options.pairs = Pairs::AsPublished);
    check(
        "reliability_published_V",
        &published.table().alignment[0].reliability,
    );
    let by_ones = Analysed::open(&study(), |options| options.mapping = Mapping::OneToOne);
    check("universality_one_to_one", &by_ones.table().universality);
    check(
        "alignment_one_to_one_V",
        &by_ones.table().alignment[0].scores,
    );
    let by_ones = pollster::block_on(analysed.secondary().universality_by(Mapping::OneToOne));
    check("universality_one_to_one", &by_ones.expect("ends"));
}

#[test]
fn the_relation_has_the_interval_and_chance_the_lines_of_numpy() {
    let case = Case::open();
    let analysed = Analysed::open(&study(), |_| {});
    let selection = Selection::all(analysed.table(), Score::Alignment, 0, Scope::All);
    let secondary = analysed.secondary();
    let relations = pollster::block_on(secondary.relations(&selection, case.resampling()));
    let relation = &relations.expect("ends")[0];
    assert!((relation.rho - case.number("spearman")).abs() < 1e-4);
    for (ours, expected) in [relation.interval.0, relation.interval.1]
        .iter()
        .zip(case.facts["interval"].as_array().expect("two numbers"))
    {
        assert!((ours - expected.as_f64().expect("a number")).abs() < 1e-3);
    }
    let null =
        pollster::block_on(analysed.secondary().null_lines(case.resampling())).expect("ends");
    assert!((null.universality - case.number("null_universality")).abs() < 1e-4);
    assert!((null.alignment[0] - case.number("null_alignment")).abs() < 1e-4);
}

#[test]
fn the_map_knows_the_model_rdm_and_reduced_networks_their_layers() {
    let analysed = Analysed::open(&study(), |_| {});
    let secondary = analysed.secondary();
    let rows = analysed
        .table()
        .pooled(Pool::MostUniversal, 0, 30, |_| true);
    assert_eq!(rows.len(), 30);
    for &method in Method::VARIANTS {
        let map = pollster::block_on(secondary.image_map(&rows, method, 1)).expect("ends");
        assert!(map.trustworthiness.0 > 0.7 && map.trustworthiness.1 == 15);
        // the shared latents are what the semantic RDM is of
        assert!(map.model_rdms[0].0 == "semantic" && map.model_rdms[0].1 > 0.2);
        assert_eq!(map.positions.len(), 40);
    }
    let few = Resampling {
        draws: 5,
        ..Resampling::default()
    };
    let reduced = pollster::block_on(secondary.reduced_rsa(few)).expect("ends");
    assert_eq!(reduced.curves.len(), 5);
    for curves in &reduced.curves {
        assert!(["x", "y"].contains(&curves.layer.as_str()));
        // as many kept as there are is all of them, whatever the order
        let last = curves.kept[0].len();
        let all = curves.mean_of_all();
        for keep in universal_dimensions::views::reduced_rsa::analysis::Keep::ALL {
            assert!((curves.mean(keep, last) - all).abs() < 1e-9);
        }
    }
}

#[test]
fn neighbours_are_of_other_networks_and_no_copy() {
    let analysed = Analysed::open(&study(), |_| {});
    let table = analysed.table();
    let row = (0..table.len())
        .find(|&row| table.network_of(row).name == "d")
        .expect("there");
    let found = pollster::block_on(analysed.secondary().neighbours(row, 6)).expect("ends");
    assert_eq!(found.len(), 6);
    assert!(
        found
            .windows(2)
            .all(|pair| pair[0].1.abs() >= pair[1].1.abs())
    );
    assert!(found[0].1.abs() > 0.5);
    for (other, _) in found {
        assert!(!["d", "e"].contains(&table.network_of(other).name.as_str()));
    }
}

#[test]
fn rdms_stand_in_the_order_asked_for_with_the_score_of_each() {
    let analysed = Analysed::open(&study(), |_| {});
    let rdms = pollster::block_on(analysed.secondary().rdms(0, 3, 0, None, true)).expect("ends");
    assert_eq!(rdms.rdms.len(), 3);
    assert!(rdms.rdms[1].name.contains("3 most universal"));
    assert!(rdms.rdms[2].name.contains("mean of 4 subjects") && rdms.rdms[2].rsa.is_none());
    for rdm in &rdms.rdms {
        assert_eq!(rdm.values.len(), 40 * 40);
        assert!((0..40).all(|i| rdm.values[i * 41].abs() < 1e-12));
    }
    let one = pollster::block_on(analysed.secondary().rdms(0, 3, 0, Some("s2"), false));
    assert!(one.expect("ends").rdms[2].name.ends_with("V, s2"));
}
