//! What the crate that reads HDF5 has, but does not hand out: object headers with their messages, and the
//! heaps that links and references lie in. Read from the bytes of the file by the format's specification,
//! version 3; every step is checked against what is there, and no loop is longer than the file.

use hdf5_pure::File;

/// A message of an object header.
#[derive(Debug, Clone, Copy)]
pub struct Message<'a> {
    pub kind: u16,
    pub flags: u8,
    pub body: &'a [u8],
}

/// Kinds of messages.
pub const LINK_INFO: u16 = 0x02;
pub const LINK: u16 = 0x06;
pub const ATTRIBUTE: u16 = 0x0c;
const CONTINUATION: u16 = 0x10;
pub const SYMBOL_TABLE: u16 = 0x11;
pub const ATTRIBUTE_INFO: u16 = 0x15;

/// Flag of a message whose body lies elsewhere.
pub const SHARED: u8 = 2;

/// Continuations of one header.
const MOST_CONTINUATIONS: usize = 1024;

/// The bytes of a file with what its superblock says of them.
#[derive(Debug, Clone, Copy)]
pub struct Image<'a> {
    /// Bytes from the superblock's base on: addresses are positions in them.
    bytes: &'a [u8],
    /// Address of the header of the root group.
    pub root: u64,
    /// Bytes of an address.
    pub offset: usize,
    /// Bytes of a length.
    pub length: usize,
}

impl<'a> Image<'a> {
    /// The bytes of a file that is in memory; `None` for one that is not.
    pub fn of(file: &'a File) -> Option<Self> {
        let head = file.superblock();
        let base = head.base_address.get();
        let bytes = file.as_bytes().get(usize::try_from(base).ok()?..)?;
        Some(Self {
            bytes,
            root: head.root_group_address.checked_sub(base)?,
            offset: usize::from(head.offset_size),
            length: usize::from(head.length_size),
        })
    }

    /// How many bytes there are: no list has more entries.
    pub fn size(&self) -> usize {
        self.bytes.len()
    }

    /// The bytes from an address on.
    pub fn at(&self, address: u64) -> Option<Cursor<'a>> {
        let rest = self.bytes.get(usize::try_from(address).ok()?..)?;
        Some(self.cursor(rest))
    }

    /// Reads bytes by this file's widths.
    pub fn cursor(&self, bytes: &'a [u8]) -> Cursor<'a> {
        Cursor {
            rest: bytes,
            offset: self.offset,
            length: self.length,
        }
    }

    /// The messages of the object header at an address, those of its continuations behind.
    pub fn messages(&self, address: u64) -> Option<Vec<Message<'a>>> {
        let mut cursor = self.at(address)?;
        let mut messages = Vec::new();
        if cursor.rest.starts_with(b"OHDR") {
            cursor.take(4)?;
            let (version, flags) = (cursor.byte()?, cursor.byte()?);
            if version != 2 {
                return None;
            }
            let times = if flags & 0x20 == 0 { 0 } else { 16 };
            let phases = if flags & 0x10 == 0 { 0 } else { 4 };
            cursor.take(times + phases)?;
            let size = usize::try_from(cursor.number(1 << (flags & 3))?).ok()?;
            let has_order = flags & 0x04 != 0;
            let block = self.cursor(cursor.take(size)?);
            let mut blocks = Blocks::default();
            blocks.new_style(block, has_order, &mut messages)?;
            while let Some((start, size)) = blocks.next(self)? {
                let mut block = self.cursor(self.at(start)?.take(size)?);
                if block.take(4)? != b"OCHK" {
                    return None;
                }
                // the last four bytes are a checksum, which the crate verifies
                let inner = block.take(block.rest.len().checked_sub(4)?)?;
                blocks.new_style(self.cursor(inner), has_order, &mut messages)?;
            }
            return Some(messages);
        }
        if cursor.byte()? != 1 {
            return None;
        }
        cursor.take(7)?;
        let size = usize::try_from(cursor.number(4)?).ok()?;
        cursor.take(4)?;
        let block = self.cursor(cursor.take(size)?);
        let mut blocks = Blocks::default();
        blocks.old_style(block, &mut messages)?;
        while let Some((start, size)) = blocks.next(self)? {
            let block = self.cursor(self.at(start)?.take(size)?);
            blocks.old_style(block, &mut messages)?;
        }
        Some(messages)
    }
}

