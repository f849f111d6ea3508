//! Names that are alike: copies and backups that lie beside the original, networks whose names differ in capitals
//! alone, and networks that may be layers of one.

use std::collections::{BTreeMap, HashSet};

use super::Entry;
use super::roles::Kind;
use super::subjects;
use crate::formats::without_ending;
use crate::problem::{Problem, count};

/// Endings that editors and users give to what was before.
const BACKUPS: [&str; 6] = [".bak", ".backup", ".orig", ".old", ".save", "~"];

/// The name that a backup had.
fn without_backup(name: &str) -> Option<&str> {
    BACKUPS
        .iter()
        .find_map(|ending| name.strip_suffix(ending))
        .filter(|rest| !rest.is_empty())
}

/// The path without such an ending of one of its names, if something has that path.
fn original<'a>(
    path: &str,
    known: &'a HashSet<String>,
    change: impl Fn(&str) -> Option<String>,
) -> Option<&'a str> {
    let parts: Vec<&str> = path.split('/').collect();
    (0..parts.len()).find_map(|at| {
        let changed = change(parts[at])?;
        let mut others = parts.clone();
        others[at] = &changed;
        known.get(&others.join("/")).map(String::as_str)
    })
}

fn paths(entries: &[Entry]) -> HashSet<String> {
    let mut paths = HashSet::new();
    for entry in entries {
        // the files and folders that they lie in as well
        let path = entry.survey.path.as_str();
        let ends = path.match_indices('/').map(|(end, _)| end);
        paths.extend(
            ends.chain([path.len()])
                .filter_map(|end| path.get(..end))
                .map(str::to_owned),
        );
    }
    paths
}

/// Leaves out what was kept of files that are there themselves.
pub fn leave_out_backups(entries: &mut [Entry]) {
    let known = paths(entries);
    for entry in entries.iter_mut().filter(|entry| !entry.settled) {
        let kept = |name: &str| without_backup(name).map(str::to_owned);
        if let Some(first) = original(&entry.survey.path, &known, kept) {
            entry.role.kind = Kind::LeftOut;
            entry.reason = format!("its name says that it is a backup of {first}");
        }
    }
}

/// A backup that cannot be read is no loss while the file itself is there.
pub fn excuse_backups(problems: &mut [Problem], entries: &[Entry]) {
    let known = paths(entries);
    for problem in problems.iter_mut().filter(|problem| problem.is_error()) {
        let kept = |name: &str| without_backup(name).map(str::to_owned);
        if let Some(first) = original(&problem.file, &known, kept) {
            *problem = Problem::notice(
                &problem.file,
                format!("is left out: its name says that it is a backup of {first}"),
            );
        }
    }
}

/// Warnings of names that are alike.
pub fn told(entries: &[Entry]) -> Vec<Problem> {
    let mut told = copies(entries);
    told.extend(capitals(entries));
    told.extend(one_underscore(entries));
    told.extend(subjects::told(entries));
    told
}

/// Copies that Finder, Explorer or a browser named, beside the original.
fn copies(entries: &[Entry]) -> Vec<Problem> {
    let known = paths(entries);
    let used = entries
        .iter()
        .filter(|entry| !entry.settled && entry.role.kind != Kind::LeftOut);
    used.filter_map(|entry| {
        let first = original(&entry.survey.path, &known, without_copy)?;
        let twin = entries.iter().find(|other| other.survey.path == first);
        let is_same =
            twin.is_some_and(|twin| twin.survey.fingerprints == entry.survey.fingerprints);
        let found = if is_same {
            format!("is named like a copy of {first}, and holds the same numbers")
        } else {
            format!("is named like a copy of {first}, and holds other numbers")
        };
        Some(
            Problem::warning(&entry.survey.path, found)
                .expected("each layer and each brain once: both are used, as two")
                .hint("Move the one that is not meant out of the folder"),
        )
    })
    .collect()
}

/// `l.npy` of `l copy.npy`, `l copy 2.npy`, `l (1).npy`, `l - Copy.npy` and `Copy of l.npy`.
fn without_copy(name: &str) -> Option<String> {
    let stem = without_ending(name);
    let ending = name.get(stem.len()..).unwrap_or_default();
    let numbered = |text: &str| {
        let rest = text.trim_end_matches(|c: char| c.is_ascii_digit());
        (rest.len() < text.len()).then(|| rest.trim_end().to_owned())
    };
    let of_stem = |stem: &str| -> Option<String> {
        let lower = stem.to_ascii_lowercase();
        for word in [" - copy", " - kopie", " copy", " kopie", "-copy", "_copy"] {
            if lower.ends_with(word) {
                return stem.get(..stem.len() - word.len()).map(str::to_owned);
            }
        }
        for word in ["copy of ", "kopie von "] {
            if lower.starts_with(word) {
                return stem.get(word.len()..).map(str::to_owned);
            }
        }
        None
    };
    let bracketed = stem.strip_suffix(')').and_then(numbered).and_then(|rest| {
        rest.strip_suffix('(')
            .map(|rest| rest.trim_end().to_owned())
    });
    let made = bracketed
        .as_deref()
        .map(|rest| of_stem(rest).unwrap_or_else(|| rest.to_owned()))
        .or_else(|| of_stem(stem))
        .or_else(|| numbered(stem).and_then(|rest| of_stem(&rest)))?;
    (!made.is_empty()).then(|| format!("{made}{ending}"))
}

