//! A worker's side: take an order, do the job, answer.

use std::collections::HashMap;

use wasm_bindgen::prelude::*;
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};

use super::message::{Answer, Input, Order};
use crate::analysis::{Block, Task, perform, read_file};
use crate::problem::Problem;

/// Serves orders until the page ends the worker. A panic takes the worker down, which the page
/// notices and answers with a new one.
pub fn serve() {
    let scope: DedicatedWorkerGlobalScope = js_sys::global().unchecked_into();
    let mut held: HashMap<String, Block> = HashMap::new();
    let answering = scope.clone();
    let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        if let Some(names) = Order::forgotten(&event.data()) {
            for name in names {
                held.remove(&name);
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
            Some((task, inputs)) => answer(&answering, do_job(&task, inputs, &mut held)),
        }
    });
    scope.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    on_message.forget();
    // The page is gone if this fails, and the worker with it.
    let _ = scope.post_message(&Answer::ready());
}

fn do_job(
    task: &Task,
    inputs: Vec<Input>,
    held: &mut HashMap<String, Block>,
) -> Result<Vec<Block>, Problem> {
    let mut passing: HashMap<String, Block> = HashMap::new();
    let mut keys = Vec::with_capacity(inputs.len());
    for input in inputs {
        if let Some(block) = input.block {
            let store = if input.keep { &mut *held } else { &mut passing };
            store.insert(input.key.clone(), block);
        }
        keys.push(input.key);
    }
    let blocks = keys
        .iter()
        .map(|key| passing.get(key).or_else(|| held.get(key)))
        .collect::<Option<Vec<&Block>>>()
        .ok_or_else(|| unreadable(&task.describe()))?;
    perform(task, &blocks)
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
