//! The left column: what there is, what can be chosen, and the button that runs it.

use leptos::prelude::*;

use crate::analysis::demo::Knobs;
use crate::analysis::{Options, Pooling, Resampling, Scope};
use crate::link::Source;
use crate::math::reliability::Pairs;
use crate::math::ridge::Mapping;
use crate::options::{
    BOOTSTRAPS, Bounds, COMPONENTS, DRAWS, FOLDS, PERMUTATIONS, PartialOptions, RDM_SCALE, SEED,
};
use crate::study::{Measure, Study};

use crate::page::null_lines::NullLinesQuery;
use crate::page::{App, browser};
use crate::views::Needs;
use crate::views::dimensions::ShownSelection;

use super::open_entry;
use super::run_controls::RunControls;
use super::runs;
use crate::page::controls::{ends, menu, number_field, slider};
use crate::results::text::seconds;

/// The study column.
#[component]
pub fn StudyPanel() -> impl IntoView {
    let app = App::get();
    view! {
        <div class="block drop">
            <b>"Drop activations and brain RDMs here."</b><br/>
            {match browser::may_connect() {
                false => view! { "Everything is computed in this tab. Your files never leave your computer." }.into_any(),
                true => view! {
                    "Everything is computed in this tab. This page fetches studies from other servers, so for files that you add here it is its code alone that keeps them on your computer. On "
                    <a href="./">"the main page"</a>
                    " the browser forbids every connection to others."
                }.into_any(),
            }}
        </div>
        <Counts/>
        <ViewControls/>
        <Show when=move || matches!(app.source.get(), Source::Demo(_)) && open_entry(app).is_none_or(|view| view.needs != Needs::Nothing)>
            <DemoKnobs/>
        </Show>
        // nothing can be run on scores alone
        <Show when=move || !has_scores_alone(app)>
            <OptionControls/>
            <ChanceControls/>
        </Show>
        <RunControls/>
    }
}

/// Whether scores that were computed before are all there is.
fn has_scores_alone(app: App) -> bool {
    let shown = app.shown.get();
    let is_precomputed = shown.is_some_and(|shown| shown.table.is_precomputed());
    is_precomputed && app.assembly.get().study.is_none()
}

#[component]
fn Counts() -> impl IntoView {
    let app = App::get();
    let study = Memo::new(move |_| {
        let own = app
            .has_own_files()
            .then(|| app.assembly.get().study.clone())
            .flatten();
        own.or_else(|| app.shown.get().map(|shown| shown.study.clone()))
    });
    let selection = ShownSelection::of_page();
    let dimensions = move || {
        let (shown, selection) = (app.shown.get()?, selection.get()?);
        Some(selection.dimensions_in_words(&shown.table))
    };
    // of the networks and layers that results are of, how many are shown
    let some = move |study: &Study| {
        let (shown, selection) = (app.shown.get()?, selection.get()?);
        let is_of = study.networks.len() == selection.networks.len();
        let layers = shown.table.layers.iter();
        let layers = layers
            .filter(|layer| selection.networks[layer.network])
            .count();
        (is_of && !selection.is_whole()).then(|| (selection.shown_networks(), layers))
    };
    let of = |shown: Option<usize>, all: usize| match shown {
        Some(shown) => format!("{shown} of {all}"),
        None => all.to_string(),
    };
    let brains = |study: &Study| match study.brains.is_empty() {
        true => "none".to_owned(),
        false => format!(
            "{}, {}",
            crate::problem::count(study.subjects().len(), "subject", "subjects"),
            study.rois().join(", ")
        ),
    };
    view! {
        <div class="block">
            <div class="big">{move || dimensions().unwrap_or_else(|| "Not analysed yet".into())}</div>
            {move || study.get().map(|study| view! {
                <dl>
                    <dt>"networks"</dt><dd>{of(some(&study).map(|some| some.0), study.networks.len())}</dd>
                    <dt>"layers"</dt><dd>{of(some(&study).map(|some| some.1), study.layer_count())}</dd>
                    {(!study.stimuli.ids.is_empty()).then(|| view! {
                        <dt>"stimuli"</dt><dd>{study.stimuli.ids.len()}</dd>
                        <dt>"brains"</dt><dd>{brains(&study)}</dd>
                    })}
                </dl>
            })}
        </div>
    }
}

#[component]
fn ViewControls() -> impl IntoView {
    let app = App::get();
    let rois = app.rois();
    let roi = move || app.shown.get().map_or(0, |shown| app.roi(&shown.table));
    let set_roi = move |index: usize| {
        let name = rois.get_untracked().get(index).cloned();
        app.view.update(|view| view.roi = name);
    };
    view! {
        <div class="block">
            {move || {
                let names = rois.get();
                (!names.is_empty()).then(|| {
                    let choices = names.into_iter().enumerate().collect();
                    menu("Brain region", "The region from whose responses or RDMs each dimension is predicted", choices, roi, set_roi)
                })
            }}
            {move || open_entry(app).and_then(|view| (view.controls)())}
        </div>
    }
}

