//! PyTorch's .pt, read without running anything: a zip of raw numbers, and a pickle of which only the
//! opcodes are understood that build dictionaries, lists and tensors of known types. Whatever names
//! another function is refused.

mod gather;

use std::collections::HashMap;

use super::contents::Contents;
use super::decode::Kind;
use crate::problem::Problem;

/// What converts a file of PyTorch, for the person who trusts it.
pub const TORCH_HINT: &str = "Convert it where you trust it, with two lines of Python:\nimport numpy, torch\nnumpy.savez(\"NETWORK.npz\", **torch.load(\"FILE\", weights_only=False))";

/// The same for any other pickle.
pub const PICKLE_HINT: &str = "Convert it where you trust it, with two lines of Python:\nimport numpy, pickle\nnumpy.savez(\"NETWORK.npz\", **pickle.load(open(\"FILE\", \"rb\")))";

/// The same for an array of objects.
pub const OBJECTS_HINT: &str = "Convert it where you trust it, with two lines of Python:\nimport numpy\nnumpy.save(\"NETWORK__LAYER.npy\", numpy.stack(numpy.load(\"FILE\", allow_pickle=True)))";

/// Reads every tensor of the pickle `bytes`. `storage`: gives the raw numbers by their key.
///
/// # Errors
/// A [`Problem`] naming what the pickle would call, or what is damaged.
pub fn read(
    path: &str,
    bytes: &[u8],
    big_endian: bool,
    storage: &mut dyn FnMut(&str) -> Option<Vec<u8>>,
) -> Result<Contents, Problem> {
    let mut machine = Machine {
        path,
        nodes: Vec::new(),
        stack: Vec::new(),
        marks: Vec::new(),
        memo: HashMap::new(),
    };
    let root = machine.run(bytes)?;
    gather::variables(&machine, root, bytes.len() as u64, big_endian, storage)
}

/// A value of the pickle; others are named by their place.
#[derive(Debug, Clone)]
enum Node {
    Nothing,
    Number(f64),
    Text(String),
    Sequence(Vec<usize>),
    Pairs(Vec<(usize, usize)>),
    /// A function or class of the allow-list.
    Known(Known),
    Storage {
        element: Storage,
        key: String,
    },
    Tensor(Tensor),
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Known {
    RebuildTensor,
    RebuildParameter,
    OrderedDict,
    Storage(Storage),
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Storage {
    Numbers(Kind, usize),
    BrainFloat,
}

impl Storage {
    fn size(self) -> usize {
        match self {
            Storage::Numbers(_, size) => size,
            Storage::BrainFloat => 2,
        }
    }
}

#[derive(Debug, Clone)]
struct Tensor {
    storage: usize,
    offset: usize,
    shape: Vec<usize>,
    strides: Vec<usize>,
}

fn known(module: &str, name: &str) -> Option<Known> {
    let numbers = |kind, size| Some(Known::Storage(Storage::Numbers(kind, size)));
    match (module, name) {
        ("torch._utils", "_rebuild_tensor_v2") => Some(Known::RebuildTensor),
        ("torch._utils", "_rebuild_parameter") => Some(Known::RebuildParameter),
        ("collections", "OrderedDict") => Some(Known::OrderedDict),
        ("torch", "DoubleStorage") => numbers(Kind::Float, 8),
        ("torch", "FloatStorage") => numbers(Kind::Float, 4),
        ("torch", "HalfStorage") => numbers(Kind::Float, 2),
        ("torch", "BFloat16Storage") => Some(Known::Storage(Storage::BrainFloat)),
        ("torch", "LongStorage") => numbers(Kind::Integer, 8),
        ("torch", "IntStorage") => numbers(Kind::Integer, 4),
        ("torch", "ShortStorage") => numbers(Kind::Integer, 2),
        ("torch", "CharStorage") => numbers(Kind::Integer, 1),
        ("torch", "ByteStorage") => numbers(Kind::Unsigned, 1),
        ("torch", "BoolStorage") => numbers(Kind::Boolean, 1),
        _ => None,
    }
}

struct Machine<'a> {
    path: &'a str,
    nodes: Vec<Node>,
    stack: Vec<usize>,
    marks: Vec<usize>,
    memo: HashMap<u32, usize>,
}

impl Machine<'_> {
    fn damaged(&self, what: &str) -> Problem {
        Problem::error(self.path, format!("its pickle cannot be read: {what}"))
            .expected("a file of tensors as torch.save writes it")
            .hint("The file may be cut short or damaged: save or download it again")
    }