/// Networks, regions or subjects whose names differ in capital letters alone.
fn capitals(entries: &[Entry]) -> Vec<Problem> {
    let mut seen: BTreeMap<(&str, String), (&str, &str)> = BTreeMap::new();
    let mut told: HashSet<(&str, String)> = HashSet::new();
    let mut problems = Vec::new();
    for entry in entries {
        let role = &entry.role;
        let names = match role.kind {
            Kind::Activations => vec![("networks", role.network.as_str())],
            kind if kind.is_brain() => {
                vec![("regions", role.roi.as_str()), ("subjects", &role.subject)]
            }
            _ => Vec::new(),
        };
        for (what, name) in names {
            let key = (what, name.to_lowercase());
            let (first, path) = *seen
                .entry(key.clone())
                .or_insert((name, &entry.survey.path));
            if first != name && told.insert(key) {
                problems.push(
                    Problem::warning(
                        &entry.survey.path,
                        format!("is of {name}, and {path} is of {first}: names that differ in capital letters alone are two {what}"),
                    )
                    .expected("one spelling for each name")
                    .hint("Spell both alike if they are one"),
                );
            }
        }
    }
    problems
}

/// Words that layers are called by.
const LAYERS: [&str; 20] = [
    "conv",
    "fc",
    "relu",
    "pool",
    "layer",
    "block",
    "linear",
    "dense",
    "attn",
    "mlp",
    "norm",
    "bn",
    "stage",
    "logits",
    "avgpool",
    "maxpool",
    "embed",
    "encoder",
    "classifier",
    "inception",
];

/// `conv1`, `layer2.0`, `avgpool`.
fn is_layer_word(name: &str) -> bool {
    let end = name
        .find(|c: char| !c.is_ascii_alphabetic())
        .unwrap_or(name.len());
    let word = name.get(..end).unwrap_or_default().to_ascii_lowercase();
    LAYERS.contains(&word.as_str())
}

/// Files with one underscore that several networks' names begin alike with, by what they begin with: indices of
/// their entries.
fn families(entries: &[Entry]) -> BTreeMap<String, Vec<usize>> {
    let mut families: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (index, entry) in entries.iter().enumerate() {
        let role = &entry.role;
        let name = without_ending(entry.survey.path.rsplit('/').next().unwrap_or_default());
        let is_whole = role.network == name;
        let is_split = name.split_once('_') == Some((&role.network, &role.layer));
        if !entry.settled
            && role.kind == Kind::Activations
            && (is_whole || is_split)
            && !name.contains("__")
            && let Some((family, _)) = name.split_once('_')
        {
            families.entry(family.to_owned()).or_default().push(index);
        }
    }
    families.retain(|_, indices| indices.len() > 1);
    families
}

/// Takes `alexnet_conv1` and `alexnet_fc6` for layers of one network, where all that follows the underscore is
/// called like a layer.
pub fn split_at_one_underscore(entries: &mut [Entry]) {
    for (family, indices) in families(entries) {
        let layer_of = |network: &str| {
            let (_, layer) = network.split_once('_')?;
            is_layer_word(layer).then(|| layer.to_owned())
        };
        let layers: Option<Vec<String>> = indices
            .iter()
            .map(|&index| layer_of(&entries[index].role.network))
            .collect();
        for (&index, layer) in indices.iter().zip(layers.into_iter().flatten()) {
            let entry = &mut entries[index];
            entry.role.network.clone_from(&family);
            entry.role.layer = layer;
            entry.reason = "its name is NETWORK_LAYER with one underscore".to_owned();
        }
    }
}

/// What became of such files, which may be layers of one network or networks of their own.
fn one_underscore(entries: &[Entry]) -> Vec<Problem> {
    let alike: Vec<&Entry> = families(entries)
        .into_values()
        .flatten()
        .map(|index| &entries[index])
        .collect();
    let (split, whole): (Vec<&Entry>, Vec<&Entry>) = alike
        .into_iter()
        .partition(|entry| entry.reason.contains("one underscore"));
    let told = |group: Vec<&Entry>, what: &str| {
        let (first, others) = group.split_first()?;
        let names: Vec<String> = group
            .iter()
            .take(4)
            .map(|entry| match what {
                "a layer by its name" => format!("{} of {}", entry.role.layer, entry.role.network),
                _ => entry.role.network.clone(),
            })
            .collect();
        let more = if group.len() > names.len() {
            ", ..."
        } else {
            ""
        };
        Some(
            Problem::warning(
                &first.survey.path,
                format!(
                    "and {} are each taken for {what}, which has no two underscores: {}{more}",
                    count(others.len(), "more file", "more files"),
                    names.join(", ")
                ),
            )
            .expected("NETWORK__LAYER, where files are layers of a network")
            .hint("Rename them if that is wrong, put each network's files into a folder of its name, or say it in a study.json"),
        )
    };
    let split = told(split, "a layer by its name");
    let whole = told(whole, "a network of its own by its name");
    split.into_iter().chain(whole).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copies_and_backups_name_their_originals() {
        for (name, first) in [
            ("a__l copy.npy", Some("a__l.npy")),
            ("a__l copy 2.npy", Some("a__l.npy")),
            ("a__l (1).npy", Some("a__l.npy")),
            ("a__l - Copy.npy", Some("a__l.npy")),
            ("a__l - Copy (2).npy", Some("a__l.npy")),
            ("Copy of a__l.npy", Some("a__l.npy")),
            ("net copy", Some("net")),
            ("a__l.npy", None),
            ("conv1.npy", None),
            ("copy.npy", None),
        ] {
            assert_eq!(without_copy(name).as_deref(), first, "{name}");
        }
        assert_eq!(without_backup("a.npy.bak"), Some("a.npy"));
        assert_eq!(without_backup("a.npy~"), Some("a.npy"));
        assert_eq!(without_backup("a.npy"), None);
    }
}
