//! Jobs in a pool of Web Workers, each with its own instance of the module. The shelf is on the
//! page's side as typed arrays outside the module's memory; workers get what a job needs, keep the
//! targets, which every job asks for, and stay with a predictor while there are jobs of it. No shared
//! memory, so that any static host will do.

mod message;
mod worker;

pub use worker::serve;

use std::cell::{Cell, RefCell};
use std::collections::{HashMap, HashSet, VecDeque};
use std::rc::{Rc, Weak};

use futures::StreamExt;
use futures::channel::mpsc::{UnboundedSender, unbounded};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, ErrorEvent, MessageEvent, Worker, WorkerOptions, WorkerType};

use super::{Engine, Stopped};
use crate::blocks::{Block, Key};
use crate::jobs::{Job, Use};
use crate::problem::Problem;
use message::{Answer, Order, from_js, to_js};

/// How often a job may take its worker down before the run stops.
const LIVES: u32 = 2;

/// The pool and the shelf.
#[derive(Clone)]
pub struct WebEngine {
    pool: Rc<Pool>,
}

struct Pool {
    /// Address of the script that starts a worker.
    address: String,
    shelf: RefCell<HashMap<Key, Shelved>>,
    /// What blocks are labelled with as they come in.
    label: Cell<u32>,
    workers: RefCell<Vec<Slot>>,
    queue: RefCell<VecDeque<Queued>>,
    /// When the page last had its turn.
    breathed: Cell<f64>,
    itself: Weak<Pool>,
}

/// A block on the shelf.
struct Shelved {
    block: JsValue,
    label: u32,
}

/// A job that waits or runs.
struct Queued {
    job: Job,
    deaths: u32,
    events: UnboundedSender<Event>,
}

enum Event {
    Done(f64),
    Stopped(Stopped),
}

/// A worker and what it is at.
struct Slot {
    worker: Worker,
    ready: bool,
    /// Blocks that it keeps throughout.
    holds: HashSet<Key>,
    /// Blocks that it keeps for the next job.
    for_next: HashSet<Key>,
    at: Option<Queued>,
    // Freed with the slot, so that a worker that was replaced is not listened to.
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_error: Closure<dyn FnMut(ErrorEvent)>,
}

impl WebEngine {
    /// A pool of as many workers as the computer has cores, started at once.
    #[must_use]
    pub fn new(address: String) -> Self {
        let cores =
            web_sys::window().map_or(2.0, |window| window.navigator().hardware_concurrency());
        let pool = Rc::new_cyclic(|itself| Pool {
            address,
            shelf: RefCell::default(),
            label: Cell::default(),
            workers: RefCell::default(),
            queue: RefCell::default(),
            breathed: Cell::default(),
            itself: itself.clone(),
        });
        for place in 0..(cores as usize).clamp(1, 16) {
            pool.start(place);
        }
        Self { pool }
    }

    /// Number of workers.
    #[must_use]
    pub fn workers(&self) -> usize {
        self.pool.workers.borrow().len()
    }

    /// Labels whatever comes onto the shelf from now on, until it is labelled otherwise.
    pub fn label(&self, label: u32) {
        self.pool.label.set(label);
    }

    /// Takes all blocks of a label off the shelf and out of the workers.
    pub fn forget(&self, label: u32) {
        let mut gone = Vec::new();
        self.pool.shelf.borrow_mut().retain(|&key, shelved| {
            if shelved.label == label {
                gone.push(key);
            }
            shelved.label != label
        });
        for slot in self.pool.workers.borrow_mut().iter_mut() {
            let held: Vec<Key> = gone
                .iter()
                .copied()
                .filter(|key| slot.holds.remove(key) | slot.for_next.remove(key))
                .collect();
            // A worker that is gone is replaced when the pool hears of it.
            let _ = slot.worker.post_message(&Order::forget(&held));
        }
    }

    /// Puts a file on the shelf; it is read by the worker whose job needs it.
    pub fn put_file(&self, key: Key, file: Blob) {
        self.pool.shelve(key, file.into());
    }

    /// Gives a block another name.
    pub fn rename(&self, from: Key, to: Key) {
        if let Some(block) = self.take(from) {
            self.pool.shelve(to, block);
        }
    }

    /// A block as JavaScript holds it, without a copy.
    #[must_use]
    pub fn raw(&self, key: Key) -> Option<JsValue> {
        self.pool
            .shelf
            .borrow()
            .get(&key)
            .map(|shelved| shelved.block.clone())
    }

    /// Takes a block off the shelf.
    pub fn take(&self, key: Key) -> Option<JsValue> {
        self.pool
            .shelf
            .borrow_mut()
            .remove(&key)
            .map(|shelved| shelved.block)
    }

