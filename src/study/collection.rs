//! Everything that has been added so far, file by file, and what it amounts to.

#[cfg(test)]
mod tests;

use std::collections::HashSet;

use super::lookalikes::excuse_backups;
use super::manifest::{Manifest, resolve};
use super::{
    ArrayId, Assembly, Context, Entry, ReadItem, apply_manifest, assemble, refine_guesses,
};
use crate::formats::ScoreColumns;
use crate::options::PartialOptions;
use crate::problem::{Problem, Severity};

/// All that was added, with the roles that it was given.
#[derive(Debug, Clone, Default)]
pub struct Collection {
    /// One row of the files table each.
    pub entries: Vec<Entry>,
    /// What goes with them.
    pub context: Context,
    /// Pictures: path, and where their bytes are.
    pub pictures: Vec<(String, ArrayId)>,
    /// Tables of scores, and where their numbers are.
    pub scores: Vec<(ScoreColumns, ArrayId)>,
    /// The manifest and its path.
    pub manifest: Option<(String, Manifest)>,
    /// What was wrong with files when they were read.
    pub problems: Vec<Problem>,
    /// Those of them that say what the manifest names and nobody added.
    missing: Vec<Problem>,
    /// Those of them that say what cannot be stacked.
    pub(super) unstacked: Vec<Problem>,
    /// Paths of files that were added at some time: what is new replaces nothing, and need not be looked for.
    seen_files: HashSet<String>,
    /// The same of arrays.
    seen_arrays: HashSet<String>,
    next: u64,
}

impl Collection {
    /// Takes in what a file gave; returns the id of each of its payloads, in order. An array with
    /// the path of an earlier one replaces it.
    pub fn add(&mut self, items: Vec<ReadItem>) -> Vec<ArrayId> {
        let mut ids = Vec::new();
        for item in items {
            match item {
                ReadItem::Array(survey) => {
                    let entry = Entry::guessed(self.next_id(), *survey);
                    ids.push(entry.id);
                    let path = &entry.survey.path;
                    let known = match self.seen_arrays.insert(path.clone()) {
                        true => None,
                        false => (self.entries.iter_mut()).find(|known| known.survey.path == *path),
                    };
                    match known {
                        Some(known) => {
                            self.problems.push(Problem::notice(
                                path,
                                "was added again and replaces what it held before",
                            ));
                            *known = entry;
                        }
                        None => self.entries.push(entry),
                    }
                }
                ReadItem::Image { path } => {
                    let id = self.next_id();
                    ids.push(id);
                    self.pictures.retain(|(known, _)| *known != path);
                    self.pictures.push((path, id));
                }
                ReadItem::Scores(columns) => {
                    let id = self.next_id();
                    ids.push(id);
                    self.scores.retain(|(known, _)| known.path != columns.path);
                    self.scores.push((columns, id));
                }
                ReadItem::Names { path, names } => {
                    self.context.names.retain(|(known, _)| *known != path);
                    self.context.names.push((path, names));
                }
                ReadItem::Stimuli(table) => {
                    let tables = &mut self.context.stimuli;
                    tables.retain(|known| known.path != table.path);
                    tables.push(table);
                }
                ReadItem::Manifest { path, text } => {
                    match Manifest::parse_with_warnings(&path, &text) {
                        Ok((manifest, warnings)) => {
                            self.problems.extend(warnings);
                            self.manifest = Some((path, manifest));
                        }
                        Err(problem) => self.add_problem(problem),
                    }
                }
                ReadItem::Problem(problem) => self.add_problem(problem),
            }
        }
        ids
    }

