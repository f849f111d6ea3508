//! What calls would give, where the function is known: built here, never called.

use std::borrow::Cow;

use super::machine::{MOST_ITEMS, Machine};
use super::numpy::dtype_of;
use super::{Array, Dtype, Known, Node, Storage, Tensor};

/// What a call gives: something new, or what is there already.
pub(super) enum Made<'a> {
    Node(Node<'a>),
    Same(usize),
}

impl<'a> Machine<'a> {
    /// A function, and its arguments as a list.
    pub(super) fn call(&mut self, function: usize, arguments: usize) {
        let few = self
            .sequence(arguments)
            .filter(|items| items.len() <= MOST_ITEMS);
        let made = match few {
            Some(arguments) => self.made(self.node(function), arguments),
            None => Made::Node(Node::Opaque(self.name_of(function))),
        };
        self.put(made);
    }

    /// Puts what a call gives on the stack.
    pub(super) fn put(&mut self, made: Made<'a>) {
        match made {
            Made::Node(node) => self.push(node),
            Made::Same(index) => self.stack.push(index),
        }
    }

    fn name_of(&self, function: usize) -> String {
        match self.node(function) {
            Node::Class(name) | Node::Opaque(name) => name.clone(),
            _ => "something without a name".into(),
        }
    }

    /// What a call would give, built here; of what is not known only its name.
    pub(super) fn made(&self, function: &Node<'a>, arguments: &[usize]) -> Made<'a> {
        let made = match function {
            Node::Known(known) => self.made_of_known(known, arguments),
            Node::Class(name) | Node::Opaque(name) => Some(Made::Node(Node::Opaque(name.clone()))),
            _ => None,
        };
        made.unwrap_or_else(|| Made::Node(Node::Opaque("something of an unknown form".into())))
    }

    fn made_of_known(&self, known: &Known, arguments: &[usize]) -> Option<Made<'a>> {
        let node = match (known, arguments) {
            (Known::OrderedDict, []) | (Known::DefaultDict, _) => Node::Pairs(Vec::new()),
            (Known::OrderedDict, [items, ..]) => match self.node(*items) {
                Node::Pairs(_) => return Some(Made::Same(*items)),
                _ => Node::Pairs(
                    self.sequence(*items)
                        .filter(|items| self.has_room(items.len() * 4).is_some())?
                        .iter()
                        .map(|&item| match self.sequence(item) {
                            Some(&[key, value]) => Some((key, value)),
                            _ => None,
                        })
                        .collect::<Option<_>>()?,
                ),
            },
            (Known::Container, []) => Node::Sequence(Vec::new()),
            (Known::Container, [items]) => return Some(Made::Same(*items)),
            (Known::RebuildParameter, [tensor, ..]) => return Some(Made::Same(*tensor)),
            (Known::RebuildFromNumpy, [array, ..]) => return Some(Made::Same(*array)),
            // the function that makes the plain tensor, the subclass, and the function's arguments
            (Known::RebuildSubclass, [function, _, inner, ..]) => {
                let Node::Known(known) = self.node(*function) else {
                    return None;
                };
                if *known == Known::RebuildSubclass {
                    return None;
                }
                return self.made_of_known(known, self.sequence(*inner)?);
            }
            (Known::RebuildTensor, [storage, offset, shape, strides, ..]) => {
                let Node::Storage { element, .. } = self.node(*storage) else {
                    return None;
                };
                Node::Tensor(self.tensor(*storage, element, *offset, *shape, *strides)?)
            }
            (Known::RebuildTypedTensor, [storage, offset, shape, strides, _, _, dtype, ..]) => {
                let Node::Known(Known::Storage(element)) = self.node(*dtype) else {
                    return None;
                };
                Node::Tensor(self.tensor(*storage, element, *offset, *shape, *strides)?)
            }
            (Known::Path, parts) => {
                let parts = parts.iter().map(|&part| match self.node(part) {
                    Node::Text(part) => Some(part.as_str()),
                    _ => None,
                });
                let parts = parts.collect::<Option<Vec<_>>>()?;
                self.has_room(parts.iter().map(|part| part.len()).sum())?;
                Node::Text(parts.join("/"))
            }
            // protocol 2 writes bytes as text of as many characters
            (Known::Encode, [text, ..]) => {
                let Node::Text(text) = self.node(*text) else {
                    return None;
                };
                self.has_room(text.len())?;
                let bytes = text.chars().map(|c| u8::try_from(u32::from(c)).ok());
                Node::Bytes(Cow::Owned(bytes.collect::<Option<_>>()?))
            }
            (Known::Reconstruct, [class, ..]) => {
                let Node::Known(Known::Ndarray) = self.node(*class) else {
                    return Some(Made::Node(Node::Opaque(self.name_of(*class))));
                };
                Node::Array(Array {
                    dtype: Dtype::Other("elements of no type".into()),
                    shape: Vec::new(),
                    fortran: false,
                    data: None,
                })
            }
            (Known::FromBuffer, arguments) => Node::Array(self.array_of_buffer(arguments)?),
            (Known::Scalar, arguments) => self.scalar(arguments)?,
            (Known::Dtype, [name, ..]) => Node::Dtype(match self.node(*name) {
                Node::Text(name) => dtype_of(name),
                Node::Class(name) if name == "ml_dtypes.bfloat16" => Dtype::BrainFloat,
                Node::Class(name) => Dtype::Other(format!("elements of type {name}")),
                _ => return None,
            }),
            _ => return None,
        };
        Some(Made::Node(node))
    }

    fn tensor(
        &self,
        storage: usize,
        element: &Storage,
        offset: usize,
        shape: usize,
        strides: usize,
    ) -> Option<Tensor> {
        let (shape, strides) = (self.sizes(shape)?, self.sizes(strides)?);
        let is_whole =
            shape.len() == strides.len() && matches!(self.node(storage), Node::Storage { .. });
        is_whole.then_some(Tensor {
            storage,
            element: element.clone(),
            offset: self.size(offset)?,
            shape,
            strides,
        })
    }

    /// The state of an object: of an array its numbers; of what is not known nothing.
    pub(super) fn set_state(&mut self, top: usize, state: usize) {
        let made = match self.node(top) {
            Node::Array(_) => Some(match self.array_state(state) {
                Some(array) => Node::Array(array),
                None => Node::Opaque("an array of an unknown form".into()),
            }),
            Node::Dtype(dtype) => Some(Node::Dtype(self.dtype_state(dtype, state))),
            _ => None,
        };
        if let (Some(made), Some(node)) = (made, self.nodes.get_mut(top)) {
            *node = made;
        }
    }
}
