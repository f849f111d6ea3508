//! The files of a study, for `analyse --all`: what views compute and write goes through here.

use std::cell::OnceCell;
use std::path::Path;

use crate::analysis::{Options, Resampling};
use crate::engine::Stopped;
use crate::engine::native::NativeEngine;
use crate::figures::{Figure, svg};
use crate::problem::Problem;
use crate::results::Dimensions;
use crate::study::Study;
use crate::workflow::{NullLines, Progress, SecondaryAnalyses};

/// CSS pixels across a figure.
const WIDTH: f64 = 720.0;

/// What was analysed, and where its files go.
pub struct Export<'a> {
    /// Runs the jobs.
    pub engine: &'a NativeEngine,
    /// What was analysed.
    pub study: &'a Study,
    /// How.
    pub options: &'a Options,
    /// How often and from which seed intervals, null lines and controls are drawn.
    pub resampling: Resampling,
    /// The table of dimensions, to which a view may add columns.
    pub table: Dimensions,
    /// Is told how far it is.
    pub report: &'a dyn Fn(Progress),
    /// Is told what is to be known when reading the files.
    pub tell: &'a dyn Fn(&Problem),
    /// Where files go.
    pub folder: &'a Path,
    /// What chance gives, once it was computed.
    pub null_lines: OnceCell<NullLines>,
}

impl Export<'_> {
    /// Runs a secondary analysis to its end.
    ///
    /// # Errors
    /// The [`Problem`] of an analysis that stopped.
    pub fn run<T>(
        &self,
        analysis: impl AsyncFnOnce(&SecondaryAnalyses<'_, NativeEngine>) -> Result<T, Stopped>,
    ) -> Result<T, Vec<Problem>> {
        let analyses = SecondaryAnalyses {
            engine: self.engine,
            study: self.study,
            options: self.options,
            table: &self.table,
            report: self.report,
        };
        self.wait(analysis(&analyses))
    }

    /// Waits for what needs no table.
    ///
    /// # Errors
    /// The [`Problem`] of an analysis that stopped.
    pub fn wait<T>(
        &self,
        analysis: impl Future<Output = Result<T, Stopped>>,
    ) -> Result<T, Vec<Problem>> {
        pollster::block_on(analysis).map_err(Stopped::into_problems)
    }

    /// What chance gives, where permutations were asked for; computed once.
    ///
    /// # Errors
    /// The [`Problem`] of an analysis that stopped.
    pub fn null_lines(&self) -> Result<Option<&NullLines>, Vec<Problem>> {
        if self.resampling.permutations > 0 && self.null_lines.get().is_none() {
            let lines = self.run(async |analyses| analyses.null_lines(self.resampling).await)?;
            self.null_lines.get_or_init(|| lines);
        }
        Ok(self.null_lines.get())
    }

    /// Says what is to be known when reading the files.
    pub fn tell(&self, problem: &Problem) {
        (self.tell)(problem);
    }

    /// Writes a file of text.
    ///
    /// # Errors
    /// A [`Problem`] if it cannot be written.
    pub fn put(&self, name: &str, text: &str) -> Result<(), Vec<Problem>> {
        write(&self.folder.join(name), text).map_err(|problem| vec![problem])
    }

    /// Writes a figure as SVG.
    ///
    /// # Errors
    /// A [`Problem`] if it cannot be written.
    pub fn draw(&self, name: &str, figure: &impl Figure) -> Result<(), Vec<Problem>> {
        self.put(&format!("{name}.svg"), &svg(figure, WIDTH))
    }
}

/// Makes a folder, unless it is there.
///
/// # Errors
/// A [`Problem`] if it cannot be made.
pub fn make_folder(folder: &Path) -> Result<(), Problem> {
    std::fs::create_dir_all(folder).map_err(|error| {
        Problem::error(
            &folder.to_string_lossy(),
            format!("cannot be made: {error}"),
        )
        .expected("a folder that can be written to")
        .hint("Choose another with --all")
    })
}

/// Writes a file.
///
/// # Errors
/// A [`Problem`] if it cannot be written.
pub fn write(path: &Path, text: &str) -> Result<(), Problem> {
    std::fs::write(path, text).map_err(|error| {
        Problem::error(
            &path.to_string_lossy(),
            format!("cannot be written: {error}"),
        )
        .expected("a path that can be written to")
        .hint("Choose another with --out, --all or --penalties")
    })
}

/// A name that any file system takes.
#[must_use]
pub fn file_name(name: &str) -> String {
    name.chars()
        .map(|c| {
            if c.is_alphanumeric() || "-_.".contains(c) {
                c
            } else {
                '_'
            }
        })
        .collect()
}