    fn refused(&self, what: &str) -> Problem {
        Problem::error(
            self.path,
            format!(
                "is a pickle that would run {what} when it is opened, which is never done here"
            ),
        )
        .expected("a tensor, or a dictionary or list of tensors, and text")
        .hint(TORCH_HINT)
    }

    fn push(&mut self, node: Node) {
        self.nodes.push(node);
        self.stack.push(self.nodes.len() - 1);
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
        let mark = self
            .marks
            .pop()
            .ok_or_else(|| self.damaged("a mark is missing"))?;
        Ok(self.stack.split_off(mark))
    }

    fn top(&self) -> Result<usize, Problem> {
        self.stack
            .last()
            .copied()
            .ok_or_else(|| self.damaged("it takes more than there is"))
    }

    fn run(&mut self, bytes: &[u8]) -> Result<usize, Problem> {
        let mut rest = Cursor { bytes };
        loop {
            let Some(code) = rest.byte() else {
                return Err(self.damaged("it has no end"));
            };
            if code == b'.' {
                return self.pop();
            }
            self.step(code, &mut rest)?;
        }
    }

    fn step(&mut self, code: u8, rest: &mut Cursor) -> Result<(), Problem> {
        let cut = || self.damaged("it is cut short");
        match code {
            // protocol, frame
            0x80 => drop(rest.take(1).ok_or_else(cut)?),
            0x95 => drop(rest.take(8).ok_or_else(cut)?),
            b'}' => self.push(Node::Pairs(Vec::new())),
            b']' | b')' => self.push(Node::Sequence(Vec::new())),
            b'(' => self.marks.push(self.stack.len()),
            b'X' => {
                let size = rest.little(4).ok_or_else(cut)?;
                let text = rest.text(size).ok_or_else(cut)?;
                self.push(Node::Text(text));
            }
            0x8c => {
                let size = rest.little(1).ok_or_else(cut)?;
                let text = rest.text(size).ok_or_else(cut)?;
                self.push(Node::Text(text));
            }
            b'q' => {
                let place = rest.little(1).ok_or_else(cut)? as u32;
                let top = self.top()?;
                self.memo.insert(place, top);
            }
            b'r' => {
                let place = rest.little(4).ok_or_else(cut)? as u32;
                let top = self.top()?;
                self.memo.insert(place, top);
            }
            0x94 => {
                let (place, top) = (self.memo.len() as u32, self.top()?);
                self.memo.insert(place, top);
            }
            b'h' | b'j' => {
                let width = if code == b'h' { 1 } else { 4 };
                let place = rest.little(width).ok_or_else(cut)? as u32;
                let known = self.memo.get(&place).copied();
                let node = known.ok_or_else(|| self.damaged("it asks for what it never kept"))?;
                self.stack.push(node);
            }
            b'c' => {
                let module = rest.line().ok_or_else(cut)?;
                let name = rest.line().ok_or_else(cut)?;
                self.global(&module, &name)?;
            }
            0x93 => {
                let (name, module) = (self.pop()?, self.pop()?);
                let (Node::Text(name), Node::Text(module)) =
                    (&self.nodes[name], &self.nodes[module])
                else {
                    return Err(self.damaged("a function has no name"));
                };
                let (module, name) = (module.clone(), name.clone());
                self.global(&module, &name)?;
            }
            b'J' => {
                let number = rest.little(4).ok_or_else(cut)? as u32;
                self.push(Node::Number(f64::from(number.cast_signed())));
            }
            b'K' => {
                let number = rest.little(1).ok_or_else(cut)?;
                self.push(Node::Number(number as f64));
            }
            b'M' => {
                let number = rest.little(2).ok_or_else(cut)?;
                self.push(Node::Number(number as f64));
            }
            0x8a => {
                let size = rest.little(1).ok_or_else(cut)?;
                let number = rest.take(size).ok_or_else(cut)?;
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
                self.push(Node::Number(magnitude - wrap));
            }
            b'G' => {
                let number = rest
                    .take(8)
                    .and_then(|bytes| bytes.first_chunk::<8>().copied());
                self.push(Node::Number(f64::from_be_bytes(number.ok_or_else(cut)?)));
            }
            b'N' => self.push(Node::Nothing),
            0x88 => self.push(Node::Number(1.0)),
            0x89 => self.push(Node::Number(0.0)),
            b't' | b'l' => {
                let items = self.since_mark()?;
                self.push(Node::Sequence(items));
            }
            0x85..=0x87 => {
                let mut items = Vec::new();
                for _ in 0..=(code - 0x85) {
                    items.insert(0, self.pop()?);
                }
                self.push(Node::Sequence(items));
            }
            b'Q' => self.persistent()?,
            b'R' => self.reduce()?,
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
            b'e' => {
                let items = self.since_mark()?;
                self.append(&items)?;
            }
            b'b' => {
                // what torch keeps beside an ordered dictionary; of anything else it would be a call
                self.pop()?;
                let top = self.top()?;
                if !matches!(self.nodes[top], Node::Pairs(_)) {
                    return Err(self.refused("code of a class"));
                }
            }
            other => {
                return Err(self.refused(&format!(
                    "something (its opcode 0x{other:02x} builds no tensor)"
                )));
            }
        }
        Ok(())
    }

