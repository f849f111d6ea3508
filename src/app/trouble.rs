//! What stopped the page's work, or keeps it waiting, with what can be done about it right there.

use leptos::prelude::*;

use crate::engine::supervision::Silence;
use crate::problem::Problem;
use crate::run_state::Activity;

use crate::page::App;

/// The failure of the last task, and a worker that does not answer.
#[component]
pub fn Trouble() -> impl IntoView {
    let app = App::get();
    let activity = app.schedule.activity();
    let failure = Memo::new(move |_| {
        activity.with(|activity| match activity {
            Activity::Failed(problem) => Some(problem.clone()),
            _ => None,
        })
    });
    let silence = Memo::new(move |_| {
        activity.with(|activity| activity.step().and_then(|step| step.silence.clone()))
    });
    view! {
        <div class="trouble" role="alert">
            {move || failure.get().map(|problem| view! { <Failed problem/> })}
            {move || silence.get().map(|silence| view! { <Silent silence/> })}
        </div>
    }
}

#[component]
fn Failed(problem: Problem) -> impl IntoView {
    let app = App::get();
    let Problem {
        found,
        expected,
        hint,
        ..
    } = problem;
    view! {
        <section>
            <b>{format!("Nothing was computed: {found}.")}</b>
            <p>{format!("Expected {expected}. {hint}.")}</p>
            <button on:click=move |_| app.schedule.try_again()>"Try again"</button>
            <button class="plain" on:click=move |_| app.schedule.cancel()>"Dismiss"</button>
        </section>
    }
}

#[component]
fn Silent(silence: Silence) -> impl IntoView {
    let app = App::get();
    let Silence { doing, minutes } = silence;
    view! {
        <section>
            <b>{format!("A worker has been silent for {minutes} minutes, far longer than expected.")}</b>
            <p>{format!("It is at this: {doing}. If this computer is busy or short of memory, waiting may help; if not, try again: the rest of the work is kept.")}</p>
            <button on:click=move |_| app.engine.get_value().replace_silent()>"Try again"</button>
            <button on:click=move |_| app.engine.get_value().wait_for_silent()>"Keep waiting"</button>
        </section>
    }
}
