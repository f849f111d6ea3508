//! The workers of a tab, and the jobs that wait for them. A worker that fails in whatever way is replaced,
//! and its job is tried again; what fails twice is said.

use std::cell::{Cell, RefCell};
use std::collections::{HashSet, VecDeque};
use std::rc::{Rc, Weak};

use futures::channel::mpsc::UnboundedSender;
use gloo_timers::future::TimeoutFuture;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::Blob;

use super::blocks::BlockStore;
use super::handle::{Handle, on_end};
use super::message::{Answer, Order};
use super::troubles::{cannot_start, numbers_gone, worker_died};
use crate::blocks::Key;
use crate::engine::Stopped;
use crate::engine::supervision::{
    LIVES, PERIOD, Pace, STARTS, Silence, Stopwatch, start_allowance,
};
use crate::jobs::{Job, Use};

/// Before a worker that did not start is started again, in milliseconds.
const PAUSE: u32 = 300;

/// Workers and jobs.
pub struct Pool {
    /// Address of the script that starts a worker.
    address: String,
    /// Names of workers begin so, in this tab and in no other.
    tab: String,
    /// Seconds that a worker has to start.
    start_allowance: f64,
    /// Blocks of all jobs.
    pub blocks: BlockStore,
    slots: RefCell<Vec<Slot>>,
    queue: RefCell<VecDeque<Queued>>,
    pace: RefCell<Pace>,
    last_id: Cell<u32>,
    is_watched: Cell<bool>,
    on_silence: RefCell<Option<Listener>>,
    itself: Weak<Pool>,
}

/// Is told of workers that do not answer.
type Listener = Rc<dyn Fn(Option<Silence>)>;

/// A job that waits or runs.
pub struct Queued {
    /// What is to be done.
    pub job: Job,
    /// How many workers it has taken down.
    pub deaths: u32,
    /// Where its run is told of it. Closed if the run has ended.
    pub events: UnboundedSender<Event>,
}

/// What a run is told.
pub enum Event {
    /// A job of this cost is done.
    Done(f64),
    /// The run cannot go on.
    Stopped(Stopped),
}

/// One of as many workers as there are cores.
struct Slot {
    /// Tells the worker from those before it.
    id: u32,
    handle: Option<Handle>,
    state: State,
    /// How often it failed since it last did a job.
    failures: u32,
    /// Blocks that it keeps throughout.
    holds: HashSet<Key>,
    /// Blocks that it keeps for the next job.
    for_next: HashSet<Key>,
}

/// What a worker is at.
enum State {
    Starting(Stopwatch),
    Idle,
    Busy(Box<Busy>),
    GivenUp,
}

struct Busy {
    queued: Queued,
    began: f64,
    watch: Stopwatch,
    /// The seconds of the watch from which on the worker is called silent.
    allowance: f64,
}

fn now() -> f64 {
    js_sys::Date::now() / 1000.0
}

impl Pool {
    /// So many workers, started at once.
    pub fn new(address: String, workers: usize) -> Rc<Self> {
        let performance = web_sys::window().and_then(|window| window.performance());
        let seconds_of_page = performance.map_or(0.0, |clock| clock.now() / 1000.0);
        let pool = Rc::new_cyclic(|itself| Self {
            address,
            tab: format!("universal-dimensions {}", js_sys::Math::random()),
            start_allowance: start_allowance(seconds_of_page),
            blocks: BlockStore::default(),
            slots: RefCell::default(),
            queue: RefCell::default(),
            pace: RefCell::default(),
            last_id: Cell::default(),
            is_watched: Cell::default(),
            on_silence: RefCell::default(),
            itself: itself.clone(),
        });
        for index in 0..workers {
            pool.slots.borrow_mut().push(Slot {
                id: 0,
                handle: None,
                state: State::GivenUp,
                failures: 0,
                holds: HashSet::new(),
                for_next: HashSet::new(),
            });
            pool.start(index);
        }
        pool
    }

    /// Number of workers.
    pub fn workers(&self) -> usize {
        self.slots.borrow().len()
    }

    /// Whether any worker works, or may still start.
    pub fn has_workers(&self) -> bool {
        let slots = self.slots.borrow();
        !slots
            .iter()
            .all(|slot| matches!(slot.state, State::GivenUp))
    }

    /// Tells a listener of workers that do not answer, and when they do again.
    pub fn on_silence(&self, listener: impl Fn(Option<Silence>) + 'static) {
        *self.on_silence.borrow_mut() = Some(Rc::new(listener));
    }

    /// Queues jobs of a run, and gives workers that could not start another chance.
    pub fn queue(&self, jobs: impl Iterator<Item = Queued>) {
        self.queue.borrow_mut().extend(jobs);
        for index in 0..self.workers() {
            let is_given_up = match self.slots.borrow_mut().get_mut(index) {
                Some(slot) if matches!(slot.state, State::GivenUp) => {
                    slot.failures = 0;
                    true
                }
                _ => false,
            };
            if is_given_up {
                self.start(index);
            }
        }
        self.hand_out();
    }

