//! Matching the stimuli of all files (METHOD 1): by id where files have ids, by row where none has.

mod lenders;
mod refusals;
mod spelling;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde::{Deserialize, Serialize};

use super::{Context, Entry, Stimuli};
use crate::formats::StimuliTable;
use crate::problem::{Problem, count};
use lenders::{lender_of, lenders, warn_of_tables};
use refusals::{
    counts_differ, in_different_orders, mixed, of_shuffled_rows, other_axis, some_of, strangers,
};
pub use spelling::Form;
pub(super) use spelling::find;

/// The stimuli of a study and where each file has them.
pub struct Matched {
    pub stimuli: Stimuli,
    /// For each used entry, in order, the index of each stimulus on its stimulus axis.
    pub rows: Vec<Vec<u32>>,
    /// For each used entry, in order, how its stimuli were found.
    pub how: Vec<Matching>,
}

/// How the stimuli of an array were found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Matching {
    /// By ids of its own.
    Ids {
        /// Where they come from: `its first column`.
        from: String,
        /// The loosest form in which they were compared.
        form: Form,
    },
    /// By the order of its rows, with ids of another file.
    Lent {
        /// That file.
        by: String,
    },
    /// By the order of its rows: no file has ids.
    Order,
}

impl std::fmt::Display for Matching {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Matching::Ids { from, form } => {
                write!(f, "by id ({from})")?;
                if *form > Form::Exact {
                    write!(f, ", {}", form.label())?;
                }
                Ok(())
            }
            Matching::Lent { by } => write!(f, "by order, with the ids of {by}"),
            Matching::Order => write!(f, "by order"),
        }
    }
}

/// Whose ids an array has.
enum Ids<'a> {
    Own(&'a [String]),
    /// By row order, of the file that is named.
    Lent(&'a [String], &'a str),
    None,
}

impl<'a> Ids<'a> {
    fn get(&self) -> Option<&'a [String]> {
        match self {
            Ids::Own(ids) | Ids::Lent(ids, _) => Some(ids),
            Ids::None => None,
        }
    }
}

/// Matches the stimuli of the entries in use (all of which have a stimulus axis).
///
/// # Errors
/// A [`Problem`] for duplicate ids, counts that differ without ids to match them by, files with ids
/// beside files without, or no stimulus in common.
pub fn match_stimuli(
    used: &[&Entry],
    context: &Context,
    problems: &mut Vec<Problem>,
) -> Result<Matched, Problem> {
    let sizes: Vec<usize> = used
        .iter()
        .map(|entry| entry.stimuli().unwrap_or(0))
        .collect();
    for (entry, &size) in used.iter().zip(&sizes) {
        if let Some(ids) = &entry.survey.ids {
            no_duplicates(&entry.survey.path, ids)?;
            if ids.len() != size {
                return Err(other_axis(entry, size, ids));
            }
        }
    }
    let ids = ids_of(used, &sizes, context, problems)?;
    let with: Vec<usize> = (0..used.len())
        .filter(|&i| ids[i].get().is_some())
        .collect();
    if with.is_empty() {
        return by_row(used, &sizes);
    }
    if with.len() < used.len() {
        return Err(mixed(used, &sizes, &ids, context));
    }
    by_id(used, &ids, context, problems)
}

/// Ids of an array itself, unless they merely count its rows and other files have other ids.
fn own_ids<'a>(used: &[&'a Entry], context: &'a Context) -> Vec<Option<&'a [String]>> {
    let own = |entry: &'a Entry| entry.survey.ids.as_deref();
    let is_counted = |entry: &Entry| entry.survey.about.is_counted;
    let tables = context.tables();
    let reference = tables
        .first()
        .map(|table| table.ids.as_slice())
        .or_else(|| {
            let mut real = used.iter().filter(|entry| !is_counted(entry));
            real.find_map(|entry| own(entry))
        });
    used.iter()
        .map(|&entry| {
            let ids = own(entry)?;
            if !is_counted(entry) {
                return Some(ids);
            }
            let (found, _) = find(ids, reference?);
            found.iter().all(Option::is_some).then_some(ids)
        })
        .collect()
}

