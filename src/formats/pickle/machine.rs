//! The machine: a stack of nodes, and for each opcode what it puts there. Protocols 0 to 5.

use std::borrow::Cow;
use std::cell::Cell;
use std::collections::HashMap;

use super::known::known;
use super::numpy::dtype_of;
use super::{Array, Dtype, Known, Node, Storage, Tensor};
use crate::problem::Problem;

/// What a pickle built, and how far it has come.
pub struct Machine<'a> {
    pub path: &'a str,
    nodes: Vec<Node<'a>>,
    stack: Vec<usize>,
    marks: Vec<usize>,
    memo: HashMap<u32, usize>,
    nothing: Node<'a>,
    /// Bytes that calls may still copy: as many as the pickle has, for each is written there once.
    room: Cell<usize>,
}

/// More axes, or arguments of a call, than any pickle here has.
const MOST_ITEMS: usize = 64;
/// Letters that are kept of the name of a function.
const MOST_LETTERS: usize = 120;

impl<'a> Machine<'a> {
    pub fn new(path: &'a str) -> Self {
        Self {
            path,
            nodes: Vec::new(),
            stack: Vec::new(),
            marks: Vec::new(),
            memo: HashMap::new(),
            nothing: Node::Nothing,
            room: Cell::new(0),
        }
    }

    /// Whether so many bytes more may be copied.
    fn has_room(&self, bytes: usize) -> Option<()> {
        self.room.set(self.room.get().checked_sub(bytes)?);
        Some(())
    }

