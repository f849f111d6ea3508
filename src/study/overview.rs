//! The files at a glance: arrays by network, by region and by what else they are for, so that a hundred
//! files are a page of lines.

use std::collections::{BTreeSet, HashMap};

use super::naming::is_subject;
use super::natural::natural_key;
use super::roles::{Distance, Kind, Role};
use super::{ArrayId, Assembly, Entry, Matching, Part};
use crate::problem::Severity;
use crate::stable_sort::sorted_by;

/// Arrays that belong together.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Group {
    /// Layers of a network.
    Network(String),
    /// Brains in a region.
    Region(String),
    /// RDMs of no brain.
    ModelRdms,
    /// Activations for other stimuli.
    Fitting,
    /// What is not used.
    LeftOut,
}

impl Group {
    /// The group of an array with a role.
    #[must_use]
    pub fn of(role: &Role) -> Self {
        match role.kind {
            Kind::Activations => Group::Network(role.network.clone()),
            Kind::Rdm | Kind::Responses => Group::Region(role.roi.clone()),
            Kind::ModelRdm => Group::ModelRdms,
            Kind::Fitting => Group::Fitting,
            Kind::LeftOut => Group::LeftOut,
        }
    }

    fn rank(&self) -> u8 {
        match self {
            Group::Network(_) => 0,
            Group::Region(_) => 1,
            Group::ModelRdms => 2,
            Group::Fitting => 3,
            Group::LeftOut => 4,
        }
    }

    fn name(&self) -> &str {
        match self {
            Group::Network(name) | Group::Region(name) => name,
            _ => "",
        }
    }
}

/// What a line says of a group.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// Which group.
    pub group: Group,
    /// Its arrays, in the natural order of layers, subjects or paths.
    pub arrays: Vec<ArrayId>,
    /// Number of layers with different names.
    pub layers: usize,
    /// The fewest and the most units of an array, where all have some.
    pub units: Option<(usize, usize)>,
    /// Number of subjects, each matrix of a stack one.
    pub subjects: usize,
    /// How many of the arrays are RDMs; the rest of a region is responses.
    pub rdms: usize,
    /// The distance that all RDMs have; `None` where they differ or there are none.
    pub distance: Option<Distance>,
    /// How stimuli were matched, and in how many arrays; empty while they could not be.
    pub matched: Vec<(Matching, usize)>,
    /// Some array was matched by order while other files have ids.
    pub is_order_beside_ids: bool,
    /// Number of arrays with an error.
    pub errors: usize,
    /// Number of arrays with a warning and no error.
    pub warnings: usize,
}

/// One line for each network, each region, and each further use, in this order.
#[must_use]
pub fn overview(entries: &[Entry], assembly: &Assembly) -> Vec<Line> {
    let how: HashMap<ArrayId, &Matching> = assembly
        .matched
        .iter()
        .map(|(id, how)| (*id, how))
        .collect();
    let has_ids = how.values().any(|how| matches!(how, Matching::Ids { .. }));
    let mut worst: HashMap<&str, Severity> = HashMap::new();
    for problem in &assembly.problems {
        match problem.severity {
            Severity::Notice => {}
            Severity::Error => drop(worst.insert(&problem.file, Severity::Error)),
            Severity::Warning => drop(worst.entry(&problem.file).or_insert(Severity::Warning)),
        }
    }
    let mut groups: HashMap<Group, Vec<&Entry>> = HashMap::new();
    for entry in entries {
        groups
            .entry(Group::of(&entry.role))
            .or_default()
            .push(entry);
    }
    let lines = groups.into_iter().map(|(group, members)| {
        let with = |wanted: Severity| {
            let of = |entry: &&&Entry| worst.get(entry.survey.path.as_str()) == Some(&wanted);
            members.iter().filter(of).count()
        };
        let matched = members.iter().filter_map(|entry| how.get(&entry.id));
        let is_lent = |entry: &&Entry| matches!(how.get(&entry.id), Some(Matching::Lent { .. }));
        Line {
            layers: distinct(&members, |role| &role.layer),
            units: units(&members),
            subjects: subjects(&members),
            rdms: members
                .iter()
                .filter(|entry| entry.role.kind == Kind::Rdm)
                .count(),
            distance: distance(&members),
            is_order_beside_ids: has_ids && members.iter().any(is_lent),
            errors: with(Severity::Error),
            warnings: with(Severity::Warning),
            matched: ways(matched.map(|how| ((*how).clone(), 1))),
            arrays: in_order(&group, members),
            group,
        }
    });
    // names in their natural order, found once for each line
    let keyed: Vec<_> = lines
        .map(|line| ((line.group.rank(), natural_key(line.group.name())), line))
        .collect();
    let sorted = sorted_by(keyed, |a, b| a.0.cmp(&b.0));
    sorted.into_iter().map(|(_, line)| line).collect()
}