    /// Takes the waiting jobs of runs that have ended off the queue, and ends the workers that are busy with
    /// them. Idle workers stay, and those that are done within moments.
    pub fn drop_unwanted(&self) {
        let is_wanted = |queued: &Queued| !queued.events.is_closed();
        self.queue.borrow_mut().retain(is_wanted);
        let pace = self.pace.borrow();
        let slots = self.slots.borrow();
        let ends_late = |busy: &Busy| {
            let job = &busy.queued.job;
            !pace.ends_soon(job.kind, job.cost, now() - busy.began)
        };
        let late: Vec<usize> = (slots.iter().enumerate())
            .filter(|(_, slot)| match &slot.state {
                State::Busy(busy) => !is_wanted(&busy.queued) && ends_late(busy),
                _ => false,
            })
            .map(|(index, _)| index)
            .collect();
        drop((pace, slots));
        for index in late {
            self.start(index);
        }
    }

    /// Takes blocks out of the workers.
    pub fn forget(&self, keys: &[Key]) {
        for slot in self.slots.borrow_mut().iter_mut() {
            let held: Vec<Key> = (keys.iter().copied())
                .filter(|key| slot.holds.remove(key) | slot.for_next.remove(key))
                .collect();
            if let Some(handle) = slot.handle.as_ref().filter(|_| !held.is_empty()) {
                // a worker that is gone is replaced when the pool hears of it
                let _ = handle.post(&Order::forget(&held));
            }
        }
    }

    /// Ends the workers that do not answer, and gives their jobs to others.
    pub fn replace_silent(&self) {
        for (index, id) in self.silent() {
            self.died(index, id, "it did not answer");
        }
        self.tell_silence();
    }

    /// Leaves the workers that do not answer as much time again.
    pub fn wait_for_silent(&self) {
        for (index, _) in self.silent() {
            if let Some(Slot {
                state: State::Busy(busy),
                ..
            }) = self.slots.borrow_mut().get_mut(index)
            {
                busy.allowance = busy.watch.seconds * 2.0;
            }
        }
        self.tell_silence();
    }

    /// Starts the worker of a slot, in the stead of one that is there.
    fn start(&self, index: usize) {
        let id = self.last_id.get() + 1;
        self.last_id.set(id);
        let name = format!("{} {id}", self.tab);
        let (hearing, failing) = (self.itself.clone(), self.itself.clone());
        let own_name = name.clone();
        let started = Handle::start(
            &self.address,
            &name,
            move |data| {
                if let Some(pool) = hearing.upgrade() {
                    pool.on_message(index, id, &own_name, &data);
                }
            },
            move |cause| {
                if let Some(pool) = failing.upgrade() {
                    pool.died(index, id, &cause);
                }
            },
        );
        let (handle, cause) = match started {
            Ok(handle) => (Some(handle), None),
            Err(cause) => (None, Some(cause)),
        };
        if let Some(slot) = self.slots.borrow_mut().get_mut(index) {
            slot.id = id;
            slot.handle = handle;
            slot.state = State::Starting(Stopwatch::start(now()));
            slot.holds.clear();
            slot.for_next.clear();
        }
        self.watch();
        if let Some(cause) = cause {
            self.died(index, id, &cause);
        }
    }

    fn on_message(&self, index: usize, id: u32, name: &str, data: &JsValue) {
        if !self.is_current(index, id) {
            return;
        }
        match Answer::read(data) {
            Some(Answer::Locked) => {
                let pool = self.itself.clone();
                on_end(name, move || {
                    if let Some(pool) = pool.upgrade() {
                        pool.died(index, id, "it ended without a word");
                    }
                });
            }
            Some(Answer::Broken(cause)) => self.died(index, id, &cause),
            Some(Answer::Ready) => {
                self.set_idle(index);
                self.hand_out();
            }
            Some(Answer::Blocks(blocks)) => {
                if let Some(queued) = self.finish(index) {
                    self.store(&queued, blocks);
                }
                self.hand_out();
            }
            Some(Answer::Failed(problem)) => {
                if let Some(queued) = self.finish(index) {
                    self.stop_run(queued, Stopped::Failed(problem));
                }
                self.hand_out();
            }
            None => {}
        }
    }

    /// Whether a slot still has the worker that an event is of.
    fn is_current(&self, index: usize, id: u32) -> bool {
        let slots = self.slots.borrow();
        slots.get(index).is_some_and(|slot| slot.id == id)
    }