fn ids_of<'a>(
    used: &[&'a Entry],
    sizes: &[usize],
    context: &'a Context,
    problems: &mut Vec<Problem>,
) -> Result<Vec<Ids<'a>>, Problem> {
    let own = own_ids(used, context);
    let lenders = lenders(used, context, problems)?;
    let carriers: Vec<(&Entry, &[String])> = used
        .iter()
        .zip(&own)
        .filter_map(|(entry, ids)| Some((*entry, (*ids)?)))
        .collect();
    let mut lent_by_table: Vec<&str> = Vec::new();
    let mut lender = None;
    let mut ids = Vec::with_capacity(used.len());
    for ((&entry, &size), own) in used.iter().zip(sizes).zip(&own) {
        if let Some(own) = own {
            ids.push(Ids::Own(own));
            continue;
        }
        if let Some(lender) = lender_of(&lenders, entry, size)? {
            ids.push(Ids::Lent(lender.ids, lender.path));
            continue;
        }
        let mut fitting = carriers.iter().filter(|(_, ids)| ids.len() == size);
        let first = fitting.next();
        if let Some((carrier, ids)) = first {
            if let Some((other, _)) = fitting.find(|(_, others)| !is_same_order(others, ids)) {
                return Err(in_different_orders(entry, carrier, other));
            }
            if is_shuffled_count(ids) {
                return Err(of_shuffled_rows(entry, carrier));
            }
        }
        match first {
            Some((carrier, first)) if context.settings.lend_ids => {
                lent_by_table.push(&entry.survey.path);
                lender = Some(*carrier);
                ids.push(Ids::Lent(first, &carrier.survey.path));
            }
            _ => ids.push(Ids::None),
        }
    }
    if let Some(lender) = lender {
        let arrays = count(lent_by_table.len(), "array", "arrays");
        problems.push(
            Problem::warning(
                &lender.survey.path,
                format!(
                    "lends its ids, row by row, to {arrays} without ids: {}",
                    some_of(&lent_by_table)
                ),
            )
            .hint("Check that their rows are in the same order"),
        );
    }
    warn_of_tables(used, context, problems);
    warn_of_order(used, &ids, problems);
    Ok(ids)
}

/// Rows that are matched by order while other files say who their stimuli are: likely right, and not known.
fn warn_of_order(used: &[&Entry], ids: &[Ids], problems: &mut Vec<Problem>) {
    let side = |is_own: bool| -> Vec<&str> {
        used.iter()
            .zip(ids)
            .filter(|(_, ids)| match ids {
                Ids::Own(_) => is_own,
                Ids::Lent(..) => !is_own,
                Ids::None => false,
            })
            .map(|(entry, _)| entry.survey.path.as_str())
            .collect()
    };
    let (own, lent) = (side(true), side(false));
    let mut lenders: Vec<&str> = Vec::new();
    for ids in ids {
        if let Ids::Lent(_, by) = ids
            && !lenders.contains(by)
        {
            lenders.push(by);
        }
    }
    // of a file that lends its ids it is said already
    lenders.retain(|lender| !own.contains(lender));
    if own.is_empty() || lenders.is_empty() {
        return;
    }
    let lender = some_of(&lenders);
    problems.push(
        Problem::warning(
            lent.first().copied().unwrap_or_default(),
            format!(
                "rows are matched by their order alone, with the ids of {lender}, in {}, while {} ids of their own",
                count(lent.len(), "file without ids", "files without ids"),
                match own.as_slice() {
                    [one] => format!("{one} has"),
                    all => format!("{} have", some_of(all)),
                }
            ),
        )
        .expected(format!("rows in the order of {lender}"))
        .hint("Check that this is their order, or save them with ids"),
    );
}

fn is_same_order(ids: &[String], others: &[String]) -> bool {
    let (found, _) = find(ids, others);
    found
        .iter()
        .enumerate()
        .all(|(index, found)| *found == Some(index))
}

/// Whether ids are the numbers of rows in another order, as those of a data frame that was shuffled.
fn is_shuffled_count(ids: &[String]) -> bool {
    let mut numbers: Vec<usize> = Vec::with_capacity(ids.len());
    for id in ids {
        match id.parse() {
            Ok(number) => numbers.push(number),
            Err(_) => return false,
        }
    }
    let is_in_order = numbers.windows(2).all(|pair| pair[0] < pair[1]);
    let sorted = crate::stable_sort::sorted(numbers);
    let counts_from = |from: usize| {
        sorted
            .iter()
            .enumerate()
            .all(|(row, number)| *number == row + from)
    };
    !is_in_order && (counts_from(0) || counts_from(1))
}

fn by_row(used: &[&Entry], sizes: &[usize]) -> Result<Matched, Problem> {
    let Some(&n) = sizes.first() else {
        return Ok(Matched {
            stimuli: Stimuli::default(),
            rows: Vec::new(),
            how: Vec::new(),
        });
    };
    if sizes.iter().any(|&size| size != n) {
        return Err(counts_differ(used, sizes));
    }
    Ok(Matched {
        stimuli: Stimuli {
            ids: (1..=n).map(|i| format!("stimulus {i}")).collect(),
            shown: (0..n).collect(),
            ..Stimuli::default()
        },
        rows: sizes.iter().map(|_| (0..n as u32).collect()).collect(),
        how: sizes.iter().map(|_| Matching::Order).collect(),
    })
}

