//! How files come in: dropped anywhere on the page, or chosen by button, single or as a folder.

use js_sys::{Array, Reflect};
use leptos::prelude::*;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    DataTransfer, DragEvent, File, FileSystemDirectoryEntry, FileSystemDirectoryReader,
    FileSystemEntry, FileSystemFileEntry, HtmlInputElement,
};

use crate::problem::Problem;

use super::reading::{Incoming, add_files};
use crate::page::App;

/// The buttons "Add files" and "Add folder".
#[component]
pub fn FilePickers() -> impl IntoView {
    view! {
        <Picker label="Add files" folder=false/>
        <Picker label="Add folder" folder=true/>
    }
}

#[component]
fn Picker(label: &'static str, folder: bool) -> impl IntoView {
    let app = App::get();
    let input: NodeRef<leptos::html::Input> = NodeRef::new();
    Effect::new(move |_| {
        if let (Some(input), true) = (input.get(), folder) {
            input.set_webkitdirectory(true);
        }
    });
    let open = move |_| {
        if let Some(input) = input.get() {
            input.click();
        }
    };
    let chosen = move |event: web_sys::Event| {
        let input: HtmlInputElement = event_target(&event);
        let files = input.files().map(|files| {
            (0..files.length())
                .filter_map(|index| files.get(index))
                .map(incoming)
                .collect()
        });
        add_files(app, files.unwrap_or_default(), Vec::new());
        // so that the same file can be chosen again after it was changed
        input.set_value("");
    };
    view! {
        <button on:click=open>{label}</button>
        <input
            class="hidden" type="file" multiple tabindex="-1" aria-hidden="true"
            id=if folder { "folder-input" } else { "file-input" }
            node_ref=input on:change=chosen
        />
    }
}

/// A chosen file with the folders that it was chosen with.
fn incoming(file: File) -> Incoming {
    let path = Reflect::get(&file, &"webkitRelativePath".into())
        .ok()
        .and_then(|path| path.as_string())
        .filter(|path| !path.is_empty())
        .unwrap_or_else(|| file.name());
    Incoming {
        path,
        blob: file.into(),
    }
}

/// Takes whatever is dropped on the page, wherever.
pub fn catch_drops(app: App) {
    let over = window_event_listener_untyped("dragover", move |event| {
        event.prevent_default();
        if !app.dropping.get_untracked() {
            app.dropping.set(true);
        }
    });
    let leave = window_event_listener_untyped("dragleave", move |event| {
        let event: DragEvent = event.unchecked_into();
        // leaving one element for another is not leaving the page
        if event.related_target().is_none() {
            app.dropping.set(false);
        }
    });
    let drop = window_event_listener_untyped("drop", move |event| {
        event.prevent_default();
        app.dropping.set(false);
        let event: DragEvent = event.unchecked_into();
        if let Some(transfer) = event.data_transfer() {
            let entries = entries_of(&transfer);
            leptos::task::spawn_local(async move {
                let (mut files, mut unopened) = (Vec::new(), Vec::new());
                for entry in entries {
                    walk(entry, &mut files, &mut unopened).await;
                }
                add_files(app, files, unopened);
            });
        }
    });
    on_cleanup(move || {
        over.remove();
        leave.remove();
        drop.remove();
    });
}

/// What was dropped: a file, or a folder to walk through.
enum Dropped {
    File(File),
    Entry(FileSystemEntry),
}

/// Must be called while the event is handled: the browser empties the list afterwards.
fn entries_of(transfer: &DataTransfer) -> Vec<Dropped> {
    let items = transfer.items();
    let mut dropped = Vec::new();
    for index in 0..items.length() {
        let Some(item) = items.get(index) else {
            continue;
        };
        match item.webkit_get_as_entry() {
            Ok(Some(entry)) => dropped.push(Dropped::Entry(entry)),
            _ => dropped.extend(item.get_as_file().ok().flatten().map(Dropped::File)),
        }
    }
    dropped
}

/// Collects the files of what was dropped, and what the browser could not open of it.
async fn walk(dropped: Dropped, files: &mut Vec<Incoming>, unopened: &mut Vec<Problem>) {
    let mut waiting = match dropped {
        Dropped::File(file) => {
            files.push(incoming(file));
            return;
        }
        Dropped::Entry(entry) => vec![entry],
    };
    while let Some(entry) = waiting.pop() {
        let path = entry.full_path().trim_start_matches('/').to_owned();
        if entry.is_directory() {
            let folder: FileSystemDirectoryEntry = entry.unchecked_into();
            let reader = folder.create_reader();
            // a folder is read in batches of a hundred; an empty batch is its end
            loop {
                match read_batch(&reader).await {
                    Some(batch) if batch.is_empty() => break,
                    Some(batch) => waiting.extend(batch),
                    None => {
                        unopened.push(not_opened(
                            &path,
                            "is a folder that the browser cannot list",
                        ));
                        break;
                    }
                }
            }
        } else if let Some(file) = file_of(entry.unchecked_ref()).await {
            files.push(Incoming {
                path,
                blob: file.into(),
            });
        } else {
            unopened.push(not_opened(&path, "cannot be opened by the browser"));
        }
    }
}

fn not_opened(path: &str, found: &str) -> Problem {
    Problem::error(path, found)
        .expected("a file or folder that is there and that you may read")
        .hint("Check that it still exists and that you may open it, and drop it again")
}

/// The next entries of a folder; `None` where it cannot be read.
async fn read_batch(reader: &FileSystemDirectoryReader) -> Option<Vec<FileSystemEntry>> {
    let promise = js_sys::Promise::new(&mut |resolve, reject| {
        // a reader that cannot read rejects
        let _ = reader.read_entries_with_callback_and_callback(&resolve, &reject);
    });
    let entries = JsFuture::from(promise).await.ok()?;
    let entries = Array::from(&entries);
    Some(entries.iter().map(JsCast::unchecked_into).collect())
}

async fn file_of(entry: &FileSystemFileEntry) -> Option<File> {
    let promise = js_sys::Promise::new(&mut |resolve, reject| {
        entry.file_with_callback_and_callback(&resolve, &reject);
    });
    JsFuture::from(promise)
        .await
        .ok()
        .map(JsCast::unchecked_into)
}
