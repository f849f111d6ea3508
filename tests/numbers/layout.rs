//! Layouts against umap-learn's.

use nalgebra::DMatrix;
use universal_dimensions::formats::Values;
use universal_dimensions::math::layout::{Umap, distances, trustworthiness, umap};
use universal_dimensions::study::{Payload, read};

use crate::cases::case;

#[test]
fn umap_is_as_trustworthy_as_umap_learn() {
    let folder = case("layout");
    let bytes = std::fs::read(folder.join("points.npy")).expect("is there");
    let (_, contents) = read("points.npy", &bytes);
    let Some(Payload::Numbers(Values::F32(values))) = contents.into_iter().next() else {
        panic!("no numbers");
    };
    let points = DMatrix::from_row_slice(160, 100, &values).map(f64::from);
    let text = std::fs::read_to_string(folder.join("case.json")).expect("is there");
    let facts: serde_json::Value = serde_json::from_str(&text).expect("valid JSON");
    let theirs: Vec<f64> = facts["trustworthiness"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(serde_json::Value::as_f64)
        .collect();
    let usual = theirs.iter().sum::<f64>() / theirs.len() as f64;
    let truth = distances(&points);
    for seed in 0..3 {
        let layout = umap(
            &points,
            Umap {
                seed,
                ..Umap::default()
            },
        );
        let ours = trustworthiness(&truth, &distances(&layout), 15);
        assert!((ours - usual).abs() < 0.02, "{ours}, umap-learn {usual}");
    }
}
