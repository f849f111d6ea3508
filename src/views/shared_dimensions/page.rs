//! The Shared dimensions view: how many there are, how universal each is beside chance, what lies at their
//! ends, and which networks have them.

mod bars;
mod inspector;
mod networks;
mod strips;

use std::sync::Arc;

use leptos::prelude::*;

use super::SharedDimensionsView;
use super::categories::{AtEnd, category_of};
use super::csv::TABLES;
use super::figure::ENDS;
use super::settings::SharedSettings;
use super::table::SharedTable;
use crate::page::controls::{FilterNote, save_button};
use crate::page::query::{Instead, Query, QueryState, Tells, results, secondary};
use crate::page::{App, Shown};
use crate::problem::{Problem, Severity, count};
use crate::views::View;
use crate::workflow::Progress;
use bars::Bars;
use networks::Networks;
use strips::Strips;

/// The shared dimensions of results, or why there are none.
#[derive(Clone, Copy)]
struct SharedQuery(Query<u32, Result<SharedTable, Problem>>);

/// The shared dimensions on the page, once they are there.
#[derive(Clone, Copy)]
struct Found(Memo<Option<Arc<SharedTable>>>);

impl Found {
    /// From within a component: of what is on the page now.
    fn get() -> Self {
        expect_context()
    }

    fn table(self) -> Option<Arc<SharedTable>> {
        self.0.get()
    }
}

/// The chosen dimension, from 0.
fn chosen(app: App, table: &SharedTable) -> usize {
    let wanted = app.settings::<SharedSettings>().dimension.saturating_sub(1);
    wanted.min(table.dimensions.len().saturating_sub(1))
}

/// Chooses a dimension, from 0.
fn choose(app: App, dimension: usize) {
    app.update_settings::<SharedSettings>(|settings| settings.dimension = dimension + 1);
}

/// The view.
#[component]
fn Content() -> impl IntoView {
    let (query, found) = (expect_context::<SharedQuery>().0, Found::get());
    let refused = move || match query.get() {
        QueryState::Ready(made) => made.as_ref().as_ref().err().cloned(),
        _ => None,
    };
    let is_there = move || found.0.with(Option::is_some);
    view! {
        <Instead query what="The shared dimensions"/>
        {move || refused().map(|problem| view! {
            <p class="read">{problem.found.clone()}"."</p>
            <p class="intro">{problem.hint.clone()}"."</p>
        })}
        <Show when=is_there>
            <Finding/>
            <FilterNote/>
            <Notices/>
            <p class="intro">"A shared dimension is one ordering of the images. Each network is asked how much of it it can reproduce; the ordering that the networks together reproduce best is the first. Scores are on images that nothing was fitted on: -1 to 1, higher is more shared."</p>
            <Bars/>
            <Strips/>
            <Networks/>
            <Downloads/>
        </Show>
    }
}

/// How many there are, and what that means.
#[component]
fn Finding() -> impl IntoView {
    let (app, found) = (App::get(), Found::get());
    let sentence = move || {
        let (table, shown) = (found.table()?, app.shown.get()?);
        let number = table.count();
        let few = match (number, table.may_be_more()) {
            (_, true) => format!("at least {number}"),
            (0, _) => "no".to_owned(),
            (number, _) => number.to_string(),
        };
        let (noun, meaning) = match number {
            0 => (
                "dimension",
                "no ordering of these images is one that a typical network agrees on with the others beyond chance.",
            ),
            1 => (
                "dimension",
                "an ordering of these images that a typical network and the others agree on for images they were not fitted on, beyond chance.",
            ),
            _ => (
                "dimensions",
                "orderings of these images that a typical network and the others agree on for images they were not fitted on, beyond chance.",
            ),
        };
        let named = name_of_end(&table, &shown, 0);
        Some(view! {
            "Networks share "<b>{few}</b>{format!(" {noun} here: {meaning}")}
            {named.map(|(at_end, end)| view! {
                " "<span title=numbers_of(&at_end)>
                    {format!(
                        "{} end of the first: {} of {} images are of \u{201c}{}\u{201d}.",
                        end, at_end.found, at_end.of, at_end.category
                    )}
                </span>
            })}
        })
    };
    view! { <p class="read" id="shared-finding">{sentence}</p> }
}

