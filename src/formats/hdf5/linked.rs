//! What is said of links: which lead to something that was read under its own name, and which lead nowhere.

use std::collections::BTreeMap;

use super::Reader;
use super::links::{End, Link, follow, links};
use super::refused::Cause;
use crate::problem::Problem;

impl Reader<'_> {
    /// Names the links within the file, the first of many one by one.
    pub fn tell_links(&mut self) {
        const MOST: usize = 8;
        let path = self.contents.path.clone();
        for (name, to, address) in self.soft.iter().take(MOST) {
            let found = match self.read.get(address) {
                Some(known) if known == to.trim_start_matches('/') => {
                    format!("{name} is a link to {known} and was read once, under that name")
                }
                Some(known) => {
                    format!("{name} is a link to {to} and was read once, under the name {known}")
                }
                // bookkeeping, which is not read under any name
                None => format!("{name} is a link to {to}, which is no array"),
            };
            self.contents.problems.push(Problem::notice(&path, found));
        }
        if let Some(more) = self.soft.len().checked_sub(MOST).filter(|&more| more > 0) {
            let found = format!(
                "{more} more of its names are links within the file: what they lead to was read once, under its own name"
            );
            self.contents.problems.push(Problem::notice(&path, found));
        }
    }

    /// All links of a group; a warning where they cannot be listed.
    pub fn links_of(&mut self, address: Option<u64>, path: &str) -> Option<BTreeMap<String, Link>> {
        let made = self
            .image
            .as_ref()
            .zip(address)
            .and_then(|(image, address)| links(image, address));
        if made.is_none() {
            self.contents.problems.push(
                Problem::warning(path, "its links cannot be listed: those to other datasets or files, if it has any, are not read")
                    .expected("links as the HDF5 library writes them")
                    .hint("Look whether all its layers are listed; if not, copy them into a new file with h5py"),
            );
        }
        made
    }

    /// A link that is no name of an object itself.
    pub fn link(&mut self, group: Option<u64>, name: &str, link: Link) {
        let to = |file: &str, path: &str| Cause::Link(format!("{file} ({path})"));
        match link {
            Link::Hard(_) => {}
            Link::External { file, path } => self.refused.add(to(&file, &path), name),
            Link::Unknown => self.contents.problems.push(
                Problem::error(&self.path_of(name), "is a link of a kind that is not known")
                    .expected("a dataset, or a link to one within the file")
                    .hint("Copy what it leads to into the file under this name"),
            ),
            Link::Soft(path) => {
                let end = self
                    .image
                    .as_ref()
                    .zip(group)
                    .map_or(End::Dangling, |(image, group)| follow(image, group, &path));
                match end {
                    End::Object(address) => self.soft.push((name.to_owned(), path, address)),
                    End::External { file, path } => self.refused.add(to(&file, &path), name),
                    End::Dangling => self.contents.problems.push(
                        Problem::error(
                            &self.path_of(name),
                            format!("is a link to {path}, which is not in the file"),
                        )
                        .expected("a link to a dataset of the same file")
                        .hint(format!(
                            "Copy the dataset into the file as {name}, or remove the link"
                        )),
                    ),
                    End::Loop => self.contents.problems.push(
                        Problem::error(
                            &self.path_of(name),
                            format!("is a link to {path}, which leads back to itself"),
                        )
                        .expected("a link to a dataset of the same file")
                        .hint(format!(
                            "Copy the dataset into the file as {name}, or remove the link"
                        )),
                    ),
                }
            }
        }
    }
}
