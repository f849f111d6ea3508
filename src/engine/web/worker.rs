//! A worker's side: take an order, do the job, answer.

use std::collections::HashMap;

use wasm_bindgen::prelude::*;
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};

use super::message::{Answer, Input, Order};
use crate::analysis::{Block, Task, Use, perform, read_file};
use crate::problem::Problem;

/// Serves orders until the page ends the worker. A panic takes the worker down, which the page
/// notices and answers with a new one.
pub fn serve() {
    let scope: DedicatedWorkerGlobalScope = js_sys::global().unchecked_into();
    let mut held = Held::default();
    let answering = scope.clone();
    let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        if let Some(names) = Order::forgotten(&event.data()) {
            for name in names {
                held.forget(&name);
            }
            return;
        }
        match Order::read(&event.data()) {
            None => answer(&answering, Err(unreadable("an order"))),
            Some((Task::Read { path }, inputs)) => {
                let scope = answering.clone();
                wasm_bindgen_futures::spawn_local(async move {
                    let result = match inputs.into_iter().find_map(|input| input.file) {
                        Some(file) => read_file(&path, &file).await,
                        None => Err(unreadable(&format!("reading {path}"))),
                    };
                    answer(&scope, result);
                });
            }
            Some((task, inputs)) => answer(&answering, held.perform(&task, inputs)),
        }
    });
    scope.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    on_message.forget();
    // The page is gone if this fails, and the worker with it.
    let _ = scope.post_message(&Answer::ready());
}

/// Blocks by their names, for as long as they are of use.
#[derive(Default)]
struct Held {
    run: HashMap<String, Block>,
    next: HashMap<String, Block>,
}

impl Held {
    fn forget(&mut self, name: &str) {
        self.run.remove(name);
        self.next.remove(name);
    }

    fn perform(&mut self, task: &Task, inputs: Vec<Input>) -> Result<Vec<Block>, Problem> {
        let mut once = HashMap::new();
        let mut keys = Vec::with_capacity(inputs.len());
        let mut blocks = Vec::with_capacity(inputs.len());
        for Input { key, block, .. } in inputs {
            keys.push(key);
            blocks.push(block);
        }
        self.next.retain(|key, _| keys.contains(key));
        for (place, (key, block)) in keys.iter().zip(blocks).enumerate() {
            let store = match task.use_of(place) {
                Use::Once => &mut once,
                Use::Next => &mut self.next,
                Use::Run => &mut self.run,
            };
            if let Some(block) = block {
                store.insert(key.clone(), block);
            }
        }
        let blocks = keys
            .iter()
            .map(|key| {
                [&once, &self.next, &self.run]
                    .into_iter()
                    .find_map(|store| store.get(key))
            })
            .collect::<Option<Vec<&Block>>>()
            .ok_or_else(|| unreadable(&task.describe()))?;
        perform(task, &blocks)
    }
}

fn answer(scope: &DedicatedWorkerGlobalScope, result: Result<Vec<Block>, Problem>) {
    let (message, buffers) = Answer::write(result);
    // The page is gone if this fails, and the worker with it.
    let _ = scope.post_message_with_transfer(&message, &buffers);
}

fn unreadable(what: &str) -> Problem {
    Problem::error("", format!("{what} failed: its input cannot be read"))
        .expected("a file that is still where it was, unchanged")
        .hint("Add the file again")
}
