//! A worker's side: take an order, do the job, answer.

use std::collections::HashMap;

use wasm_bindgen::prelude::*;
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};

use super::message::{Answer, Order, Received};
use crate::blocks::Block;
use crate::jobs::{Kinds, Use};
use crate::problem::Problem;

/// Serves orders for jobs of these kinds until the page ends the worker. A panic takes the worker down, after
/// it has told the page why; the page answers with a new one.
pub fn serve(kinds: Kinds) {
    let scope: DedicatedWorkerGlobalScope = js_sys::global().unchecked_into();
    std::panic::set_hook(Box::new(|panic| {
        console_error_panic_hook::hook(panic);
        let scope: DedicatedWorkerGlobalScope = js_sys::global().unchecked_into();
        // a page that cannot be told hears of the worker's end itself
        let _ = scope.post_message(&Answer::broken(&panic.to_string()));
    }));
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
            Some(order) if kinds.reads_file(&order.kind) => {
                let scope = answering.clone();
                wasm_bindgen_futures::spawn_local(async move {
                    let file = order.inputs.into_iter().find_map(|input| input.file);
                    let result = match file {
                        Some(file) => kinds.read(&order.kind, &order.data, &file).await,
                        None => Err(unreadable(&order.description)),
                    };
                    answer(&scope, result);
                });
            }
            Some(order) => answer(&answering, held.perform(kinds, order)),
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

    fn perform(&mut self, kinds: Kinds, order: Received) -> Result<Vec<Block>, Problem> {
        let mut once = HashMap::new();
        let mut keys = Vec::with_capacity(order.inputs.len());
        let mut blocks = Vec::with_capacity(order.inputs.len());
        for input in order.inputs {
            keys.push(input.key);
            blocks.push((input.length, input.block));
        }
        self.next.retain(|key, _| keys.contains(key));
        for (key, (length, block)) in keys.iter().zip(blocks) {
            let store = match length {
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
            .ok_or_else(|| unreadable(&order.description))?;
        kinds.perform(&order.kind, &order.data, &order.description, &blocks)
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