/// How chance is asked: for intervals, null lines and random controls.
#[component]
fn ChanceControls() -> impl IntoView {
    let app = App::get();
    let lines = NullLinesQuery::get();
    let number = move |get: fn(&Resampling) -> u64| {
        move || {
            app.resampling
                .with(|resampling| get(resampling).to_string())
        }
    };
    // what holds of the study where nothing is said
    let usual = move |get: fn(&Resampling) -> u64| {
        move || get(&app.manifest_options.with(PartialOptions::resampling)).to_string()
    };
    view! {
        <details class="block">
            <summary>"Permutation tests and bootstrap"</summary>
            {number_field(
                "Permutations", "Number of permutations of the stimuli for the null lines, the 95th percentile of the permuted scores", usual(|r| r.permutations as u64), || PERMUTATIONS,
                number(|r| r.permutations as u64),
                move |n| app.said.update(|said| said.permutations = n.map(|n| n as usize)),
            )}
            {number_field(
                "Bootstraps", "Number of resamples of networks with replacement for the interval of the Spearman correlation", usual(|r| r.bootstraps as u64), || BOOTSTRAPS,
                number(|r| r.bootstraps as u64),
                move |n| app.said.update(|said| said.bootstraps = n.map(|n| n as usize)),
            )}
            {number_field(
                "Random draws", "Number of draws of random dimensions, the control in Reduced RSA", usual(|r| r.draws as u64), || DRAWS,
                number(|r| r.draws as u64),
                move |n| app.said.update(|said| said.draws = n.map(|n| n as usize)),
            )}
            {number_field(
                "Seed of chance", "The same seed gives the same draws", usual(|r| r.seed), || SEED,
                number(|r| r.seed),
                move |n| app.said.update(|said| said.resampling_seed = n),
            )}
            <button disabled=move || !lines.can_ask(app) on:click=move |_| lines.ask(app)>"Compute null lines"</button>
            <p class="dim">{move || lines.estimate(app).map(|estimate| {
                format!("Lines of chance, and the correlation that shuffled images give: about {} on this computer", seconds(estimate))
            })}</p>
        </details>
    }
}

#[component]
fn DemoKnobs() -> impl IntoView {
    let app = App::get();
    let knobs = move || match app.source.get() {
        Source::Demo(knobs) => knobs,
        _ => Knobs::default(),
    };
    let turned = StoredValue::new(0_u32);
    // a slider moves through many values: the simulation follows when it rests
    let turn = move |change: &dyn Fn(&mut Knobs)| {
        let mut now = knobs();
        change(&mut now);
        app.source.set(Source::Demo(now));
        turned.update_value(|turned| *turned += 1);
        let this = turned.get_value();
        set_timeout(
            move || {
                if turned.get_value() == this && app.source.get_untracked() == Source::Demo(now) {
                    runs::show_demo(app, now);
                }
            },
            std::time::Duration::from_millis(150),
        );
    };
    let knob = move |label: &'static str,
                     help: &'static str,
                     bounds: Bounds,
                     get: fn(&Knobs) -> u32,
                     set: fn(&mut Knobs, u32)| {
        slider(
            label,
            help,
            ends(&bounds, 1.0),
            move || f64::from(get(&knobs())),
            move |value| turn(&|knobs| set(knobs, value as u32)),
        )
    };
    view! {
        <div class="block">
            <h2>"Simulated study"</h2>
            {knob("Networks", "How many networks look at the pictures", Knobs::NETWORKS, |k| k.networks, |k, v| k.networks = v)}
            {knob("Shared latents", "Dimensions that all networks and all brains share", Knobs::SHARED, |k| k.shared, |k, v| k.shared = v)}
            {knob("Private latents", "Dimensions that only one network has; each subject has half as many", Knobs::PRIVATE, |k| k.private, |k, v| k.private = v)}
            {knob("Noise, %", "Standard deviation of the noise, relative to the shared latents", Knobs::NOISE, |k| k.noise, |k, v| k.noise = v)}
            {number_field(
                "Draw", "The seed: another draw of everything random", || Knobs::default().seed.to_string(), || Knobs::SEED,
                move || knobs().seed.to_string(),
                move |n| turn(&|knobs| knobs.seed = n.and_then(|n| u32::try_from(n).ok()).unwrap_or(Knobs::default().seed)),
            )}
        </div>
    }
}

