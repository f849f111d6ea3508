//! Lists of stimuli that stand in files of their own, stimuli tables and plain lists of names: each counts for
//! its folder and what is below it, and the nearest one says most.

use super::refusals::{contradict, of_other_length};
use super::{is_same_order, no_duplicates};
use crate::formats::words::{is_id_name, is_label_name, is_of_others};
use crate::formats::{StimuliTable, file_of, without_ending};
use crate::problem::Problem;
use crate::study::{Context, Entry};

/// A list of stimuli in a file of its own.
#[derive(Debug, Clone, Copy)]
pub struct Lender<'a> {
    /// Path of its file.
    pub path: &'a str,
    /// Its stimuli, in order.
    pub ids: &'a [String],
    /// The folder, or the container, that it counts for; all files where it is `None`.
    scope: Option<&'a str>,
    /// It is a stimuli table, or named by a manifest: not any plain list.
    is_table: bool,
}

impl Lender<'_> {
    fn covers(&self, path: &str) -> bool {
        self.scope.is_none_or(|folder| is_below(path, folder))
    }

    /// How narrow its scope is.
    fn depth(&self) -> usize {
        self.scope
            .map_or(0, |folder| 1 + folder.matches('/').count())
    }

    fn is_named_as_ids(&self) -> bool {
        self.is_table || is_id_name(stem_of(self.path))
    }
}

/// All that may lend ids to arrays without; lists that are no ids are said aloud.
///
/// # Errors
/// A [`Problem`] for a list in which an id stands twice.
pub fn lenders<'a>(
    used: &[&Entry],
    context: &'a Context,
    problems: &mut Vec<Problem>,
) -> Result<Vec<Lender<'a>>, Problem> {
    let mut found = Vec::new();
    let named = context.named_stimuli.as_deref();
    for (path, names) in &context.names {
        let is_named = named == Some(path.as_str());
        // a list within a container is of that container
        if named.is_some() && !is_named && file_of(path) == path {
            continue;
        }
        let stem = stem_of(path);
        let is_unique = no_duplicates(path, names).is_ok();
        if is_named
            || is_id_name(stem)
            || (is_unique && !is_label_name(stem) && !is_of_others(stem))
        {
            no_duplicates(path, names)?;
            found.push(Lender {
                path,
                ids: names,
                scope: if is_named { None } else { folder_of(path) },
                is_table: is_named,
            });
        } else {
            problems.push(
                Problem::notice(
                    path,
                    "is a list of text, but no list of stimulus ids, and was left out",
                )
                .expected("each stimulus once")
                .hint("If it names the stimuli, call it stimulus_ids"),
            );
        }
    }
    let tables = context.tables();
    // one that says all there is to say counts wherever it lies
    let is_one = tables.windows(2).all(|pair| is_same(pair[0], pair[1]));
    for table in tables {
        no_duplicates(&table.path, &table.ids)?;
        found.push(Lender {
            path: &table.path,
            ids: &table.ids,
            scope: if is_one {
                None
            } else {
                scope_of(&table.path, used)
            },
            is_table: true,
        });
    }
    Ok(found)
}

/// The list that names the rows of an array: of those that are as long, the one whose scope is the narrowest.
///
/// # Errors
/// A [`Problem`] naming both where two of the same scope contradict each other, or where the nearest has
/// another length.
pub fn lender_of<'a>(
    lenders: &[Lender<'a>],
    entry: &Entry,
    size: usize,
) -> Result<Option<Lender<'a>>, Problem> {
    let path = &entry.survey.path;
    let covering = || lenders.iter().filter(|lender| lender.covers(path));
    let fitting = || covering().filter(|lender| lender.ids.len() == size);
    let Some(depth) = fitting().map(Lender::depth).max() else {
        // a list that is named like ids, right beside an array of another length
        let folder = folder_of(path);
        let sibling = lenders.iter().find(|lender| {
            !lender.is_table
                && folder.is_some()
                && folder_of(lender.path) == folder
                && lender.is_named_as_ids()
        });
        return match sibling {
            Some(lender) => Err(of_other_length(entry, size, lender.path, lender.ids)),
            None => Ok(None),
        };
    };
    // a table that is nearer says that there are other stimuli here
    if let Some(nearer) = covering().find(|lender| lender.is_table && lender.depth() > depth) {
        return Err(of_other_length(entry, size, nearer.path, nearer.ids));
    }
    let nearest: Vec<&Lender> = fitting().filter(|lender| lender.depth() == depth).collect();
    // what is called like ids says more than any other text
    let certain: Vec<&Lender> = nearest
        .iter()
        .copied()
        .filter(|lender| lender.is_named_as_ids())
        .collect();
    match certain.as_slice() {
        [first, others @ ..] => {
            if let Some(other) = others
                .iter()
                .find(|other| !is_same_order(other.ids, first.ids))
            {
                return Err(contradict(entry, first.path, other.path));
            }
            Ok(Some(**first))
        }
        [] => {
            // several texts, none of which is called like ids, say nothing
            let is_one = nearest.windows(2).all(|pair| pair[0].ids == pair[1].ids);
            Ok(nearest.first().copied().copied().filter(|_| is_one))
        }
    }
}

/// Tables of one scope that list other stimuli, or the same in another order, though no array asks them for
/// ids: only what is shown depends on them.
pub fn warn_of_tables(used: &[&Entry], context: &Context, problems: &mut Vec<Problem>) {
    let tables = context.tables();
    for (index, table) in tables.iter().enumerate() {
        let scope = scope_of(&table.path, used);
        let differs =
            |first: &&&StimuliTable| scope_of(&first.path, used) == scope && !is_same(first, table);
        if let Some(first) = tables[..index].iter().find(differs) {
            problems.push(
                Problem::warning(
                    &table.path,
                    format!(
                        "is a second stimuli table beside {}, and lists other stimuli or another order",
                        first.path
                    ),
                )
                .expected("one table for all files of a folder")
                .hint("Leave out the one that is wrong, or name the right one as \"stimuli\" in a study.json"),
            );
        }
    }
}

/// Whether two tables list the same stimuli in the same order.
pub fn is_same(one: &StimuliTable, other: &StimuliTable) -> bool {
    one.ids.len() == other.ids.len() && is_same_order(&one.ids, &other.ids)
}

/// The folder of a table; the nearest one above it that holds arrays, where its own holds none.
fn scope_of<'a>(path: &'a str, used: &[&Entry]) -> Option<&'a str> {
    let mut scope = folder_of(path);
    while let Some(folder) = scope {
        if used
            .iter()
            .any(|entry| is_below(&entry.survey.path, folder))
        {
            break;
        }
        scope = folder_of(folder);
    }
    scope
}

fn stem_of(path: &str) -> &str {
    without_ending(path.rsplit('/').next().unwrap_or(path))
}

fn folder_of(path: &str) -> Option<&str> {
    path.rsplit_once('/').map(|(folder, _)| folder)
}

/// Whether a path lies in a folder or in a file, at any depth.
fn is_below(path: &str, folder: &str) -> bool {
    path.strip_prefix(folder)
        .is_some_and(|rest| rest.starts_with('/'))
}
