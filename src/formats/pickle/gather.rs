//! What a pickle built, as variables: tensors and arrays with their numbers, lists of text and of numbers,
//! notes; and by name what is none of these.

use std::collections::HashMap;

use super::super::contents::{Contents, Data, Variable};
use super::super::decode::{Element, ElementKind, Values};
use super::Node;
use super::advice;
use super::machine::Machine;
use crate::problem::Problem;

/// Dictionaries in dictionaries.
const MOST_DEPTH: usize = 16;
/// Values of a file; lists that share their parts could go on for ever.
const MOST_VISITS: usize = 1_000_000;
/// Names that one notice spells out.
const MOST_NAMES: usize = 8;

/// Keys under which training scripts keep what is no activation.
const OF_TRAINING: [&str; 12] = [
    "optimizer",
    "optimiser",
    "optim",
    "scheduler",
    "scaler",
    "lr",
    "rng",
    "hyper",
    "hparams",
    "args",
    "config",
    "callbacks",
];

/// Variables of what a pickle built. `implied`: bytes of the pickle; `storage`: gives raw numbers.
///
/// # Errors
/// A [`Problem`] for values that do not end, and where nothing but calls is there.
pub fn variables(
    machine: &Machine,
    root: usize,
    implied: u64,
    big_endian: bool,
    storage: &mut dyn FnMut(&str) -> Option<Vec<u8>>,
) -> Result<Contents, Problem> {
    let mut gather = Gather {
        machine,
        contents: Contents::of(machine.path),
        big_endian,
        storage,
        cache: HashMap::new(),
        spent: 0,
        implied,
        visits: 0,
        aside: Vec::new(),
        calls: Vec::new(),
    };
    gather.walk(root, "", 0)?;
    let has_something = !gather.contents.variables.is_empty()
        || gather.contents.problems.iter().any(Problem::is_error);
    let Gather {
        mut contents,
        aside,
        calls,
        ..
    } = gather;
    if let (false, Some((_, first))) = (has_something, calls.first()) {
        return Err(advice::refused_call(machine, root, first));
    }
    for (name, call) in calls {
        contents.problems.push(left_out(machine.path, &name, &call));
    }
    if !aside.is_empty() {
        let mut names: Vec<String> = aside.iter().take(MOST_NAMES).cloned().collect();
        if aside.len() > MOST_NAMES {
            names.push(format!("{} more", aside.len() - MOST_NAMES));
        }
        contents.problems.push(
            Problem::notice(
                machine.path,
                format!(
                    "holds values that are no arrays and were left alone: {}",
                    names.join(", ")
                ),
            )
            .expected("arrays of real numbers"),
        );
    }
    Ok(contents)
}

/// A part that only a call would build. A table or a matrix of a library that holds numbers is data.
fn left_out(path: &str, name: &str, call: &str) -> Problem {
    let module = call.split('.').next().unwrap_or(call);
    let found = format!("would be built by {call}, which is never called here, and was left out");
    let path = format!("{path}/{name}");
    let is_data = matches!(
        module,
        "pandas" | "xarray" | "scipy" | "jax" | "tensorflow" | "polars"
    ) || call.contains("ensor")
        || call.contains("array");
    let is_note = matches!(
        module,
        "argparse"
            | "datetime"
            | "functools"
            | "types"
            | "builtins"
            | "__builtin__"
            | "omegaconf"
            | "decimal"
            | "uuid"
            | "enum"
            | "logging"
            | "pathlib"
            | "torch"
            | "numpy"
            | "collections"
    );
    if is_data {
        Problem::error(&path, found)
            .expected("tensors, NumPy arrays, text, and dictionaries and lists of them")
            .hint("Save it as a tensor or a NumPy array in its place, such as table.to_numpy() or matrix.toarray()")
    } else if is_note {
        Problem::notice(&path, found)
    } else {
        Problem::warning(&path, found)
            .expected("tensors, NumPy arrays, text, and dictionaries and lists of them")
            .hint("If it holds activations, save them as a tensor or a NumPy array in its place")
    }
}

pub(super) struct Gather<'a> {
    pub(super) machine: &'a Machine<'a>,
    pub(super) contents: Contents,
    pub(super) big_endian: bool,
    pub(super) storage: &'a mut dyn FnMut(&str) -> Option<Vec<u8>>,
    pub(super) cache: HashMap<String, Vec<u8>>,
    pub(super) spent: u64,
    pub(super) implied: u64,
    /// Values looked at: shared ones count each time.
    visits: usize,
    /// Single numbers and the like, by name.
    aside: Vec<String>,
    /// Parts that only a call would build: name, and what would be called.
    calls: Vec<(String, String)>,
}

/// The last word of a key, in lower case, that tells what training keeps.
fn is_of_training(key: &str) -> bool {
    let key = key.to_ascii_lowercase();
    OF_TRAINING
        .iter()
        .any(|word| key == *word || key.split(['_', '.', '-']).any(|part| part == *word))
}

