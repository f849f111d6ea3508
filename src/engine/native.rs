//! Jobs on all cores, by rayon.

use std::path::Path;
use std::sync::{Arc, mpsc};
use std::time::Instant;

use rayon::iter::{IndexedParallelIterator, IntoParallelIterator, ParallelIterator};

use super::listing::{Listing, cannot_read, list_files};
use super::store::{BlockStore, Memory};
use super::{Engine, Stopped};
use crate::blocks::{Block, Key};
use crate::jobs::{Job, Kinds};
use crate::problem::Problem;
use crate::study::manifest::{Manifest, resolve};
use crate::study::{Collection, Payload, ReadItem, read};

/// A block store shared by threads.
pub struct NativeEngine {
    store: Arc<dyn BlockStore>,
    kinds: Kinds,
    born: Instant,
}

impl NativeEngine {
    /// An engine for jobs of these kinds, with its blocks in memory.
    #[must_use]
    pub fn new(kinds: Kinds) -> Self {
        Self::with_store(kinds, Memory::default())
    }

    /// An engine for jobs of these kinds, with its blocks in a store.
    #[must_use]
    pub fn with_store(kinds: Kinds, store: impl BlockStore + 'static) -> Self {
        Self {
            store: Arc::new(store),
            kinds,
            born: Instant::now(),
        }
    }

    /// What there is to be said of the store since it was asked last.
    #[must_use]
    pub fn take_notices(&self) -> Vec<Problem> {
        self.store.take_notices()
    }
}

fn do_job(kinds: Kinds, store: &dyn BlockStore, job: &Job) -> Result<(), Problem> {
    let inputs = job
        .inputs
        .iter()
        .map(|&key| store.get(key))
        .collect::<Option<Vec<Arc<Block>>>>()
        .ok_or_else(|| Problem::error("", format!("{}: an input is missing", job.description)))?;
    let inputs: Vec<&Block> = inputs.iter().map(AsRef::as_ref).collect();
    let blocks = kinds.perform(job.kind, &job.data, &job.description, &inputs)?;
    let made = job.outputs.iter().copied().zip(blocks);
    if job.is_kept {
        return store.keep(made.collect());
    }
    made.for_each(|(key, block)| store.put(key, block));
    Ok(())
}

impl Engine for NativeEngine {
    fn put(&self, key: Key, block: Block) {
        self.store.put(key, block);
    }

    fn get(&self, key: Key) -> Option<Block> {
        self.store.get(key).map(Arc::unwrap_or_clone)
    }

    fn has(&self, key: Key) -> bool {
        self.store.has(key)
    }

    fn discard(&self, key: Key) {
        self.store.discard(key);
    }

    fn look_again(&self) {
        self.store.look_again();
    }

    async fn run(&self, mut jobs: Vec<Job>, done: &dyn Fn(f64)) -> Result<(), Stopped> {
        // The longest first: no thread is left with a long job at the end.
        jobs.sort_by(|a, b| b.cost.total_cmp(&a.cost));
        let (send, receive) = mpsc::channel();
        let (kinds, store) = (self.kinds, self.store.clone());
        let worker = std::thread::spawn(move || {
            // An error drops the sender's clones, which ends the loop below.
            jobs.into_par_iter()
                .with_max_len(1)
                .try_for_each_with(send, |send, job| {
                    do_job(kinds, store.as_ref(), &job)?;
                    // nobody listens any more once another job has failed
                    let _ = send.send(job.cost);
                    Ok(())
                })
        });
        for cost in receive {
            done(cost);
        }
        match worker.join() {
            Ok(result) => result.map_err(Stopped::Failed),
            Err(_) => Err(Stopped::Failed(
                Problem::error("", "a computing thread stopped unexpectedly")
                    .expected("a result")
                    .hint("Reduce the study, and please report this"),
            )),
        }
    }

    async fn yield_to_ui(&self) {}

    fn clock(&self) -> f64 {
        self.born.elapsed().as_secs_f64()
    }
}

/// Reads a folder with all that lies below it, a study.json with the files that it names, or a
/// single file, and puts the numbers into the block store. `progress` is told the fraction done.
///
/// # Errors
/// A [`Problem`] if the folder or the manifest cannot be read; what is wrong with single files is
/// among the collection's problems.
pub fn load(
    engine: &NativeEngine,
    study: &Path,
    progress: &dyn Fn(f64),
) -> Result<Collection, Problem> {
    let name = study.to_string_lossy().into_owned();
    let mut collection = Collection::default();
    let mut listing = Listing::default();
    if study.is_dir() {
        listing = list_files(study, "")?;
    } else {
        let file = study
            .file_name()
            .map_or_else(|| name.clone(), |file| file.to_string_lossy().into_owned());
        let root = study.parent().map(Path::to_path_buf).unwrap_or_default();
        listing.files.push((file.clone(), study.to_path_buf()));
        if crate::formats::extension(&name) == "json" {
            let bytes = std::fs::read(study).map_err(|error| cannot_read(&name, study, &error))?;
            let manifest = manifest_of(&name, &bytes)?;
            listing
                .files
                .extend(manifest.files().into_iter().map(|address| {
                    let path = root.join(&address);
                    (resolve(&file, &address), path)
                }));
        } else if !study.exists() {
            let missing = std::io::Error::from(std::io::ErrorKind::NotFound);
            return Err(cannot_read(&name, study, &missing));
        }
    }
    collection.problems.append(&mut listing.problems);
    let count = listing.files.len();
    for (done, (file, path)) in listing.files.into_iter().enumerate() {
        match std::fs::read(&path) {
            Ok(bytes) => {
                let (items, payloads) = read(&file, &bytes);
                let ids = collection.add(items);
                for (id, payload) in ids.into_iter().zip(payloads) {
                    if let Payload::Numbers(values) = payload {
                        engine.put(Key::of_array(id), values.into());
                    }
                }
            }
            Err(error) => collection.problems.push(cannot_read(&file, &path, &error)),
        }
        progress((done + 1) as f64 / count as f64);
    }
    super::stack_images(engine, &mut collection);
    Ok(collection)
}

/// The study that a file describes, read as the page reads it.
fn manifest_of(name: &str, bytes: &[u8]) -> Result<Manifest, Problem> {
    let (items, _) = read(name, bytes);
    for item in items {
        match item {
            ReadItem::Manifest { text, .. } => return Manifest::parse(name, &text),
            ReadItem::Problem(problem) if problem.is_error() => return Err(problem),
            _ => {}
        }
    }
    // which says what is missing
    Manifest::parse(name, &String::from_utf8_lossy(bytes))
}