#[component]
fn OptionControls() -> impl IntoView {
    let app = App::get();
    let change = move |change: &dyn Fn(&mut PartialOptions)| {
        app.said.update(|said| change(said));
        // the simulation is small enough to follow at once
        if let Source::Demo(knobs) = app.source.get_untracked() {
            runs::show_demo(app, knobs);
        }
    };
    // what holds of the study where nothing is said
    let usual = move |get: fn(&Options) -> u64| {
        move || get(&app.manifest_options.with(PartialOptions::options)).to_string()
    };
    let folds = move || {
        let study = match app.has_own_files() {
            true => app.assembly.get().study.clone(),
            false => app.shown.get().map(|shown| shown.study.clone()),
        };
        study.map_or(FOLDS, |study| Options::folds_of(study.stimuli.ids.len()))
    };
    let has_brains_of = move |is_it: fn(&Measure) -> bool| {
        move || {
            app.assembly
                .get()
                .study
                .as_ref()
                .is_some_and(|study| study.brains.iter().any(|brain| is_it(&brain.measure)))
        }
    };
    let has_responses = has_brains_of(|measure| *measure == Measure::Responses);
    let has_rdms = has_brains_of(|measure| *measure != Measure::Responses);
    let has_subjects = move || {
        let shown = app.shown.get();
        shown.is_some_and(|shown| shown.study.subjects().len() > 1)
    };
    // what is said is shown, even where the study makes nothing of it
    let says = move |is_said: fn(&PartialOptions) -> bool| {
        move || app.said.with(is_said) || app.manifest_options.with(is_said)
    };
    let says_pairs = says(|said| said.pairs.is_some());
    let says_rdm_scale = says(|said| said.rdm_scale.is_some());
    let says_pooling = says(|said| said.pooling.is_some());
    let says_z_score = says(|said| said.z_score.is_some());
    let has_maps = move || {
        app.assembly.get().study.as_ref().is_some_and(|study| {
            let mut parts = study
                .networks
                .iter()
                .flat_map(|network| &network.layers)
                .flat_map(|layer| &layer.parts);
            parts.any(|part| part.shape.len() > 2)
        })
    };
    view! {
        <div class="block">
            {menu(
                "Mapping", "How a dimension is predicted: ridge regression with a penalty chosen for each dimension, ordinary least squares, or the single best-correlated unit, which needs brain responses",
                vec![
                    (Mapping::Ridge, "Ridge".to_owned()),
                    (Mapping::Ols, "Least squares".to_owned()),
                    (Mapping::OneToOne, "One-to-one".to_owned()),
                ],
                move || app.options.with(|options| options.mapping),
                move |mapping| change(&|said| said.mapping = Some(mapping)),
            )}
            {menu(
                "Universality across", "The networks over which universality is the median: all others, or those of the same model set",
                vec![(Scope::All, "All networks".to_owned()), (Scope::WithinSet, "Networks of the same set".to_owned())],
                move || app.options.with(|options| options.scope),
                move |scope| runs::take_scope(app, scope),
            )}
            <Show when=move || has_subjects() || says_pairs()>
                {menu(
                    "Subject pairs for reliability", "All pairs of subjects, or only as many pairs as there are subjects, as in the published code",
                    vec![(Pairs::All, "All pairs".to_owned()), (Pairs::AsPublished, "As published".to_owned())],
                    move || app.options.with(|options| options.pairs),
                    move |pairs| change(&|said| said.pairs = Some(pairs)),
                )}
            </Show>
            {number_field(
                "Components", "Keep at most this many leading components per layer (empty: all)", || "All".to_owned(), || COMPONENTS,
                move || app.options.with(|options| options.components.map_or_else(String::new, |n| n.to_string())),
                move |n| change(&|said| said.components = Some(n.map(|n| n as usize).into())),
            )}
            {number_field(
                "Folds", "Number of cross-validation folds: each part of the stimuli is predicted from the others", usual(|options| options.folds as u64), folds,
                move || app.options.with(|options| options.folds.to_string()),
                move |n| change(&|said| said.folds = n.map(|n| n as usize)),
            )}
            {number_field(
                "Seed", "Seed of the assignment of stimuli to folds; the same seed gives NumPy's folds", usual(|options| options.seed), || SEED,
                move || app.options.with(|options| options.seed.to_string()),
                move |n| change(&|said| said.seed = n),
            )}
            <Show when=move || has_rdms() || says_rdm_scale()>
                {number_field(
                    "RDM scale", "The Gram matrix of an RDM is scaled as if it came from so many voxels of unit variance, so that the penalties of the ridge mean the same for every RDM",
                    move || app.manifest_options.with(PartialOptions::options).rdm_scale.to_string(), || RDM_SCALE,
                    move || app.options.with(|options| options.rdm_scale.to_string()),
                    move |scale| change(&|said| said.rdm_scale = scale),
                )}
            </Show>
            <Show when=move || has_maps() || says_pooling()>
                {menu(
                    "Feature maps", "How a map or a sequence of tokens becomes one number a unit",
                    vec![
                        (Pooling::Max, "Maximum".to_owned()),
                        (Pooling::Mean, "Mean".to_owned()),
                        (Pooling::Flatten, "Every place".to_owned()),
                    ],
                    move || app.options.with(|options| options.pooling),
                    move |pooling| change(&|said| said.pooling = Some(pooling)),
                )}
            </Show>
            <Show when=move || has_responses() || says_z_score()>
                {menu(
                    "Voxels", "Whether each voxel is scaled to unit variance before it predicts",
                    vec![(false, "As they are".to_owned()), (true, "z-scored".to_owned())],
                    move || app.options.with(|options| options.z_score),
                    move |z_score| change(&|said| said.z_score = Some(z_score)),
                )}
            </Show>
        </div>
    }
}
