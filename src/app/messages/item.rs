//! One message: what is wrong with one file or with several alike, the Python that mends it, and what can be
//! done here.

use leptos::prelude::*;

use crate::problem::{Problem, Severity, count, visible};
use crate::study::roles::{Axes, Kind};
use crate::study::survey::Looks;
use crate::study::{ArrayId, Entry, subjects_of_stack};

use super::super::files_table::{Row, leave_out, show_row};
use super::super::reading;
use super::move_focus;
use crate::page::App;
use crate::page::browser;

/// Files beyond this many are counted, and named once that is opened.
const FEW: usize = 4;

/// Longer lists of files come to the page when they are opened.
const LONG: usize = 50;

/// Problems that say the same of different files.
#[derive(Clone, PartialEq, Debug)]
pub struct Item {
    /// At least one.
    pub problems: Vec<Problem>,
    /// Their files cannot be read, and the study waits for the user to go on without them.
    pub is_unreadable: bool,
}

impl Item {
    pub fn severity(&self) -> Severity {
        let first = self.problems.first();
        first.map_or(Severity::Notice, |problem| problem.severity)
    }
}

/// A hint as a sentence, and the Python that it carries.
fn parts_of(hint: &str) -> (&str, Option<&str>) {
    match hint.split_once('\n') {
        Some((prose, code)) => (prose, Some(code)),
        None => (hint, None),
    }
}

fn sentence(text: &str) -> String {
    let text = visible(text.trim());
    match text.chars().last() {
        None => String::new(),
        Some('.' | ':' | '!' | '?') => format!(" {text}"),
        Some(_) => format!(" {text}."),
    }
}

/// What was expected, and what to do.
fn rest_of(problem: &Problem) -> String {
    let expected = match problem.expected.trim_end_matches('.') {
        "" => String::new(),
        expected => format!(" Expected {}.", visible(expected)),
    };
    format!("{expected}{}", sentence(parts_of(&problem.hint).0))
}

#[component]
pub fn ItemView(item: Item, is_open: bool) -> impl IntoView {
    let (class, word) = match item.severity() {
        Severity::Error => ("error", "Error"),
        Severity::Warning => ("warning", "Warning"),
        Severity::Notice => ("notice", "Notice"),
    };
    let Item {
        problems,
        is_unreadable,
    } = item;
    let code = problems
        .first()
        .and_then(|problem| parts_of(&problem.hint).1)
        .map(|code| view! { <Code code=code.to_owned() is_open/> });
    let body = match problems.as_slice() {
        [problem] => one(problem.clone(), is_unreadable, is_open, code),
        _ => many(problems, is_unreadable, is_open, code),
    };
    view! { <li class=class><b>{word}</b>" "{body}</li> }
}

fn one(
    problem: Problem,
    is_unreadable: bool,
    is_open: bool,
    code: Option<impl IntoView + 'static>,
) -> AnyView {
    let said = format!("{}{}", sentence(&problem.found), rest_of(&problem));
    let separator = if problem.file.is_empty() { "" } else { ":" };
    view! {
        <FileName file=problem.file.clone()/>{separator}{said}
        {code}
        <Actions problem is_unreadable is_open/>
    }
    .into_any()
}

fn many(
    problems: Vec<Problem>,
    is_unreadable: bool,
    is_open: bool,
    code: Option<impl IntoView + 'static>,
) -> AnyView {
    let Some(first) = problems.first().cloned() else {
        return ().into_any();
    };
    let app = App::get();
    let files = count(problems.len(), "file", "files");
    // numbers may differ, in what was found or in what was expected
    let differ = problems
        .iter()
        .any(|problem| problem.found != first.found || rest_of(problem) != rest_of(&first));
    let rest_of_first = StoredValue::new(rest_of(&first));
    let such = if differ {
        format!(", the first {}", visible(&first.file))
    } else {
        String::new()
    };
    let said = format!(
        "{files}{such}:{}{}",
        sentence(&first.found),
        rest_of(&first)
    );
    let arrays: Vec<ArrayId> = problems
        .iter()
        .filter_map(|problem| array_of(app, &problem.file))
        .collect();
    let is_array_error = first.is_error() && arrays.len() == problems.len();
    let leave_all = move |_| {
        leave_out(app, &arrays);
        move_focus();
    };
    let is_few = is_open && problems.len() <= FEW;
    let summary = format!("{files}: show each");
    // a long list is written once somebody opens it
    let listed = RwSignal::new(problems.len() <= LONG);
    let each = StoredValue::new(problems);
    view! {
        {said}
        {code}
        {is_array_error.then(|| view! {
            <div class="actions"><button on:click=leave_all>"Leave out these "{files}</button></div>
        })}
        <details class="alike" open=is_few on:toggle=move |_| listed.set(true)>
            <summary>{summary}</summary>
            <Show when=move || listed.get()>
                <ul>{each.get_value().into_iter().map(|problem| {
                    let same = rest_of_first.with_value(|first| *first == rest_of(&problem));
                    let found = if differ { format!(":{}", sentence(&problem.found)) } else { String::new() };
                    let rest = if same { String::new() } else { rest_of(&problem) };
                    view! {
                        <li><FileName file=problem.file.clone()/>{found}{rest}
                        <Actions problem is_unreadable is_open=false/></li>
                    }
                }).collect_view()}</ul>
            </Show>
        </details>
    }
    .into_any()
}