impl Gather<'_> {
    pub(super) fn walk(&mut self, index: usize, name: &str, depth: usize) -> Result<(), Problem> {
        let machine = self.machine;
        let node = machine.node(index);
        self.visits += match node {
            Node::Sequence(items) => items.len() + 1,
            Node::Pairs(pairs) => pairs.len() + 1,
            _ => 1,
        };
        if depth > MOST_DEPTH || self.visits > MOST_VISITS {
            return Err(machine.damaged("its dictionaries do not end"));
        }
        match node {
            Node::Tensor(tensor) => self.tensor(tensor, name),
            Node::Array(array) => self.array(array, name, depth)?,
            Node::Pairs(pairs) => {
                for &(key, value) in pairs {
                    let key = match machine.node(key) {
                        Node::Text(text) => text.clone(),
                        Node::Number { value, .. } => value.to_string(),
                        _ => {
                            self.aside.push(below(name, "a key that is no text"));
                            continue;
                        }
                    };
                    if is_of_training(&key) && matches!(machine.node(value), Node::Pairs(_)) {
                        self.aside.push(format!("{} (settings)", below(name, &key)));
                        continue;
                    }
                    self.walk(value, &below(name, &key), depth + 1)?;
                }
            }
            Node::Sequence(items) => self.sequence(items, name, depth)?,
            Node::Text(text) => {
                self.contents.notes.insert(name.to_owned(), text.clone());
            }
            Node::Number { value, .. } => {
                self.contents
                    .notes
                    .insert(name.to_owned(), value.to_string());
                self.aside.push(format!("{} ({value})", named(name)));
            }
            Node::Opaque(call) | Node::Class(call) => {
                self.calls.push((named(name).to_owned(), call.clone()));
            }
            Node::Nothing => self.aside.push(format!("{} (None)", named(name))),
            Node::Bytes(bytes) => {
                self.aside
                    .push(format!("{} ({} bytes)", named(name), bytes.len()))
            }
            Node::Known(_) | Node::Storage { .. } | Node::Dtype(_) => {
                self.aside.push(format!("{} (a type)", named(name)));
            }
        }
        Ok(())
    }

    /// A list: of text, of numbers, of arrays that are parts of one, or of anything else one by one.
    pub(super) fn sequence(
        &mut self,
        items: &[usize],
        name: &str,
        depth: usize,
    ) -> Result<(), Problem> {
        let machine = self.machine;
        let texts: Option<Vec<String>> = items
            .iter()
            .map(|&item| match machine.node(item) {
                Node::Text(text) => Some(text.clone()),
                _ => None,
            })
            .collect();
        if let Some(texts) = texts.filter(|texts| !texts.is_empty()) {
            self.push(name, vec![texts.len()], Data::Text(texts));
            return Ok(());
        }
        if let Some((shape, data)) = self.numbers(items) {
            self.push(name, shape, data);
            return Ok(());
        }
        if let Some(problem) = advice::list_of_parts(machine, items, name) {
            self.contents.problems.push(problem);
            return Ok(());
        }
        for (index, &item) in items.iter().enumerate() {
            self.walk(item, &below(name, &index.to_string()), depth + 1)?;
        }
        Ok(())
    }

    /// A list of numbers, or of lists of numbers of one length.
    fn numbers(&mut self, items: &[usize]) -> Option<(Vec<usize>, Data)> {
        let machine = self.machine;
        let number = |item: &usize| match machine.node(*item) {
            Node::Number { value, whole } => Some((*value, *whole)),
            _ => None,
        };
        let row = |items: &[usize]| items.iter().map(number).collect::<Option<Vec<_>>>();
        let (shape, all) = match items.split_first() {
            Some((first, _)) if number(first).is_some() => (vec![items.len()], row(items)?),
            Some((first, _)) => {
                let width = machine
                    .sequence(*first)
                    .filter(|row| !row.is_empty())?
                    .len();
                let count = items.len().checked_mul(width)?;
                self.visits = self.visits.saturating_add(count);
                if self.visits > MOST_VISITS {
                    return None;
                }
                let mut all = Vec::new();
                for &item in items {
                    all.extend(row(machine
                        .sequence(item)
                        .filter(|row| row.len() == width)?)?);
                }
                (vec![items.len(), width], all)
            }
            None => return None,
        };
        let is_whole = all.iter().all(|(_, whole)| *whole);
        let element = Element {
            kind: if is_whole {
                ElementKind::Integer
            } else {
                ElementKind::Float
            },
            size: 8,
            big_endian: false,
        };
        let values = Values::F64(all.into_iter().map(|(value, _)| value).collect());
        (values.len() > 1).then_some((shape, Data::Numbers { element, values }))
    }

    pub(super) fn push(&mut self, name: &str, shape: Vec<usize>, data: Data) {
        self.contents.variables.push(Variable {
            name: name.to_owned(),
            shape,
            data,
            axes: Vec::new(),
        });
    }

    pub(super) fn wrong(&mut self, name: &str, found: impl Into<String>) {
        let path = format!("{}/{}", self.contents.path, named(name));
        self.contents.problems.push(
            Problem::error(&path, found)
                .expected("real numbers, as many as its shape says")
                .hint("Save it again, as float32"),
        );
    }

    /// An array of no elements: of one axis it is bookkeeping, of more a layer that was never filled.
    pub(super) fn empty(&mut self, shape: &[usize], name: &str) {
        let found = format!("is empty: an array of shape {shape:?}");
        if shape.len() < 2 {
            self.aside.push(format!("{} (empty)", named(name)));
        } else {
            self.wrong(name, found);
        }
    }
}

fn below(name: &str, key: &str) -> String {
    if name.is_empty() {
        key.to_owned()
    } else {
        format!("{name}/{key}")
    }
}

/// The name of a part; of the only one, that of the file's content.
pub(super) fn named(name: &str) -> &str {
    if name.is_empty() { "content" } else { name }
}