/// Ways of matching and how many arrays each has, counted together, the most frequent first.
#[must_use]
pub fn ways(counted: impl Iterator<Item = (Matching, usize)>) -> Vec<(Matching, usize)> {
    let mut ways: Vec<(Matching, usize)> = Vec::new();
    for (how, count) in counted {
        match ways.iter_mut().find(|(known, _)| *known == how) {
            Some((_, known)) => *known += count,
            None => ways.push((how, count)),
        }
    }
    sorted_by(ways, |a, b| b.1.cmp(&a.1))
}

fn in_order(group: &Group, members: Vec<&Entry>) -> Vec<ArrayId> {
    let keyed: Vec<_> = members
        .into_iter()
        .map(|entry| {
            let (role, path) = (&entry.role, entry.survey.path.as_str());
            let (depth, name) = match group {
                Group::Network(_) => (role.depth.unwrap_or(0), role.layer.as_str()),
                Group::Region(_) => (0, role.subject.as_str()),
                _ => (0, path),
            };
            ((depth, natural_key(name), natural_key(path)), entry.id)
        })
        .collect();
    let sorted = sorted_by(keyed, |a, b| a.0.cmp(&b.0));
    sorted.into_iter().map(|(_, id)| id).collect()
}

fn distinct(members: &[&Entry], name: fn(&Role) -> &String) -> usize {
    let names: BTreeSet<&String> = members.iter().map(|entry| name(&entry.role)).collect();
    names.len()
}

fn units(members: &[&Entry]) -> Option<(usize, usize)> {
    let mut range = None;
    for entry in members {
        entry.stimuli()?;
        let units = Part {
            array: entry.id,
            digest: entry.survey.digest,
            path: String::new(),
            shape: entry.survey.shape.clone(),
            axes: entry.role.axes,
            rows: Vec::new(),
        }
        .units();
        range = match range {
            None => Some((units, units)),
            Some((least, most)) => Some((units.min(least), units.max(most))),
        };
    }
    range
}

fn subjects(members: &[&Entry]) -> usize {
    let mut named = BTreeSet::new();
    let mut stacked = 0;
    for entry in members {
        let is_rdm = entry.role.kind == Kind::Rdm;
        match entry.role.axes.matrices(&entry.survey.shape) {
            Some(count) if is_rdm => stacked += count,
            _ => drop(named.insert(&entry.role.subject)),
        }
    }
    named.len() + stacked
}

fn distance(members: &[&Entry]) -> Option<Distance> {
    let mut all = members
        .iter()
        .filter(|entry| entry.role.kind == Kind::Rdm)
        .map(|entry| entry.role.distance);
    let first = all.next()?;
    all.all(|distance| distance == first).then_some(first)
}

