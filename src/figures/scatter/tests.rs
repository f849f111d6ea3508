use strum::VariantArray;

use super::super::colour::Legend;
use super::super::sheet::svg;

use super::*;
use crate::figures::raster::Raster;
use crate::figures::theme::Rgb;

fn colouring(count: usize) -> Colouring {
    Colouring {
        rows: vec![Rgb(10, 20, 30); count],
        legend: Legend::Groups(Vec::new()),
    }
}

fn whole(y: &[f64]) -> Panel {
    Panel {
        title: "all".into(),
        rows: (0..y.len() as u32).collect(),
        y: y.to_vec(),
    }
}

fn scatter<'a>(x: &'a [f64], panel: &'a Panel, colouring: &'a Colouring) -> Scatter<'a> {
    Scatter {
        x,
        panels: std::slice::from_ref(panel),
        colouring,
        depths: &[],
        marks: Marks::DotsAndMean,
        x_label: "across".into(),
        y_label: "up the side".into(),
        chance: (None, None),
    }
}

#[test]
fn the_figure_draws_axes_dots_curve_and_densities() {
    let x: Vec<f64> = (0..200).map(|i| f64::from(i) / 250.0).collect();
    let colours = colouring(x.len());
    let panel = whole(&x);
    let mut figure = scatter(&x, &panel, &colours);
    let drawn = svg(&figure, 620.0);
    assert_eq!(drawn.matches("<circle").count(), 200 + 10);
    // the background and two densities
    assert_eq!(drawn.matches("<polygon").count(), 3);
    assert_eq!(drawn.matches("<text").count(), 7 + 7 + 2);
    assert!(drawn.contains("across") && drawn.contains("up the side"));
    figure.chance = (Some(0.3), Some(0.2));
    let lines = |drawn: &str| drawn.matches("<polyline").count();
    assert!(lines(&svg(&figure, 620.0)) > lines(&drawn) + 50);
    figure.marks = Marks::DepthCurves;
    assert_eq!(svg(&figure, 620.0).matches("<circle").count(), 10);
    let wavy: Vec<f64> = x.iter().map(|x| x + 0.1 * (40.0 * x).sin()).collect();
    let panel = whole(&wavy);
    let mut figure = scatter(&x, &panel, &colours);
    figure.marks = Marks::Density;
    assert_eq!(svg(&figure, 620.0).matches("<image").count(), 1);
}

#[test]
fn panels_share_their_axes_and_have_their_titles() {
    let x: Vec<f64> = (0..80).map(|i| f64::from(i) / 100.0).collect();
    let colours = colouring(x.len());
    let panel = whole(&x);
    let mut figure = scatter(&x, &panel, &colours);
    let panels: Vec<Panel> = (0..5)
        .map(|panel| Panel {
            title: format!("panel {panel}"),
            rows: (panel * 16..(panel + 1) * 16).collect(),
            y: x.clone(),
        })
        .collect();
    figure.panels = &panels;
    figure.marks = Marks::Dots;
    let drawn = svg(&figure, 700.0);
    assert!((0..5).all(|panel| drawn.contains(&format!("panel {panel}"))));
    assert_eq!(drawn.matches("<circle").count(), 80);
    let frames = figure.frames(700.0, 2.0);
    assert_eq!(frames.len(), 5);
    let at = figure.position_of(&frames, 40).expect("drawn");
    assert!(frames[2].contains(at));
    assert_eq!(figure.row_at(&frames, (at.0 + 1.0, at.1), 10.0), Some(40));
    assert_eq!(figure.row_at(&frames, (0.0, 0.0), 10.0), None);
}

#[test]
fn undefined_scores_are_not_drawn_and_no_data_is_no_panic() {
    let (x, y) = ([0.5, f64::NAN], [f64::NAN, 0.5]);
    let colours = colouring(2);
    let panel = whole(&y);
    let mut figure = scatter(&x, &panel, &colours);
    for &marks in Marks::VARIANTS {
        figure.marks = marks;
        assert_eq!(svg(&figure, 300.0).matches("<circle").count(), 0);
    }
    let none = colouring(0);
    assert!(svg(&scatter(&[], &whole(&[]), &none), 300.0).contains("across"));
}

#[test]
fn dots_lie_where_the_frame_says() {
    let (x, y) = ([0.5], [0.25]);
    let colours = colouring(1);
    let panel = whole(&y);
    let figure = scatter(&x, &panel, &colours);
    let frame = figure.frames(400.0, 2.0)[0];
    let mut image = Raster::over(&frame);
    let (px, py) = frame.to_pixels(0.5, 0.25);
    image.disc(px, py, 4.0, Rgb(10, 20, 30));
    let image = image.into_image();
    let (column, row) = ((px - image.left) as usize, (py - image.top) as usize);
    let at = 4 * (row * image.width as usize + column);
    assert_eq!(image.pixels[at..at + 3], [10, 20, 30]);
    assert!(image.pixels[at + 3] > 100);
}
