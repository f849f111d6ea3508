//! The two rules about imports, and what breaks them.
//!
//! 1. No import goes up: a module uses those that `src/lib.rs` lists before it, or on its own line.
//! 2. No circle among siblings: of the modules of one folder, none comes back to itself by imports. A
//!    module counts with everything in its folder. The file of the folder itself (`a.rs` of `a/`) is
//!    no sibling: it may use its modules, and they what it defines. What it only passes on
//!    (`pub use b::B`) counts as an import from where it is defined.
//!
//! Code of tests is left out.

use std::collections::{BTreeMap, BTreeSet};

use super::source::{Named, Source};

/// The modules of a library, by their paths below the crate; the crate itself has none.
pub struct Modules {
    sources: BTreeMap<Vec<String>, Entry>,
    /// The layers from the lowest up, as `lib.rs` lists them.
    layers: Vec<Vec<String>>,
}

struct Entry {
    file: String,
    named: Vec<Named>,
    children: Vec<String>,
}

/// An import from one module to another, neither above the other.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Import {
    from: Vec<String>,
    to: Vec<String>,
}

impl Modules {
    /// Of files: path below `src` and text.
    pub fn new(files: &[(String, String)]) -> Self {
        let mut modules = Self {
            sources: BTreeMap::new(),
            layers: Vec::new(),
        };
        for (file, text) in files {
            let path = match file.as_str() {
                "lib.rs" => {
                    modules.layers = layers(text);
                    Vec::new()
                }
                _ => (file.trim_end_matches(".rs").split('/'))
                    .map(str::to_owned)
                    .collect(),
            };
            let source = Source::read(text);
            let entry = Entry {
                file: format!("src/{file}"),
                named: source.named(),
                children: source.modules(),
            };
            modules.sources.insert(path, entry);
        }
        modules
    }

    /// What breaks the rules, with the rule and the files.
    pub fn faults(&self) -> Vec<String> {
        let mut faults = self.unlisted();
        let imports = self.imports();
        faults.extend(self.upward(&imports));
        faults.extend(self.circles(&imports));
        faults
    }

    fn file(&self, module: &[String]) -> &str {
        self.sources
            .get(module)
            .map_or("?", |entry| entry.file.as_str())
    }

    /// Modules that have no place among the layers, or are not there.
    fn unlisted(&self) -> Vec<String> {
        let listed: BTreeSet<&String> = self.layers.iter().flatten().collect();
        let there: BTreeSet<&String> = self
            .sources
            .get(&Vec::new())
            .map(|entry| entry.children.iter().collect())
            .unwrap_or_default();
        listed
            .symmetric_difference(&there)
            .map(|name| {
                format!("src/lib.rs lists every module among its layers, and no other: {name}")
            })
            .collect()
    }

    fn imports(&self) -> BTreeSet<Import> {
        let mut imports = BTreeSet::new();
        for (from, entry) in &self.sources {
            for named in &entry.named {
                if let Some(to) = self.target(from, &named.path, 0) {
                    let is_above = from.starts_with(&to) || to.starts_with(from);
                    if !is_above {
                        let from = from.clone();
                        imports.insert(Import { from, to });
                    }
                }
            }
        }
        imports
    }

    /// The module that a path leads to, seen from another; `None` if it is of another crate.
    fn target(&self, from: &[String], path: &[String], depth: usize) -> Option<Vec<String>> {
        let mut at = from.to_vec();
        let mut rest = path;
        let own = &self.sources.get(from)?.children;
        match path.first()?.as_str() {
            "crate" => {
                at.clear();
                rest = &path[1..];
            }
            "self" => rest = &path[1..],
            "super" => {}
            first if own.iter().any(|child| child == first) => {}
            _ => return None,
        }
        while rest.first().is_some_and(|word| word == "super") {
            at.pop()?;
            rest = &rest[1..];
        }
        while let Some(word) = rest.first() {
            let entry = self.sources.get(&at)?;
            if entry.children.contains(word) {
                at.push(word.clone());
                rest = &rest[1..];
                continue;
            }
            // what this module has from elsewhere by its own `use`
            let passed_on = entry.named.iter().find(|named| {
                named.alias.as_ref() == Some(word) && depth < 8 && at.as_slice() != from
            });
            if let Some(named) = passed_on {
                let mut path = named.path.clone();
                path.extend_from_slice(&rest[1..]);
                return self.target(&at, &path, depth + 1);
            }
            break;
        }
        Some(at)
    }

    fn upward(&self, imports: &BTreeSet<Import>) -> Vec<String> {
        let layer = |module: &[String]| {
            let name = module.first()?;
            self.layers.iter().position(|layer| layer.contains(name))
        };
        imports
            .iter()
            .filter(|import| layer(&import.from) < layer(&import.to))
            .map(|import| {
                format!(
                    "{} imports from {}: no import goes up; a module uses those that src/lib.rs lists before it",
                    self.file(&import.from),
                    self.file(&import.to)
                )
            })
            .collect()
    }

    fn circles(&self, imports: &BTreeSet<Import>) -> Vec<String> {
        // for each folder: which of its modules uses which other, and by what import
        let mut folders: BTreeMap<&[String], BTreeMap<(&str, &str), &Import>> = BTreeMap::new();
        for import in imports {
            let (from, to) = (&import.from, &import.to);
            let common = from.iter().zip(to).take_while(|(a, b)| a == b).count();
            let (Some(own), Some(other)) = (from.get(common), to.get(common)) else {
                continue;
            };
            let folder = folders.entry(&from[..common]).or_default();
            folder.entry((own, other)).or_insert(import);
        }
        let mut faults = Vec::new();
        for uses in folders.values() {
            let mut told = BTreeSet::new();
            for &start in uses.keys() {
                let Some(circle) = shortest_circle(uses, start) else {
                    continue;
                };
                let members: BTreeSet<&str> = circle.iter().map(|pair| pair.0).collect();
                if !told.insert(members) {
                    continue;
                }
                let steps = circle.iter().map(|pair| {
                    let import = uses[pair];
                    format!(
                        "{} imports from {}",
                        self.file(&import.from),
                        self.file(&import.to)
                    )
                });
                faults.push(format!(
                    "{}: modules of one folder do not import each other in a circle; move what both need into a module below both",
                    steps.collect::<Vec<_>>().join(", ")
                ));
            }
        }
        faults
    }
}

/// The shortest way by imports that begins with one and comes back to where it began.
fn shortest_circle<'a>(
    uses: &BTreeMap<(&'a str, &'a str), &Import>,
    start: (&'a str, &'a str),
) -> Option<Vec<(&'a str, &'a str)>> {
    let mut ways = std::collections::VecDeque::from([vec![start]]);
    let mut seen = BTreeSet::from([start.1]);
    while let Some(way) = ways.pop_front() {
        let last = way.last()?.1;
        if last == start.0 {
            return Some(way);
        }
        for &next in uses.keys().filter(|pair| pair.0 == last) {
            if seen.insert(next.1) {
                let mut longer = way.clone();
                longer.push(next);
                ways.push_back(longer);
            }
        }
    }
    None
}

/// The layers that the list in the documentation of `lib.rs` names, a line each.
fn layers(text: &str) -> Vec<Vec<String>> {
    text.lines()
        .filter_map(|line| line.strip_prefix("//! - "))
        .filter_map(|line| line.split_once(':'))
        .map(|(names, _)| {
            let names = names.split('`').skip(1).step_by(2);
            names.map(str::to_owned).collect()
        })
        .collect()
}
