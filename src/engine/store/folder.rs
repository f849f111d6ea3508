//! Blocks in a folder: a file for each finished job, as `blocks::kept` has it. A file comes into being
//! whole, by its renaming, so that a program may be killed at any moment, and several may work at once.

use std::collections::{HashMap, HashSet};
use std::fs::File;
use std::hash::{BuildHasher, Hasher};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use rayon::iter::{IntoParallelIterator, ParallelIterator};

use super::BlockStore;
use super::cache::Cache;
use super::swap::{Extent, Swap};
use crate::blocks::kept::{Head, Item, Useless, bytes_of};
use crate::blocks::{Block, Key};
use crate::digest::{Digest, Digester};
use crate::problem::{Problem, count};

/// Tells that a folder is a store.
const MARK: &str = "universal-dimensions-store.txt";
const MARK_TEXT: &str = "Finished jobs of `universal-dimensions analyse --store`. This folder can be deleted once the table is written.\n";
/// Endings of files of blocks, whole and while they are written.
const WHOLE: &str = "blocks";
const PART: &str = "part";
const SWAP: &str = "swap";

/// Bytes of blocks that are kept in memory as well.
const IN_MEMORY: usize = 512 << 20;
/// Files up to so many bytes are read as a whole: whoever needs one of their blocks needs the others.
const SMALL: u64 = 4 << 20;
/// What a program that was killed left behind is removed after a while in which nothing else is written to it.
const LEFT_BEHIND: Duration = Duration::from_secs(24 * 3600);

/// A store in a folder, with a part of its blocks in memory.
pub struct Folder {
    root: PathBuf,
    state: Mutex<State>,
    /// Names of files that are being written: of this program, and counted.
    own: u64,
    written: AtomicU64,
    notices: Mutex<Vec<Problem>>,
    /// Files of this version that were there at first.
    found: usize,
}

struct State {
    locations: HashMap<Key, Location>,
    /// Names of the files that are known.
    known: HashSet<Digest>,
    cache: Cache,
    swap: Option<Swap>,
    /// The swap file cannot be written: memory holds what it would.
    cannot_swap: bool,
}

/// Where a block is, besides in memory.
#[derive(Clone)]
enum Location {
    /// In a file of the folder, from a byte on.
    Kept(Arc<Path>, u64, Item),
    /// In the swap file.
    Swapped(Extent, Item),
}

/// A file of blocks as it was found.
struct Found {
    name: Digest,
    path: PathBuf,
    head: Result<Head, Useless>,
}

impl Folder {
    /// Opens a store, or makes one where there is nothing. Every file is read once, and those that are
    /// damaged are not used, with a notice.
    ///
    /// # Errors
    /// A [`Problem`] if the folder holds something else, or cannot be read or written.
    pub fn open(root: &Path) -> Result<Self, Problem> {
        Self::with_memory(root, IN_MEMORY)
    }

    fn with_memory(root: &Path, in_memory: usize) -> Result<Self, Problem> {
        prepare(root)?;
        let random = std::collections::hash_map::RandomState::new();
        let mut this = Self {
            root: root.to_path_buf(),
            state: Mutex::new(State {
                locations: HashMap::new(),
                known: HashSet::new(),
                cache: Cache::new(in_memory),
                swap: None,
                cannot_swap: false,
            }),
            own: random.build_hasher().finish(),
            written: AtomicU64::new(0),
            notices: Mutex::default(),
            found: 0,
        };
        remove_left_behind(root);
        let files = this.files().map_err(|error| cannot_read(root, &error))?;
        let found: Vec<Found> = (files.into_par_iter())
            .map(|(name, path)| Found {
                name,
                head: checked(&path),
                path,
            })
            .collect();
        let count_of = |of: Useless| found.iter().filter(|file| file.head == Err(of)).count();
        let (damaged, others) = (count_of(Useless::Damaged), count_of(Useless::OtherVersion));
        let name = root.to_string_lossy();
        if damaged > 0 {
            let first = found
                .iter()
                .find(|file| file.head == Err(Useless::Damaged))
                .map(|file| file.path.to_string_lossy().into_owned());
            this.tell(
                Problem::warning(
                    &first.unwrap_or_default(),
                    format!(
                        "is one of {} in the store {name}: {} not used, and computed again",
                        count(damaged, "damaged file", "damaged files"),
                        if damaged == 1 { "it is" } else { "they are" }
                    ),
                )
                .expected("files as they were written")
                .hint("Check the disk if this happens again"),
            );
        }
        if others > 0 {
            this.tell(
                Problem::notice(
                    &name,
                    format!(
                        "holds {} of another version of this program, which are not used",
                        count(others, "finished job", "finished jobs")
                    ),
                )
                .hint(
                    "Use one version for all parts of a run; delete the folder to free its space",
                ),
            );
        }
        for file in found {
            if let Ok(head) = file.head {
                this.found += 1;
                this.lock().add(file.name, &file.path, &head);
            }
        }
        Ok(this)
    }