    /// A node by its place.
    pub fn node(&self, place: usize) -> &Node<'a> {
        self.nodes.get(place).unwrap_or(&self.nothing)
    }

    pub fn damaged(&self, what: &str) -> Problem {
        Problem::error(self.path, format!("its pickle cannot be read: {what}"))
            .expected("a pickle to its last byte, as torch.save or pickle.dump writes it")
            .hint("The file may be cut short or damaged: save or download it again")
    }

    fn push(&mut self, node: Node<'a>) {
        self.nodes.push(node);
        self.stack.push(self.nodes.len() - 1);
    }

    fn number(&mut self, value: f64) {
        self.push(Node::Number { value, whole: true });
    }

    fn pop(&mut self) -> Result<usize, Problem> {
        let floor = self.marks.last().copied().unwrap_or(0);
        if self.stack.len() <= floor {
            return Err(self.damaged("it takes more than there is"));
        }
        self.stack
            .pop()
            .ok_or_else(|| self.damaged("it takes more than there is"))
    }

    fn since_mark(&mut self) -> Result<Vec<usize>, Problem> {
        let mark = self.marks.pop();
        match mark.filter(|&mark| mark <= self.stack.len()) {
            Some(mark) => Ok(self.stack.split_off(mark)),
            None => Err(self.damaged("a mark is missing")),
        }
    }

    fn top(&self) -> Result<usize, Problem> {
        self.stack
            .last()
            .copied()
            .ok_or_else(|| self.damaged("it takes more than there is"))
    }

    /// Builds what the pickle says; its result.
    ///
    /// # Errors
    /// A [`Problem`] for a pickle that is cut short or makes no sense.
    pub fn run(&mut self, bytes: &'a [u8]) -> Result<usize, Problem> {
        let mut rest = Cursor { bytes };
        self.room.set(bytes.len());
        loop {
            let Some(code) = rest.byte() else {
                return Err(self.damaged("it has no end"));
            };
            if code == b'.' {
                return self.pop();
            }
            match self.step(code, &mut rest)? {
                Some(()) => {}
                None => return Err(self.damaged("it is cut short")),
            }
        }
    }

    /// One opcode; `None` if its argument is cut short.
    fn step(&mut self, code: u8, rest: &mut Cursor<'a>) -> Result<Option<()>, Problem> {
        match code {
            b'S' | b'V' | b'T' | b'U' | b'X' | 0x8c | 0x8d | b'B' | b'C' | 0x8e | 0x96 => {
                let Some(node) = rest.words(code) else {
                    return Ok(None);
                };
                self.push(node);
            }
            b'J' | b'K' | b'M' | b'L' | b'I' | b'F' | b'G' | 0x8a | 0x8b => {
                let Some(node) = rest.number(code) else {
                    return Ok(None);
                };
                self.push(node);
            }
            b'q' | b'r' | b'p' | 0x94 | b'h' | b'j' | b'g' => {
                let place = match code {
                    b'q' | b'h' => rest.little(1),
                    b'r' | b'j' => rest.little(4),
                    b'p' | b'g' => rest.line().and_then(|line| line.trim().parse().ok()),
                    _ => Some(self.memo.len()),
                };
                let Some(place) = place.and_then(|place| u32::try_from(place).ok()) else {
                    return Ok(None);
                };
                if matches!(code, b'h' | b'j' | b'g') {
                    let node = self.memo.get(&place).copied();
                    let node =
                        node.ok_or_else(|| self.damaged("it asks for what it never kept"))?;
                    self.stack.push(node);
                } else {
                    let top = self.top()?;
                    self.memo.insert(place, top);
                }
            }
            b'c' | b'i' => {
                let (Some(module), Some(name)) = (rest.line(), rest.line()) else {
                    return Ok(None);
                };
                let class = global(&module, &name);
                if code == b'c' {
                    self.push(class);
                } else {
                    let arguments = self.since_mark()?;
                    let made = self.made(&class, &arguments);
                    self.put(made);
                }
            }
            // protocol, frame, extensions of the copyreg module
            0x80 => return Ok(rest.take(1).map(drop)),
            0x95 => return Ok(rest.take(8).map(drop)),
            0x82..=0x84 => {
                let width = [1, 2, 4][usize::from(code - 0x82)];
                let Some(number) = rest.little(width) else {
                    return Ok(None);
                };
                self.push(Node::Class(format!("the registered function {number}")));
            }
            b'P' => {
                let Some(key) = rest.line() else {
                    return Ok(None);
                };
                self.push(Node::Opaque(format!("the outside object {key}")));
            }
            _ => self.shift(code)?,
        }
        Ok(Some(()))
    }

    /// The opcodes that take all they need from the stack.
    fn shift(&mut self, code: u8) -> Result<(), Problem> {
        match code {
            b'}' => self.push(Node::Pairs(Vec::new())),
            b']' | b')' | 0x8f => self.push(Node::Sequence(Vec::new())),
            b'(' => self.marks.push(self.stack.len()),
            b'N' => self.push(Node::Nothing),
            0x88 => self.number(1.0),
            0x89 => self.number(0.0),
            b'0' => {
                // of a mark as well, which is how old protocols drop it
                let floor = self.marks.last().copied().unwrap_or(0);
                if self.stack.len() > floor {
                    self.stack.pop();
                } else {
                    self.since_mark()?;
                }
            }
            b'1' => drop(self.since_mark()?),
            b'2' => {
                let top = self.top()?;
                self.stack.push(top);
            }
            b't' | b'l' | 0x91 => {
                let items = self.since_mark()?;
                self.push(Node::Sequence(items));
            }
            b'd' => {
                let items = self.since_mark()?;
                self.push(Node::Pairs(Vec::new()));
                self.set_items(&items)?;
            }
            0x85..=0x87 => {
                let mut items = Vec::new();
                for _ in 0..=(code - 0x85) {
                    items.insert(0, self.pop()?);
                }
                self.push(Node::Sequence(items));
            }
            b'Q' => self.persistent()?,
            b'R' | 0x81 => {
                let (arguments, function) = (self.pop()?, self.pop()?);
                self.call(function, arguments);
            }
            0x92 => {
                let (_, arguments, function) = (self.pop()?, self.pop()?, self.pop()?);
                self.call(function, arguments);
            }
            b'o' => {
                let items = self.since_mark()?;
                let (class, arguments) = items
                    .split_first()
                    .ok_or_else(|| self.damaged("an object has no class"))?;
                let made = self.made(self.node(*class), arguments);
                self.put(made);
            }
            0x93 => {
                let (name, module) = (self.pop()?, self.pop()?);
                let (Node::Text(name), Node::Text(module)) = (self.node(name), self.node(module))
                else {
                    return Err(self.damaged("a function has no name"));
                };
                let class = global(module, name);
                self.push(class);
            }
            b's' => {
                let (value, key) = (self.pop()?, self.pop()?);
                self.set_items(&[key, value])?;
            }
            b'u' => {
                let items = self.since_mark()?;
                self.set_items(&items)?;
            }
            b'a' => {
                let item = self.pop()?;
                self.append(&[item])?;
            }
            b'e' | 0x90 => {
                let items = self.since_mark()?;
                self.append(&items)?;
            }
            b'b' => {
                let state = self.pop()?;
                let top = self.top()?;
                self.set_state(top, state);
            }
            // buffers that lie outside of the pickle
            0x97 => self.push(Node::Opaque("a buffer outside of the file".into())),
            0x98 => {}
            other => {
                return Err(self.damaged(&format!("it has the opcode 0x{other:02x}")));
            }
        }
        Ok(())
    }

    /// The items of a list.
    pub fn sequence(&self, node: usize) -> Option<&[usize]> {
        match self.node(node) {
            Node::Sequence(items) => Some(items),
            _ => None,
        }
    }

    /// A size.
    pub fn size(&self, node: usize) -> Option<usize> {
        match self.node(node) {
            Node::Number { value, .. } if (0.0..9e15).contains(value) => Some(*value as usize),
            _ => None,
        }
    }

    /// A list of sizes.
    pub fn sizes(&self, node: usize) -> Option<Vec<usize>> {
        let items = self
            .sequence(node)
            .filter(|items| items.len() <= MOST_ITEMS)?;
        items.iter().map(|&item| self.size(item)).collect()
    }

    /// Raw numbers, by (`"storage"`, type, key, place, count).
    fn persistent(&mut self) -> Result<(), Problem> {
        let id = self.pop()?;
        let made = self.sequence(id).and_then(|items| {
            let [_, class, key, ..] = *items else {
                return None;
            };
            let element = match self.node(class) {
                Node::Known(Known::Storage(element)) => element.clone(),
                Node::Class(name) => Storage::Other(format!("numbers of {name}")),
                _ => return None,
            };
            match self.node(key) {
                Node::Text(key) => Some(Node::Storage {
                    element,
                    key: key.clone(),
                }),
                _ => None,
            }
        });
        self.push(made.unwrap_or_else(|| Node::Opaque("an outside object".into())));
        Ok(())
    }

    fn call(&mut self, function: usize, arguments: usize) {
        let few = self
            .sequence(arguments)
            .filter(|items| items.len() <= MOST_ITEMS);
        let made = match few {
            Some(arguments) => self.made(self.node(function), arguments),
            None => Made::Node(Node::Opaque(self.name_of(function))),
        };
        self.put(made);
    }

    fn put(&mut self, made: Made<'a>) {
        match made {
            Made::Node(node) => self.push(node),
            Made::Same(place) => self.stack.push(place),
        }
    }

    fn name_of(&self, function: usize) -> String {
        match self.node(function) {
            Node::Class(name) | Node::Opaque(name) => name.clone(),
            _ => "something without a name".into(),
        }
    }

    /// What a call would give, built here; of what is not known only its name.
    fn made(&self, function: &Node<'a>, arguments: &[usize]) -> Made<'a> {
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
    fn set_state(&mut self, top: usize, state: usize) {
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

    fn set_items(&mut self, items: &[usize]) -> Result<(), Problem> {
        let top = self.top()?;
        let (pairs, odd) = items.as_chunks::<2>();
        match (self.nodes.get_mut(top), odd) {
            (Some(Node::Pairs(known)), []) => {
                known.extend(pairs.iter().map(|&[key, value]| (key, value)));
                Ok(())
            }
            (Some(Node::Opaque(_)), _) => Ok(()),
            _ => Err(self.damaged("an item has no dictionary")),
        }
    }

    fn append(&mut self, items: &[usize]) -> Result<(), Problem> {
        let top = self.top()?;
        match self.nodes.get_mut(top) {
            Some(Node::Sequence(known)) => {
                known.extend(items);
                Ok(())
            }
            Some(Node::Opaque(_)) => Ok(()),
            _ => Err(self.damaged("an item has no list")),
        }
    }
}

/// What a call gives: something new, or what is there already.
enum Made<'a> {
    Node(Node<'a>),
    Same(usize),
}

fn global<'a>(module: &str, name: &str) -> Node<'a> {
    match known(module, name) {
        Some(known) => Node::Known(known),
        None => {
            let name = format!("{module}.{name}");
            Node::Class(name.chars().take(MOST_LETTERS).collect())
        }
    }
}

/// The bytes that are left of a pickle.
struct Cursor<'a> {
    bytes: &'a [u8],
}

impl<'a> Cursor<'a> {
    fn take(&mut self, size: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.bytes.split_at_checked(size)?;
        self.bytes = rest;
        Some(taken)
    }

    fn byte(&mut self) -> Option<u8> {
        self.take(1)?.first().copied()
    }

    fn little(&mut self, size: usize) -> Option<usize> {
        let bytes = self.take(size)?;
        let number = bytes.iter().rev().try_fold(0_u64, |sum, &byte| {
            sum.checked_mul(256)?.checked_add(u64::from(byte))
        })?;
        usize::try_from(number).ok()
    }

    fn line(&mut self) -> Option<String> {
        let end = self.bytes.iter().position(|&byte| byte == b'\n')?;
        let text = String::from_utf8(self.take(end)?.to_vec()).ok();
        self.take(1)?;
        text
    }

    /// Text or bytes, by the opcode before them.
    fn words(&mut self, code: u8) -> Option<Node<'a>> {
        match code {
            b'S' => {
                let line = self.line()?;
                let line = line.trim();
                let inner = line.get(1..line.len().checked_sub(1)?)?;
                Some(escaped(inner, false))
            }
            b'V' => Some(escaped(&self.line()?, true)),
            _ => {
                let size = match code {
                    b'U' | 0x8c | b'C' => self.little(1)?,
                    b'T' | b'X' | b'B' => self.little(4)?,
                    _ => self.little(8)?,
                };
                let bytes = self.take(size)?;
                Some(match code {
                    b'X' | 0x8c | 0x8d => Node::Text(String::from_utf8(bytes.to_vec()).ok()?),
                    // text of Python 2, or raw numbers
                    b'T' | b'U' => match std::str::from_utf8(bytes) {
                        Ok(text) => Node::Text(text.to_owned()),
                        Err(_) => Node::Bytes(Cow::Borrowed(bytes)),
                    },
                    _ => Node::Bytes(Cow::Borrowed(bytes)),
                })
            }
        }
    }

    /// A number, by the opcode before it.
    fn number(&mut self, code: u8) -> Option<Node<'a>> {
        let whole = !matches!(code, b'F' | b'G');
        let value = match code {
            b'J' => f64::from((self.little(4)? as u32).cast_signed()),
            b'K' => self.little(1)? as f64,
            b'M' => self.little(2)? as f64,
            b'L' | b'I' | b'F' => self.line()?.trim().trim_end_matches('L').parse().ok()?,
            b'G' => f64::from_be_bytes(*self.take(8)?.first_chunk::<8>()?),
            _ => {
                let size = self.little(if code == 0x8a { 1 } else { 4 })?;
                let number = self.take(size)?;
                // little-endian two's complement of any length; sizes and offsets fit a double
                let negative = number.last().is_some_and(|&byte| byte >= 0x80);
                let magnitude = number
                    .iter()
                    .rev()
                    .fold(0.0, |sum, &byte| sum * 256.0 + f64::from(byte));
                let wrap = if negative {
                    256_f64.powi(number.len() as i32)
                } else {
                    0.0
                };
                magnitude - wrap
            }
        };
        Some(Node::Number { value, whole })
    }
}

