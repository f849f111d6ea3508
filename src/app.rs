//! The page: what is on it and where. State is in [`crate::page`], what happens in [`session`].

mod address_bar;
mod dropping;
mod fetching;
mod files_table;
mod hosted;
mod messages;
mod question;
mod reading;
mod run_controls;
mod runs;
mod session;
mod study_panel;
mod trouble;
mod unopened;

use leptos::prelude::*;

use crate::page::null_lines::NullLinesQuery;
use crate::page::{App, browser};
use crate::views::dimensions::Inspector;
use crate::views::{self, Entry, LINKED, Needs};

use dropping::{FilePickers, catch_drops};
use files_table::FilesPanel;
use messages::Messages;
use question::QuestionDialog;
use study_panel::StudyPanel;
use trouble::Trouble;
use unopened::UnopenedLink;

/// Puts the page into the document.
pub fn mount() {
    std::panic::set_hook(Box::new(|panic| {
        console_error_panic_hook::hook(panic);
        // Not by a signal: whatever was being changed when it panicked is locked or half done.
        browser::tell_panic(&panic.to_string());
    }));
    if let Some(waiting) = document().get_element_by_id("waiting") {
        waiting.remove();
    }
    leptos::mount::mount_to_body(Page);
}

#[component]
fn Page() -> impl IntoView {
    let app = App::new(LINKED.first().map_or("", |view| view.name));
    provide_context(app);
    provide_context(NullLinesQuery::new(app));
    for view in views::ALL {
        (view.start)(app);
    }
    catch_drops(app);
    session::start(app);
    view! {
        <a class="skip" href="#" on:click=move |event| { event.prevent_default(); browser::focus("figure"); }>
            "Skip to the figure"
        </a>
        <header>
            <h1>"Universal " <i>"Dimensions"</i></h1>
            <div class="study">{move || {
                let (title, rest) = app.headline();
                view! { {(!title.is_empty()).then(|| view! { <bdi>{title}</bdi>": " })}{rest} }
            }}</div>
            <FilePickers/>
            <CopyLink/>
        </header>
        <main>
            <aside aria-label="Study"><StudyPanel/></aside>
            <div class="mid">
                <Trouble/>
                <UnopenedLink/>
                <Messages/>
                <FilesPanel/>
                <Tabs/>
                <OpenView/>
            </div>
            <section class="insp" aria-label="Chosen dimension"><Beside/></section>
        </main>
        <QuestionDialog/>
        <div class="dropping" class:on=move || app.dropping.get() aria-hidden="true">"Drop to add"</div>
    }
}

/// The view that is open.
fn open_entry(app: App) -> Option<&'static Entry> {
    let open = app.open_view.get();
    views::ALL.iter().find(|view| view.link.name == open)
}

/// The views, as links that the history knows.
#[component]
fn Tabs() -> impl IntoView {
    let app = App::get();
    let tab = move |entry: &'static Entry| {
        let name = entry.link.name;
        let mut link = app.link();
        link.view.open = Some(name);
        let open = move |event: web_sys::MouseEvent| {
            if !event.ctrl_key() && !event.meta_key() && !event.shift_key() {
                event.prevent_default();
                app.view.update(|view| view.open = Some(name));
            }
        };
        let current = move || app.is_open(name).then_some("page");
        view! { <a href=format!("#{}", link.to_hash(LINKED)) class:on=move || app.is_open(name) aria-current=current on:click=open>{entry.title}</a> }
    };
    view! { <nav aria-label="Views">{move || views::ALL.iter().map(tab).collect_view()}</nav> }
}

/// The view that is open, once what it needs is there.
#[component]
fn OpenView() -> impl IntoView {
    let app = App::get();
    let has_table = Memo::new(move |_| app.shown.get().is_some());
    let has_arrays = Memo::new(move |_| app.analysed().is_some());
    move || {
        let view = open_entry(app)?;
        Some(match view.needs {
            Needs::Table | Needs::Arrays if !has_table.get() => view! { <Waiting/> }.into_any(),
            Needs::Arrays if !has_arrays.get() => view! {
                <p class="read waiting">"These scores were computed before. This view needs what they were computed from: add the activations, and brains for the same images."</p>
            }
            .into_any(),
            _ => (view.page)(),
        })
    }
}

/// What stands beside the open view: the chosen dimension, unless the view has its own.
#[component]
fn Beside() -> impl IntoView {
    let app = App::get();
    move || {
        let own = open_entry(app).and_then(|view| (view.inspector)());
        own.unwrap_or_else(|| view! { <Inspector/> }.into_any())
    }
}

/// What to do before there are results.
#[component]
pub fn Waiting() -> impl IntoView {
    let app = App::get();
    let is_ready = move || app.assembly.get().study.is_some();
    view! {
        <p class="read waiting">{move || match (app.is_busy(), app.has_own_files(), is_ready()) {
            _ if app.has_failed() => "Nothing was computed: see the message above.",
            (false, _, _) if app.is_bare() => "Nothing is open yet. Drop files anywhere on this page.",
            (true, _, _) => "Working\u{2026}",
            (_, true, true) => "The files fit together. Press Run analysis.",
            (_, true, false) => "Something is missing: see the messages above.",
            _ => "Starting\u{2026}",
        }}</p>
    }
}

/// Copies the address of what is on the page, or shows it where copying is not allowed.
#[component]
fn CopyLink() -> impl IntoView {
    let app = App::get();
    let said = RwSignal::new("");
    let shown = RwSignal::new(None::<String>);
    let copy = move |_| {
        let address = address(app);
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

/// The address that reopens what is on the page.
fn address(app: App) -> String {
    let here = location().href().unwrap_or_default();
    if app.history.with_value(|history| history.holds()) {
        return here;
    }
    let base = here.split('#').next().unwrap_or_default();
    format!("{base}#{}", app.link().to_hash(LINKED))
}
