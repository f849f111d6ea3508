//! The page: what is on it and where. State lives in [`state`], what happens in [`session`].

mod asked;
mod browser;
mod computed;
mod controls;
mod dimensions;
mod dropping;
mod figure;
mod files_table;
mod heatmap;
mod hosted;
mod image_map;
mod inspector;
mod messages;
mod networks;
mod plot;
mod rdms;
mod reading;
mod reduced;
mod runs;
mod session;
mod simulation;
mod state;
mod study_panel;
mod table;

use leptos::prelude::*;

use crate::link::Tab;

use computed::Computed;
use dimensions::{DimensionsView, Waiting};
use dropping::{FilePickers, catch_drops};
use files_table::FilesPanel;
use image_map::ImageMapView;
use inspector::Inspector;
use messages::Messages;
use networks::NetworksView;
use rdms::RdmsView;
use reduced::ReducedRsaView;
use simulation::SimulationView;
use state::App;
use study_panel::StudyPanel;

/// Puts the page into the document.
pub fn mount() {
    console_error_panic_hook::set_once();
    if let Some(waiting) = document().get_element_by_id("waiting") {
        waiting.remove();
    }
    leptos::mount::mount_to_body(Page);
}

#[component]
fn Page() -> impl IntoView {
    let app = App::new();
    provide_context(app);
    provide_context(Computed::new(app));
    catch_drops(app);
    session::start(app);
    view! {
        <a class="skip" href="#" on:click=move |event| { event.prevent_default(); browser::focus("figure"); }>
            "Skip to the figure"
        </a>
        <header>
            <h1>"Universal " <i>"Dimensions"</i></h1>
            <div class="study">{move || app.headline()}</div>
            <FilePickers/>
            <CopyLink/>
        </header>
        <main>
            <aside aria-label="Study"><StudyPanel/></aside>
            <div class="mid">
                <Messages/>
                <FilesPanel/>
                <Tabs/>
                <OpenView/>
            </div>
            <section class="insp" aria-label="Chosen dimension"><Inspector/></section>
        </main>
        <div class="dropping" class:on=move || app.dropping.get() aria-hidden="true">"Drop to add"</div>
    }
}

/// The views, as links that the history knows.
#[component]
fn Tabs() -> impl IntoView {
    let app = App::get();
    let tab = move |tab: Tab| {
        let mut link = app.link();
        link.view.tab = tab;
        let open = move |event: web_sys::MouseEvent| {
            if !event.ctrl_key() && !event.meta_key() && !event.shift_key() {
                event.prevent_default();
                app.view.update(|view| view.tab = tab);
            }
        };
        let current = move || app.is_open(tab).then_some("page");
        view! { <a href=format!("#{}", link.to_hash()) class:on=move || app.is_open(tab) aria-current=current on:click=open>{tab.label()}</a> }
    };
    view! { <nav aria-label="Views">{move || Tab::ALL.map(tab)}</nav> }
}

/// The view that is open, once there is something to show.
#[component]
fn OpenView() -> impl IntoView {
    let app = App::get();
    let open = Memo::new(move |_| (app.view.with(|view| view.tab), app.shown.get().is_some()));
    let is_precomputed = Memo::new(move |_| app.shown.get().is_some() && app.analysed().is_none());
    move || {
        match open.get() {
        (Tab::Simulation, _) => view! { <SimulationView/> }.into_any(),
        (_, false) => view! { <Waiting/> }.into_any(),
        (Tab::ReducedRsa | Tab::Rdms | Tab::ImageMap, _) if is_precomputed.get() => view! {
            <p class="read waiting">"These scores were computed before. This view needs what they were computed from: add the activations, and brains for the same images."</p>
        }.into_any(),
        (Tab::Dimensions, _) => view! { <DimensionsView/> }.into_any(),
        (Tab::Networks, _) => view! { <NetworksView/> }.into_any(),
        (Tab::ReducedRsa, _) => view! { <ReducedRsaView/> }.into_any(),
        (Tab::Rdms, _) => view! { <RdmsView/> }.into_any(),
        (Tab::ImageMap, _) => view! { <ImageMapView/> }.into_any(),
    }
    }
}

/// Copies the address of what is on the page, or shows it where copying is not allowed.
#[component]
fn CopyLink() -> impl IntoView {
    let app = App::get();
    let said = RwSignal::new("");
    let shown = RwSignal::new(None::<String>);
    let copy = move |_| {
        let address = app.address();
        leptos::task::spawn_local(async move {
            let copied = browser::copy(&address).await;
            said.set(if copied { "Link copied" } else { "Copy this:" });
            shown.set((!copied).then_some(address));
            if copied {
                set_timeout(move || said.set(""), std::time::Duration::from_secs(3));
            }
        });
    };
    view! {
        <button on:click=copy>"Copy link"</button>
        <span class="said" role="status">{move || said.get()}</span>
        {move || shown.get().map(|address| view! {
            <input class="address" readonly aria-label="Link to this page" prop:value=address/>
        })}
    }
}
