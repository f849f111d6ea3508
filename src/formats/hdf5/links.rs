//! The links of a group. Names of datasets and groups come from the crate, which passes over links that lead
//! by a path or into another file; here are all of them.

use std::collections::BTreeMap;

use super::heaps::{Symbol, bodies, list, symbols};
use super::image::{ATTRIBUTE, ATTRIBUTE_INFO, Image, LINK, LINK_INFO, SHARED, SYMBOL_TABLE};

/// Links that are followed one after another; more are a loop.
const MOST_STEPS: usize = 64;

/// Where a name of a group leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Link {
    /// To the object at an address.
    Hard(u64),
    /// To a path in this file.
    Soft(String),
    /// To a path in another file.
    External { file: String, path: String },
    /// Somewhere by rules of another program.
    Unknown,
}

/// Where a path ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum End {
    /// At the object of an address.
    Object(u64),
    /// In another file.
    External { file: String, path: String },
    /// Nowhere.
    Dangling,
    /// At itself.
    Loop,
}

/// The links of the group whose header is at an address; `None` where they cannot be read.
pub fn links(image: &Image<'_>, group: u64) -> Option<BTreeMap<String, Link>> {
    let mut links = BTreeMap::new();
    for message in image.messages(group)? {
        let mut cursor = image.cursor(message.body);
        match message.kind {
            _ if message.flags & SHARED != 0 => {}
            LINK => {
                let (name, link) = parse(image, message.body)?;
                links.insert(name, link);
            }
            SYMBOL_TABLE => {
                let (tree, heap) = (cursor.address()?, cursor.address()?);
                let entries = symbols(image, tree, heap)?.into_iter();
                links.extend(entries.map(|(name, symbol)| match symbol {
                    Symbol::Hard(address) => (name, Link::Hard(address)),
                    Symbol::Soft(path) => (name, Link::Soft(path)),
                }));
            }
            LINK_INFO => {
                let flags = cursor.take(2)?[1];
                cursor.take(if flags & 1 == 0 { 0 } else { 8 })?;
                let (heap, tree) = (cursor.maybe_address()?, cursor.maybe_address()?);
                if let (Some(heap), Some(tree)) = (heap, tree) {
                    // a record is a hash of the name, then where the link lies
                    for body in bodies(image, heap, tree, 4)? {
                        let (name, link) = parse(image, body)?;
                        links.insert(name, link);
                    }
                }
            }
            _ => {}
        }
    }
    Some(links)
}

fn parse(image: &Image<'_>, body: &[u8]) -> Option<(String, Link)> {
    let mut cursor = image.cursor(body);
    let (version, flags) = (cursor.byte()?, cursor.byte()?);
    if version != 1 {
        return None;
    }
    let kind = if flags & 0x08 == 0 { 0 } else { cursor.byte()? };
    cursor.take(if flags & 0x04 == 0 { 0 } else { 8 })?;
    cursor.take(if flags & 0x10 == 0 { 0 } else { 1 })?;
    let size = usize::try_from(cursor.number(1 << (flags & 3))?).ok()?;
    let name = String::from_utf8_lossy(cursor.take(size)?).into_owned();
    let link = match kind {
        0 => Link::Hard(cursor.address()?),
        1 | 64 => {
            let size = usize::try_from(cursor.number(2)?).ok()?;
            let value = cursor.take(size)?;
            if kind == 1 {
                Link::Soft(String::from_utf8_lossy(value).into_owned())
            } else {
                let (_, texts) = value.split_first()?;
                let mut texts = texts.split(|&byte| byte == 0);
                let mut text = || Some(String::from_utf8_lossy(texts.next()?).into_owned());
                Link::External {
                    file: text()?,
                    path: text()?,
                }
            }
        }
        _ => Link::Unknown,
    };
    Some((name, link))
}

/// Where a path leads that starts at a group, over other links if need be.
pub fn follow(image: &Image<'_>, group: u64, path: &str) -> End {
    // parts still to be walked, the next one last
    let parts = |path: &str| -> Vec<String> {
        let parts = path
            .split('/')
            .filter(|part| !part.is_empty() && *part != ".");
        parts.rev().map(str::to_owned).collect()
    };
    let mut here = if path.starts_with('/') {
        image.root
    } else {
        group
    };
    let mut waiting = parts(path);
    for _ in 0..MOST_STEPS {
        let Some(part) = waiting.pop() else {
            return End::Object(here);
        };
        let Some(link) = links(image, here).and_then(|mut links| links.remove(&part)) else {
            return End::Dangling;
        };
        match link {
            Link::Hard(address) => here = address,
            Link::Soft(path) => {
                if path.starts_with('/') {
                    here = image.root;
                }
                waiting.extend(parts(&path));
            }
            Link::External { file, path } => {
                waiting.reverse();
                let rest = waiting
                    .iter()
                    .fold(path, |path, part| format!("{path}/{part}"));
                return End::External { file, path: rest };
            }
            Link::Unknown => return End::Dangling,
        }
    }
    End::Loop
}

/// The addresses of the dimension scales of a dataset, an axis each: those that its attribute
/// `DIMENSION_LIST` lists first. `None` where it has no such attribute.
pub fn scales(image: &Image<'_>, dataset: u64, axes: usize) -> Option<Vec<Option<u64>>> {
    let value = raw_attribute(image, dataset, "DIMENSION_LIST")?;
    let mut cursor = image.cursor(value);
    (0..axes)
        .map(|_| {
            let mut reference = image.cursor(cursor.take(8 + image.offset)?);
            let scale = list(image, &mut reference)
                .and_then(|references| image.cursor(references).address());
            Some(scale)
        })
        .collect()
}

/// The bytes of an attribute's value.
fn raw_attribute<'a>(image: &Image<'a>, object: u64, name: &str) -> Option<&'a [u8]> {
    for message in image.messages(object)? {
        if message.flags & SHARED != 0 {
            continue;
        }
        match message.kind {
            ATTRIBUTE => {
                if let Some(value) = value_of(image, message.body, name) {
                    return Some(value);
                }
            }
            ATTRIBUTE_INFO => {
                let mut cursor = image.cursor(message.body);
                let flags = cursor.take(2)?[1];
                cursor.take(if flags & 1 == 0 { 0 } else { 2 })?;
                let (heap, tree) = (cursor.maybe_address()?, cursor.maybe_address()?);
                if let (Some(heap), Some(tree)) = (heap, tree) {
                    let mut bodies = bodies(image, heap, tree, 0)?.into_iter();
                    if let Some(value) = bodies.find_map(|body| value_of(image, body, name)) {
                        return Some(value);
                    }
                }
            }
            _ => {}
        }
    }
    None
}

/// The value of an attribute's message, if that is its name.
fn value_of<'a>(image: &Image<'a>, body: &'a [u8], wanted: &str) -> Option<&'a [u8]> {
    let mut cursor = image.cursor(body);
    let version = cursor.byte()?;
    cursor.byte()?;
    let sizes: Vec<usize> = (0..3)
        .map(|_| usize::try_from(cursor.number(2)?).ok())
        .collect::<Option<_>>()?;
    if version == 3 {
        cursor.byte()?;
    }
    let padded = |size: usize| {
        if version == 1 {
            size.next_multiple_of(8)
        } else {
            size
        }
    };
    let [name, datatype, dataspace] = *sizes.as_slice() else {
        return None;
    };
    let own = cursor.take(padded(name))?.split(|&byte| byte == 0).next()?;
    if own != wanted.as_bytes() {
        return None;
    }
    cursor.take(padded(datatype))?;
    cursor.take(padded(dataspace))?;
    Some(cursor.rest)
}
