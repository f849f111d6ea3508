//! The machine: a stack of nodes, and for each opcode what it puts there. Protocols 0 to 5.

use std::cell::Cell;
use std::collections::HashMap;

use super::cursor::Cursor;
use super::known::known;
use super::{Known, Node, Storage};
use crate::problem::Problem;

/// What a pickle built, and how far it has come.
pub struct Machine<'a> {
    pub path: &'a str,
    pub(super) nodes: Vec<Node<'a>>,
    pub(super) stack: Vec<usize>,
    marks: Vec<usize>,
    memo: HashMap<u32, usize>,
    nothing: Node<'a>,
    /// Bytes that calls may still copy: as many as the pickle has, for each is written there once.
    room: Cell<usize>,
}

/// More axes, or arguments of a call, than any pickle here has.
pub(super) const MOST_ITEMS: usize = 64;
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
    pub(super) fn has_room(&self, bytes: usize) -> Option<()> {
        self.room.set(self.room.get().checked_sub(bytes)?);
        Some(())
    }

    /// A node by its index.
    pub fn node(&self, index: usize) -> &Node<'a> {
        self.nodes.get(index).unwrap_or(&self.nothing)
    }

    pub fn damaged(&self, what: &str) -> Problem {
        Problem::error(self.path, format!("its pickle cannot be read: {what}"))
            .expected("a pickle to its last byte, as torch.save or pickle.dump writes it")
            .hint("The file may be cut short or damaged: save or download it again")
    }

    pub(super) fn push(&mut self, node: Node<'a>) {
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
                let index = match code {
                    b'q' | b'h' => rest.little(1),
                    b'r' | b'j' => rest.little(4),
                    b'p' | b'g' => rest.line().and_then(|line| line.trim().parse().ok()),
                    _ => Some(self.memo.len()),
                };
                let Some(index) = index.and_then(|index| u32::try_from(index).ok()) else {
                    return Ok(None);
                };
                if matches!(code, b'h' | b'j' | b'g') {
                    let node = self.memo.get(&index).copied();
                    let node =
                        node.ok_or_else(|| self.damaged("it asks for what it never kept"))?;
                    self.stack.push(node);
                } else {
                    let top = self.top()?;
                    self.memo.insert(index, top);
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

    /// Raw numbers, by (`"storage"`, type, key, location, count).
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

fn global<'a>(module: &str, name: &str) -> Node<'a> {
    match known(module, name) {
        Some(known) => Node::Known(known),
        None => {
            let name = format!("{module}.{name}");
            Node::Class(name.chars().take(MOST_LETTERS).collect())
        }
    }
}