/// Blocks of a header that are still to be read.
#[derive(Default)]
struct Blocks<'a> {
    waiting: std::collections::VecDeque<&'a [u8]>,
    seen: usize,
}

impl<'a> Blocks<'a> {
    /// Address and size of the next block; outer `None` where there are too many.
    fn next(&mut self, image: &Image<'a>) -> Option<Option<(u64, usize)>> {
        let Some(body) = self.waiting.pop_front() else {
            return Some(None);
        };
        self.seen += 1;
        if self.seen > MOST_CONTINUATIONS {
            return None;
        }
        let mut cursor = image.cursor(body);
        Some(Some((
            cursor.address()?,
            usize::try_from(cursor.size()?).ok()?,
        )))
    }

    fn add(&mut self, message: Message<'a>, messages: &mut Vec<Message<'a>>) {
        if message.kind == CONTINUATION {
            self.waiting.push_back(message.body);
        } else {
            messages.push(message);
        }
    }

    fn new_style(
        &mut self,
        mut block: Cursor<'a>,
        has_order: bool,
        messages: &mut Vec<Message<'a>>,
    ) -> Option<()> {
        let head = if has_order { 6 } else { 4 };
        // what is shorter than a head is a gap
        while block.rest.len() >= head {
            let kind = u16::from(block.byte()?);
            let size = usize::try_from(block.number(2)?).ok()?;
            let flags = block.byte()?;
            block.take(head - 4)?;
            let body = block.take(size)?;
            self.add(Message { kind, flags, body }, messages);
        }
        Some(())
    }

    fn old_style(&mut self, mut block: Cursor<'a>, messages: &mut Vec<Message<'a>>) -> Option<()> {
        while block.rest.len() >= 8 {
            let kind = u16::try_from(block.number(2)?).ok()?;
            let size = usize::try_from(block.number(2)?).ok()?;
            let flags = block.byte()?;
            block.take(3)?;
            let body = block.take(size)?;
            self.add(Message { kind, flags, body }, messages);
        }
        Some(())
    }
}

/// Bytes that are read from the front, numbers least significant byte first.
#[derive(Debug, Clone, Copy)]
pub struct Cursor<'a> {
    pub rest: &'a [u8],
    offset: usize,
    length: usize,
}

impl<'a> Cursor<'a> {
    pub fn take(&mut self, size: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.rest.split_at_checked(size)?;
        self.rest = rest;
        Some(taken)
    }

    pub fn byte(&mut self) -> Option<u8> {
        self.take(1)?.first().copied()
    }

    pub fn number(&mut self, size: usize) -> Option<u64> {
        let bytes = self.take(size)?;
        if size > 8 {
            return None;
        }
        Some(
            bytes
                .iter()
                .rev()
                .fold(0, |sum, &byte| sum << 8 | u64::from(byte)),
        )
    }

    /// An address; `None` where it is undefined.
    pub fn address(&mut self) -> Option<u64> {
        let address = self.number(self.offset)?;
        let undefined = u64::MAX >> (64 - 8 * self.offset.clamp(1, 8));
        (address != undefined).then_some(address)
    }

    /// An address; inner `None` where it is undefined.
    pub fn maybe_address(&mut self) -> Option<Option<u64>> {
        let mut copy = *self;
        self.take(self.offset)?;
        Some(copy.address())
    }

    /// A length.
    pub fn size(&mut self) -> Option<u64> {
        self.number(self.length)
    }
}