    /// Number of finished jobs that were there at first.
    #[must_use]
    pub fn found(&self) -> usize {
        self.found
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // what a thread that panicked was about to change is whole: locations and cache are changed last
        self.state
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    fn tell(&self, problem: Problem) {
        if let Ok(mut notices) = self.notices.lock() {
            notices.push(problem);
        }
    }

    /// Files of blocks in the folder, by their names.
    fn files(&self) -> io::Result<Vec<(Digest, PathBuf)>> {
        let mut files = Vec::new();
        for entry in std::fs::read_dir(&self.root)? {
            let folder = entry?.path();
            if !folder.is_dir() {
                continue;
            }
            for entry in std::fs::read_dir(folder)? {
                let path = entry?.path();
                if path.extension().is_some_and(|ending| ending == WHOLE)
                    && let Some(name) = path.file_stem().and_then(|stem| digest_of(stem.to_str()?))
                {
                    files.push((name, path));
                }
            }
        }
        Ok(files)
    }

    fn path_of(&self, name: Digest) -> PathBuf {
        let name = name.to_string();
        let folder = name.get(..2).unwrap_or_default();
        self.root.join(folder).join(format!("{name}.{WHOLE}"))
    }

    /// Writes a file so that it is there as a whole or not at all.
    fn write(&self, path: &Path, head: &Head, blocks: &[(Key, Arc<Block>)]) -> io::Result<()> {
        let folder = path.parent().unwrap_or(&self.root);
        std::fs::create_dir_all(folder)?;
        let counted = self.written.fetch_add(1, Ordering::Relaxed);
        let part = path.with_extension(format!("{:016x}-{counted}.{PART}", self.own));
        let written = (|| {
            let mut file = File::create_new(&part)?;
            file.write_all(&head.to_bytes())?;
            for (_, block) in blocks {
                file.write_all(&bytes_of(block))?;
            }
            file.sync_all()?;
            std::fs::rename(&part, path)
        })();
        if written.is_err() {
            // what cannot be written may be removed; if not, it is left behind
            let _ = std::fs::remove_file(&part);
        }
        written?;
        // the name as well, where folders are files
        if cfg!(unix) {
            File::open(folder)?.sync_all()?;
        }
        Ok(())
    }

    /// Reads a block from where it is, and what else is in a small file.
    fn read(&self, key: Key, location: &Location) -> Option<Arc<Block>> {
        match location {
            Location::Swapped(extent, item) => {
                let bytes = self.lock().swap.as_mut()?.read(*extent).ok()?;
                let block = Arc::new(item.read(bytes)?);
                self.insert(vec![(key, block.clone())]);
                Some(block)
            }
            Location::Kept(path, start, item) => match read_blocks(path, key, *start, item) {
                Ok(blocks) => {
                    let block = blocks.iter().find(|(of, _)| *of == key);
                    let block = block.map(|(_, block)| block.clone());
                    self.insert(blocks);
                    block
                }
                Err(error) => {
                    self.tell(
                        Problem::warning(
                            &path.to_string_lossy(),
                            format!("cannot be read again: {error}"),
                        )
                        .expected("a file as it was written")
                        .hint("Run the same command again: it is then computed anew"),
                    );
                    self.lock().locations.remove(&key);
                    None
                }
            },
        }
    }

    /// Puts blocks into memory, and others out of it where there is no room.
    fn insert(&self, blocks: Vec<(Key, Arc<Block>)>) {
        let mut state = self.lock();
        for (key, block) in blocks {
            state.cache.insert(key, block);
        }
        while !state.cannot_swap
            && let Some((key, block)) = state.cache.overflow()
        {
            if state.locations.contains_key(&key) {
                continue;
            }
            if let Err(error) = state.swap_out(key, &block, &self.root, self.own) {
                state.cache.insert(key, block);
                state.cannot_swap = true;
                drop(state);
                return self.tell(
                    Problem::warning(
                        &self.root.to_string_lossy(),
                        format!(
                            "has no room for what memory holds ({error}): the run goes on, and takes more memory"
                        ),
                    )
                    .expected("as much space as the files of the study take")
                    .hint("Free some space"),
                );
            }
        }
    }
}

impl State {
    fn add(&mut self, name: Digest, path: &Path, head: &Head) {
        self.known.insert(name);
        let path: Arc<Path> = path.into();
        for (item, start) in head.items.iter().zip(head.starts()) {
            let location = Location::Kept(path.clone(), start, *item);
            self.locations.insert(item.key, location);
        }
    }

