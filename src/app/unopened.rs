//! A link that is not opened: what it asks for, or why not, with what can be done about it right there. It
//! stays in the address for as long.

use std::cell::Cell;
use std::rc::Rc;

use futures::stream::{self, StreamExt};
use leptos::prelude::*;

use crate::problem::{Problem, count};

use super::address_bar::would_lose;
use super::fetching::{size, size_of};
use super::hosted::fetch_offered;
use super::runs::show_default_demo;
use super::session::{dismiss_unopened, open_again};
use crate::page::App;
use crate::page::unopened::{Offer, Unopened};

/// Sizes are asked for of at most so many files: of more it would take longer than anybody reads.
const MOST_SIZES: usize = 500;

/// Sizes that are asked for at the same time.
const AT_ONCE: usize = 6;

/// The link that is not opened, if there is one.
#[component]
pub fn UnopenedLink() -> impl IntoView {
    let app = App::get();
    view! {
        <div class="unopened" role="alert">
            {move || app.unopened.get().map(|unopened| match unopened {
                Unopened::Offered(offer) => view! { <Offered offer/> }.into_any(),
                Unopened::Elsewhere => view! { <Elsewhere/> }.into_any(),
                Unopened::Failed(_, problem) | Unopened::Unreadable(problem) => {
                    view! { <Failed problem/> }.into_any()
                }
                Unopened::Cancelled(_) => view! {
                    <section>
                        <b>"The study of this link was not opened: you cancelled it."</b>
                        <WhatNow/>
                    </section>
                }
                .into_any(),
            })}
        </div>
    }
}

#[component]
fn Failed(problem: Problem) -> impl IntoView {
    view! {
        <section class="failed">
            <b>"This link was not opened."</b>
            <p>{problem.to_string()}</p>
            <WhatNow/>
        </section>
    }
}

/// What can be done about a link that was not opened.
#[component]
fn WhatNow() -> impl IntoView {
    let app = App::get();
    view! {
        <div class="answers">
            <button on:click=move |_| open_again(app)>"Try again"</button>
            <NotNow/>
        </div>
    }
}

/// Goes on without it: with what is on the page, or else with the demo.
#[component]
fn NotNow() -> impl IntoView {
    let app = App::get();
    match app.is_bare() {
        true => view! {
            <button on:click=move |_| {
                dismiss_unopened(app);
                show_default_demo(app);
            }>"Open the demo"</button>
        }
        .into_any(),
        false => view! { <button on:click=move |_| dismiss_unopened(app)>"Stay here"</button> }
            .into_any(),
    }
}

/// What is known of the size of a study's files.
#[derive(Clone, Copy, PartialEq, Default)]
struct Sizes {
    bytes: u64,
    told: usize,
    untold: usize,
}

#[component]
fn Offered(offer: Rc<Offer>) -> impl IntoView {
    let app = App::get();
    let sizes = RwSignal::new(Sizes::default());
    let all = offer.files.len();
    ask_sizes(&offer, sizes);
    let said = move || {
        let Sizes {
            bytes,
            told,
            untold,
        } = sizes.get();
        match (told + untold < all, untold) {
            _ if all > MOST_SIZES => "too many to ask for their sizes".to_owned(),
            (true, _) => format!("{} so far", size(bytes)),
            (false, 0) => format!("{} in all", size(bytes)),
            (false, _) if told == 0 => "their server does not tell how large they are".to_owned(),
            (false, n) => format!(
                "more than {}: their server does not tell the size of {n}",
                size(bytes)
            ),
        }
    };
    let (first, others) = match offer.hosts.split_first() {
        Some((first, others)) => (first.clone(), others.join(", ")),
        None => (String::new(), String::new()),
    };
    let title = match offer.title.trim() {
        "" => "a study".to_owned(),
        title => format!("\u{201c}{title}\u{201d}"),
    };
    let files = count(all, "file", "files");
    let loses = would_lose(app);
    let link = StoredValue::new_local(offer);
    let open = move |_| {
        let sizes = sizes.get_untracked();
        let bytes = if sizes.untold == 0 { sizes.bytes } else { 0 };
        fetch_offered(app, link.get_value(), bytes);
    };
    view! {
        <section>
            <b>"Open "<bdi>{title}</bdi>" from "<bdi>{first}</bdi>"?"</b>
            <p>
                {files}", "{said}"."
                {(!others.is_empty()).then(|| view! { " Some come from "<bdi>{others}</bdi>"." })}
                " They are fetched into this tab and computed here. Whoever runs the server sees that somebody fetched them, and nothing else."
            </p>
            {loses.then(|| view! { <p><b>"It takes the place of the files and results on this page."</b></p> })}
            <div class="answers">
                <button class="go" on:click=open>"Fetch and analyse"</button>
                <NotNow/>
            </div>
        </section>
    }
}

/// Asks for the size of each file, until nobody wants to know any more.
fn ask_sizes(offer: &Rc<Offer>, sizes: RwSignal<Sizes>) {
    if offer.files.len() > MOST_SIZES {
        return;
    }
    let is_over = Rc::new(Cell::new(false));
    let over = StoredValue::new_local(is_over.clone());
    on_cleanup(move || over.with_value(|over| over.set(true)));
    let offer = offer.clone();
    leptos::task::spawn_local(async move {
        let files = offer.files.iter().map(|(_, from)| size_of(from));
        let mut answers = stream::iter(files).buffer_unordered(AT_ONCE);
        while let Some(answer) = answers.next().await {
            if is_over.get() {
                return;
            }
            sizes.update(|sizes| match answer {
                Some(bytes) => {
                    sizes.bytes += bytes;
                    sizes.told += 1;
                }
                None => sizes.untold += 1,
            });
        }
    });
}

/// Where hosted studies open, as seen from the page that connects to no other.
#[component]
fn Elsewhere() -> impl IntoView {
    let app = App::get();
    let hash = location().hash().unwrap_or_default();
    let there = format!("{}{hash}", super::session::HOSTED_PAGE);
    let leave = there.clone();
    view! {
        <section>
            <b>"The study of this link opens on another page."</b>
            <p>"It has to be fetched from a server, and this page connects to none. If it opens in this tab, the files and results that are here are lost."</p>
            <div class="answers">
                <a class="button" href=there target="_blank" rel="noopener">"Open in a new tab"</a>
                <button on:click=move |_| super::session::leave_for(&leave)>"Open here"</button>
                <button on:click=move |_| dismiss_unopened(app)>"Stay here"</button>
            </div>
        </section>
    }
}