/// How the subjects of a stack begin, once someone has said that its matrices are subjects: `sub-` where it
/// was named `sub-01`. In a region with other files the whole name stays in it, so that no two are the same.
#[must_use]
pub fn subjects_of_stack(subject: &str, is_alone: bool) -> String {
    let is_one = is_subject(subject) || subject.ends_with(|c: char| c.is_ascii_digit());
    if !is_one {
        return subject.to_owned();
    }
    if !is_alone {
        return format!("{subject}-");
    }
    let start = subject.trim_end_matches(|c: char| c.is_ascii_digit());
    match start.rfind(['-', '_']) {
        Some(end) => start.get(..=end).unwrap_or("sub-").to_owned(),
        None if start.is_empty() => "sub-".to_owned(),
        None => start.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Context, ReadItem, assemble, survey::survey};
    use super::*;
    use crate::formats::{About, Element, NamedArray, Values};
    use crate::study::Collection;

    fn collection(files: &[(&str, &[usize])]) -> Collection {
        let mut collection = Collection::default();
        for (path, shape) in files {
            let length: usize = shape.iter().product();
            let last = shape.last().copied().unwrap_or(1);
            let value = |i: usize| {
                let (row, column) = (i / last % last, i % last);
                match path.contains("rdm") {
                    true if row == column => 0.0,
                    true => 1.0 + ((row + column) % 3) as f64 + path.len() as f64,
                    false => (i * 7 % 11) as f64,
                }
            };
            let array = NamedArray {
                path: (*path).into(),
                shape: shape.to_vec(),
                element: Element::TEXT,
                values: Values::F64((0..length).map(value).collect()),
                ids: None,
                about: About::default(),
            };
            collection.add(vec![ReadItem::Array(Box::new(survey(&array)))]);
        }
        collection.settle();
        collection
    }

    #[test]
    fn a_line_for_each_network_and_each_region() {
        let collection = collection(&[
            ("rdm_IT__sub-10.npy", &[6, 6]),
            ("rdm_IT__sub-9.npy", &[6, 6]),
            ("net10__x.npy", &[6, 4]),
            ("net2__conv10.npy", &[6, 3]),
            ("net2__conv2.npy", &[6, 50]),
        ]);
        let assembly = assemble(&collection.entries, &Context::default());
        let lines = overview(&collection.entries, &assembly);
        let groups: Vec<&Group> = lines.iter().map(|line| &line.group).collect();
        assert_eq!(
            groups,
            [
                &Group::Network("net2".into()),
                &Group::Network("net10".into()),
                &Group::Region("IT".into()),
            ]
        );
        let first = &lines[0];
        assert_eq!((first.layers, first.units), (2, Some((3, 50))));
        assert_eq!(first.matched, [(Matching::Order, 2)]);
        assert!(!first.is_order_beside_ids);
        // conv2 before conv10, sub-9 before sub-10
        let id = |index: usize| collection.entries[index].id;
        assert_eq!(first.arrays, [id(4), id(3)]);
        assert_eq!(lines[2].arrays, [id(1), id(0)]);
        assert_eq!((lines[2].subjects, lines[2].rdms), (2, 2));
        assert_eq!(lines[2].distance, Some(Distance::Correlation));
    }

    #[test]
    fn lines_count_what_is_wrong_and_who_is_matched_by_order_beside_ids() {
        let mut collection = collection(&[
            ("a__x.npy", &[6, 4]),
            ("a__y.npy", &[6, 4]),
            ("b__x.npy", &[6, 4]),
            ("rdm_IT__s.npy", &[6, 5]),
        ]);
        let assembly = assemble(&collection.entries, &Context::default());
        let lines = overview(&collection.entries, &assembly);
        let errors: usize = lines.iter().map(|line| line.errors).sum();
        assert_eq!(errors, 1, "{lines:?}");
        assert!(lines.iter().all(|line| line.matched.is_empty()));

        collection.entries[3].role.kind = Kind::LeftOut;
        collection.entries[0].survey.ids = Some((0..6).map(|i| format!("im{i}")).collect());
        let mut context = Context::default();
        context.settings.lend_ids = true;
        let assembly = assemble(&collection.entries, &context);
        let lines = overview(&collection.entries, &assembly);
        let order: Vec<bool> = lines.iter().map(|line| line.is_order_beside_ids).collect();
        assert_eq!(order, [true, true, false], "{lines:?}");
        assert_eq!(lines[2].group, Group::LeftOut);
    }

    #[test]
    fn matrices_of_a_stack_named_after_one_subject_get_names_of_their_own() {
        for (subject, is_alone, start) in [
            ("sub-01", true, "sub-"),
            ("subj03", true, "subj"),
            ("7", true, "sub-"),
            ("sub-BE", true, "sub-"),
            ("sub-01", false, "sub-01-"),
            ("sub-", true, "sub-"),
            ("a,b", true, "a,b"),
        ] {
            let made = subjects_of_stack(subject, is_alone);
            assert_eq!(made, start);
            assert!(!is_subject(&made), "{made}");
        }
    }
}
