//! Matching the stimuli of all files (METHOD 1): by id where files have ids, by row where none has.

mod spelling;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde::{Deserialize, Serialize};

use super::{Context, Entry, Stimuli};
use crate::formats::without_ending;
use crate::formats::words::{is_id_name, is_label_name, is_of_others};
use crate::order::sorted_by;
use crate::problem::{Problem, count};
pub use spelling::Form;
use spelling::find;

/// The stimuli of a study and where each file has them.
pub struct Matched {
    pub stimuli: Stimuli,
    /// For each used entry, in order, the place of each stimulus on its stimulus axis.
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
    for entry in used {
        no_duplicates(
            &entry.survey.path,
            entry.survey.ids.as_deref().unwrap_or_default(),
        )?;
    }
    if let Some(table) = &context.stimuli {
        no_duplicates(&table.path, &table.ids)?;
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
    let reference = context
        .stimuli
        .as_ref()
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

/// Lists of names that stand in files of their own, those that are no ids said aloud.
fn lists<'a>(context: &'a Context, problems: &mut Vec<Problem>) -> Vec<(&'a str, &'a [String])> {
    let mut lists = Vec::new();
    for (path, names) in &context.names {
        let stem = without_ending(path.rsplit('/').next().unwrap_or(path));
        let is_unique = no_duplicates(path, names).is_ok();
        if is_id_name(stem) || (is_unique && !is_label_name(stem) && !is_of_others(stem)) {
            lists.push((path.as_str(), names.as_slice()));
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
    lists
}

fn ids_of<'a>(
    used: &[&'a Entry],
    sizes: &[usize],
    context: &'a Context,
    problems: &mut Vec<Problem>,
) -> Result<Vec<Ids<'a>>, Problem> {
    let own = own_ids(used, context);
    let lists = lists(context, problems);
    for (path, names) in &lists {
        no_duplicates(path, names)?;
    }
    // a list in the same folder, or in one above it
    let listed = |entry: &Entry, size: usize| -> Option<(&'a str, &'a [String])> {
        let path = &entry.survey.path;
        let near = |list: &str| folder_of(list).is_none_or(|folder| is_below(path, folder));
        let mut fitting = lists
            .iter()
            .filter(|(list, names)| names.len() == size && near(list));
        let first = fitting
            .clone()
            .max_by_key(|(list, _)| folder_of(list).map_or(0, str::len))?;
        let is_one = fitting.all(|(_, names)| names == &first.1);
        is_one.then_some(*first)
    };
    // a list that is named like ids, beside arrays of another length
    let misfit = |entry: &Entry| -> Option<(&'a str, &'a [String])> {
        let own = folder_of(&entry.survey.path)?;
        let is_beside = |list: &str| folder_of(list) == Some(own);
        let mut found = lists.iter().filter(|(list, _)| {
            let stem = without_ending(list.rsplit('/').next().unwrap_or(list));
            is_beside(list) && is_id_name(stem)
        });
        found.next().copied()
    };
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
        // the list that is nearest says most
        if let Some((path, names)) = listed(entry, size) {
            ids.push(Ids::Lent(names, path));
            continue;
        }
        if let Some(table) = &context.stimuli
            && table.ids.len() == size
        {
            ids.push(Ids::Lent(&table.ids, &table.path));
            continue;
        }
        if let Some((path, names)) = misfit(entry) {
            return Err(of_other_length(entry, size, path, names));
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
    let lender = ids.iter().find_map(|ids| match ids {
        Ids::Lent(_, by) => Some(*by),
        _ => None,
    });
    let Some(lender) = lender.filter(|_| !own.is_empty()) else {
        return;
    };
    if own.contains(&lender) {
        // said already, of the file that lends its ids
        return;
    }
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
        .all(|(place, found)| *found == Some(place))
}

fn of_other_length(entry: &Entry, size: usize, path: &str, names: &[String]) -> Problem {
    Problem::error(
        path,
        format!(
            "lists {}, but {} beside it has {size}",
            count(names.len(), "stimulus", "stimuli"),
            entry.survey.path
        ),
    )
    .expected("an id for each row")
    .hint("Save the ids again with an id for each row, or leave the list out")
}

/// Whether ids are the numbers of rows in another order, as those of a data frame that was shuffled.
fn is_shuffled_count(ids: &[String]) -> bool {
    let mut places: Vec<usize> = Vec::with_capacity(ids.len());
    for id in ids {
        match id.parse() {
            Ok(place) => places.push(place),
            Err(_) => return false,
        }
    }
    let is_in_order = places.windows(2).all(|pair| pair[0] < pair[1]);
    let sorted = crate::order::sorted(places);
    let counts_from = |from: usize| {
        sorted
            .iter()
            .enumerate()
            .all(|(row, place)| *place == row + from)
    };
    !is_in_order && (counts_from(0) || counts_from(1))
}

fn of_shuffled_rows(bare: &Entry, carrier: &Entry) -> Problem {
    Problem::error(
        &carrier.survey.path,
        format!(
            "its ids are the numbers of rows in another order, and {} has no ids: its rows may be in either order",
            bare.survey.path
        ),
    )
    .expected("ids in all files, or one order of rows in all")
    .hint("Sort the rows by these numbers before saving (in pandas: frame.sort_index()), or save ids into every file")
}

fn in_different_orders(bare: &Entry, one: &Entry, other: &Entry) -> Problem {
    Problem::error(
        &bare.survey.path,
        format!(
            "has no stimulus ids, and the files that have them list their stimuli in different orders ({} and {})",
            one.survey.path, other.survey.path
        ),
    )
    .expected("ids in all files, or one order")
    .hint("Add a stimuli.csv whose column stimulus_id lists the stimuli in the order of the rows of this file, or save it with ids")
}

fn folder_of(path: &str) -> Option<&str> {
    path.rsplit_once('/').map(|(folder, _)| folder)
}

/// Whether a path lies in a folder or in a file, at any depth.
fn is_below(path: &str, folder: &str) -> bool {
    path.strip_prefix(folder)
        .is_some_and(|rest| rest.starts_with('/'))
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

/// `92 stimuli in a.npy and 3 more, 118 stimuli in rdm.npy`: both sides, largest group first.
fn list_sizes(used: &[&Entry], sizes: &[usize]) -> Vec<(usize, String, String)> {
    let mut groups: BTreeMap<usize, Vec<&str>> = BTreeMap::new();
    for (entry, &size) in used.iter().zip(sizes) {
        groups.entry(size).or_default().push(&entry.survey.path);
    }
    let groups: Vec<(usize, Vec<&str>)> = groups.into_iter().collect();
    sorted_by(groups, |a, b| b.1.len().cmp(&a.1.len()))
        .into_iter()
        .map(|(size, files)| {
            let first = files[0].to_owned();
            (
                size,
                format!(
                    "{} in {}",
                    count(size, "stimulus", "stimuli"),
                    some_of(&files)
                ),
                first,
            )
        })
        .collect()
}

fn some_of(files: &[&str]) -> String {
    match files {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [one, other] => format!("{one} and {other}"),
        [one, rest @ ..] => format!("{one} and {} more files", rest.len()),
    }
}

fn counts_differ(used: &[&Entry], sizes: &[usize]) -> Problem {
    let groups = list_sizes(used, sizes);
    let (_, majority, _) = &groups[0];
    let others: Vec<&str> = groups[1..]
        .iter()
        .map(|(_, text, _)| text.as_str())
        .collect();
    Problem::error(&groups[1].2, format!("the numbers of stimuli differ: {}", others.join(", ")))
        .expected(format!("the same stimuli in every file, as the {majority}"))
        .hint("Leave out the files of other stimuli, or give all files ids (a column stimulus_id) so that the common ones can be found")
}

fn mixed(used: &[&Entry], sizes: &[usize], ids: &[Ids], context: &Context) -> Problem {
    let side = |has: bool| -> Vec<&str> {
        used.iter()
            .zip(ids)
            .filter(|(_, ids)| ids.get().is_some() == has)
            .map(|(entry, _)| entry.survey.path.as_str())
            .collect()
    };
    let (with, without) = (side(true), side(false));
    let bare = (0..used.len())
        .find(|&i| ids[i].get().is_none())
        .unwrap_or(0);
    let hint = match &context.stimuli {
        Some(table) => format!(
            "{} lists {}, {} has {}: correct the one that is wrong, or leave the files out",
            table.path,
            count(table.ids.len(), "stimulus", "stimuli"),
            used[bare].survey.path,
            sizes[bare],
        ),
        None => {
            "Add a stimuli.csv whose column stimulus_id lists the stimuli in the order of the rows"
                .into()
        }
    };
    Problem::error(
        without.first().copied().unwrap_or_default(),
        format!(
            "some files have stimulus ids ({}) and some have none ({})",
            some_of(&with),
            some_of(&without)
        ),
    )
    .expected("ids in all files or in none")
    .hint(hint)
}

fn by_id(
    used: &[&Entry],
    ids: &[Ids],
    context: &Context,
    problems: &mut Vec<Problem>,
) -> Result<Matched, Problem> {
    let table = context.stimuli.as_ref();
    if let Some(table) = table {
        no_duplicates(&table.path, &table.ids)?;
    }
    let lists: Vec<&[String]> = ids.iter().filter_map(Ids::get).collect();
    // every id is known by the spelling that it has in one list
    let reference = table.map_or(lists[0], |table| table.ids.as_slice());
    let mut common: BTreeSet<&str> = BTreeSet::new();
    // one by one: collecting would sort them first
    common.extend(reference.iter().map(String::as_str));
    let mut places: Vec<HashMap<&str, u32>> = Vec::with_capacity(lists.len());
    let mut how = Vec::with_capacity(lists.len());
    for ((entry, list), ids) in used.iter().zip(&lists).zip(ids) {
        no_duplicates(&entry.survey.path, list)?;
        let (found, form) = find(list, reference);
        let place: HashMap<&str, u32> = (0..)
            .zip(&found)
            .filter_map(|(row, found)| Some((reference.get((*found)?)?.as_str(), row)))
            .collect();
        let before = common.len();
        common.retain(|id| place.contains_key(id));
        if common.is_empty() && before > 0 {
            return Err(strangers(entry, list, reference));
        }
        places.push(place);
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
        rows: places
            .iter()
            .map(|place| {
                common
                    .iter()
                    .filter_map(|id| place.get(id).copied())
                    .collect()
            })
            .collect(),
        how,
        stimuli: named(&common, reference, context),
    })
}

fn strangers(entry: &Entry, list: &[String], reference: &[String]) -> Problem {
    let example = list.first().map(String::as_str).unwrap_or_default();
    let theirs = reference.first().map(String::as_str).unwrap_or_default();
    Problem::error(
        &entry.survey.path,
        format!(
            "its stimuli are others than those of the files before it: its first is \"{example}\""
        ),
    )
    .expected(format!("ids that other files have too, like \"{theirs}\""))
    .hint("Leave the file out, or give its stimuli the ids that the other files use")
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
                    "the id \"{id}\" stands in rows {} and {}",
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

/// The stimuli in sorted order, with what the table says of them and the order to show them in.
fn named(common: &BTreeSet<&str>, order: &[String], context: &Context) -> Stimuli {
    let place: HashMap<&str, usize> = common.iter().enumerate().map(|(i, id)| (*id, i)).collect();
    let column = |values: &Option<Vec<String>>| -> Option<Vec<String>> {
        let (table, values) = (context.stimuli.as_ref()?, values.as_ref()?);
        let by_id: HashMap<&str, &String> =
            table.ids.iter().map(String::as_str).zip(values).collect();
        Some(
            common
                .iter()
                .map(|id| by_id.get(id).map_or_else(String::new, |v| (*v).clone()))
                .collect(),
        )
    };
    let table = context.stimuli.as_ref();
    Stimuli {
        ids: common.iter().map(|id| (*id).to_owned()).collect(),
        categories: table.and_then(|table| column(&table.categories)),
        thumbnails: table.and_then(|table| column(&table.thumbnails)),
        shown: order
            .iter()
            .filter_map(|id| place.get(id.as_str()).copied())
            .collect(),
        has_ids: true,
    }
}
