//! The Simulation view: the paper's control, computed as its knobs move.

use leptos::html;
use leptos::prelude::*;

use super::SimulationView;
use super::analysis::Simulation;
use super::table::{SimulationTable, simulate, simulation_csv};
use crate::figures::scatter::Panel;
use crate::figures::{Colouring, Legend, Scatter};

use crate::options::SEED;
use crate::page::App;
use crate::page::controls::{ends, number_field, save_button, slider};
use crate::page::plot::{follow, paint};
use crate::page::query::{Query, QueryState, Tells};
use crate::results::text::two_decimals;
use crate::views::View;
use crate::workflow::Progress;

/// The paper's simulation.
#[derive(Clone, Copy)]
struct SimulationQuery(Query<Simulation, SimulationTable>);

/// The view.
#[component]
fn Content() -> impl IntoView {
    let app = App::get();
    let query = expect_context::<SimulationQuery>().0;
    // while the next is computed, the last one stands
    let table = RwSignal::new(None);
    Effect::new(move |_| {
        if let QueryState::Ready(found) = query.get() {
            table.set(Some(found));
        }
    });
    let mean_of = |values: &[f64]| crate::math::summary::mean(values.iter().copied());
    let finding = move || {
        let table = table.get()?;
        let alike = table.knobs.like_brains * table.knobs.features;
        let (like, others) = (
            table.alignment.split_at(alike),
            table.universality.split_at(alike),
        );
        let (aligned, universal) = (mean_of(like.0), mean_of(others.1));
        Some(view! {
            "A universal dimension need not be a brain\u{2019}s: here networks agree with each other at "
            <b>{two_decimals(universal)}</b>
            {format!(" on features that brains lack, and what sees like a brain is aligned at {} without being universal.", two_decimals(aligned))}
        })
    };
    let canvas: NodeRef<html::Canvas> = NodeRef::new();
    let width = RwSignal::new(0.0_f64);
    follow(canvas, width, move |canvas, across| {
        let (table, theme) = (table.get()?, app.theme.get());
        let canvas = canvas.clone();
        Some(Box::new(move || {
            let colouring = Colouring::of_simulation(&table, &theme);
            let panel = Panel::of_simulation(&table);
            let figure = Scatter::of_simulation(&table, &panel, &colouring);
            paint(&canvas, &figure, across, &theme);
        }))
    });
    let legend = move || {
        let table = table.get()?;
        let colouring = app
            .theme
            .with(|theme| Colouring::of_simulation(&table, theme));
        let Legend::Groups(groups) = colouring.legend else {
            return None;
        };
        let keys = groups.into_iter().map(|(name, colour)| {
            view! { <span class="key" style=format!("--c:{}", colour.css())>{name}</span> }
        });
        Some(keys.collect_view())
    };
    let summary = move || {
        table.get().map(|table| {
            format!(
                "Scatter of {} simulated features: universality on the horizontal axis, brain alignment on the vertical axis.",
                table.universality.len()
            )
        })
    };
    view! {
        <p class="read">{finding}</p>
        <p class="intro">"Brains see ten features, nearly all networks ten others, and one network sees what brains see. Universality is then the mean correlation of a feature with itself in other networks, alignment with itself in brains. Because they can come apart as they do here, that they go together in real networks is a finding (Chen & Bonner 2025, supplementary figure 4)."</p>
        <div class="legend">{legend}</div>
        <div class="figure">
            <canvas id="simulation" role="img" aria-label=summary node_ref=canvas></canvas>
        </div>
        <div class="under">
            <p class="dim"></p>
            {save_button(
                "Download simulation (CSV)", "simulation.csv",
                move || table.get_untracked().map(|table| simulation_csv(&table)),
                move || table.with(Option::is_some),
            )}
        </div>
        <SimulationKnobs/>
    }
}

#[component]
fn SimulationKnobs() -> impl IntoView {
    let app = App::get();
    let knob = move |label: &'static str,
                     help: &'static str,
                     range: (f64, f64, f64),
                     get: fn(&Simulation) -> f64,
                     set: fn(&mut Simulation, f64)| {
        slider(
            label,
            help,
            range,
            move || get(&app.settings::<Simulation>()),
            move |value| {
                app.update_settings(|knobs| set(knobs, value));
            },
        )
    };
    let noise = (Simulation::NOISE.least, Simulation::NOISE.most, 0.05);
    view! {
        <div class="controls knobs">
            {knob("Networks", "How many networks there are", ends(&Simulation::NETWORKS, 1.0), |k| k.networks as f64, |k, v| k.networks = v as usize)}
            {knob("See like brains", "How many of them see what brains see", ends(&Simulation::LIKE_BRAINS, 1.0), |k| k.like_brains as f64, |k, v| k.like_brains = v as usize)}
            {knob("Brains", "How many brains there are", ends(&Simulation::BRAINS, 1.0), |k| k.brains as f64, |k, v| k.brains = v as usize)}
            {knob("Features", "How many features brains see, and how many others the other networks see", ends(&Simulation::FEATURES, 1.0), |k| k.features as f64, |k, v| k.features = v as usize)}
            {knob("Stimuli", "How many stimuli they look at", ends(&Simulation::STIMULI, 10.0), |k| k.stimuli as f64, |k, v| k.stimuli = v as usize)}
            {knob("Noise of brains", "Standard deviation of the noise of brains, relative to a feature", noise, |k| k.brain_noise, |k, v| k.brain_noise = v)}
            {knob("Noise of networks", "Standard deviation of the noise of networks, before that of each feature is scaled at random between 0 and 1", noise, |k| k.network_noise, |k, v| k.network_noise = v)}
            {number_field(
                "Seed of simulation", "Another draw of everything random", || Simulation::default().seed.to_string(), || SEED,
                move || app.settings::<Simulation>().seed.to_string(),
                move |n| app.update_settings(|knobs: &mut Simulation| knobs.seed = n.unwrap_or_default()),
            )}
        </div>
    }
}

/// Begins to follow what is on the page.
pub fn start(app: App) {
    provide_context(SimulationQuery(query(app)));
}

/// The page.
pub fn page() -> AnyView {
    view! { <Content/> }.into_any()
}

fn query(app: App) -> Query<Simulation, SimulationTable> {
    Query::new(
        app,
        Tells::Nothing,
        move || {
            app.is_open(SimulationView::NAME)
                .then(|| app.settings::<Simulation>())
        },
        async move |knobs: Simulation, _: &dyn Fn(Progress)| {
            let engine = app.engine.get_value();
            simulate(&engine, knobs).await
        },
    )
}