    /// Ends whatever runs, at once: the workers are terminated and replaced.
    pub fn cancel(&self) {
        let mut waiting: Vec<Queued> = self.pool.queue.borrow_mut().drain(..).collect();
        let busy: Vec<usize> = (0..self.workers())
            .filter(|&place| self.pool.workers.borrow()[place].at.is_some())
            .collect();
        for place in busy {
            waiting.extend(self.pool.workers.borrow_mut()[place].at.take());
            self.pool.start(place);
        }
        for queued in waiting {
            // nobody listens to a run that has ended
            let _ = queued
                .events
                .unbounded_send(Event::Stopped(Stopped::Cancelled));
        }
    }
}

impl Pool {
    fn shelve(&self, key: Key, block: JsValue) {
        let label = self.label.get();
        self.shelf
            .borrow_mut()
            .insert(key, Shelved { block, label });
    }

    /// Starts the worker at a place, in the stead of one that is there.
    fn start(&self, place: usize) {
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        let Ok(worker) = Worker::new_with_options(&self.address, &options) else {
            return;
        };
        let pool = self.itself.clone();
        let on_message = Closure::new(move |event: MessageEvent| {
            if let Some(pool) = pool.upgrade() {
                pool.hear(place, &event.data());
            }
        });
        let pool = self.itself.clone();
        let on_error = Closure::new(move |event: ErrorEvent| {
            if let Some(pool) = pool.upgrade() {
                pool.bury(place, &event.message());
            }
        });
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        let slot = Slot {
            worker,
            ready: false,
            holds: HashSet::new(),
            for_next: HashSet::new(),
            at: None,
            _on_message: on_message,
            _on_error: on_error,
        };
        let mut workers = self.workers.borrow_mut();
        if place < workers.len() {
            let old = std::mem::replace(&mut workers[place], slot);
            old.worker.terminate();
            old.worker.set_onmessage(None);
            old.worker.set_onerror(None);
            // A closure must not be freed while it runs, and it may be the one that called us.
            wasm_bindgen_futures::spawn_local(async move { drop(old) });
        } else {
            workers.push(slot);
        }
    }

    fn hear(&self, place: usize, data: &JsValue) {
        let answer = Answer::read(data);
        let queued = {
            let mut workers = self.workers.borrow_mut();
            let slot = &mut workers[place];
            slot.ready = true;
            slot.at.take()
        };
        if let (Some(queued), Some(answer)) = (queued, answer) {
            let event = match answer {
                Answer::Blocks(blocks) => {
                    let first = queued.job.outputs.first().copied();
                    for (place, block) in blocks.into_iter().enumerate() {
                        let key = queued
                            .job
                            .outputs
                            .get(place)
                            .copied()
                            .or_else(|| first.map(|first| first.further(place)));
                        if let Some(key) = key {
                            self.shelve(key, block);
                        }
                    }
                    Event::Done(queued.job.cost)
                }
                Answer::Failed(problem) => Event::Stopped(Stopped::Failed(problem)),
            };
            if matches!(event, Event::Stopped(_)) {
                self.drop_run(&queued.events);
            }
            let _ = queued.events.unbounded_send(event);
        }
        self.hand_out();
    }

    /// A worker died: its job gets one more chance, and the place a new worker.
    fn bury(&self, place: usize, message: &str) {
        let queued = self.workers.borrow_mut()[place].at.take();
        let was_ready = self.workers.borrow()[place].ready;
        if let Some(mut queued) = queued {
            queued.deaths += 1;
            if queued.deaths < LIVES {
                self.queue.borrow_mut().push_front(queued);
            } else {
                self.drop_run(&queued.events);
                let problem = worker_died(&queued.job.description, message);
                let _ = queued
                    .events
                    .unbounded_send(Event::Stopped(Stopped::Failed(problem)));
            }
        } else if !was_ready {
            // It did not even start; so would no other.
            for queued in self.queue.borrow_mut().drain(..) {
                let problem = cannot_start(message);
                let _ = queued
                    .events
                    .unbounded_send(Event::Stopped(Stopped::Failed(problem)));
            }
            return;
        }
        self.start(place);
        self.hand_out();
    }

    /// Takes the waiting jobs of a run that has ended off the queue.
    fn drop_run(&self, events: &UnboundedSender<Event>) {
        self.queue
            .borrow_mut()
            .retain(|queued| !queued.events.same_receiver(events));
    }

