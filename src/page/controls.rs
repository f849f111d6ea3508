//! Controls that views share.

use leptos::prelude::*;
use strum::VariantArray;

use crate::options::{Bounds, Limits, Wrong};
use crate::problem::Problem;

use super::browser;
use super::state::App;

/// Every value of a type with what it is called on the page, for a menu.
pub fn choices_of<T: VariantArray + Copy>(label: fn(T) -> &'static str) -> Vec<(T, String)> {
    let values = T::VARIANTS.iter().copied();
    values
        .map(|value| (value, label(value).to_owned()))
        .collect()
}

/// A labelled menu over a fixed list.
pub fn menu<T: Copy + PartialEq + Send + Sync + 'static>(
    label: &'static str,
    help: &'static str,
    choices: Vec<(T, String)>,
    value: impl Fn() -> T + Copy + Send + Sync + 'static,
    set: impl Fn(T) + 'static,
) -> impl IntoView {
    let values: Vec<T> = choices.iter().map(|(value, _)| *value).collect();
    let on_change = move |event: web_sys::Event| {
        let index = event_target_value(&event).parse::<usize>().ok();
        if let Some(value) = index.and_then(|index| values.get(index)) {
            set(*value);
        }
    };
    view! {
        <label title=help>
            {label}" "
            <select on:change=on_change>
                {choices.into_iter().enumerate().map(|(index, (choice, name))| view! {
                    <option value=index.to_string() selected=move || value() == choice>{name}</option>
                }).collect_view()}
            </select>
        </label>
    }
}

/// A labelled number within limits that may be left empty. A number beyond them changes nothing: the
/// field says what it may be, and what is used meanwhile.
pub fn number_field<L: Limits>(
    label: &'static str,
    help: &'static str,
    placeholder: impl Fn() -> String + Send + Sync + 'static,
    limits: impl Fn() -> L + Copy + Send + Sync + 'static,
    value: impl Fn() -> String + Send + Sync + 'static,
    set: impl Fn(Option<L::Number>) + 'static,
) -> impl IntoView {
    let wrong = RwSignal::new(None::<String>);
    let placeholder = Memo::new(move |_| placeholder());
    let value = Memo::new(move |_| value());
    Effect::new(move |_| {
        value.track();
        wrong.set(None);
    });
    let on_change = move |event: web_sys::Event| {
        let input: web_sys::HtmlInputElement = event_target(&event);
        let text = input.value();
        // a browser gives no text for what is no number
        let taken = match text.trim().is_empty() && input.check_validity() {
            true => Ok(None),
            false => limits().number(&text).map(Some),
        };
        match taken {
            Ok(number) => {
                wrong.set(None);
                set(number);
                // what is used now, even where nothing has changed
                input.set_value(&value.get_untracked());
            }
            Err(expected) => {
                let used = match value.get_untracked() {
                    empty if empty.is_empty() => placeholder.get_untracked(),
                    value => value,
                };
                let text = if text.is_empty() { "no number" } else { &text };
                let said = Wrong::new(label, text, expected);
                wrong.set(Some(format!("{said}. {used} is used.")));
            }
        }
    };
    view! {
        <label title=help>
            {label}" "
            <input
                type="number" inputmode="numeric" step="any"
                min=move || limits().ends().0 max=move || limits().ends().1
                placeholder=move || placeholder.get()
                aria-invalid=move || wrong.with(Option::is_some).then_some("true")
                prop:value=move || value.get() on:change=on_change
            />
        </label>
        <p class="wrong" role="alert">{move || wrong.get()}</p>
    }
}

/// The ends of a slider, and its steps.
pub fn ends(bounds: &Bounds, step: f64) -> (f64, f64, f64) {
    (bounds.least as f64, bounds.most as f64, step)
}

/// A labelled slider from, to, in steps, with its value.
pub fn slider(
    label: &'static str,
    help: &'static str,
    (from, to, step): (f64, f64, f64),
    value: impl Fn() -> f64 + Copy + Send + Sync + 'static,
    set: impl Fn(f64) + 'static,
) -> impl IntoView {
    view! {
        <label class="slider" title=help>
            <span>{label}</span>
            <output>{move || value().to_string()}</output>
            <input
                type="range" min=from max=to step=step
                prop:value=move || value().to_string()
                on:input=move |event| {
                    let input: web_sys::HtmlInputElement = event_target(&event);
                    set(input.value_as_number());
                }
            />
        </label>
    }
}

/// A button that hands a table to the user; `text` is `None` while there is none.
pub fn save_button(
    label: &'static str,
    name: &'static str,
    text: impl Fn() -> Option<String> + 'static,
    is_there: impl Fn() -> bool + Send + Sync + 'static,
) -> impl IntoView {
    let app = App::get();
    let save = move |_| {
        if let Some(text) = text()
            && browser::download(name, &text).is_err()
        {
            app.messages.update(|messages| {
                messages.push(
                    Problem::error(name, "could not be handed to the browser")
                        .expected("a page that may offer downloads")
                        .hint("Open the page outside of a frame"),
                );
            });
        }
    };
    view! { <button disabled=move || !is_there() on:click=save>{label}</button> }
}

/// Says which networks are shown where not all are, and shows all again.
#[component]
pub fn FilterNote() -> impl IntoView {
    let app = App::get();
    let counts = move || {
        let shown = app.shown.get()?;
        let filter = app.filter(&shown.table);
        let kept = filter.iter().filter(|is_in| **is_in).count();
        (kept < filter.len()).then_some((kept, filter.len()))
    };
    move || {
        counts().map(|(kept, all)| {
            view! {
                <p class="filter">
                    {format!("Showing {kept} of {all} networks. ")}
                    <button class="plain" on:click=move |_| app.view.update(|view| view.networks.clear())>"Show all"</button>
                </p>
            }
        })
    }
}