    fn swap_out(&mut self, key: Key, block: &Block, root: &Path, own: u64) -> io::Result<()> {
        let swap = match &mut self.swap {
            Some(swap) => swap,
            none => none.insert(Swap::create(&root.join(format!("{own:016x}.{SWAP}")))?),
        };
        let extent = swap.write(&bytes_of(block))?;
        let location = Location::Swapped(extent, Item::of(key, block));
        self.locations.insert(key, location);
        Ok(())
    }

    fn forget(&mut self, key: Key) {
        self.cache.remove(key);
        if let Some(Location::Swapped(extent, _)) = self.locations.remove(&key)
            && let Some(swap) = &mut self.swap
        {
            swap.free(extent);
        }
    }
}

impl BlockStore for Folder {
    fn has(&self, key: Key) -> bool {
        let state = self.lock();
        state.cache.has(key) || state.locations.contains_key(&key)
    }

    fn get(&self, key: Key) -> Option<Arc<Block>> {
        let location = {
            let mut state = self.lock();
            if let Some(block) = state.cache.get(key) {
                return Some(block);
            }
            state.locations.get(&key)?.clone()
        };
        self.read(key, &location)
    }

    fn put(&self, key: Key, block: Block) {
        self.lock().forget(key);
        self.insert(vec![(key, Arc::new(block))]);
    }

    fn keep(&self, blocks: Vec<(Key, Block)>) -> Result<(), Problem> {
        let items = blocks.iter().map(|(key, block)| Item::of(*key, block));
        let head = Head {
            items: items.collect(),
        };
        let keys: Vec<Key> = blocks.iter().map(|(key, _)| *key).collect();
        let name = Head::name(&keys);
        let path = self.path_of(name);
        let blocks: Vec<(Key, Arc<Block>)> = (blocks.into_iter())
            .map(|(key, block)| (key, Arc::new(block)))
            .collect();
        self.write(&path, &head, &blocks)
            .map_err(|error| cannot_write(&self.root, &error))?;
        self.lock().add(name, &path, &head);
        self.insert(blocks);
        Ok(())
    }

    fn discard(&self, key: Key) {
        self.lock().forget(key);
    }

    fn look_again(&self) {
        // a folder that cannot be listed now is listed at the next look
        for (name, path) in self.files().unwrap_or_default() {
            if !self.lock().known.contains(&name)
                && let Ok(head) = opened(&path).map(|(_, head)| head)
            {
                self.lock().add(name, &path, &head);
            }
        }
    }

