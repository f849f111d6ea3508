//! Where HDF5 keeps what does not fit into an object header: B-trees of records, the heap that they point
//! into, and the heaps of names and of lists.

use super::image::{Cursor, Image};

/// Depth of trees; deeper is a loop.
const MOST_DEPTH: u16 = 32;

/// The bodies that a version 2 B-tree points at in a fractal heap: links or attributes, by their names.
/// `None` for a heap that is packed or damaged.
pub fn bodies<'a>(
    image: &Image<'a>,
    heap: u64,
    tree: u64,
    skipped: usize,
) -> Option<Vec<&'a [u8]>> {
    let heap = FractalHeap::parse(image, heap)?;
    let records = records(image, tree)?;
    records
        .into_iter()
        .map(|record| heap.object(image, record.get(skipped..)?))
        .collect()
}

struct FractalHeap {
    id_size: usize,
    width: u64,
    first_block: u64,
    largest_direct: u64,
    bits: usize,
    root: u64,
    root_rows: u64,
}

impl FractalHeap {
    fn parse(image: &Image<'_>, address: u64) -> Option<Self> {
        let mut cursor = image.at(address)?;
        if cursor.take(4)? != b"FRHP" || cursor.byte()? != 0 {
            return None;
        }
        let id_size = usize::try_from(cursor.number(2)?).ok()?;
        let filters = cursor.number(2)?;
        if filters != 0 {
            return None;
        }
        cursor.take(1 + 4)?;
        // large objects, free space and counts, none of which is needed
        cursor.take(2 * image.offset + 10 * image.length)?;
        let width = cursor.number(2)?;
        let first_block = cursor.size()?;
        let largest_direct = cursor.size()?;
        let bits = usize::try_from(cursor.number(2)?).ok()?;
        cursor.take(2)?;
        let root = cursor.address()?;
        let root_rows = cursor.number(2)?;
        (first_block.is_power_of_two()
            && largest_direct.is_power_of_two()
            && width.is_power_of_two()
            && (8..=64).contains(&bits))
        .then_some(Self {
            id_size,
            width,
            first_block,
            largest_direct,
            bits,
            root,
            root_rows,
        })
    }

    /// The bytes of an object by its id.
    fn object<'a>(&self, image: &Image<'a>, id: &'a [u8]) -> Option<&'a [u8]> {
        let id = id.get(..self.id_size)?;
        let (&head, rest) = id.split_first()?;
        match head >> 4 & 3 {
            0 => {}
            // small enough to be the id itself
            2 if self.id_size <= 17 => return rest.get(..usize::from(head & 0x0f) + 1),
            _ => return None,
        }
        let mut cursor = image.cursor(rest);
        let offset = cursor.number(self.bits.div_ceil(8))?;
        let size = cursor.number(cursor.rest.len().min(8))?;
        let size = usize::try_from(size).ok()?;
        if self.root_rows == 0 {
            return image.at(self.root.checked_add(offset)?)?.take(size);
        }
        let start = self.find(image, self.root, self.root_rows, offset, 0)?;
        image.at(start)?.take(size)
    }

    /// Size of the blocks of a row: the first two rows have the smallest.
    fn block_size(&self, row: u64) -> Option<u64> {
        let doubled = u32::try_from(row.saturating_sub(1)).ok()?;
        self.first_block
            .checked_shl(doubled)
            .filter(|&size| size >> doubled == self.first_block)
    }

    /// Address of what lies at an offset within the heap below an indirect block.
    fn find(
        &self,
        image: &Image<'_>,
        block: u64,
        rows: u64,
        offset: u64,
        depth: u16,
    ) -> Option<u64> {
        if depth > MOST_DEPTH {
            return None;
        }
        let mut cursor = image.at(block)?;
        if cursor.take(4)? != b"FHIB" || cursor.byte()? != 0 {
            return None;
        }
        cursor.take(image.offset + self.bits.div_ceil(8))?;
        let mut start = 0_u64;
        for row in 0..rows.min(64) {
            let size = self.block_size(row)?;
            for _ in 0..self.width {
                let child = cursor.maybe_address()?;
                let inside = offset.checked_sub(start)?;
                if inside >= size {
                    start = start.checked_add(size)?;
                    continue;
                }
                let child = child?;
                if size <= self.largest_direct {
                    return child.checked_add(inside);
                }
                let below = size.ilog2() + 1;
                let smallest = (self.first_block.checked_mul(self.width)?).ilog2();
                let rows = u64::from(below.checked_sub(smallest)?);
                return self.find(image, child, rows, inside, depth + 1);
            }
        }
        None
    }
}

/// Shape of a version 2 B-tree.
struct Tree {
    record: usize,
    /// Bytes of the count of records in a node.
    count: usize,
    /// Bytes of the count of all records below a node of a depth.
    totals: Vec<usize>,
}

fn bytes_for(count: u64) -> usize {
    (64 - count.leading_zeros() as usize).div_ceil(8).max(1)
}