fn array_of(app: App, path: &str) -> Option<ArrayId> {
    app.collection.with_untracked(|collection| {
        let mut entries = collection.entries.iter();
        let entry = entries.find(|entry| entry.survey.path == path)?;
        Some(entry.id)
    })
}

/// The path of a file; of an array it leads to its row.
#[component]
fn FileName(file: String) -> impl IntoView {
    let app = App::get();
    match array_of(app, &file) {
        Some(id) => view! {
            <button class="file" title="Show it in the files table" on:click=move |_| show_row(app, id)><bdi>{visible(&file).into_owned()}</bdi></button>
        }
        .into_any(),
        None => view! { <bdi>{visible(&file).into_owned()}</bdi> }.into_any(),
    }
}

/// What can be done about one file here.
#[component]
fn Actions(problem: Problem, is_unreadable: bool, is_open: bool) -> impl IntoView {
    let app = App::get();
    let path = problem.file.clone();
    let Some(id) = array_of(app, &path) else {
        let several = app.collection.with_untracked(|collection| {
            let errors = collection
                .problems
                .iter()
                .filter(|problem| problem.is_error());
            errors.count() > 1
        });
        // of a single file the button above says it
        return (is_unreadable && several).then(|| {
            let label = format!("Go on without {}", visible(&path));
            let leave = move |_| {
                leave_file(app, &path);
                move_focus();
            };
            view! { <div class="actions"><button aria-label=label on:click=leave>"Go on without it"</button></div> }
        }).into_any();
    };
    if problem.severity == Severity::Notice {
        return ().into_any();
    }
    let label = format!("Leave out {}", visible(&path));
    let leave = move |_| {
        leave_out(app, &[id]);
        move_focus();
    };
    let stack = app
        .collection
        .with_untracked(|collection| {
            let entry = collection.entries.iter().find(|entry| entry.id == id);
            entry.and_then(stack_in_doubt)
        })
        .filter(|_| problem.is_error());
    let are_subjects = move |_| {
        settle_subjects(app, id);
        move_focus();
    };
    view! {
        <div class="actions">
            {stack.map(|count| view! {
                <button on:click=are_subjects>{format!("They are {count} subjects")}</button>
            })}
            {problem.is_error().then(|| view! { <button aria-label=label on:click=leave>"Leave out"</button> })}
        </div>
        <Change id is_open=is_open && problem.is_error()/>
    }
    .into_any()
}

/// The array's row, right below what is wrong with it.
#[component]
fn Change(id: ArrayId, is_open: bool) -> impl IntoView {
    let opened = RwSignal::new(is_open);
    let toggled = move |event: web_sys::Event| {
        let element: web_sys::Element = event_target(&event);
        opened.set(element.has_attribute("open"));
    };
    view! {
        <details class="change" open=is_open on:toggle=toggled>
            <summary>"Change its role, names or axes"</summary>
            <Show when=move || opened.get()><Row id prefix="asked"/></Show>
        </details>
    }
}

/// Number of matrices of a stack, where all that is in doubt is what it counts.
fn stack_in_doubt(entry: &Entry) -> Option<usize> {
    let role = &entry.role;
    let is_stack =
        matches!(entry.survey.looks, Looks::Stack { .. }) || role.axes == Axes::CondensedStack;
    let is_fine = role.kind == Kind::Rdm
        && entry.survey.not_finite.is_none()
        && !role.roi.is_empty()
        && !role.subject.is_empty();
    let count = role.axes.matrices(&entry.survey.shape)?;
    (is_stack && is_fine && count > 1).then_some(count)
}

/// Takes the matrices of a stack as those of so many subjects.
fn settle_subjects(app: App, id: ArrayId) {
    reading::edit(app, |collection| {
        let entries = &mut collection.entries;
        let Some(roi) = entries
            .iter()
            .find(|entry| entry.id == id)
            .map(|entry| entry.role.roi.clone())
        else {
            return;
        };
        let of_region = entries
            .iter()
            .filter(|entry| entry.role.kind.is_brain() && entry.role.roi == roi)
            .count();
        if let Some(entry) = entries.iter_mut().find(|entry| entry.id == id) {
            entry.role.subject = subjects_of_stack(&entry.role.subject, of_region == 1);
            entry.settled = true;
            entry.reason = "you said that its matrices are subjects".to_owned();
        }
    });
}

/// Goes on without one of several files that cannot be read.
fn leave_file(app: App, path: &str) {
    reading::edit(app, |collection| {
        for problem in &mut collection.problems {
            if problem.is_error() && problem.file == path {
                problem.severity = Severity::Warning;
                problem.found = format!("{} and is left out", problem.found.trim_end_matches('.'));
            }
        }
    });
}

/// Python to be copied.
#[component]
fn Code(code: String, is_open: bool) -> impl IntoView {
    let said = RwSignal::new("Copy");
    let to_copy = code.clone();
    let copy = move |_| {
        let code = to_copy.clone();
        leptos::task::spawn_local(async move {
            let is_copied = browser::copy(&code).await;
            said.set(if is_copied {
                "Copied"
            } else {
                "Select it and copy"
            });
        });
    };
    view! {
        <details class="code" open=is_open>
            <summary>"Python that does it"</summary>
            <div>
                <pre><code>{code}</code></pre>
                <button aria-label=move || format!("{} the Python code", said.get()) on:click=copy>{move || said.get()}</button>
            </div>
        </details>
    }
}
