//! Jobs: plain data in, plain data out, so that a job runs the same in a worker, on a thread, on
//! another machine and in a test.
//!
//! A job says its kind and carries its data as bytes. Engines know no more: they are given the registry
//! of kinds ([`Kinds`], filled in `tasks`), which says what does a job of each kind.

use std::future::Future;
use std::pin::Pin;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::blocks::{Block, Key, no_input};
use crate::formats::Slices;
use crate::problem::Problem;

/// What a job of one kind is made of: its data, and what is told about it.
pub trait Task: Serialize + DeserializeOwned {
    /// Name of the kind, which no other kind has.
    const KIND: &'static str;

    /// What the user is told is being done when it fails.
    fn describe(&self) -> String;

    /// For how long the input at a position is of use.
    fn use_of(&self, _position: usize) -> Use {
        Use::Once
    }

    /// Whether what it gives is worth keeping beyond the run, on disk or in the browser's storage: not what is
    /// larger than it is costly, nor what the run itself puts away again.
    fn is_kept(&self) -> bool {
        true
    }
}

/// A task that makes blocks from blocks.
pub trait BlockTask: Task {
    /// Does it.
    ///
    /// # Errors
    /// A [`Problem`] that says what does not fit; it need not say what was being done.
    fn run(&self, inputs: &[&Block]) -> Result<Vec<Block>, Problem>;
}

/// A task that reads a file, whose only input it is.
#[allow(
    async_fn_in_trait,
    reason = "done on one thread: a future that is not Send will do"
)]
pub trait FileTask: Task {
    /// Does it.
    ///
    /// # Errors
    /// A [`Problem`] if what was read cannot be described; what is wrong with the file is part of what
    /// was read.
    async fn run(&self, file: &impl Slices) -> Result<Vec<Block>, Problem>;
}

/// For how long a block that went to a worker is of use there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Use {
    /// For one job.
    Once,
    /// For the next job as well, if that is of the same predictor.
    Next,
    /// For every job of a run.
    Run,
}

/// What is to be done, with the blocks that it takes and gives.
#[derive(Debug, Clone, PartialEq)]
pub struct Job {
    /// Name of its kind.
    pub kind: &'static str,
    /// The data of its task, in postcard's format.
    pub data: Vec<u8>,
    /// What the user is told is being done when it fails.
    pub description: String,
    /// Blocks that go in, in order.
    pub inputs: Vec<Key>,
    /// For how long each of them is of use.
    pub uses: Vec<Use>,
    /// Names of the blocks that come out, in order.
    pub outputs: Vec<Key>,
    /// Whether these are worth keeping beyond the run.
    pub is_kept: bool,
    /// Expected duration in seconds on a reference machine, for progress.
    pub cost: f64,
}

impl Job {
    /// A job of a task, which takes these blocks and gives those.
    #[must_use]
    pub fn new<T: Task>(task: &T, inputs: Vec<Key>, outputs: Vec<Key>, cost: f64) -> Self {
        Self {
            kind: T::KIND,
            // Fails for no task: they are structs of numbers, texts and lists. If one did, no bytes would
            // be refused where the job is done.
            data: postcard::to_allocvec(task).unwrap_or_default(),
            description: task.describe(),
            uses: (0..inputs.len()).map(|index| task.use_of(index)).collect(),
            inputs,
            outputs,
            is_kept: task.is_kept(),
            cost,
        }
    }

    /// The inputs that are of use for that long.
    pub fn inputs_of(&self, length: Use) -> impl Iterator<Item = Key> {
        (self.inputs.iter().zip(&self.uses))
            .filter(move |(_, own)| **own == length)
            .map(|(&key, _)| key)
    }
}

/// A file that jobs of any kind can read.
trait AnyFile {
    fn size(&self) -> u64;
    fn room(&self) -> u64;
    fn slice<'a>(&'a self, path: &'a str, start: u64, size: usize) -> Made<'a, Vec<u8>>;
}

/// What is made in a while.
type Made<'a, T> = Pin<Box<dyn Future<Output = Result<T, Problem>> + 'a>>;

impl<F: Slices> AnyFile for F {
    fn size(&self) -> u64 {
        Slices::size(self)
    }

    fn room(&self) -> u64 {
        Slices::room(self)
    }

    fn slice<'a>(&'a self, path: &'a str, start: u64, size: usize) -> Made<'a, Vec<u8>> {
        Box::pin(Slices::slice(self, path, start, size))
    }
}

