//! What the readers see in files: `universal-dimensions inspect FILE... [--json] [--at I,J]`.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::engine::listing::{Listing, cannot_read, list_files};
use crate::formats::{Values, without_ending};
use crate::problem::Problem;
use crate::study::{ArrayId, Collection, Entry, Matching, Payload, ReadItem, read};

#[derive(clap::Args)]
pub struct InspectArguments {
    /// Files to look at; roles are guessed with all of them in view
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// Print JSON
    #[arg(long)]
    json: bool,
    /// Show the value at this index of each array, counted from 0: `--at 3,5`
    #[arg(long, value_delimiter = ',', value_name = "I,J")]
    at: Vec<usize>,
}

/// What a file gave besides the arrays that the collection keeps.
struct Opened {
    path: String,
    /// Text and tables, as they are printed.
    others: Vec<Value>,
    problems: Vec<Problem>,
}

/// Prints what files hold.
///
/// # Errors
/// The problems of files that cannot be read, after everything has been printed.
pub fn run(arguments: &InspectArguments) -> Result<(), Vec<Problem>> {
    let mut collection = Collection::default();
    let mut numbers: HashMap<ArrayId, Values> = HashMap::new();
    let mut opened = Vec::new();
    let folder = common_folder(&arguments.files);
    let listing = listed(&arguments.files, &folder);
    opened.extend(listing.problems.into_iter().map(|problem| Opened {
        path: problem.file.clone(),
        others: Vec::new(),
        problems: vec![problem],
    }));
    for (path, file) in &listing.files {
        let bytes = match std::fs::read(file) {
            Ok(bytes) => bytes,
            Err(error) => {
                opened.push(Opened {
                    path: path.clone(),
                    others: Vec::new(),
                    problems: vec![cannot_read(path, file, &error)],
                });
                continue;
            }
        };
        let (items, payloads) = read(path, &bytes);
        let mut values = payloads.iter();
        let mut others = Vec::new();
        let mut problems = Vec::new();
        for item in &items {
            let payload = match item {
                ReadItem::Array(_) | ReadItem::Image { .. } | ReadItem::Scores(_) => values.next(),
                _ => None,
            };
            others.extend(describe_other(path, item, payload, &arguments.at));
            if let ReadItem::Problem(problem) = item {
                problems.push(problem.clone());
            }
        }
        for (id, payload) in collection.add(items).into_iter().zip(payloads) {
            if let Payload::Numbers(values) = payload {
                numbers.insert(id, values);
            }
        }
        opened.push(Opened {
            path: path.clone(),
            others,
            problems,
        });
    }
    for (members, stack) in collection.stack_images() {
        let parts = members.iter().filter_map(|id| numbers.remove(id));
        let joined = parts.reduce(|mut all, more| {
            all.append(more);
            all
        });
        numbers.extend(joined.map(|values| (stack, values)));
    }
    collection.settle();
    let assembly = collection.assemble();
    let mut files: Vec<Value> = opened
        .iter()
        .map(|file| {
            let mut arrays: Vec<Value> = collection
                .entries
                .iter()
                .filter(|entry| is_within(&entry.survey.path, &file.path))
                .map(|entry| {
                    describe(
                        entry,
                        numbers.get(&entry.id),
                        assembly.matching(entry.id),
                        &file.path,
                        &arguments.at,
                    )
                })
                .collect();
            arrays.extend(file.others.iter().cloned());
            // what is wrong with an array in its role is seen with it
            let of_roles = assembly
                .problems
                .iter()
                .filter(|problem| !problem.file.is_empty() && is_within(&problem.file, &file.path));
            let problems: Vec<Value> = file
                .problems
                .iter()
                .chain(of_roles)
                .map(|problem| {
                    json!({
                        "severity": format!("{:?}", problem.severity).to_lowercase(),
                        "text": problem.to_string(),
                    })
                })
                .collect();
            json!({ "file": file.path, "arrays": arrays, "problems": problems })
        })
        .collect();
    // layers that came as a file for each image
    let in_a_file = |entry: &Entry| {
        opened
            .iter()
            .any(|file| is_within(&entry.survey.path, &file.path))
    };
    let stacks = collection.entries.iter().filter(|entry| !in_a_file(entry));
    files.extend(stacks.map(|entry| {
        let path = &entry.survey.path;
        let array = describe(
            entry,
            numbers.get(&entry.id),
            assembly.matching(entry.id),
            path,
            &arguments.at,
        );
        json!({ "file": path, "arrays": [array], "problems": [] })
    }));
    if arguments.json {
        println!("{:#}", json!({ "files": files }));
    } else {
        files.iter().for_each(print_plain);
    }
    let errors: Vec<Problem> = opened
        .into_iter()
        .flat_map(|file| file.problems)
        .filter(Problem::is_error)
        .collect();
    if errors.is_empty() {
        Ok(())
    } else {
        Err(errors)
    }
}

/// The files that are named, and those in the folders that are named.
fn listed(files: &[PathBuf], folder: &Path) -> Listing {
    let mut listing = Listing::default();
    for file in files {
        // what lies above all files says nothing of them
        let inner = file.strip_prefix(folder).unwrap_or(file);
        let path = inner.to_string_lossy().replace('\\', "/");
        if !file.is_dir() {
            listing.files.push((path, file.clone()));
            continue;
        }
        let shown = if path.is_empty() {
            path
        } else {
            format!("{path}/")
        };
        match list_files(file, &shown) {
            Ok(inner) => {
                listing.files.extend(inner.files);
                listing.problems.extend(inner.problems);
            }
            Err(problem) => listing.problems.push(problem),
        }
    }
    listing
}