    /// Makes a worker idle; returns what it was at.
    fn set_idle(&self, index: usize) -> Option<Busy> {
        let mut slots = self.slots.borrow_mut();
        let state = &mut slots.get_mut(index)?.state;
        match std::mem::replace(state, State::Idle) {
            State::Busy(busy) => Some(*busy),
            _ => None,
        }
    }

    /// The job that a worker has answered, if its run still waits for it.
    fn finish(&self, index: usize) -> Option<Queued> {
        let busy = self.set_idle(index)?;
        if let Some(slot) = self.slots.borrow_mut().get_mut(index) {
            slot.failures = 0;
        }
        let job = &busy.queued.job;
        let seconds = now() - busy.began;
        self.pace.borrow_mut().learn(job.kind, job.cost, seconds);
        if busy.watch.seconds > busy.allowance {
            self.tell_silence();
        }
        Some(busy.queued).filter(|queued| !queued.events.is_closed())
    }

    fn store(&self, queued: &Queued, blocks: Vec<JsValue>) {
        let outputs = &queued.job.outputs;
        let first = outputs.first().copied();
        for (position, block) in blocks.into_iter().enumerate() {
            let key = outputs.get(position).copied();
            if let Some(key) = key.or_else(|| first.map(|first| first.further(position))) {
                self.blocks.insert(key, block);
            }
        }
        // nobody listens to a run that has ended
        let _ = queued.events.unbounded_send(Event::Done(queued.job.cost));
    }

    /// A run cannot go on.
    fn stop_run(&self, queued: Queued, why: Stopped) {
        let mut queue = self.queue.borrow_mut();
        queue.retain(|other| !other.events.same_receiver(&queued.events));
        // nobody listens to a run that has ended
        let _ = queued.events.unbounded_send(Event::Stopped(why));
    }

    /// A worker ended: its job gets one more chance, and its slot a new worker.
    fn died(&self, index: usize, id: u32, cause: &str) {
        if !self.is_current(index, id) {
            return;
        }
        let Some(Busy { mut queued, .. }) = self.set_idle(index) else {
            self.did_not_start(index, cause);
            return;
        };
        queued.deaths += 1;
        if queued.events.is_closed() {
            // nobody waits for it any more
        } else if queued.deaths < LIVES {
            self.queue.borrow_mut().push_front(queued);
        } else {
            let problem = worker_died(&queued.job, self.reads_file(&queued.job), cause);
            self.stop_run(queued, Stopped::BrokeDown(problem));
        }
        self.start(index);
        self.tell_silence();
        self.hand_out();
    }

    fn reads_file(&self, job: &Job) -> bool {
        let mut inputs = job.inputs.iter().filter_map(|&key| self.blocks.get(key));
        inputs.any(|block| block.is_instance_of::<Blob>())
    }

    /// A worker failed before it had anything to do: once more after a pause, then its slot is given up.
    /// With the last one, whatever waits fails.
    fn did_not_start(&self, index: usize, cause: &str) {
        let id = self.last_id.get() + 1;
        self.last_id.set(id);
        let mut slots = self.slots.borrow_mut();
        let Some(slot) = slots.get_mut(index) else {
            return;
        };
        slot.id = id;
        slot.failures += 1;
        let handle = slot.handle.take();
        let is_last_try = slot.failures >= STARTS;
        slot.state = match is_last_try {
            true => State::GivenUp,
            false => State::Starting(Stopwatch::start(now())),
        };
        drop((slots, handle));
        if !is_last_try {
            let pool = self.itself.clone();
            spawn_local(async move {
                TimeoutFuture::new(PAUSE).await;
                if let Some(pool) = pool.upgrade().filter(|pool| pool.is_current(index, id)) {
                    pool.start(index);
                }
            });
        } else if !self.has_workers() {
            let waiting: Vec<Queued> = self.queue.borrow_mut().drain(..).collect();
            for queued in waiting {
                let why = Stopped::BrokeDown(cannot_start(cause));
                // nobody listens to a run that has ended
                let _ = queued.events.unbounded_send(Event::Stopped(why));
            }
        }
    }

    /// Gives waiting jobs to workers that have none.
    fn hand_out(&self) {
        let mut slots = self.slots.borrow_mut();
        let mut lost = Vec::new();
        for index in 0..slots.len() {
            if !slots
                .get(index)
                .is_some_and(|of| matches!(of.state, State::Idle))
            {
                continue;
            }
            let Some(queued) = self.next_for(index, &slots) else {
                break;
            };
            let Some(slot) = slots.get_mut(index) else {
                break;
            };
            let order = self.order(&queued.job, slot);
            let posted = match (&slot.handle, order) {
                (Some(handle), Some(order)) => handle.post(&order),
                _ => Err("they are not there any more".to_owned()),
            };
            match posted {
                Ok(()) => {
                    let allowance = self.pace.borrow();
                    slot.state = State::Busy(Box::new(Busy {
                        began: now(),
                        watch: Stopwatch::start(now()),
                        allowance: allowance.allowance(queued.job.kind, queued.job.cost),
                        queued,
                    }));
                }
                Err(cause) => lost.push((queued, cause)),
            }
        }
        drop(slots);
        for (queued, cause) in lost {
            let problem = numbers_gone(&queued.job, &cause);
            self.stop_run(queued, Stopped::Failed(problem));
        }
        self.watch();
    }