    fn global(&mut self, module: &str, name: &str) -> Result<(), Problem> {
        match known(module, name) {
            Some(known) => {
                self.push(Node::Known(known));
                Ok(())
            }
            None => Err(self.refused(&format!("{module}.{name}"))),
        }
    }

    fn sequence(&self, node: usize) -> Option<&[usize]> {
        match &self.nodes[node] {
            Node::Sequence(items) => Some(items),
            _ => None,
        }
    }

    fn size(&self, node: usize) -> Option<usize> {
        match self.nodes[node] {
            Node::Number(number) if (0.0..9e15).contains(&number) => Some(number as usize),
            _ => None,
        }
    }

    fn sizes(&self, node: usize) -> Option<Vec<usize>> {
        self.sequence(node)?
            .iter()
            .map(|&item| self.size(item))
            .collect()
    }

    /// Raw numbers, by (`"storage"`, type, key, place, count).
    fn persistent(&mut self) -> Result<(), Problem> {
        let id = self.pop()?;
        let made = self.sequence(id).and_then(|items| {
            let [_, class, key, ..] = *items else {
                return None;
            };
            match (&self.nodes[class], &self.nodes[key]) {
                (Node::Known(Known::Storage(element)), Node::Text(key)) => Some(Node::Storage {
                    element: *element,
                    key: key.clone(),
                }),
                _ => None,
            }
        });
        let made = made.ok_or_else(|| self.damaged("a storage has no key"))?;
        self.push(made);
        Ok(())
    }

    fn reduce(&mut self) -> Result<(), Problem> {
        let (arguments, function) = (self.pop()?, self.pop()?);
        let arguments = self
            .sequence(arguments)
            .ok_or_else(|| self.damaged("a call has no arguments"))?
            .to_vec();
        let made = match (&self.nodes[function], arguments.as_slice()) {
            (Node::Known(Known::OrderedDict), []) => Some(Node::Pairs(Vec::new())),
            (Node::Known(Known::RebuildParameter), [tensor, ..]) => {
                Some(self.nodes[*tensor].clone())
            }
            (Node::Known(Known::RebuildTensor), [storage, offset, shape, strides, ..])
                if matches!(self.nodes[*storage], Node::Storage { .. }) =>
            {
                let sizes = (self.size(*offset), self.sizes(*shape), self.sizes(*strides));
                match sizes {
                    (Some(offset), Some(shape), Some(strides)) if shape.len() == strides.len() => {
                        Some(Node::Tensor(Tensor {
                            storage: *storage,
                            offset,
                            shape,
                            strides,
                        }))
                    }
                    _ => None,
                }
            }
            _ => None,
        };
        let made = made.ok_or_else(|| self.damaged("a tensor lacks its shape"))?;
        self.push(made);
        Ok(())
    }

    fn set_items(&mut self, items: &[usize]) -> Result<(), Problem> {
        let top = self.top()?;
        let (pairs, odd) = items.as_chunks::<2>();
        match (&mut self.nodes[top], odd) {
            (Node::Pairs(known), []) => {
                known.extend(pairs.iter().map(|&[key, value]| (key, value)));
                Ok(())
            }
            _ => Err(self.damaged("an item has no dictionary")),
        }
    }

    fn append(&mut self, items: &[usize]) -> Result<(), Problem> {
        let top = self.top()?;
        match &mut self.nodes[top] {
            Node::Sequence(known) => {
                known.extend(items);
                Ok(())
            }
            _ => Err(self.damaged("an item has no list")),
        }
    }
}

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
        Some(
            bytes
                .iter()
                .rev()
                .fold(0, |sum, &byte| sum << 8 | usize::from(byte)),
        )
    }

    fn text(&mut self, size: usize) -> Option<String> {
        String::from_utf8(self.take(size)?.to_vec()).ok()
    }

    fn line(&mut self) -> Option<String> {
        let end = self.bytes.iter().position(|&byte| byte == b'\n')?;
        let text = self.text(end)?;
        self.take(1)?;
        Some(text)
    }
}