/// The folder that holds all files.
fn common_folder(files: &[PathBuf]) -> PathBuf {
    let mut folders = files.iter().filter_map(|file| file.parent());
    let first = folders.next().unwrap_or(Path::new(""));
    let common = folders.fold(first, |common, folder| {
        common
            .ancestors()
            .find(|above| folder.starts_with(above))
            .unwrap_or(Path::new(""))
    });
    common.to_path_buf()
}

fn is_within(path: &str, file: &str) -> bool {
    path.strip_prefix(file)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The name of an array within its file, or that of the file.
fn name_in(path: &str, file: &str) -> String {
    let rest = path
        .strip_prefix(file)
        .unwrap_or(path)
        .trim_start_matches('/');
    if rest.is_empty() {
        let name = file.rsplit('/').next().unwrap_or(file);
        without_ending(name).to_owned()
    } else {
        rest.to_owned()
    }
}

/// JSON has no word for numbers that are none.
fn json_number(value: f64) -> Value {
    if value.is_nan() {
        json!("NaN")
    } else if value.is_infinite() {
        json!(if value > 0.0 { "Infinity" } else { "-Infinity" })
    } else {
        json!(value)
    }
}

/// The flat index of an index on each axis; `None` where it is outside.
fn flat(shape: &[usize], at: &[usize]) -> Option<usize> {
    if at.is_empty() || at.len() != shape.len() {
        return None;
    }
    at.iter().zip(shape).try_fold(0, |index, (&here, &size)| {
        (here < size).then_some(index * size + here)
    })
}

fn describe(
    entry: &Entry,
    values: Option<&Values>,
    matching: Option<&Matching>,
    file: &str,
    at: &[usize],
) -> Value {
    let survey = &entry.survey;
    let value = flat(&survey.shape, at)
        .and_then(|index| Some(json_number(values?.at(index))))
        .unwrap_or(Value::Null);
    let role = &entry.role;
    let mut made = json!({
        "name": name_in(&survey.path, file),
        "shape": survey.shape,
        "type": survey.element.to_string(),
        "role": role.kind.label(),
        "reason": entry.reason,
        "axes": role.axes.label(),
        "ids": survey.ids,
        "matched": matching.map(ToString::to_string),
        "value": value,
    });
    let fields: &[(&str, &String)] = if role.kind.is_brain() {
        &[("roi", &role.roi), ("subject", &role.subject)]
    } else if role.roi.is_empty() {
        &[("network", &role.network), ("layer", &role.layer)]
    } else {
        &[("named", &role.roi)]
    };
    for (name, text) in fields {
        made[*name] = json!(text);
    }
    made
}

/// Text and tables, which are no arrays of a study.
fn describe_other(
    file: &str,
    item: &ReadItem,
    payload: Option<&Payload>,
    at: &[usize],
) -> Vec<Value> {
    let text = |path: &str, texts: &[String], role: &str, reason: &str| {
        let shape = [texts.len()];
        let value = flat(&shape, at).map(|index| json!(texts[index]));
        json!({
            "name": name_in(path, file),
            "shape": shape,
            "type": "text",
            "role": role,
            "reason": reason,
            "ids": texts,
            "value": value,
        })
    };
    match item {
        ReadItem::Names { path, names } => {
            vec![text(path, names, "stimulus ids", "it is a list of text")]
        }
        ReadItem::Stimuli(table) => {
            let reason = "it is a table of text with a column of ids";
            vec![text(&table.path, &table.ids, "stimuli table", reason)]
        }
        ReadItem::Scores(columns) => {
            let Some(Payload::Numbers(values)) = payload else {
                return Vec::new();
            };
            let shape = [columns.rows];
            let named = columns.columns.iter().enumerate();
            named
                .map(|(index, name)| {
                    let value = flat(&shape, at)
                        .map(|row| json_number(values.at((index + 2) * columns.rows + row)));
                    json!({
                        "name": name,
                        "shape": shape,
                        "type": columns.element.to_string(),
                        "role": "scores",
                        "reason": "it has a row for each dimension: network, layer and component",
                        "ids": null,
                        "value": value,
                    })
                })
                .collect()
        }
        _ => Vec::new(),
    }
}

fn print_plain(file: &Value) {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    println!("{}", text(&file["file"]));
    for array in file["arrays"].as_array().into_iter().flatten() {
        let sizes: Vec<String> = array["shape"]
            .as_array()
            .into_iter()
            .flatten()
            .map(Value::to_string)
            .collect();
        println!(
            "  {}: {}, {}; {}, for {}",
            text(&array["name"]),
            sizes.join(" × "),
            text(&array["type"]),
            text(&array["role"]),
            text(&array["reason"]),
        );
        if let Some([first, .., last]) = array["ids"].as_array().map(Vec::as_slice) {
            println!("    ids {} to {}", text(first), text(last));
        }
        if !array["matched"].is_null() {
            println!("    matched {}", text(&array["matched"]));
        }
        if !array["value"].is_null() {
            println!("    value {}", array["value"]);
        }
    }
    for problem in file["problems"].as_array().into_iter().flatten() {
        println!("  {}", text(&problem["text"]));
    }
}
