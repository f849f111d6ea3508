//! Finished jobs that are kept in a folder (`--store`), and runs that several programs do together (`--part`).

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use indicatif::ProgressBar;

use crate::analysis::Options;
use crate::engine::Stopped;
use crate::engine::native::NativeEngine;
use crate::engine::store::Folder;
use crate::problem::{Problem, count};
use crate::study::Study;
use crate::tasks::KINDS;
use crate::workflow::{Owed, Part, analyse_part};

use super::tell;

/// What is tried again later, as `sysexits.h` has it.
const TRY_AGAIN: u8 = 75;

/// How often a part that waits looks whether the others are done.
const LOOK: Duration = Duration::from_secs(1);

#[derive(clap::Args)]
pub struct StoreArguments {
    /// Keep every finished job in this folder, and take from it what was finished before: a run that was
    /// killed goes on where it was. Memory then holds only what is being worked on
    #[arg(long, value_name = "DIR")]
    store: Option<PathBuf>,
    /// Do the I-th of N shares of the jobs, and no table: N such commands on one folder, at the same time, do
    /// a run together; the same command without --part then writes the table
    #[arg(long, value_name = "I/N", requires = "store", conflicts_with_all = ["out", "all", "penalties"])]
    part: Option<Part>,
    /// How many minutes a part waits for others without hearing of any
    #[arg(long, value_name = "MINUTES", default_value_t = 30, requires = "part")]
    wait: u64,
}

/// A part of a run, as it was asked for.
pub struct AskedPart {
    part: Part,
    patience: Duration,
}

impl StoreArguments {
    /// The engine, with its blocks in memory or in the store.
    ///
    /// # Errors
    /// A [`Problem`] if the folder cannot be the store.
    pub fn engine(&self, study: &Path) -> Result<NativeEngine, Problem> {
        let Some(root) = &self.store else {
            return Ok(NativeEngine::new(KINDS));
        };
        let whole = |path: &Path| std::fs::canonicalize(path).ok();
        let above = |path: &Path| path.ancestors().find_map(whole);
        let study = whole(study).filter(|study| study.is_dir());
        if let (Some(study), Some(root)) = (study, std::path::absolute(root).ok())
            && above(&root).is_some_and(|above| above.starts_with(study))
        {
            return Err(Problem::error(
                &root.to_string_lossy(),
                "lies in the folder of the study, whose files are all read as parts of it",
            )
            .expected("a store elsewhere")
            .hint("Give --store a folder beside that of the study"));
        }
        let folder = Folder::open(root)?;
        if folder.found() > 0 {
            eprintln!(
                "{}: {} found",
                root.display(),
                count(folder.found(), "finished job", "finished jobs")
            );
        }
        let engine = NativeEngine::with_store(KINDS, folder);
        engine.take_notices().iter().for_each(tell);
        Ok(engine)
    }

    /// Whether jobs are kept.
    pub fn is_given(&self) -> bool {
        self.store.is_some()
    }

    /// The part that was asked for.
    pub fn part(&self) -> Option<AskedPart> {
        self.part.map(|part| AskedPart {
            part,
            patience: Duration::from_secs(self.wait.saturating_mul(60)),
        })
    }
}

impl AskedPart {
    /// Does the part, waits for others where it must, and says what is left to do.
    ///
    /// # Errors
    /// The problems of a run that stopped.
    pub fn run(
        &self,
        engine: &NativeEngine,
        study: &Study,
        options: &Options,
        bar: &ProgressBar,
    ) -> Result<ExitCode, Vec<Problem>> {
        let report = |progress: crate::workflow::Progress| {
            bar.set_message(progress.stage.label());
            bar.set_position((progress.fraction * 1000.0) as u64);
        };
        let waits = std::cell::RefCell::new(None::<(Owed, Instant)>);
        let wait = |owed: &Owed| {
            let mut waits = waits.borrow_mut();
            let since = match &*waits {
                Some((before, since)) if before == owed => *since,
                _ => Instant::now(),
            };
            *waits = Some((owed.clone(), since));
            if since.elapsed() >= self.patience {
                return false;
            }
            bar.set_message(format!("Waiting for {}", told(owed)));
            std::thread::sleep(LOOK);
            true
        };
        let run = analyse_part(engine, study, options, self.part, &report, &wait);
        let outcome = pollster::block_on(run).map_err(Stopped::into_problems)?;
        bar.finish_and_clear();
        let name = format!("Part {} of {}", self.part.number(), self.part.of());
        println!(
            "{name}: {} done, {} found",
            count(outcome.done, "job", "jobs"),
            outcome.found
        );
        match outcome.owed {
            Some(owed) if !outcome.is_complete => {
                tell(
                    &Problem::error("", format!("{name} cannot go on without {}", told(&owed)))
                        .expected("all parts at work at the same time, on one folder")
                        .hint("Start these parts, and this one again: what is finished is kept"),
                );
                Ok(ExitCode::from(TRY_AGAIN))
            }
            Some(owed) => {
                println!("Not done yet: {}", told(&owed));
                Ok(ExitCode::SUCCESS)
            }
            None => {
                println!("All jobs are done: the same command without --part writes the table");
                Ok(ExitCode::SUCCESS)
            }
        }
    }
}

/// `3 of 92 jobs of parts 2 and 4`.
fn told(owed: &Owed) -> String {
    /// Parts that are named.
    const NAMED: usize = 8;
    let named: Vec<String> = (owed.parts.iter().take(NAMED))
        .map(ToString::to_string)
        .collect();
    let parts = match (named.as_slice(), owed.parts.len() > NAMED) {
        ([one], _) => format!("part {one}"),
        ([before @ .., last], false) => format!("parts {} and {last}", before.join(", ")),
        (named, _) => format!("parts {} and others", named.join(", ")),
    };
    format!(
        "{} of {} of {parts}",
        owed.jobs,
        count(owed.all, "job", "jobs")
    )
}