    /// Takes the job for a worker off the queue: the first of the predictor that it has; or else the first
    /// of one that no other worker is at, so that each is sent once; or else the first.
    fn next_for(&self, index: usize, slots: &[Slot]) -> Option<Queued> {
        let mut queue = self.queue.borrow_mut();
        let is_at = |slot: &Slot, queued: &Queued| {
            let mut blocks = queued.job.inputs_of(Use::Next);
            blocks.any(|key| slot.for_next.contains(&key))
        };
        let own = slots.get(index)?;
        let goes_on = queue.iter().position(|job| is_at(own, job));
        let is_free = |job: &Queued| !slots.iter().any(|slot| is_at(slot, job));
        let next = goes_on.or_else(|| queue.iter().position(is_free));
        queue.remove(next.unwrap_or(0))
    }

    /// The message of a job to a worker, with the blocks that it does not have.
    fn order(&self, job: &Job, slot: &mut Slot) -> Option<JsValue> {
        let mut order = Order::new(job);
        let mut reads_file = false;
        for (&key, &length) in job.inputs.iter().zip(&job.uses) {
            let is_there = slot.holds.contains(&key) || slot.for_next.contains(&key);
            let block = match is_there {
                true => None,
                false => Some(self.blocks.get(key)?),
            };
            reads_file |= block.as_ref().is_some_and(JsCast::is_instance_of::<Blob>);
            order.input(key, length, block.as_ref());
        }
        // a worker that reads a file leaves what it holds as it is
        if !reads_file {
            slot.holds.extend(job.inputs_of(Use::Run));
            slot.for_next = job.inputs_of(Use::Next).collect();
        }
        Some(order.finish())
    }

    /// Looks at the workers from time to time, for as long as one starts or works.
    fn watch(&self) {
        if self.is_watched.replace(true) {
            return;
        }
        let pool = self.itself.clone();
        spawn_local(async move {
            loop {
                TimeoutFuture::new((PERIOD * 1000.0) as u32).await;
                let Some(pool) = pool.upgrade() else { return };
                if !pool.look() {
                    pool.is_watched.set(false);
                    return;
                }
            }
        });
    }

    /// Looks at the workers once. Whether there is anything to look at.
    fn look(&self) -> bool {
        let (mut late, mut is_any) = (Vec::new(), false);
        for (index, slot) in self.slots.borrow_mut().iter_mut().enumerate() {
            match &mut slot.state {
                State::Starting(watch) => {
                    is_any = true;
                    watch.look(now());
                    if watch.seconds > self.start_allowance {
                        late.push((index, slot.id, watch.seconds));
                    }
                }
                State::Busy(busy) => {
                    is_any = true;
                    busy.watch.look(now());
                }
                State::Idle | State::GivenUp => {}
            }
        }
        for (index, id, seconds) in late {
            let cause = format!("it did not answer within {seconds:.0} s");
            self.died(index, id, &cause);
        }
        // what nobody waits for any more is not let run for ever
        for (index, _) in self.silent() {
            let is_wanted = match self.slots.borrow().get(index).map(|slot| &slot.state) {
                Some(State::Busy(busy)) => !busy.queued.events.is_closed(),
                _ => true,
            };
            if !is_wanted {
                self.start(index);
            }
        }
        self.tell_silence();
        is_any
    }

    /// Slots and workers that have not answered for longer than they may take.
    fn silent(&self) -> Vec<(usize, u32)> {
        let slots = self.slots.borrow();
        let is_silent = |slot: &Slot| match &slot.state {
            State::Busy(busy) => busy.watch.seconds > busy.allowance,
            _ => false,
        };
        let silent = slots.iter().enumerate().filter(|(_, of)| is_silent(of));
        silent.map(|(index, slot)| (index, slot.id)).collect()
    }

    /// Tells the listener of the worker that has been silent for longest.
    fn tell_silence(&self) {
        let silence = {
            let slots = self.slots.borrow();
            let silent = slots.iter().filter_map(|slot| match &slot.state {
                State::Busy(busy) if busy.watch.seconds > busy.allowance => Some(busy),
                _ => None,
            });
            silent
                .max_by(|a, b| a.watch.seconds.total_cmp(&b.watch.seconds))
                .map(|busy| Silence::new(&busy.queued.job.description, busy.watch.seconds))
        };
        let listener = self.on_silence.borrow().clone();
        if let Some(listener) = listener {
            listener(silence);
        }
    }
}
