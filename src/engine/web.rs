//! Jobs in a pool of Web Workers, each with its own instance of the module. The blocks are on the
//! page's side as typed arrays outside the module's memory; workers get what a job needs, keep the
//! targets, which every job asks for, and stay with a predictor while there are jobs of it. No shared
//! memory, so that any static host will do. How workers are supervised is in [`pool`] and, as far as it
//! needs no browser, in `engine::supervision`.

mod blocks;
mod handle;
mod message;
mod pool;
mod troubles;
mod worker;

pub use worker::serve;

use std::cell::Cell;
use std::rc::Rc;

use futures::StreamExt;
use futures::channel::mpsc::unbounded;
use gloo_timers::future::TimeoutFuture;
use wasm_bindgen::prelude::*;
use web_sys::Blob;

use super::supervision::Silence;
use super::{Engine, Stopped};
use crate::blocks::{Block, Key};
use crate::jobs::Job;
use message::{from_js, to_js};
use pool::{Event, Pool, Queued};

/// The pool and the blocks.
#[derive(Clone)]
pub struct WebEngine {
    pool: Rc<Pool>,
    /// When the page last had its turn.
    yielded: Rc<Cell<f64>>,
}

impl WebEngine {
    /// A pool of as many workers as the computer has cores, started at once.
    #[must_use]
    pub fn new(address: String) -> Self {
        let cores =
            web_sys::window().map_or(2.0, |window| window.navigator().hardware_concurrency());
        Self {
            pool: Pool::new(address, (cores as usize).clamp(1, 16)),
            yielded: Rc::default(),
        }
    }

    /// Number of workers.
    #[must_use]
    pub fn workers(&self) -> usize {
        self.pool.workers()
    }

    /// Whether any worker works, or may still start.
    #[must_use]
    pub fn has_workers(&self) -> bool {
        self.pool.has_workers()
    }

    /// Tells a listener of workers that do not answer, and when they do again.
    pub fn on_silence(&self, listener: impl Fn(Option<Silence>) + 'static) {
        self.pool.on_silence(listener);
    }

    /// Ends the workers that do not answer, and gives their jobs to others.
    pub fn replace_silent(&self) {
        self.pool.replace_silent();
    }

    /// Leaves the workers that do not answer as much time again.
    pub fn wait_for_silent(&self) {
        self.pool.wait_for_silent();
    }

    /// Labels whatever is inserted from now on, until it is labelled otherwise.
    pub fn label(&self, label: u32) {
        self.pool.blocks.label(label);
    }

    /// Takes all blocks of a label out of the store and out of the workers.
    pub fn forget(&self, label: u32) {
        let removed = self.pool.blocks.remove_label(label);
        self.pool.forget(&removed);
    }

    /// Adds a file; it is read by the worker whose job needs it.
    pub fn put_file(&self, key: Key, file: Blob) {
        self.pool.blocks.insert(key, file.into());
    }

    /// Gives a block another name.
    pub fn rename(&self, from: Key, to: Key) {
        if let Some(block) = self.take(from) {
            self.pool.blocks.insert(to, block);
        }
    }

    /// A block as JavaScript holds it, without a copy.
    #[must_use]
    pub fn raw(&self, key: Key) -> Option<JsValue> {
        self.pool.blocks.get(key)
    }

    /// Takes a block out of the store.
    pub fn take(&self, key: Key) -> Option<JsValue> {
        self.pool.blocks.remove(key)
    }
}

/// Ends the jobs of a run that has ended, cancelled or not.
struct Ending<'a>(&'a Pool);

impl Drop for Ending<'_> {
    fn drop(&mut self) {
        self.0.drop_unwanted();
    }
}

impl Engine for WebEngine {
    fn put(&self, key: Key, block: Block) {
        self.pool.blocks.insert(key, to_js(&block));
    }

    fn get(&self, key: Key) -> Option<Block> {
        from_js(&self.pool.blocks.get(key)?)
    }

    fn has(&self, key: Key) -> bool {
        self.pool.blocks.has(key)
    }

    fn discard(&self, key: Key) {
        // what it was is of no interest any more
        let _ = self.take(key);
    }

    /// A run is cancelled by dropping it.
    async fn run(&self, mut jobs: Vec<Job>, done: &dyn Fn(f64)) -> Result<(), Stopped> {
        if jobs.is_empty() {
            return Ok(());
        }
        // The longest first: no worker is left with a long job at the end.
        jobs.sort_by(|a, b| b.cost.total_cmp(&a.cost));
        let mut left = jobs.len();
        // dropped after what receives, by which the pool knows what is wanted
        let _ending = Ending(&self.pool);
        let (send, mut receive) = unbounded();
        self.pool.queue(jobs.into_iter().map(|job| Queued {
            job,
            deaths: 0,
            events: send.clone(),
        }));
        drop(send);
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

    async fn yield_to_ui(&self) {
        /// Seconds that the page may be kept from drawing and hearing.
        const PATIENCE: f64 = 0.012;
        if self.clock() - self.yielded.get() < PATIENCE {
            return;
        }
        TimeoutFuture::new(0).await;
        self.yielded.set(self.clock());
    }

    fn clock(&self) -> f64 {
        js_sys::Date::now() / 1000.0
    }
}
