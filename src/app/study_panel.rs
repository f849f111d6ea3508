//! The left column: what there is, what can be chosen, and the button that runs it.

use leptos::prelude::*;

use crate::analysis::demo::Knobs;
use crate::analysis::{Options, Pooling};
use crate::figures::{ColourBy, Marks};
use crate::link::Source;
use crate::math::ridge::Mapping;
use crate::study::{Measure, Study};

use super::session;
use super::state::App;

/// The study column.
#[component]
pub fn StudyPanel() -> impl IntoView {
    let app = App::get();
    view! {
        <div class="block drop">
            <b>"Drop activations and brain RDMs here."</b><br/>
            "They are computed on in this tab and never leave your computer."
        </div>
        <Counts/>
        <ViewControls/>
        <Show when=move || matches!(app.source.get(), Source::Demo(_))>
            <DemoKnobs/>
        </Show>
        <OptionControls/>
        <RunControls/>
    }
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
    let dimensions = move || {
        app.shown
            .get()
            .map(|shown| crate::problem::count(shown.table.len(), "dimension", "dimensions"))
    };
    let brains = |study: &Study| match study.brains.is_empty() {
        true => "none".to_owned(),
        false => format!(
            "{}, {}",
            crate::problem::count(study.subjects().len(), "person", "people"),
            study.rois().join(", ")
        ),
    };
    view! {
        <div class="block">
            <div class="big">{move || dimensions().unwrap_or_else(|| "Not analysed yet".into())}</div>
            {move || study.get().map(|study| view! {
                <dl>
                    <dt>"networks"</dt><dd>{study.networks.len()}</dd>
                    <dt>"layers"</dt><dd>{study.layer_count()}</dd>
                    <dt>"stimuli"</dt><dd>{study.stimuli.ids.len()}</dd>
                    <dt>"brains"</dt><dd>{brains(&study)}</dd>
                </dl>
            })}
        </div>
    }
}

/// A labelled menu over a fixed list.
fn menu<T: Copy + PartialEq + Send + Sync + 'static>(
    label: &'static str,
    help: &'static str,
    choices: Vec<(T, String)>,
    value: impl Fn() -> T + Copy + Send + Sync + 'static,
    set: impl Fn(T) + 'static,
) -> impl IntoView {
    let values: Vec<T> = choices.iter().map(|(value, _)| *value).collect();
    let on_change = move |event: web_sys::Event| {
        let place = event_target_value(&event).parse::<usize>().ok();
        if let Some(value) = place.and_then(|place| values.get(place)) {
            set(*value);
        }
    };
    view! {
        <label title=help>
            {label}" "
            <select on:change=on_change>
                {choices.into_iter().enumerate().map(|(place, (choice, name))| view! {
                    <option value=place.to_string() selected=move || value() == choice>{name}</option>
                }).collect_view()}
            </select>
        </label>
    }
}

