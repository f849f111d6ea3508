//! How the cost grows: `cargo bench --bench scale`. Prints tables with the fitted exponents and draws
//! benches/scale.svg. Natively, on all cores.

#![cfg(not(target_arch = "wasm32"))]

use std::time::Instant;

use plotters::prelude::*;
use universal_dimensions::analysis::Options;
use universal_dimensions::blocks::{Block, Key};
use universal_dimensions::digest::Digest;
use universal_dimensions::engine::native::NativeEngine;
use universal_dimensions::math::random::Generator;
use universal_dimensions::study::roles::Axes;
use universal_dimensions::study::{ArrayId, Brain, Layer, Measure, Network, Part, Stimuli, Study};
use universal_dimensions::tasks::KINDS;
use universal_dimensions::workflow::analyse;

/// Runs of each size; the median counts.
const RUNS: usize = 3;

/// The size of a study.
#[derive(Clone, Copy)]
struct Size {
    stimuli: usize,
    networks: usize,
    layers: usize,
    units: usize,
}

const USUAL: Size = Size {
    stimuli: 400,
    networks: 6,
    layers: 3,
    units: 128,
};

fn main() {
    if !std::env::args().any(|argument| argument == "--bench") {
        println!("skipped: cargo bench --bench scale");
        return;
    }
    let axes = [
        (
            "stimuli",
            [100, 200, 400, 800, 1600]
                .map(|stimuli| Size { stimuli, ..USUAL })
                .to_vec(),
            (|size: &Size| size.stimuli as f64) as fn(&Size) -> f64,
        ),
        (
            // each network is predicted by every other: pairs, not networks
            "pairs of networks",
            [2, 5, 10, 20]
                .map(|networks| Size { networks, ..USUAL })
                .to_vec(),
            |size| (size.networks * (size.networks - 1)) as f64,
        ),
        (
            "layers",
            [1, 2, 4, 8, 16]
                .map(|layers| Size { layers, ..USUAL })
                .to_vec(),
            |size| size.layers as f64,
        ),
    ];
    let mut curves = Vec::new();
    for (name, sizes, measure) in axes {
        println!("\n| {name} | dimensions | s |\n|---|---|---|");
        let mut points = Vec::new();
        for size in sizes {
            let (seconds, dimensions) = time(size);
            println!("| {} | {dimensions} | {seconds:.3} |", measure(&size));
            points.push((measure(&size), seconds));
        }
        println!("\nExponent over {name}: {:.2}", exponent(&points));
        curves.push((name, points));
    }
    draw(&curves);
}

fn time(size: Size) -> (f64, usize) {
    let mut seconds = Vec::new();
    let mut dimensions = 0;
    for _ in 0..RUNS {
        let engine = NativeEngine::new(KINDS);
        let study = study(size, &engine);
        let started = Instant::now();
        let options = Options::default();
        let run = analyse(&engine, &study, &options, &|_| {});
        let outcome = pollster::block_on(run).expect("ends");
        seconds.push(started.elapsed().as_secs_f64());
        dimensions = outcome.dimensions.len();
    }
    seconds.sort_by(f64::total_cmp);
    (seconds[RUNS / 2], dimensions)
}

/// A study of random numbers with one brain, on the store.
fn study(size: Size, engine: &NativeEngine) -> Study {
    use universal_dimensions::engine::Engine;
    let mut generator = Generator::new(1);
    let mut next = 0;
    let mut part = |units: usize| {
        next += 1;
        let values = (0..size.stimuli * units).map(|_| generator.normal() as f32);
        engine.put(Key::of_array(ArrayId(next)), Block::F32(values.collect()));
        Part {
            array: ArrayId(next),
            digest: Digest::of(&next),
            path: String::new(),
            shape: vec![size.stimuli, units],
            axes: Axes::StimuliUnits,
            rows: (0..size.stimuli as u32).collect(),
        }
    };
    let networks = (0..size.networks)
        .map(|network| Network {
            name: format!("network {network}"),
            set: String::new(),
            same_as: None,
            layers: (0..size.layers)
                .map(|layer| Layer {
                    name: format!("layer {layer}"),
                    parts: vec![part(size.units)],
                    fitting: Vec::new(),
                })
                .collect(),
        })
        .collect();
    let brains = vec![Brain {
        subject: "one".into(),
        roi: "V".into(),
        part: part(500),
        measure: Measure::Responses,
    }];
    Study {
        stimuli: Stimuli {
            ids: (0..size.stimuli).map(|i| format!("{i:05}")).collect(),
            shown: (0..size.stimuli).collect(),
            ..Stimuli::default()
        },
        networks,
        brains,
        ..Study::default()
    }
}

/// Slope of the line through the logarithms, over the larger half, where constant costs fade.
fn exponent(points: &[(f64, f64)]) -> f64 {
    let larger = &points[points.len() / 2 - usize::from(points.len() < 5)..];
    let logs: Vec<(f64, f64)> = larger.iter().map(|(x, y)| (x.ln(), y.ln())).collect();
    let n = logs.len() as f64;
    let mean = logs
        .iter()
        .fold((0.0, 0.0), |m, p| (m.0 + p.0 / n, m.1 + p.1 / n));
    let (mut xy, mut xx) = (0.0, 0.0);
    for (x, y) in logs {
        xy += (x - mean.0) * (y - mean.1);
        xx += (x - mean.0) * (x - mean.0);
    }
    xy / xx
}

fn draw(curves: &[(&str, Vec<(f64, f64)>)]) {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/scale.svg");
    let area = SVGBackend::new(path, (640, 420)).into_drawing_area();
    area.fill(&WHITE).expect("draws");
    let mut chart = ChartBuilder::on(&area)
        .margin(16)
        .x_label_area_size(36)
        .y_label_area_size(52)
        .build_cartesian_2d((1.0..2000.0).log_scale(), (0.01..200.0).log_scale())
        .expect("axes");
    chart
        .configure_mesh()
        .x_desc("stimuli, pairs of networks, layers")
        .y_desc("seconds")
        .draw()
        .expect("draws");
    let colours = [
        RGBColor(31, 111, 120),
        RGBColor(59, 91, 146),
        RGBColor(194, 87, 26),
    ];
    for ((name, points), colour) in curves.iter().zip(colours) {
        chart
            .draw_series(LineSeries::new(
                points.iter().copied(),
                colour.stroke_width(2),
            ))
            .expect("draws");
        if let Some(&last) = points.last() {
            let style = ("sans-serif", 13).into_font().color(&colour);
            chart
                .draw_series([Text::new(
                    (*name).to_owned(),
                    (last.0 * 0.25, last.1),
                    style,
                )])
                .expect("draws");
        }
    }
    area.present().expect("can be written");
}
