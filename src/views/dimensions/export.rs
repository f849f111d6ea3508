//! The files of the dimensions: their table, their relation with brains, and their scatters.

use std::collections::HashMap;

use strum::VariantArray;

use super::ranks::RankDistribution;
use super::relation::{Relation, relation_csv};
use crate::export::{Export, file_name};
use crate::figures::{Captioned, ColourBy, Colouring, Marks, Panels, Scatter, Theme};
use crate::math::ridge::Mapping;
use crate::problem::{Problem, count};
use crate::results::finding::{ChanceLevel, Correlation};
use crate::results::{Dimensions, Score, Selection};
use crate::workflow::NullLines;

/// Completes the table, and writes everything.
///
/// # Errors
/// The [`Problem`]s of an analysis that stopped or of a file that cannot be written.
pub fn write(export: &mut Export) -> Result<(), Vec<Problem>> {
    complete(export)?;
    let resampling = export.resampling;
    let null = export.null_lines()?;
    let mut captions = HashMap::new();
    for &score in Score::VARIANTS {
        let selection = Selection::all(&export.table, score, 0, export.options.scope);
        let relations = export.run(async |analyses| {
            let relations = analyses.relations(&selection, resampling);
            relations.await
        })?;
        if score == Score::Alignment {
            export.put("relation.csv", &relation_csv(&relations, null))?;
        }
        for relation in relations {
            let caption = caption(&export.table, &selection, &relation, null);
            captions.insert((relation.score, relation.roi), caption);
        }
    }
    export.put("dimensions.csv", &export.table.to_csv())?;
    scatters(export, null, &captions)
}

/// The correlation below a figure, with how sure it is and what chance gives.
fn caption(
    table: &Dimensions,
    selection: &Selection,
    relation: &Relation,
    null: Option<&NullLines>,
) -> String {
    let chance = match null {
        Some(null) => null.chance_level(relation.score, relation.roi),
        None => ChanceLevel::NotComputed,
    };
    let roi = relation.roi;
    let found = Correlation::new(table, selection, roi, relation.sureness(), chance);
    let (rho, known) = found.numbers();
    let dimensions = count(relation.dimensions, "dimension", "dimensions");
    format!("Spearman {rho}{known}, {dimensions}")
}

/// The columns that the main analysis leaves out.
fn complete(export: &mut Export) -> Result<(), Vec<Problem>> {
    let by =
        |mapping: Mapping| export.run(async |analyses| analyses.universality_by(mapping).await);
    let by_ols = by(Mapping::Ols)?;
    let by_ones = by(Mapping::OneToOne)?;
    let rsa = export.run(async |analyses| analyses.single_dimension_rsa().await)?;
    let table = &mut export.table;
    table.universality_ols = Some(by_ols);
    table.universality_one_to_one = Some(by_ones);
    table.add_rsa(rsa);
    Ok(())
}

fn scatters(
    export: &Export,
    null: Option<&NullLines>,
    captions: &HashMap<(Score, usize), String>,
) -> Result<(), Vec<Problem>> {
    let table = &export.table;
    let theme = &Theme::LIGHT;
    let by_set = Colouring::new(table, ColourBy::ModelSet, theme);
    let depths: Vec<f64> = (0..table.len())
        .map(|row| table.layer_of(row).depth)
        .collect();
    let draw = |name: &str, score: Score, roi: usize, marks: Marks, panels: Panels| {
        let chosen = panels.of(table, score, roi, |_| true);
        if chosen.is_empty() || chosen.iter().all(|panel| panel.y.is_empty()) {
            return Ok(());
        }
        let is_one_region = score.has_region() && panels != Panels::Region;
        let region = table.alignment.get(roi).filter(|_| is_one_region);
        let up = null.and_then(|null| null.alignment.get(roi).copied());
        let y_label = match region {
            Some(region) => format!("{}, {}", score.label(), region.roi),
            None => score.label().to_owned(),
        };
        let figure = Scatter {
            x: &table.universality,
            panels: &chosen,
            colouring: &by_set,
            depths: &depths,
            marks,
            x_label: "Universality".into(),
            y_label,
            chance: (
                null.map(|null| null.universality),
                up.filter(|_| score == Score::Alignment && is_one_region),
            ),
        };
        // of one panel: small multiples have a correlation each
        let caption = captions
            .get(&(score, roi))
            .filter(|_| panels == Panels::One);
        let caption = caption.cloned().unwrap_or_default();
        let figure = Captioned {
            figure: &figure,
            caption,
        };
        export.draw(name, &figure)
    };
    for score in [Score::UniversalityOls, Score::UniversalityOneToOne] {
        let name = match score {
            Score::UniversalityOls => "dimensions_ols",
            _ => "dimensions_one_to_one",
        };
        draw(name, score, 0, Marks::DotsAndMean, Panels::One)?;
    }
    if table.alignment.is_empty() {
        let score = Score::VarianceShare;
        return draw("dimensions", score, 0, Marks::DotsAndMean, Panels::One);
    }
    draw(
        "dimensions_by_region",
        Score::Alignment,
        0,
        Marks::DotsAndMean,
        Panels::Region,
    )?;
    for (roi, region) in table.alignment.iter().enumerate() {
        let named = |what: &str| format!("dimensions_{}{what}", file_name(&region.roi));
        let alignment = Score::Alignment;
        draw(&named(""), alignment, roi, Marks::DotsAndMean, Panels::One)?;
        draw(
            &named("_density"),
            alignment,
            roi,
            Marks::Density,
            Panels::One,
        )?;
        draw(
            &named("_depth"),
            alignment,
            roi,
            Marks::DepthCurves,
            Panels::One,
        )?;
        draw(
            &named("_by_set"),
            alignment,
            roi,
            Marks::Density,
            Panels::ModelSet,
        )?;
        draw(
            &named("_by_network"),
            alignment,
            roi,
            Marks::DotsAndMean,
            Panels::Network,
        )?;
        draw(
            &named("_by_person"),
            alignment,
            roi,
            Marks::DotsAndMean,
            Panels::Subject,
        )?;
        draw(
            &named("_adjusted"),
            Score::Adjusted,
            roi,
            Marks::DotsAndMean,
            Panels::One,
        )?;
        draw(
            &named("_reliability"),
            Score::Reliability,
            roi,
            Marks::DotsAndMean,
            Panels::One,
        )?;
        draw(
            &named("_rsa"),
            Score::Rsa,
            roi,
            Marks::DotsAndMean,
            Panels::One,
        )?;
        let ranks = RankDistribution::of(table, alignment, roi, |_| true);
        export.draw(&named("_ranks"), &ranks)?;
    }
    Ok(())
}
