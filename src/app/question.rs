//! Shows a question before something is lost, over the page.

use std::rc::Rc;

use leptos::html;
use leptos::prelude::*;

use crate::page::App;

/// Asks what the page has to ask.
#[component]
pub fn QuestionDialog() -> impl IntoView {
    let app = App::get();
    let dialog: NodeRef<html::Dialog> = NodeRef::new();
    Effect::new(move |_| {
        let asks = app.question.with(Option::is_some);
        let Some(dialog) = dialog.get() else {
            return;
        };
        if asks && !dialog.open() {
            // refused only of a dialog that is open or not in the page
            let _ = dialog.show_modal();
        } else if !asks && dialog.open() {
            dialog.close();
        }
    });
    let answer = move |call: Rc<dyn Fn()>| {
        app.question.set(None);
        call();
    };
    // by Escape, which closes it
    let closed = move |_| {
        if let Some(question) = app.question.get_untracked() {
            answer(question.last.1);
        }
    };
    view! {
        <dialog node_ref=dialog on:close=closed aria-labelledby="question">
            {move || app.question.get().map(|question| {
                let is_last = |last: bool| move |answer| (answer, last);
                let last = [question.last].map(is_last(true));
                let buttons = question.answers.into_iter().map(is_last(false)).chain(last);
                view! {
                    <p id="question">{question.text}</p>
                    <div class="answers">
                        {buttons.map(|((label, call), is_last)| view! {
                            <button autofocus=is_last on:click=move |_| answer(call.clone())>{label}</button>
                        }).collect_view()}
                    </div>
                }
            })}
        </dialog>
    }
}