/// The category that an end of a dimension has more of than chance, if its axis may be read, and which end.
fn name_of_end(
    table: &SharedTable,
    shown: &Shown,
    dimension: usize,
) -> Option<(AtEnd, &'static str)> {
    let categories = shown.study.stimuli.categories.as_ref()?;
    if !table.may_be_read(dimension) {
        return None;
    }
    let (highest, lowest) = table.ends(dimension, ENDS);
    let highest = category_of(&highest, categories).map(|found| (found, "At the upper"));
    let lowest = category_of(&lowest, categories).map(|found| (found, "At the lower"));
    match (highest, lowest) {
        (Some(one), Some(other)) if other.0.probability < one.0.probability => Some(other),
        (Some(one), _) => Some(one),
        (None, other) => other,
    }
}

fn numbers_of(at_end: &AtEnd) -> String {
    format!(
        "{} of the {} images at this end are of this category; as many or more by chance: p = {:.1e} (hypergeometric)",
        at_end.found, at_end.of, at_end.probability
    )
}

/// What is to be known when reading the numbers.
#[component]
fn Notices() -> impl IntoView {
    let found = Found::get();
    let lines = move || {
        let table = found.table()?;
        let lines = table.notices.iter().map(|notice| {
            let class = match notice.severity {
                Severity::Notice => "notice",
                _ => "warning",
            };
            view! { <li class=class>{notice.to_string()}</li> }
        });
        (!table.notices.is_empty()).then(|| view! {
            <section class="messages" aria-label="About the shared dimensions"><ul>{lines.collect_view()}</ul></section>
        })
    };
    view! { {lines} }
}

/// All tables.
#[component]
fn Downloads() -> impl IntoView {
    const LABELS: [&str; 6] = [
        "Download shared dimensions (CSV)",
        "Download their scores (CSV)",
        "Download networks along them (CSV)",
        "Download layers along them (CSV)",
        "Download loadings (CSV)",
        "Download their alignment (CSV)",
    ];
    let found = Found::get();
    let buttons = TABLES.iter().zip(LABELS).map(|((name, csv), label)| {
        save_button(
            label,
            name,
            move || found.0.get_untracked().map(|table| csv(&table)),
            move || found.0.with(Option::is_some),
        )
    });
    view! { <div class="under saves">{buttons.collect_view()}</div> }
}

/// A line on what may be said of a dimension.
fn standing(table: &SharedTable, dimension: usize) -> String {
    let Some(of) = table.dimensions.get(dimension) else {
        return String::new();
    };
    let networks = count(table.networks.len(), "network", "networks");
    match of.is_shared {
        true if table.may_be_read(dimension) => {
            format!(
                "Shared: {} of {networks} agree by more than chance. Its axis is stable enough to be read.",
                of.networks_above
            )
        }
        true => format!(
            "Shared: {} of {networks} agree by more than chance. But with these images its axis could be turned within the shared space: do not name it.",
            of.networks_above
        ),
        false => format!(
            "Not shared: it, or one before it, is no more universal than chance. {} of {networks} are above it.",
            of.networks_above
        ),
    }
}

/// Begins to follow what is on the page.
pub fn start(app: App) {
    let query = Query::new(
        app,
        Tells::Progress,
        move || {
            let shown = app.analysed();
            let shown = shown.filter(|_| app.is_open(SharedDimensionsView::NAME))?;
            Some(shown.results_id)
        },
        async move |_, report: &dyn Fn(Progress)| {
            let (engine, shown) = (app.engine.get_value(), results(app)?);
            secondary(&engine, &shown, report).shared_dimensions().await
        },
    );
    provide_context(SharedQuery(query));
    let found = Memo::new_with_compare(
        move |_| {
            let shown = app.analysed()?;
            let made = query.ready(|of| *of == shown.results_id)?;
            made.as_ref()
                .as_ref()
                .ok()
                .map(|table| Arc::new(table.clone()))
        },
        |_, _| true,
    );
    provide_context(Found(found));
}

/// The page.
pub fn page() -> AnyView {
    view! { <Content/> }.into_any()
}

/// What stands beside it.
pub fn inspector() -> AnyView {
    view! { <inspector::SharedInspector/> }.into_any()
}