#[component]
fn ViewControls() -> impl IntoView {
    let app = App::get();
    let rois = app.rois();
    let roi = move || app.shown.get().map_or(0, |shown| app.roi(&shown.table));
    let set_roi = move |place: usize| {
        let name = rois.get_untracked().get(place).cloned();
        app.view.update(|view| view.roi = name);
    };
    view! {
        <div class="block">
            {move || {
                let names = rois.get();
                (!names.is_empty()).then(|| {
                    let choices = names.into_iter().enumerate().collect();
                    menu("Brain region", "The region whose people predict each dimension", choices, roi, set_roi)
                })
            }}
            {menu(
                "Colour by", "What the colour of a dot says",
                ColourBy::ALL.map(|by| (by, by.label().to_owned())).to_vec(),
                move || app.view.with(|view| view.colour),
                move |by| app.view.update(|view| view.colour = by),
            )}
            {menu(
                "Show", "Every dimension, their mean in bins of equal count along universality, or both",
                Marks::ALL.map(|marks| (marks, marks.label().to_owned())).to_vec(),
                move || app.view.with(|view| view.marks),
                move |marks| app.view.update(|view| view.marks = marks),
            )}
        </div>
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
                    session::show_demo(app, now);
                }
            },
            std::time::Duration::from_millis(150),
        );
    };
    let slider = move |label: &'static str,
                       help: &'static str,
                       range: (u32, u32),
                       get: fn(&Knobs) -> u32,
                       set: fn(&mut Knobs, u32)| {
        view! {
            <label class="slider" title=help>
                <span>{label}</span>
                <output>{move || get(&knobs())}</output>
                <input
                    type="range" min=range.0 max=range.1
                    prop:value=move || get(&knobs()).to_string()
                    on:input=move |event| {
                        if let Ok(value) = event_target_value(&event).parse() {
                            turn(&|knobs| set(knobs, value));
                        }
                    }
                />
            </label>
        }
    };
    view! {
        <div class="block">
            <h2>"Simulation"</h2>
            {slider("Networks", "How many networks look at the pictures", (2, 12), |k| k.networks, |k, v| k.networks = v)}
            {slider("Shared latents", "Dimensions that all networks and all brains share", (0, 20), |k| k.shared, |k, v| k.shared = v)}
            {slider("Private latents", "Dimensions of each network's own; people have half as many", (0, 40), |k| k.private, |k, v| k.private = v)}
            {slider("Noise, %", "Standard deviation of the noise, relative to the shared latents", (0, 400), |k| k.noise, |k, v| k.noise = v)}
            {slider("Draw", "The seed: another draw of everything random", (1, 50), |k| k.seed, |k, v| k.seed = v)}
        </div>
    }
}

/// A labelled whole number that may be left empty.
fn number_field(
    label: &'static str,
    help: &'static str,
    placeholder: &'static str,
    least: u64,
    value: impl Fn() -> String + Send + Sync + 'static,
    set: impl Fn(Option<u64>) + 'static,
) -> impl IntoView {
    let on_change =
        move |event: web_sys::Event| set(event_target_value(&event).trim().parse().ok());
    view! {
        <label title=help>
            {label}" "
            <input
                type="number" inputmode="numeric" min=least placeholder=placeholder
                prop:value=value on:change=on_change
            />
        </label>
    }
}

#[component]
fn OptionControls() -> impl IntoView {
    let app = App::get();
    let change = move |change: &dyn Fn(&mut Options)| {
        app.options.update(|options| change(options));
        // the simulation is small enough to follow at once
        if let Source::Demo(knobs) = app.source.get_untracked() {
            session::show_demo(app, knobs);
        }
    };
    let default = Options::default();
    let has_responses = move || {
        app.assembly.get().study.as_ref().is_some_and(|study| {
            study
                .brains
                .iter()
                .any(|brain| brain.measure == Measure::Responses)
        })
    };
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
                "Mapping", "How a dimension is predicted: ridge regression with its penalty chosen for each dimension, or least squares without any",
                vec![(Mapping::Ridge, "Ridge".to_owned()), (Mapping::Ols, "Least squares".to_owned())],
                move || app.options.with(|options| options.mapping),
                move |mapping| change(&|options| options.mapping = mapping),
            )}
            {number_field(
                "Components", "At most so many principal components of each layer, the first; all if empty", "All", 1,
                move || app.options.with(|options| options.components.map_or_else(String::new, |n| n.to_string())),
                move |n| change(&|options| options.components = n.map(|n| n.max(1) as usize)),
            )}
            {number_field(
                "Folds", "Parts into which the stimuli are cut; each is predicted from the others", "5", 2,
                move || app.options.with(|options| options.folds.to_string()),
                move |n| change(&|options| options.folds = n.map_or(default.folds, |n| n.clamp(2, 1000) as usize)),
            )}
            {number_field(
                "Seed", "Which stimuli share a fold: the same seed gives NumPy's folds", "11", 0,
                move || app.options.with(|options| options.seed.to_string()),
                move |n| change(&|options| options.seed = n.unwrap_or(default.seed)),
            )}
            <Show when=has_maps>
                {menu(
                    "Feature maps", "How a map or a sequence of tokens becomes one number a unit",
                    vec![
                        (Pooling::Max, "Maximum".to_owned()),
                        (Pooling::Mean, "Mean".to_owned()),
                        (Pooling::Flatten, "Every place".to_owned()),
                    ],
                    move || app.options.with(|options| options.pooling),
                    move |pooling| change(&|options| options.pooling = pooling),
                )}
            </Show>
            <Show when=has_responses>
                {menu(
                    "Voxels", "Whether each voxel is scaled to unit variance before it predicts",
                    vec![(false, "As they are".to_owned()), (true, "z-scored".to_owned())],
                    move || app.options.with(|options| options.z_score),
                    move |z_score| change(&|options| options.z_score = z_score),
                )}
            </Show>
        </div>
    }
}

