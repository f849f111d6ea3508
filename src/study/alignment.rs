//! Matching the stimuli of all files (METHOD 1): by id where files have ids, by row where none has.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::{Context, Entry, Stimuli};
use crate::order::sorted_by;
use crate::problem::{Problem, count};

/// The stimuli of a study and where each file has them.
pub struct Matched {
    pub stimuli: Stimuli,
    /// For each used entry, in order, the place of each stimulus on its stimulus axis.
    pub rows: Vec<Vec<u32>>,
}

/// Whose ids an array has.
enum Ids<'a> {
    Own(&'a [String]),
    /// By row order, of the stimuli table or a table that the user agreed to.
    Lent(&'a [String]),
    None,
}

impl<'a> Ids<'a> {
    fn get(&self) -> Option<&'a [String]> {
        match self {
            Ids::Own(ids) | Ids::Lent(ids) => Some(ids),
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
    let ids = ids_of(used, &sizes, context, problems);
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

fn ids_of<'a>(
    used: &[&'a Entry],
    sizes: &[usize],
    context: &'a Context,
    problems: &mut Vec<Problem>,
) -> Vec<Ids<'a>> {
    let own = |entry: &'a Entry| -> Option<&'a [String]> {
        entry.survey.ids.as_deref().or_else(|| {
            let size = entry.stimuli()?;
            // a text array beside it in the same archive
            context
                .names
                .iter()
                .find(|(path, names)| {
                    names.len() == size
                        && folder_of(path) == folder_of(&entry.survey.path)
                        && folder_of(path).is_some_and(|folder| folder.ends_with(".npz"))
                })
                .map(|(_, names)| names.as_slice())
        })
    };
    let carrier = used
        .iter()
        .find_map(|entry| Some((entry.survey.path.as_str(), own(entry)?)));
    let mut lent_by_table = 0;
    let ids = used
        .iter()
        .zip(sizes)
        .map(|(entry, &size)| {
            if let Some(ids) = own(entry) {
                return Ids::Own(ids);
            }
            if let Some(table) = &context.stimuli
                && table.ids.len() == size
            {
                return Ids::Lent(&table.ids);
            }
            match carrier {
                Some((_, ids)) if context.settings.lend_ids && ids.len() == size => {
                    lent_by_table += 1;
                    Ids::Lent(ids)
                }
                _ => Ids::None,
            }
        })
        .collect();
    if let (true, Some((path, _))) = (lent_by_table > 0, carrier) {
        problems.push(
            Problem::warning(
                path,
                format!(
                    "lends its ids, row by row, to {} without ids",
                    count(lent_by_table, "array", "arrays")
                ),
            )
            .hint("Check that their rows are in the same order"),
        );
    }
    ids
}

fn folder_of(path: &str) -> Option<&str> {
    path.rsplit_once('/').map(|(folder, _)| folder)
}

fn by_row(used: &[&Entry], sizes: &[usize]) -> Result<Matched, Problem> {
    let Some(&n) = sizes.first() else {
        return Ok(Matched {
            stimuli: Stimuli::default(),
            rows: Vec::new(),
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
    let first = table.map(|table| table.ids.as_slice());
    let first = first.or_else(|| lists.first().copied());
    // one by one: collecting would sort them first
    let mut common: BTreeSet<&str> = BTreeSet::new();
    common.extend(first.unwrap_or_default().iter().map(String::as_str));
    let mut places: Vec<HashMap<&str, u32>> = Vec::with_capacity(lists.len());
    for (entry, list) in used.iter().zip(&lists) {
        no_duplicates(&entry.survey.path, list)?;
        let place: HashMap<&str, u32> = (0..)
            .zip(list.iter())
            .map(|(i, id)| (id.as_str(), i))
            .collect();
        let before = common.len();
        common.retain(|id| place.contains_key(id));
        if common.is_empty() && before > 0 {
            let example = list.first().map(String::as_str).unwrap_or_default();
            let theirs = table.map_or_else(|| lists[0][0].as_str(), |table| table.ids[0].as_str());
            return Err(Problem::error(
                &entry.survey.path,
                format!("its stimuli are others than those of the files before it: its first is \"{example}\""),
            )
            .expected(format!("ids that other files have too, like \"{theirs}\""))
            .hint("Leave the file out, or give its stimuli the ids that the other files use"));
        }
        places.push(place);
    }
    for (entry, list) in used.iter().zip(&lists) {
        let dropped = list.len() - common.len();
        if dropped > 0 {
            problems.push(
                Problem::warning(
                    &entry.survey.path,
                    format!(
                        "{dropped} of its {} stimuli {} not used",
                        list.len(),
                        if dropped == 1 { "is" } else { "are" },
                    ),
                )
                .expected(format!("the {} stimuli that all files have", common.len())),
            );
        }
    }
    let order = table.map_or(lists[0], |table| table.ids.as_slice());
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
        stimuli: named(&common, order, context),
    })
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