/// Every record of a version 2 B-tree, in its order.
fn records<'a>(image: &Image<'a>, address: u64) -> Option<Vec<&'a [u8]>> {
    let mut cursor = image.at(address)?;
    if cursor.take(4)? != b"BTHD" || cursor.byte()? != 0 {
        return None;
    }
    cursor.byte()?;
    let node = cursor.number(4)?;
    let record = cursor.number(2)?;
    let depth = u16::try_from(cursor.number(2)?).ok()?;
    cursor.take(2)?;
    let root = cursor.maybe_address()?;
    let count = cursor.number(2)?;
    if depth > MOST_DEPTH || record == 0 {
        return None;
    }
    let Some(root) = root else {
        return (count == 0).then(Vec::new);
    };
    let leaf = node.checked_sub(10)? / record;
    let mut tree = Tree {
        record: usize::try_from(record).ok()?,
        count: bytes_for(leaf),
        totals: vec![0],
    };
    let mut all = leaf;
    for below in 0..usize::from(depth) {
        let pointer = (image.offset + tree.count + tree.totals.get(below)?) as u64;
        let most = node.checked_sub(10 + pointer)? / (record + pointer);
        all = most
            .saturating_add(1)
            .saturating_mul(all)
            .saturating_add(most);
        tree.totals.push(bytes_for(all));
    }
    let mut records = Vec::new();
    tree.collect(image, root, count, depth, &mut records)?;
    Some(records)
}

impl Tree {
    fn collect<'a>(
        &self,
        image: &Image<'a>,
        address: u64,
        count: u64,
        depth: u16,
        records: &mut Vec<&'a [u8]>,
    ) -> Option<()> {
        // nodes that point at each other would never end
        if records.len() > image.size() / self.record {
            return None;
        }
        let mut cursor = image.at(address)?;
        let signature = cursor.take(4)?;
        cursor.take(2)?;
        let count = usize::try_from(count).ok()?;
        let own = cursor.take(count.checked_mul(self.record)?)?;
        let mut own = own.chunks_exact(self.record);
        if depth == 0 {
            records.extend(own);
            return (signature == b"BTLF").then_some(());
        }
        if signature != b"BTIN" {
            return None;
        }
        let total = self.totals.get(usize::from(depth) - 1)?;
        for _ in 0..=count {
            let child = cursor.address()?;
            let below = cursor.number(self.count)?;
            cursor.take(*total)?;
            self.collect(image, child, below, depth - 1, records)?;
            records.extend(own.next());
        }
        Some(())
    }
}

/// Entries of a group of the first version: a name, and the bytes of an entry behind it.
pub fn symbols<'a>(image: &Image<'a>, tree: u64, heap: u64) -> Option<Vec<(String, Symbol)>> {
    let names = LocalHeap::parse(image, heap)?;
    let mut nodes = Vec::new();
    leaves(image, tree, None, &mut nodes)?;
    let mut symbols = Vec::new();
    for node in nodes {
        let mut cursor = image.at(node)?;
        if cursor.take(4)? != b"SNOD" {
            return None;
        }
        cursor.take(2)?;
        for _ in 0..cursor.number(2)? {
            let name = names.text(cursor.number(image.offset)?)?;
            let header = cursor.maybe_address()?;
            let kind = cursor.number(4)?;
            cursor.take(4)?;
            let mut scratch = image.cursor(cursor.take(16)?);
            let symbol = if kind == 2 {
                Symbol::Soft(names.text(scratch.number(4)?)?)
            } else {
                Symbol::Hard(header?)
            };
            symbols.push((name, symbol));
            if symbols.len() > image.size() / 16 {
                return None;
            }
        }
    }
    Some(symbols)
}

/// What a name of a group of the first version stands for.
pub enum Symbol {
    Hard(u64),
    Soft(String),
}

fn leaves(image: &Image<'_>, address: u64, level: Option<u8>, nodes: &mut Vec<u64>) -> Option<()> {
    let mut cursor = image.at(address)?;
    if cursor.take(4)? != b"TREE" || cursor.byte()? != 0 {
        return None;
    }
    let own = cursor.byte()?;
    // levels fall, so that no tree holds itself
    if level.is_some_and(|above| own >= above) || nodes.len() > image.size() / 8 {
        return None;
    }
    let count = cursor.number(2)?;
    cursor.take(2 * image.offset)?;
    for _ in 0..count {
        cursor.size()?;
        let child = cursor.address()?;
        if own == 0 {
            nodes.push(child);
        } else {
            leaves(image, child, Some(own), nodes)?;
        }
    }
    Some(())
}

struct LocalHeap<'a> {
    segment: &'a [u8],
}

impl<'a> LocalHeap<'a> {
    fn parse(image: &Image<'a>, address: u64) -> Option<Self> {
        let mut cursor = image.at(address)?;
        if cursor.take(4)? != b"HEAP" {
            return None;
        }
        cursor.take(4)?;
        let size = usize::try_from(cursor.size()?).ok()?;
        cursor.size()?;
        let segment = image.at(cursor.address()?)?.take(size)?;
        Some(Self { segment })
    }

    fn text(&self, start: u64) -> Option<String> {
        let rest = self.segment.get(usize::try_from(start).ok()?..)?;
        let end = rest.iter().position(|&byte| byte == 0)?;
        Some(String::from_utf8_lossy(&rest[..end]).into_owned())
    }
}

/// The bytes of a list of varying length, by the reference that stands for it: count, collection, index.
pub fn list<'a>(image: &Image<'a>, reference: &mut Cursor<'a>) -> Option<&'a [u8]> {
    reference.number(4)?;
    let collection = reference.address()?;
    let wanted = reference.number(4)?;
    let mut cursor = image.at(collection)?;
    if cursor.take(4)? != b"GCOL" {
        return None;
    }
    cursor.take(4)?;
    let size = usize::try_from(cursor.size()?).ok()?;
    let mut inner = image.cursor(cursor.take(size.checked_sub(8 + image.length)?)?);
    loop {
        let index = inner.number(2)?;
        inner.take(6)?;
        let size = usize::try_from(inner.size()?).ok()?;
        if index == 0 {
            return None;
        }
        let bytes = inner.take(size)?;
        if index == wanted {
            return Some(bytes);
        }
        inner.take(size.next_multiple_of(8) - size)?;
    }
}