    fn take_notices(&self) -> Vec<Problem> {
        let notices = self.notices.lock();
        notices.map_or_else(|_| Vec::new(), |mut notices| std::mem::take(&mut *notices))
    }
}

/// Makes the folder of a store, if it is not there.
fn prepare(root: &Path) -> Result<(), Problem> {
    std::fs::create_dir_all(root).map_err(|error| cannot_write(root, &error))?;
    let is_store = |entry: &std::fs::DirEntry| {
        let name = entry.file_name();
        name.to_string_lossy().starts_with(MARK)
    };
    let entries = std::fs::read_dir(root).map_err(|error| cannot_read(root, &error))?;
    let entries: Vec<std::fs::DirEntry> = entries.flatten().collect();
    if !entries.is_empty() && !entries.iter().any(is_store) {
        return Err(Problem::error(
            &root.to_string_lossy(),
            "holds other files, and is no store of finished jobs",
        )
        .expected("a new or empty folder, or one that --store was given before")
        .hint("Give a folder that is not there yet"));
    }
    if !root.join(MARK).exists() {
        std::fs::write(root.join(MARK), MARK_TEXT).map_err(|error| cannot_write(root, &error))?;
    }
    Ok(())
}

/// Removes what programs that were killed did not write to the end.
fn remove_left_behind(root: &Path) {
    let is_old = |path: &Path| {
        let changed = std::fs::metadata(path).and_then(|of| of.modified());
        changed.is_ok_and(|when| when.elapsed().is_ok_and(|since| since > LEFT_BEHIND))
    };
    let inner = |folder: &Path| -> Vec<PathBuf> {
        let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
        entries.map(|entry| entry.path()).collect()
    };
    let all = inner(root);
    let deeper = all.iter().filter(|path| path.is_dir());
    let deeper: Vec<PathBuf> = deeper.flat_map(|path| inner(path)).collect();
    for path in all.iter().chain(&deeper) {
        let ending = path.extension().unwrap_or_default();
        if (ending == PART || ending == SWAP) && is_old(path) {
            // another program may have removed it
            let _ = std::fs::remove_file(path);
        }
    }
}

/// The name of a file as a digest.
fn digest_of(name: &str) -> Option<Digest> {
    let is_name = name.len() == 32 && name.is_ascii();
    let half = |range| u64::from_str_radix(name.get(range)?, 16).ok();
    is_name.then_some(())?;
    Some(Digest(half(0..16)?, half(16..32)?))
}

/// Opens a file of blocks and reads its head.
fn opened(path: &Path) -> Result<(File, Head), Useless> {
    let damaged = |_| Useless::Damaged;
    let mut file = File::open(path).map_err(damaged)?;
    let size = file.metadata().map_err(damaged)?.len();
    let mut head = vec![0; Head::LEAST];
    file.read_exact(&mut head).map_err(damaged)?;
    let of_head = Head::size(&head)?;
    if of_head > size {
        return Err(Useless::Damaged);
    }
    head.resize(of_head as usize, 0);
    let rest = head.get_mut(Head::LEAST..).unwrap_or_default();
    file.read_exact(rest).map_err(damaged)?;
    Ok((file, Head::read(&head, size)?))
}

/// Reads a file of blocks to its end, without keeping them.
fn checked(path: &Path) -> Result<Head, Useless> {
    let (mut file, head) = opened(path)?;
    let mut buffer = vec![0; 1 << 20];
    for item in &head.items {
        let (mut left, mut digester) = (item.size(), Digester::new());
        while left > 0 {
            let now = left.min(buffer.len() as u64);
            let piece = buffer.get_mut(..now as usize).unwrap_or_default();
            file.read_exact(piece).map_err(|_| Useless::Damaged)?;
            digester.write(piece);
            left -= now;
        }
        if digester.digest() != item.digest {
            return Err(Useless::Damaged);
        }
    }
    Ok(head)
}

/// Reads a block of a file, and the others if it is small.
fn read_blocks(
    path: &Path,
    key: Key,
    start: u64,
    item: &Item,
) -> io::Result<Vec<(Key, Arc<Block>)>> {
    let changed = || io::Error::other("it is not what it was");
    let mut file = File::open(path)?;
    let size = file.metadata()?.len();
    if size > SMALL {
        if start.saturating_add(item.size()) > size {
            return Err(changed());
        }
        file.seek(SeekFrom::Start(start))?;
        let mut bytes = vec![0; item.size() as usize];
        file.read_exact(&mut bytes)?;
        let block = item.read(bytes).ok_or_else(changed)?;
        return Ok(vec![(key, Arc::new(block))]);
    }
    let (mut file, head) = opened(path).map_err(|_| changed())?;
    let mut blocks = Vec::with_capacity(head.items.len());
    for item in &head.items {
        let mut bytes = vec![0; item.size() as usize];
        file.read_exact(&mut bytes)?;
        let block = item.read(bytes).ok_or_else(changed)?;
        blocks.push((item.key, Arc::new(block)));
    }
    Ok(blocks)
}

fn cannot_read(root: &Path, error: &io::Error) -> Problem {
    Problem::error(
        &root.to_string_lossy(),
        format!("cannot be read as a store of finished jobs: {error}"),
    )
    .expected("a folder that you may read and write")
    .hint("Check its permissions, or give another folder to --store")
}

fn cannot_write(root: &Path, error: &io::Error) -> Problem {
    Problem::error(
        &root.to_string_lossy(),
        format!("a finished job cannot be kept there: {error}"),
    )
    .expected("a folder that you may write, with space left")
    .hint("Free some space, or mend its permissions, and run the same command again: what was finished before is kept")
}

#[cfg(test)]
mod tests;
