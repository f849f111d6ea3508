//! Every analysis of a study, every table and every figure, into a folder.

use std::path::Path;

use super::failed;
use crate::analysis::image_map::Method;
use crate::analysis::simulation::Simulation;
use crate::analysis::{Options, Resampling};
use crate::engine::Progress;
use crate::engine::further::{Asking, simulate};
use crate::engine::native::NativeEngine;
use crate::figures::heatmap::{Heatmaps, RdmColours};
use crate::figures::map::{StimulusMap, category_colours};
use crate::figures::ranks::RankDistribution;
use crate::figures::reduced::ReducedFigure;
use crate::figures::scatter::Panel;
use crate::figures::{ColourBy, Colouring, Figure, Marks, Panels, Scatter, Theme, svg};
use crate::math::ridge::Mapping;
use crate::problem::Problem;
use crate::results::tables::{
    map_csv, networks_csv, rdms_csv, reduced_csv, relation_csv, simulation_csv,
};
use crate::results::{Dimensions, Null, Pool, Score};
use crate::study::Study;

/// CSS pixels across a figure.
const WIDTH: f64 = 720.0;
/// Dimensions that lay stimuli out (METHOD 9).
const POOLED: usize = 100;
/// Dimensions that a reduced RDM keeps.
const KEPT: usize = 10;

/// What is asked for, and where it goes.
pub struct Asked<'a> {
    pub engine: &'a NativeEngine,
    pub study: &'a Study,
    pub options: &'a Options,
    pub resampling: Resampling,
    pub report: &'a dyn Fn(Progress),
    pub folder: &'a Path,
}

/// Runs and writes everything; returns the table of dimensions with all its columns.
///
/// # Errors
/// The [`Problem`]s of an analysis that stopped or of a file that cannot be written.
pub fn write(asked: &Asked, mut table: Dimensions) -> Result<Dimensions, Vec<Problem>> {
    std::fs::create_dir_all(asked.folder).map_err(|error| {
        vec![
            Problem::error(
                &asked.folder.to_string_lossy(),
                format!("cannot be made: {error}"),
            )
            .expected("a folder that can be written to")
            .hint("Choose another with --all"),
        ]
    })?;
    complete(asked, &mut table)?;
    let null = {
        let asking = asked.asking(&table);
        let relations = pollster::block_on(asking.relations(asked.resampling)).map_err(failed)?;
        let null = if asked.resampling.permutations > 0 {
            Some(pollster::block_on(asking.null(asked.resampling)).map_err(failed)?)
        } else {
            None
        };
        asked.put(
            "relation.csv",
            &relation_csv(&table, &relations, null.as_ref()),
        )?;
        null
    };
    asked.put("dimensions.csv", &table.to_csv())?;
    scatters(asked, &table, null.as_ref())?;
    networks(asked, &table, null.as_ref())?;
    reduced(asked, &table)?;
    rdms(asked, &table)?;
    maps(asked, &table)?;
    simulation(asked)?;
    Ok(table)
}

impl Asked<'_> {
    fn asking<'b>(&'b self, table: &'b Dimensions) -> Asking<'b, NativeEngine> {
        Asking {
            engine: self.engine,
            study: self.study,
            options: self.options,
            table,
            report: self.report,
        }
    }

    fn put(&self, name: &str, text: &str) -> Result<(), Vec<Problem>> {
        super::write(&self.folder.join(name), text).map_err(|problem| vec![problem])
    }

    fn draw(&self, name: &str, figure: &impl Figure) -> Result<(), Vec<Problem>> {
        self.put(&format!("{name}.svg"), &svg(figure, WIDTH))
    }
}

/// The columns that the main analysis leaves out.
fn complete(asked: &Asked, table: &mut Dimensions) -> Result<(), Vec<Problem>> {
    let by = |mapping: Mapping, table: &Dimensions| {
        pollster::block_on(asked.asking(table).universality_by(mapping)).map_err(failed)
    };
    let by_ols = by(Mapping::Ols, table)?;
    let by_ones = by(Mapping::OneToOne, table)?;
    let rsa = pollster::block_on(asked.asking(table).rsa_of_ones()).map_err(failed)?;
    table.universality_ols = Some(by_ols);
    table.universality_one_to_one = Some(by_ones);
    table.add_rsa(rsa);
    Ok(())
}

