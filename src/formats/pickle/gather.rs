//! What a pickle built, as variables: tensors with their numbers, lists of text, notes.

use std::collections::HashMap;

use super::super::contents::{Contents, Data, SLACK, Variable, elements, too_large};
use super::super::decode::{Element, Values, decode};
use super::super::tensors::brain_float;
use super::{Machine, Node, Storage, Tensor};
use crate::problem::Problem;

/// Dictionaries in dictionaries.
const MOST_DEPTH: usize = 16;
/// Values of a file; lists that share their parts could go on for ever.
const MOST_VISITS: usize = 1_000_000;

/// Variables of what a pickle built. `implied`: bytes of the pickle; `storage`: gives raw numbers.
///
/// # Errors
/// A [`Problem`] for a tensor beyond its numbers, or values that do not end.
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
    };
    gather.walk(root, "", 0)?;
    Ok(gather.contents)
}

struct Gather<'a> {
    machine: &'a Machine<'a>,
    contents: Contents,
    big_endian: bool,
    storage: &'a mut dyn FnMut(&str) -> Option<Vec<u8>>,
    cache: HashMap<String, Vec<u8>>,
    spent: u64,
    implied: u64,
    /// Values looked at: shared ones count each time.
    visits: usize,
}

impl Gather<'_> {
    fn walk(&mut self, node: usize, name: &str, depth: usize) -> Result<(), Problem> {
        self.visits += match &self.machine.nodes[node] {
            Node::Sequence(items) => items.len() + 1,
            Node::Pairs(pairs) => pairs.len() + 1,
            _ => 1,
        };
        if depth > MOST_DEPTH || self.visits > MOST_VISITS {
            return Err(self.machine.damaged("its dictionaries do not end"));
        }
        let below = |key: &str| {
            if name.is_empty() {
                key.to_owned()
            } else {
                format!("{name}/{key}")
            }
        };
        match &self.machine.nodes[node] {
            Node::Tensor(tensor) => self.tensor(tensor, name),
            Node::Pairs(pairs) => {
                for &(key, value) in pairs {
                    let key = match &self.machine.nodes[key] {
                        Node::Text(text) => text.clone(),
                        Node::Number(number) => number.to_string(),
                        _ => continue,
                    };
                    self.walk(value, &below(&key), depth + 1)?;
                }
                Ok(())
            }
            Node::Sequence(items) => {
                let texts: Option<Vec<String>> = items
                    .iter()
                    .map(|&item| match &self.machine.nodes[item] {
                        Node::Text(text) => Some(text.clone()),
                        _ => None,
                    })
                    .collect();
                if let Some(texts) = texts.filter(|texts| !texts.is_empty()) {
                    self.push(name, vec![texts.len()], Data::Text(texts));
                    return Ok(());
                }
                for (place, &item) in items.iter().enumerate() {
                    self.walk(item, &below(&place.to_string()), depth + 1)?;
                }
                Ok(())
            }
            Node::Text(text) => {
                self.contents.notes.insert(name.to_owned(), text.clone());
                Ok(())
            }
            Node::Number(number) => {
                self.contents
                    .notes
                    .insert(name.to_owned(), number.to_string());
                Ok(())
            }
            Node::Nothing | Node::Known(_) | Node::Storage { .. } => Ok(()),
        }
    }

    fn push(&mut self, name: &str, shape: Vec<usize>, data: Data) {
        self.contents.variables.push(Variable {
            name: name.to_owned(),
            shape,
            data,
            axes: Vec::new(),
        });
    }

    fn tensor(&mut self, tensor: &Tensor, name: &str) -> Result<(), Problem> {
        let Node::Storage { element, key } = &self.machine.nodes[tensor.storage] else {
            return Err(self.machine.damaged("a tensor has no numbers"));
        };
        if !self.cache.contains_key(key) {
            let raw = (self.storage)(key).ok_or_else(|| {
                self.machine
                    .damaged(&format!("its numbers data/{key} are missing"))
            })?;
            self.implied += raw.len() as u64;
            self.cache.insert(key.clone(), raw);
        }
        let raw = &self.cache[key];
        let size = element.size();
        let short = || too_large(&self.contents.path, name, &tensor.shape, raw.len() as u64);
        let count = elements(&tensor.shape).ok_or_else(short)?;
        // a tensor may repeat its numbers (a stride of zero): hold that to what the file implies
        let bytes = (count as u64).saturating_mul(size as u64);
        if self.spent.saturating_add(bytes) > self.implied + SLACK {
            return Err(short());
        }
        self.spent += bytes;
        let last = tensor
            .shape
            .iter()
            .zip(&tensor.strides)
            .try_fold(tensor.offset, |place, (&axis, &stride)| {
                place.checked_add(axis.saturating_sub(1).checked_mul(stride)?)
            })
            .ok_or_else(short)?;
        if count == 0
            || last
                .checked_add(1)
                .and_then(|end| end.checked_mul(size))
                .is_none_or(|end| end > raw.len())
        {
            return Err(short());
        }
        let mut packed = Vec::with_capacity(count * size);
        let mut index = vec![0; tensor.shape.len()];
        for _ in 0..count {
            let place = index
                .iter()
                .zip(&tensor.strides)
                .map(|(i, stride)| i * stride)
                .sum::<usize>();
            let start = (tensor.offset + place) * size;
            packed.extend(&raw[start..start + size]);
            for axis in (0..index.len()).rev() {
                index[axis] += 1;
                if index[axis] < tensor.shape[axis] {
                    break;
                }
                index[axis] = 0;
            }
        }
        let data = match *element {
            Storage::BrainFloat => brain_float(&packed),
            Storage::Numbers(kind, size) => {
                let element = Element {
                    kind,
                    size,
                    big_endian: self.big_endian,
                };
                let values: Values =
                    decode(&format!("{}/{name}", self.contents.path), &packed, element)
                        .unwrap_or_else(|| {
                            Err(self.machine.damaged("a tensor holds no numbers"))
                        })?;
                Data::Numbers { element, values }
            }
        };
        self.push(name, tensor.shape.clone(), data);
        Ok(())
    }
}