#[component]
fn RunControls() -> impl IntoView {
    let app = App::get();
    let is_busy = Memo::new(move |_| app.is_busy());
    // pressed while files are being read, it runs once they are
    let can_run = move || {
        if is_busy.get() {
            return !app.is_analysing();
        }
        !app.has_own_files() || app.assembly.get().study.is_some()
    };
    let is_stale = move || {
        app.shown.get().is_some_and(|shown| {
            !shown.is_demo
                && (shown.options != app.options.get()
                    || app
                        .assembly
                        .get()
                        .study
                        .as_ref()
                        .is_some_and(|study| *study != shown.study))
        })
    };
    let note = move || {
        if !app.has_own_files() {
            return app
                .shown
                .get()
                .map(|shown| format!("computed in {}", seconds(shown.seconds)));
        }
        let assembly = app.assembly.get();
        let study = assembly.study.as_ref()?;
        if let Some(shown) = app.shown.get()
            && !is_stale()
        {
            return Some(format!("computed in {}", seconds(shown.seconds)));
        }
        let options = app.options.get();
        let estimate = session::estimate(app, study, &options)
            .map(|s| format!("about {} on this computer", seconds(s)));
        match (is_stale(), estimate) {
            (true, Some(estimate)) => Some(format!(
                "The settings have changed since the last run; {estimate}"
            )),
            (true, None) => Some("The settings have changed since the last run".into()),
            (false, estimate) => estimate,
        }
    };
    view! {
        <div class="block run">
            <button class="go" disabled=move || !can_run() on:click=move |_| session::run(app)>"Run analysis"</button>
            <button class="cancel" disabled=move || !is_busy.get() on:click=move |_| session::cancel(app)>"Cancel"</button>
            <div class="progress">
                <Show
                    when=move || is_busy.get()
                    fallback=move || view! { <span class="dim">{note}</span> }
                >
                    <progress max="1" aria-label="Progress" prop:value=move || app.activity.with(|activity| activity.fraction)/>
                    <span class="dim">{move || app.activity.with(|activity| activity.label.clone())}</span>
                    <span class="dim">{move || app.activity.with(|activity| {
                        let percent = format!("{:.0} %", activity.fraction * 100.0);
                        match activity.seconds_left {
                            Some(left) => format!("{percent}, {} left", seconds(left)),
                            None => percent,
                        }
                    })}</span>
                </Show>
            </div>
            <span class="unseen" role="status">{move || if is_busy.get() { "Working" } else { "Ready" }}</span>
        </div>
    }
}

/// `0.4 s`, `12 s`, `3 min`.
fn seconds(seconds: f64) -> String {
    match seconds {
        s if s < 0.95 => format!("{:.1} s", s.max(0.1)),
        s if s < 99.5 => format!("{s:.0} s"),
        s => format!("{:.0} min", s / 60.0),
    }
}