    /// Takes in a file that may have been there before: what was wrong with it then no longer counts.
    pub fn add_file(&mut self, path: &str, items: Vec<ReadItem>) -> Vec<ArrayId> {
        if self.seen_files.insert(path.to_owned()) {
            return self.add(items);
        }
        let is_of_it = |known: &str| {
            let rest = known.strip_prefix(path);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        self.problems.retain(|problem| !is_of_it(&problem.file));
        // nor do the arrays that it no longer holds
        let held: HashSet<&str> = items
            .iter()
            .filter_map(|item| match item {
                ReadItem::Array(survey) => Some(survey.path.as_str()),
                _ => None,
            })
            .collect();
        self.entries.retain(|entry| {
            let known = entry.survey.path.as_str();
            !is_of_it(known) || held.contains(known)
        });
        self.context.stimuli.retain(|table| !is_of_it(&table.path));
        self.add(items)
    }

    /// Says what is wrong with a file, once: the parts of a store say the same of the whole.
    pub fn add_problem(&mut self, problem: Problem) {
        if self.problems.contains(&problem) {
            return;
        }
        if problem.is_error() {
            // what the user agreed to was about other files
            self.context.settings.skip_unreadable = false;
        }
        self.problems.push(problem);
    }

    /// What was wrong with files when they were read; warnings where the user goes on without them.
    #[must_use]
    pub fn told_problems(&self) -> Vec<Problem> {
        let mut told = self.problems.clone();
        if self.context.settings.skip_unreadable {
            for problem in &mut told {
                if problem.is_error() {
                    problem.severity = Severity::Warning;
                    problem.found =
                        format!("{} and is left out", problem.found.trim_end_matches('.'));
                }
            }
        }
        told
    }

    /// Files, or parts of them, that cannot be read and that the user has not agreed to leave out.
    #[must_use]
    pub fn has_unreadable(&self) -> bool {
        !self.context.settings.skip_unreadable && self.problems.iter().any(Problem::is_error)
    }

    /// A collection of nothing, whose arrays will have other ids than this one's: both can be in one block
    /// store.
    #[must_use]
    pub fn another(&self) -> Self {
        Self {
            next: self.next,
            ..Self::default()
        }
    }

    pub(super) fn next_id(&mut self) -> ArrayId {
        self.next += 1;
        ArrayId(self.next)
    }

    /// Settles roles once files have been added: by the manifest if there is one, else by guesses
    /// that see all files.
    pub fn settle(&mut self) {
        excuse_backups(&mut self.problems, &self.entries);
        let Some((path, manifest)) = &self.manifest else {
            refine_guesses(&mut self.entries, &self.context);
            return;
        };
        let (path, manifest) = (path.clone(), manifest.clone());
        // what was missing before may have been added since
        let before = std::mem::take(&mut self.missing);
        self.problems.retain(|problem| !before.contains(problem));
        let applied = apply_manifest(&mut self.entries, &manifest, &path, &mut self.context);
        let mut missing = applied.err().unwrap_or_default();
        self.context.named_stimuli = None;
        if let Some(named) = &manifest.stimuli {
            let wanted = resolve(&path, named);
            if self.has_stimuli_at(&wanted) {
                self.context.named_stimuli = Some(wanted);
            } else if !self.problems.iter().any(|problem| problem.file == wanted) {
                missing.push(
                    Problem::error(
                        &path,
                        format!("names the stimuli file {named}, which is not there"),
                    )
                    .expected(format!("a table at {wanted}"))
                    .hint("Add the file, or correct its name in the manifest"),
                );
            }
        }
        self.problems.retain(|problem| !missing.contains(problem));
        self.problems.extend(missing.iter().cloned());
        self.missing = missing;
    }

    /// Whether a stimuli table, or a plain list of names, has this path.
    fn has_stimuli_at(&self, path: &str) -> bool {
        let mut tables = self.context.stimuli.iter();
        let mut lists = self.context.names.iter();
        tables.any(|table| table.path == path) || lists.any(|(list, _)| list == path)
    }

    /// What the manifest says of the options; nothing where there is none.
    #[must_use]
    pub fn manifest_options(&self) -> PartialOptions {
        let manifest = self.manifest.as_ref();
        manifest.map_or_else(PartialOptions::default, |(_, manifest)| {
            manifest.options.clone()
        })
    }

    /// The study that this amounts to.
    #[must_use]
    pub fn assemble(&self) -> Assembly {
        if self.has_scores_alone() {
            // scores are shown as they are: nothing is missing
            return Assembly::default();
        }
        let mut assembly = assemble(&self.entries, &self.context);
        if self.has_unreadable() {
            // a network that is lost may be the one that matters
            assembly.study = None;
            // that too few are left follows from it
            assembly
                .problems
                .retain(|problem| !(problem.is_error() && problem.file.is_empty()));
        }
        assembly.problems.extend(self.scores.iter().map(|(table, _)| {
            Problem::notice(
                &table.path,
                "holds scores that were computed before, and is left out beside what scores are computed from",
            )
            .hint("Remove all files and add it alone to see its figure")
        }));
        assembly
    }

    /// Whether what was brought is scores that were computed before, and nothing to compute any from.
    #[must_use]
    pub fn has_scores_alone(&self) -> bool {
        self.entries.is_empty() && !self.scores.is_empty()
    }

    /// Whether nothing has been added that could be part of a study.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty() && self.scores.is_empty()
    }
}