fn scatters(asked: &Asked, table: &Dimensions, null: Option<&Null>) -> Result<(), Vec<Problem>> {
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
        asked.draw(name, &figure)
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
        asked.draw(&named("_ranks"), &ranks)?;
    }
    Ok(())
}

/// A name that any file system takes.
fn file_name(name: &str) -> String {
    name.chars()
        .map(|c| {
            if c.is_alphanumeric() || "-_.".contains(c) {
                c
            } else {
                '_'
            }
        })
        .collect()
}

fn networks(asked: &Asked, table: &Dimensions, null: Option<&Null>) -> Result<(), Vec<Problem>> {
    let summaries = table.network_summaries(null.map(|null| null.universality));
    asked.put("networks.csv", &networks_csv(table, &summaries))?;
    let all: Vec<usize> = (0..table.networks.len()).collect();
    asked.draw(
        "networks",
        &Heatmaps::of_networks(table, &table.network_matrix(), &all),
    )
}

fn reduced(asked: &Asked, table: &Dimensions) -> Result<(), Vec<Problem>> {
    let asking = asked.asking(table);
    let made = pollster::block_on(asking.reduced_rsa(asked.resampling)).map_err(failed)?;
    let names: Vec<String> = table
        .networks
        .iter()
        .map(|network| network.name.clone())
        .collect();
    asked.put("rsa_reduced.csv", &reduced_csv(&made, &names))?;
    for (place, region) in made.regions.iter().enumerate() {
        if let Some(figure) = ReducedFigure::new(&made, place, |_| true) {
            asked.draw(&format!("rsa_reduced_{}", file_name(&region.roi)), &figure)?;
        }
    }
    Ok(())
}

/// RDMs of the layer of the most universal dimension, as on the page before another is chosen.
fn rdms(asked: &Asked, table: &Dimensions) -> Result<(), Vec<Problem>> {
    let Some(&row) = table.pooled(Pool::MostUniversal, 0, 1, |_| true).first() else {
        return Ok(());
    };
    let layer = table.layer[row] as usize;
    for roi in 0..table.alignment.len().max(1) {
        let asking = asked.asking(table);
        let made = pollster::block_on(asking.rdms(layer, KEPT, roi, None, true)).map_err(failed)?;
        let name = match table.alignment.get(roi) {
            Some(region) => format!("rdms_{}", file_name(&region.roi)),
            None => "rdms".into(),
        };
        asked.put(&format!("{name}.csv"), &rdms_csv(&made))?;
        asked.draw(&name, &Heatmaps::of_rdms(&made, RdmColours::Ranks))?;
    }
    Ok(())
}

fn maps(asked: &Asked, table: &Dimensions) -> Result<(), Vec<Problem>> {
    for (pool, name) in [
        (Pool::MostUniversal, "most_universal"),
        (Pool::LeastUniversal, "least_universal"),
        (Pool::MostAligned, "most_aligned"),
    ] {
        let rows = table.pooled(pool, 0, POOLED, |_| true);
        if rows.is_empty() {
            continue;
        }
        let asking = asked.asking(table);
        let seed = asked.resampling.seed;
        let made =
            pollster::block_on(asking.image_map(&rows, Method::Umap, seed)).map_err(failed)?;
        asked.put(&format!("image_map_{name}.csv"), &map_csv(&made))?;
        let figure = StimulusMap {
            colours: category_colours(&made, &Theme::LIGHT).0,
            table: &made,
            has_pictures: false,
        };
        asked.draw(&format!("image_map_{name}"), &figure)?;
    }
    Ok(())
}

fn simulation(asked: &Asked) -> Result<(), Vec<Problem>> {
    let made = pollster::block_on(simulate(asked.engine, Simulation::default())).map_err(failed)?;
    asked.put("simulation.csv", &simulation_csv(&made))?;
    let colouring = Colouring::of_simulation(&made, &Theme::LIGHT);
    let panel = Panel::of_simulation(&made);
    asked.draw(
        "simulation",
        &Scatter::of_simulation(&made, &panel, &colouring),
    )
}
