//! What the files table shows of one array, and how the user changes it.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

use crate::study::roles::{Kind, Role};
use crate::study::{ArrayId, Entry, Group, Matching};

use super::super::reading;
use crate::page::App;

/// What a row shows; not the ids themselves, of which there may be many.
#[derive(Clone, PartialEq)]
pub struct Shown {
    pub path: String,
    pub shape: Vec<usize>,
    element: String,
    ids: String,
    matching: Option<Matching>,
    pub reason: String,
    pub role: Role,
}

impl Shown {
    pub fn new(entry: &Entry, matching: Option<&Matching>) -> Self {
        Self {
            path: entry.survey.path.clone(),
            shape: entry.survey.shape.clone(),
            element: entry.survey.element.to_string(),
            ids: ids_text(entry, matching.is_none()),
            matching: matching.cloned(),
            reason: entry.reason.clone(),
            role: entry.role.clone(),
        }
    }

    /// `92 × 4096 float32`.
    pub fn what(&self) -> String {
        let sizes: Vec<String> = self.shape.iter().map(usize::to_string).collect();
        format!("{} {}", sizes.join(" × "), self.element)
    }

    pub fn stimuli(&self) -> String {
        match &self.matching {
            Some(how) => format!("{}; stimuli matched {how}", self.ids),
            None => self.ids.clone(),
        }
    }
}

/// `92 ids from its first column, image_01 to image_92`; where they come from is left to how they were
/// matched, once they are.
fn ids_text(entry: &Entry, with_source: bool) -> String {
    let about = &entry.survey.about;
    let Some(ids) = entry.survey.ids.as_deref() else {
        return "no ids of its own".to_owned();
    };
    let source = if with_source && !about.ids_from.is_empty() {
        format!(" from {}", about.ids_from)
    } else {
        String::new()
    };
    let counted = if about.is_counted {
        " (a count of its rows)"
    } else {
        ""
    };
    let span = match ids {
        // isolated, so that ids in a script from right to left do not turn the sentence
        [first, .., last] => format!(", \u{2068}{first}\u{2069} to \u{2068}{last}\u{2069}"),
        _ => String::new(),
    };
    format!("{} ids{source}{counted}{span}", ids.len())
}

/// Marks an entry as the user's own decision.
pub fn said(entry: &mut Entry) {
    entry.settled = true;
    "you said so".clone_into(&mut entry.reason);
}

/// Changes an entry as the user says. Where it moves to another line, that one opens.
pub fn edit(app: App, id: ArrayId, change: impl FnOnce(&mut Entry)) {
    let mut moved = None;
    reading::edit(app, |collection| {
        if let Some(entry) = collection.entries.iter_mut().find(|entry| entry.id == id) {
            let before = Group::of(&entry.role);
            change(entry);
            said(entry);
            let after = Group::of(&entry.role);
            moved = (before != after).then_some((before, after));
        }
    });
    if let Some((before, after)) = moved {
        app.open_groups.update(|open| {
            if open.contains(&before) && after != Group::LeftOut {
                open.insert(after);
            }
        });
    }
}

/// Leaves arrays out, as the user says.
pub fn leave_out(app: App, ids: &[ArrayId]) {
    reading::edit(app, |collection| {
        let entries = collection.entries.iter_mut();
        for entry in entries.filter(|entry| ids.contains(&entry.id)) {
            entry.role.kind = Kind::LeftOut;
            said(entry);
        }
    });
}

/// Opens the files table at an array and moves the keyboard there.
pub fn show_row(app: App, id: ArrayId) {
    let group = app.collection.with_untracked(|collection| {
        let mut entries = collection.entries.iter();
        let entry = entries.find(|entry| entry.id == id)?;
        Some(Group::of(&entry.role))
    });
    if let Some(group) = group {
        app.open_groups.update(|open| {
            open.insert(group);
        });
        app.files_open.set(true);
        seek(format!("row-{}", id.0), 100);
    }
}

/// Rows come with the frames after their line was opened.
fn seek(id: String, tries: u32) {
    if let Some(row) = document().get_element_by_id(&id) {
        row.scroll_into_view();
        focus_in(&row, "select");
    } else if tries > 0 {
        set_timeout(
            move || seek(id, tries - 1),
            std::time::Duration::from_millis(30),
        );
    }
}

fn focus_in(element: &Element, selector: &str) {
    if let Ok(Some(found)) = element.query_selector(selector)
        && let Ok(found) = found.dyn_into::<HtmlElement>()
    {
        // an element that cannot be focused leaves the focus where it is
        let _ = found.focus();
    }
}

/// Keeps the keyboard in a field whose row moves to another line because of what was entered.
pub fn keep_focus(event: &web_sys::Event) {
    let field: Element = event_target(event);
    let Some(name) = field.get_attribute("data-field") else {
        return;
    };
    let Ok(Some(row)) = field.closest(".row") else {
        return;
    };
    let id = row.id();
    set_timeout(
        move || {
            let active = document().active_element();
            let is_lost = active.is_none_or(|element| element.tag_name() == "BODY");
            if let (true, Some(row)) = (is_lost, document().get_element_by_id(&id)) {
                focus_in(&row, &format!("[data-field='{name}']"));
            }
        },
        std::time::Duration::from_millis(80),
    );
}