/// Text with Python's escapes; of bytes that are no text the bytes.
fn escaped<'a>(text: &str, is_unicode: bool) -> Node<'a> {
    let mut out = String::new();
    let mut letters = text.chars();
    let mut is_bytes = false;
    while let Some(c) = letters.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        match letters.next() {
            Some('x') if !is_unicode => {
                let hex: String = letters.clone().take(2).collect();
                if let Ok(byte) = u8::from_str_radix(&hex, 16) {
                    letters.nth(1);
                    is_bytes |= byte >= 0x80;
                    out.push(char::from(byte));
                }
            }
            Some(kind @ ('u' | 'U')) if is_unicode => {
                let digits = if kind == 'u' { 4 } else { 8 };
                let hex: String = letters.clone().take(digits).collect();
                if let Some(made) = u32::from_str_radix(&hex, 16).ok().and_then(char::from_u32) {
                    letters.nth(digits - 1);
                    out.push(made);
                }
            }
            Some('n') if !is_unicode => out.push('\n'),
            Some('t') if !is_unicode => out.push('\t'),
            Some('r') if !is_unicode => out.push('\r'),
            Some(other) => {
                if is_unicode {
                    out.push('\\');
                }
                out.push(other);
            }
            None => out.push('\\'),
        }
    }
    if is_bytes {
        let bytes = out.chars().filter_map(|c| u8::try_from(u32::from(c)).ok());
        return Node::Bytes(Cow::Owned(bytes.collect()));
    }
    Node::Text(out)
}
