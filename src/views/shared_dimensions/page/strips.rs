//! The images at both ends of each dimension, like a contact sheet.

use leptos::prelude::*;

use super::{Found, choose, chosen};
use crate::page::App;
use crate::page::gallery::gallery;
use crate::results::text::two_decimals;
use crate::views::shared_dimensions::figure::{ENDS, Look};
use crate::views::shared_dimensions::table::SharedTable;

/// Dimensions that are shown where none is shared.
const FEW: usize = 3;

/// A strip for each shared dimension, and for those after them if asked for.
#[component]
pub fn Strips() -> impl IntoView {
    let (app, found) = (App::get(), Found::get());
    let all = RwSignal::new(false);
    let count = move |table: &SharedTable| match all.get() {
        true => table.dimensions.len(),
        false => table.count().max(FEW).min(table.dimensions.len()),
    };
    let strips = move || {
        let table = found.table()?;
        let strips = (0..count(&table)).map(|index| strip(app, found, &table, index));
        Some(strips.collect_view())
    };
    let rest = move || {
        found
            .table()
            .map_or(0, |table| table.dimensions.len() - count(&table))
    };
    view! {
        <h2>"Images at both ends"</h2>
        <p class="intro">"Each row is one dimension: on the left the images that score highest, on the right those that score lowest. Bar: universality; dashes: the greater kind of chance. Where the axis could be turned, the images at its ends are faint: they say what the space holds, not what the axis means."</p>
        <div class="strips">{strips}</div>
        <Show when=move || { rest() > 0 }>
            <button class="plain" on:click=move |_| all.set(true)>{move || format!("Show the {} after them", rest())}</button>
        </Show>
    }
}

fn strip(app: App, found: Found, table: &SharedTable, index: usize) -> impl IntoView + use<> {
    let of = &table.dimensions[index];
    let look = Look::of(table, index);
    let class = match look {
        Look::Filled => "strip",
        Look::Hollow => "strip hollow",
        Look::Faint => "strip faint",
    };
    let names = |end: Vec<usize>| -> Vec<String> {
        end.into_iter()
            .map(|stimulus| table.stimuli[stimulus].clone())
            .collect()
    };
    let (highest, lowest) = table.ends(index, ENDS);
    let chance = table.null_95.max(of.direction_95);
    let share = |value: f64| format!("{:.1}%", value.clamp(0.0, 1.0) * 100.0);
    let style = format!("--w:{};--n:{}", share(of.universality), share(chance));
    let help = format!(
        "universality {}; chance {}; stability {}",
        two_decimals(of.universality),
        two_decimals(chance),
        two_decimals(of.stability)
    );
    let said = match look {
        Look::Filled => format!("shared {}", two_decimals(of.universality)),
        Look::Hollow => format!("shared {}, could be turned", two_decimals(of.universality)),
        Look::Faint => format!("not shared, {}", two_decimals(of.universality)),
    };
    // the region of the other views, where it has one
    let region = move || {
        let (table, shown) = (found.table()?, app.shown.get()?);
        let roi = app.roi(&shown.table);
        let brain = table.dimensions.get(index)?.brains.get(roi)?;
        let (name, _) = table.regions.get(roi)?;
        Some(format!("{name} {}", two_decimals(brain.alignment)))
    };
    let is_chosen = move || {
        found
            .table()
            .is_some_and(|table| chosen(app, &table) == index)
    };
    let label = format!("Dimension {}", index + 1);
    view! {
        <div class=class class:on=is_chosen on:click=move |_| choose(app, index)>
            <button class="pick" aria-label=label aria-pressed=move || is_chosen().to_string()>{index + 1}</button>
            <div class="pics">{gallery(app, names(highest))}</div>
            <div class="gauge" title=help><i style=style></i><span>{said}</span><span>{region}</span></div>
            <div class="pics">{gallery(app, names(lowest))}</div>
        </div>
    }
}