fn by_id(
    used: &[&Entry],
    ids: &[Ids],
    context: &Context,
    problems: &mut Vec<Problem>,
) -> Result<Matched, Problem> {
    let tables = context.tables();
    let lists: Vec<&[String]> = ids.iter().filter_map(Ids::get).collect();
    // every id is known by the spelling that it has in one list
    let reference = tables
        .first()
        .map_or(lists[0], |table| table.ids.as_slice());
    let mut common: BTreeSet<&str> = BTreeSet::new();
    // one by one: collecting would sort them first
    common.extend(reference.iter().map(String::as_str));
    let mut rows_of: Vec<HashMap<&str, u32>> = Vec::with_capacity(lists.len());
    let mut how = Vec::with_capacity(lists.len());
    for ((entry, list), ids) in used.iter().zip(&lists).zip(ids) {
        no_duplicates(&entry.survey.path, list)?;
        let (found, form) = find(list, reference);
        let row_of: HashMap<&str, u32> = (0..)
            .zip(&found)
            .filter_map(|(row, found)| Some((reference.get((*found)?)?.as_str(), row)))
            .collect();
        let before = common.len();
        common.retain(|id| row_of.contains_key(id));
        if common.is_empty() && before > 0 {
            return Err(strangers(entry, list, reference));
        }
        rows_of.push(row_of);
        how.push(match ids {
            Ids::Lent(_, by) => Matching::Lent {
                by: (*by).to_owned(),
            },
            _ => Matching::Ids {
                from: match entry.survey.about.ids_from.as_str() {
                    "" => "its own".to_owned(),
                    from => from.to_owned(),
                },
                form,
            },
        });
    }
    problems.extend(looser_forms(used, &how));
    problems.extend(dropped(used, &lists, common.len()));
    Ok(Matched {
        rows: rows_of
            .iter()
            .map(|row_of| {
                common
                    .iter()
                    .filter_map(|id| row_of.get(id).copied())
                    .collect()
            })
            .collect(),
        how,
        stimuli: named(&common, reference, context),
    })
}

/// One notice for each looser form in which ids were compared.
fn looser_forms(used: &[&Entry], how: &[Matching]) -> Vec<Problem> {
    let mut forms: BTreeMap<Form, Vec<&str>> = BTreeMap::new();
    for (entry, how) in used.iter().zip(how) {
        if let Matching::Ids { form, .. } = how
            && *form > Form::Exact
        {
            forms.entry(*form).or_default().push(&entry.survey.path);
        }
    }
    forms
        .into_iter()
        .map(|(form, files)| {
            Problem::notice(
                files[0],
                format!(
                    "ids of {} were matched {}, which fits one to one",
                    some_of(&files),
                    form.label()
                ),
            )
        })
        .collect()
}

/// One warning for the files that lose the same number of stimuli.
fn dropped(used: &[&Entry], lists: &[&[String]], common: usize) -> Vec<Problem> {
    let mut groups: BTreeMap<usize, Vec<&str>> = BTreeMap::new();
    for (entry, list) in used.iter().zip(lists) {
        groups
            .entry(list.len())
            .or_default()
            .push(&entry.survey.path);
    }
    groups
        .into_iter()
        .filter(|(all, _)| *all > common)
        .map(|(all, files)| {
            let dropped = all - common;
            let are = if dropped == 1 { "is" } else { "are" };
            let same = match files.len() {
                1 => String::new(),
                _ => format!(" (and so of {})", some_of(&files[1..])),
            };
            Problem::warning(
                files[0],
                format!("{dropped} of its {all} stimuli {are} not used{same}"),
            )
            .expected(format!(
                "the {} that all files have",
                count(common, "stimulus", "stimuli")
            ))
        })
        .collect()
}

fn no_duplicates(path: &str, ids: &[String]) -> Result<(), Problem> {
    let mut seen: HashMap<&str, usize> = HashMap::with_capacity(ids.len());
    for (row, id) in ids.iter().enumerate() {
        if let Some(first) = seen.insert(id, row) {
            return Err(Problem::error(
                path,
                format!(
                    "the id \"{id}\" stands in rows {} and {}, so more than once",
                    first + 1,
                    row + 1
                ),
            )
            .expected("each stimulus once")
            .hint("Average the repetitions, or give them ids of their own"));
        }
    }
    Ok(())
}

/// The stimuli in sorted order, with what tables say of them and the order to show them in.
fn named(common: &BTreeSet<&str>, order: &[String], context: &Context) -> Stimuli {
    let index_of: HashMap<&str, usize> =
        common.iter().enumerate().map(|(i, id)| (*id, i)).collect();
    let ids: Vec<String> = common.iter().map(|id| (*id).to_owned()).collect();
    let tables = context.tables();
    // the first table that says anything of a stimulus says it
    let column = |values: fn(&StimuliTable) -> &Option<Vec<String>>| -> Option<Vec<String>> {
        let mut said: Option<Vec<String>> = None;
        for table in &tables {
            let Some(values) = values(table) else {
                continue;
            };
            let said = said.get_or_insert_with(|| vec![String::new(); ids.len()]);
            let (found, _) = find(&ids, &table.ids);
            for (said, found) in said.iter_mut().zip(found) {
                if said.is_empty()
                    && let Some(value) = found.and_then(|row| values.get(row))
                {
                    said.clone_from(value);
                }
            }
        }
        said
    };
    Stimuli {
        categories: column(|table| &table.categories),
        thumbnails: column(|table| &table.thumbnails),
        shown: order
            .iter()
            .filter_map(|id| index_of.get(id.as_str()).copied())
            .collect(),
        has_ids: true,
        ids,
    }
}