    /// Gives waiting jobs to workers that have none.
    fn hand_out(&self) {
        let mut workers = self.workers.borrow_mut();
        for place in 0..workers.len() {
            if !workers[place].ready || workers[place].at.is_some() {
                continue;
            }
            let Some(queued) = self.next_for(place, &workers) else {
                return;
            };
            let slot = &mut workers[place];
            match self.order(&queued.job, slot) {
                Some(order) if slot.worker.post_message(&order).is_ok() => slot.at = Some(queued),
                _ => {
                    let problem = Problem::error(
                        "",
                        format!("{}: its numbers are gone", queued.job.description),
                    )
                    .expected("all inputs of the job")
                    .hint("Run the analysis again; if it happens again, reload the page");
                    let _ = queued
                        .events
                        .unbounded_send(Event::Stopped(Stopped::Failed(problem)));
                }
            }
        }
    }

    /// Takes the job for a worker off the queue: the first of the predictor that it has; or else the first
    /// of one that no other worker is at, so that each is sent once; or else the first.
    fn next_for(&self, place: usize, workers: &[Slot]) -> Option<Queued> {
        let mut queue = self.queue.borrow_mut();
        let is_at = |slot: &Slot, queued: &Queued| {
            let mut blocks = queued.job.inputs_of(Use::Next);
            blocks.any(|key| slot.for_next.contains(&key))
        };
        let goes_on = queue.iter().position(|job| is_at(&workers[place], job));
        let is_free = |job: &Queued| !workers.iter().any(|slot| is_at(slot, job));
        let next = goes_on.or_else(|| queue.iter().position(is_free));
        queue.remove(next.unwrap_or(0))
    }

    /// The message of a job to a worker, with the blocks that it does not have.
    fn order(&self, job: &Job, slot: &mut Slot) -> Option<JsValue> {
        let shelf = self.shelf.borrow();
        let mut order = Order::new(job);
        let mut reads_file = false;
        for (&key, &length) in job.inputs.iter().zip(&job.uses) {
            let is_there = slot.holds.contains(&key) || slot.for_next.contains(&key);
            let block = match is_there {
                true => None,
                false => Some(&shelf.get(&key)?.block),
            };
            reads_file |= block.is_some_and(JsCast::is_instance_of::<Blob>);
            order.input(key, length, block);
        }
        // a worker that reads a file leaves what it holds as it is
        if !reads_file {
            slot.holds.extend(job.inputs_of(Use::Run));
            slot.for_next = job.inputs_of(Use::Next).collect();
        }
        Some(order.finish())
    }
}

fn worker_died(job: &str, message: &str) -> Problem {
    Problem::error(
        "",
        format!("a worker died twice while {job} ({message})"),
    )
    .expected("enough memory for the Gram matrices and dimensions of the study")
    .hint("Keep fewer components, leave layers out, or use the command line, which has more memory")
}

fn cannot_start(message: &str) -> Problem {
    Problem::error(
        "",
        format!("the computing part of the page did not start ({message})"),
    )
    .expected("a browser that runs WebAssembly with SIMD in module workers (all since 2023)")
    .hint("Reload the page, or update the browser")
}

impl Engine for WebEngine {
    fn put(&self, key: Key, block: Block) {
        self.pool.shelve(key, to_js(&block));
    }

    fn get(&self, key: Key) -> Option<Block> {
        from_js(&self.pool.shelf.borrow().get(&key)?.block)
    }

    fn has(&self, key: Key) -> bool {
        self.pool.shelf.borrow().contains_key(&key)
    }

    fn discard(&self, key: Key) {
        // what it was is of no interest any more
        let _ = self.take(key);
    }

    async fn run(&self, mut jobs: Vec<Job>, done: &dyn Fn(f64)) -> Result<(), Stopped> {
        // The longest first: no worker is left with a long job at the end.
        jobs.sort_by(|a, b| b.cost.total_cmp(&a.cost));
        let mut left = jobs.len();
        let (send, mut receive) = unbounded();
        self.pool
            .queue
            .borrow_mut()
            .extend(jobs.into_iter().map(|job| Queued {
                job,
                deaths: 0,
                events: send.clone(),
            }));
        drop(send);
        self.pool.hand_out();
        while left > 0 {
            match receive.next().await {
                Some(Event::Done(cost)) => {
                    left -= 1;
                    done(cost);
                }
                Some(Event::Stopped(stopped)) => return Err(stopped),
                None => return Err(Stopped::Cancelled),
            }
        }
        Ok(())
    }

    async fn breathe(&self) {
        /// Seconds that the page may be kept from drawing and hearing.
        const PATIENCE: f64 = 0.012;
        if self.clock() - self.pool.breathed.get() < PATIENCE {
            return;
        }
        let promise = js_sys::Promise::new(&mut |resolve, _| {
            if let Some(window) = web_sys::window() {
                // a page without timers does not draw either
                let _ = window.set_timeout_with_callback(&resolve);
            }
        });
        // a promise that only the timer resolves
        let _ = JsFuture::from(promise).await;
        self.pool.breathed.set(self.clock());
    }

    fn clock(&self) -> f64 {
        js_sys::Date::now() / 1000.0
    }
}
