//! The numbers of tensors and arrays: taken from their bytes within what the file implies.

use super::super::contents::{Data, SLACK, elements, too_large};
use super::super::decode::{Element, Values, decode};
use super::super::tensors::brain_float;
use super::gather::{Gather, named};
use super::numpy::texts;
use super::{Array, Dtype, Node, Storage, Tensor};
use crate::problem::Problem;

impl Gather<'_> {
    /// An array of NumPy: its bytes as they stand, or the objects that it lists.
    pub(super) fn array(&mut self, array: &Array, name: &str, depth: usize) -> Result<(), Problem> {
        let machine = self.machine;
        let shape = &array.shape;
        if shape.contains(&0) {
            self.empty(shape, name);
            return Ok(());
        }
        let (size, count) = match (&array.dtype, elements(shape)) {
            (Dtype::Numbers(element), Some(count)) => (element.size, count),
            (Dtype::BrainFloat, Some(count)) => (2, count),
            (Dtype::Text { size, .. }, Some(count)) => (*size, count),
            (Dtype::Objects, Some(_)) => {
                // a list of its objects
                let items = array.data.and_then(|data| machine.sequence(data));
                match (shape.as_slice(), items) {
                    ([], Some(&[only])) => self.walk(only, name, depth + 1)?,
                    ([_], Some(items)) => self.sequence(items, name, depth + 1)?,
                    _ => self.wrong(name, "holds Python objects on more than one axis"),
                }
                return Ok(());
            }
            (Dtype::Other(what), _) => {
                self.wrong(name, format!("holds {what}, which are no real numbers"));
                return Ok(());
            }
            (_, None) => {
                self.wrong(name, "has a shape that cannot be counted");
                return Ok(());
            }
        };
        let bytes = array.data.and_then(|data| machine.bytes_of(data));
        let needed = count.saturating_mul(size);
        let Some(bytes) = bytes.filter(|bytes| bytes.len() == needed) else {
            self.wrong(name, "holds other bytes than its shape says");
            return Ok(());
        };
        self.spent = self.spent.saturating_add(needed as u64);
        if self.spent > self.implied + SLACK {
            let problem = too_large(&self.contents.path, name, shape, bytes.len() as u64);
            self.contents.problems.push(problem);
            return Ok(());
        }
        let data = match array.dtype {
            Dtype::Numbers(element) => match self.decoded(name, bytes, element) {
                Some(values) if array.fortran => Data::Numbers {
                    element,
                    values: values.from_fortran(shape),
                },
                Some(values) => Data::Numbers { element, values },
                None => return Ok(()),
            },
            Dtype::BrainFloat => brain_float(bytes),
            Dtype::Text {
                wide,
                size,
                big_endian,
            } => match texts(bytes, wide, size, big_endian) {
                Some(texts) => Data::Text(texts),
                None => {
                    self.wrong(name, "holds text that is not Unicode");
                    return Ok(());
                }
            },
            _ => return Ok(()),
        };
        self.push(name, shape.clone(), data);
        Ok(())
    }

    fn decoded(&mut self, name: &str, bytes: &[u8], element: Element) -> Option<Values> {
        match decode(&format!("{}/{name}", self.contents.path), bytes, element) {
            Some(Ok(values)) => Some(values),
            Some(Err(problem)) => {
                self.contents.problems.push(problem);
                None
            }
            None => {
                self.wrong(name, format!("holds elements of type {element}"));
                None
            }
        }
    }

    /// A tensor: the part of a storage that it looks at.
    pub(super) fn tensor(&mut self, tensor: &Tensor, name: &str) {
        if tensor.shape.contains(&0) {
            return self.empty(&tensor.shape, name);
        }
        match self.packed(tensor, name) {
            Ok(packed) => {
                let data = match &tensor.element {
                    Storage::BrainFloat if !self.big_endian => brain_float(&packed),
                    Storage::BrainFloat => {
                        let turned: Vec<u8> = packed
                            .as_chunks::<2>()
                            .0
                            .iter()
                            .flat_map(|&[high, low]| [low, high])
                            .collect();
                        brain_float(&turned)
                    }
                    Storage::Numbers(element) => {
                        let element = Element {
                            big_endian: self.big_endian,
                            ..*element
                        };
                        match self.decoded(name, &packed, element) {
                            Some(values) => Data::Numbers { element, values },
                            None => return,
                        }
                    }
                    Storage::Untyped | Storage::Other(_) => return,
                };
                self.push(name, tensor.shape.clone(), data);
            }
            Err(problem) => self.contents.problems.push(problem),
        }
    }

    /// The bytes of a tensor's elements, in C order.
    fn packed(&mut self, tensor: &Tensor, name: &str) -> Result<Vec<u8>, Problem> {
        let machine = self.machine;
        let path = format!("{}/{}", self.contents.path, named(name));
        let size = match &tensor.element {
            Storage::Numbers(element) => element.size,
            Storage::BrainFloat => 2,
            Storage::Untyped => return Err(not_real(&path, "raw bytes", tensor)),
            Storage::Other(what) => return Err(not_real(&path, what, tensor)),
        };
        let Node::Storage { key, .. } = machine.node(tensor.storage) else {
            return Err(machine.damaged("a tensor has no numbers"));
        };
        if !self.cache.contains_key(key) {
            let raw = (self.storage)(key)
                .ok_or_else(|| machine.damaged(&format!("its numbers data/{key} are missing")))?;
            self.implied += raw.len() as u64;
            self.cache.insert(key.clone(), raw);
        }
        let raw = self.cache.get(key).map(Vec::as_slice).unwrap_or_default();
        let short = || too_large(&self.contents.path, name, &tensor.shape, raw.len() as u64);
        let count = elements(&tensor.shape).ok_or_else(short)?;
        // a tensor may repeat its numbers (a stride of zero): hold that to what the file implies
        let bytes = (count as u64).saturating_mul(size as u64);
        if self.spent.saturating_add(bytes) > self.implied + SLACK {
            return Err(short());
        }
        let last = tensor
            .shape
            .iter()
            .zip(&tensor.strides)
            .try_fold(tensor.offset, |position, (&axis, &stride)| {
                position.checked_add(axis.saturating_sub(1).checked_mul(stride)?)
            })
            .ok_or_else(short)?;
        if last
            .checked_add(1)
            .and_then(|end| end.checked_mul(size))
            .is_none_or(|end| end > raw.len())
        {
            return Err(short());
        }
        self.spent += bytes;
        let mut packed = Vec::with_capacity(count * size);
        let mut index = vec![0; tensor.shape.len()];
        for _ in 0..count {
            let position = index
                .iter()
                .zip(&tensor.strides)
                .map(|(i, stride)| i * stride)
                .sum::<usize>();
            let start = (tensor.offset + position) * size;
            packed.extend(raw.get(start..start + size).unwrap_or_default());
            for axis in (0..index.len()).rev() {
                index[axis] += 1;
                if index[axis] < tensor.shape[axis] {
                    break;
                }
                index[axis] = 0;
            }
        }
        Ok(packed)
    }
}

/// A tensor of numbers that no layer has. A single one is bookkeeping.
fn not_real(path: &str, what: &str, tensor: &Tensor) -> Problem {
    let found = format!(
        "is a tensor of {what} of shape {:?} and was left out",
        tensor.shape
    );
    if tensor.shape.iter().product::<usize>() <= 1 {
        return Problem::notice(path, found);
    }
    Problem::error(path, found)
        .expected("real numbers of up to 64 bits")
        .hint(if what.starts_with("complex") {
            "Save its magnitude (tensor.abs()) in its place, or tensor.real and tensor.imag as two layers"
        } else {
            "Save tensor.float() in its place"
        })
}
