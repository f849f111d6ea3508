//! The page: what is on it and where. State lives in [`state`], what happens in [`session`].

mod browser;
mod dimensions;
mod dropping;
mod figure;
mod files_table;
mod hosted;
mod inspector;
mod messages;
mod reading;
mod session;
mod state;
mod study_panel;
mod table;

use leptos::prelude::*;

use dimensions::DimensionsView;
use dropping::{FilePickers, catch_drops};
use files_table::FilesPanel;
use inspector::Inspector;
use messages::Messages;
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
                <DimensionsView/>
            </div>
            <section class="insp" aria-label="Chosen dimension"><Inspector/></section>
        </main>
        <div class="dropping" class:on=move || app.dropping.get() aria-hidden="true">"Drop to add"</div>
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