/// [`AnyFile`] as the readers want it.
struct File<'a>(&'a dyn AnyFile);

impl Slices for File<'_> {
    fn size(&self) -> u64 {
        self.0.size()
    }

    fn room(&self) -> u64 {
        self.0.room()
    }

    async fn slice(&self, path: &str, start: u64, size: usize) -> Result<Vec<u8>, Problem> {
        self.0.slice(path, start, size).await
    }
}

/// What does the jobs of one kind, from their data.
#[derive(Clone, Copy)]
pub struct TaskKind {
    name: &'static str,
    run: Run,
}

/// From the data of a task and its blocks.
type RunOnBlocks = fn(&[u8], &[&Block]) -> Result<Vec<Block>, Problem>;

/// From the data of a task and its file.
type RunOnFile = for<'a> fn(&'a [u8], &'a dyn AnyFile) -> Made<'a, Vec<Block>>;

#[derive(Clone, Copy)]
enum Run {
    Blocks(RunOnBlocks),
    File(RunOnFile),
}

impl TaskKind {
    /// The kind of a task that makes blocks from blocks.
    #[must_use]
    pub const fn of_blocks<T: BlockTask>() -> Self {
        Self {
            name: T::KIND,
            run: Run::Blocks(run_on_blocks::<T>),
        }
    }

    /// The kind of a task that reads a file.
    #[must_use]
    pub const fn of_file<T: FileTask>() -> Self {
        Self {
            name: T::KIND,
            run: Run::File(run_on_file::<T>),
        }
    }
}

fn run_on_blocks<T: BlockTask>(data: &[u8], inputs: &[&Block]) -> Result<Vec<Block>, Problem> {
    read_data::<T>(data)?.run(inputs)
}

fn run_on_file<'a, T: FileTask>(data: &'a [u8], file: &'a dyn AnyFile) -> Made<'a, Vec<Block>> {
    Box::pin(async move { read_data::<T>(data)?.run(&File(file)).await })
}

fn read_data<T: Task>(data: &[u8]) -> Result<T, Problem> {
    postcard::from_bytes(data).map_err(|_| no_input())
}

/// The registry of kinds, which engines are given.
#[derive(Clone, Copy)]
pub struct Kinds {
    shared: &'static [TaskKind],
    of_views: &'static [&'static [TaskKind]],
}

impl Kinds {
    /// A registry of what is shared, and of what each view has of its own.
    #[must_use]
    pub const fn new(
        shared: &'static [TaskKind],
        of_views: &'static [&'static [TaskKind]],
    ) -> Self {
        Self { shared, of_views }
    }

    fn all(self) -> impl Iterator<Item = &'static TaskKind> {
        let of_views = self.of_views.iter().copied().flatten();
        self.shared.iter().chain(of_views)
    }

    /// Names of all kinds.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        self.all().map(|kind| kind.name)
    }

    fn find(self, name: &str) -> Option<Run> {
        let kind = self.all().find(|kind| kind.name == name)?;
        Some(kind.run)
    }

    /// Does a job that makes blocks from blocks.
    ///
    /// # Errors
    /// A [`Problem`] that says what was being done, by the job's description.
    pub fn perform(
        self,
        kind: &str,
        data: &[u8],
        description: &str,
        inputs: &[&Block],
    ) -> Result<Vec<Block>, Problem> {
        let made = match self.find(kind) {
            Some(Run::Blocks(run)) => run(data, inputs),
            // a file is no block: `read`
            Some(Run::File(_)) | None => Err(no_input()),
        };
        made.map_err(|problem| Problem {
            found: if problem.file.is_empty() {
                format!("{description} failed: {}", problem.found)
            } else {
                problem.found.clone()
            },
            ..problem
        })
    }

    /// Does a job that reads a file.
    ///
    /// # Errors
    /// A [`Problem`] if what was read cannot be described.
    pub async fn read(
        self,
        kind: &str,
        data: &[u8],
        file: &impl Slices,
    ) -> Result<Vec<Block>, Problem> {
        match self.find(kind) {
            Some(Run::File(run)) => run(data, file).await,
            Some(Run::Blocks(_)) | None => Err(no_input()),
        }
    }

    /// Whether jobs of a kind read a file.
    #[must_use]
    pub fn reads_file(self, kind: &str) -> bool {
        matches!(self.find(kind), Some(Run::File(_)))
    }
}
