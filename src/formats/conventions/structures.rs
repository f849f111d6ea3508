//! Arrays of structures of MATLAB that hold an array each: `layers(1).name` says what `layers(1).data` is of.
//! Those of the RSA toolbox, which hold RDMs, are in `matlab`.

use std::collections::{BTreeMap, BTreeSet};

use super::super::Found;
use super::super::contents::{Contents, Variable, last_name};
use super::super::words::words;
use super::rows::{is_array, is_list};
use super::{About, Content, arrays_of};
use crate::problem::{Problem, Severity};

/// Fields that hold an RDM.
const RDM_FIELDS: [&str; 2] = ["RDM", "rdm"];
/// Fields that name an element, the likeliest first.
const NAME_FIELDS: [&str; 10] = [
    "name",
    "Name",
    "layer",
    "layerName",
    "layer_name",
    "network",
    "subject",
    "subj",
    "id",
    "label",
];
/// Words for structures that stand for subjects.
const SUBJECTS: [&str; 7] = [
    "sub",
    "subs",
    "subj",
    "subjs",
    "subject",
    "subjects",
    "participants",
];
/// Words for structures that stand for networks.
const NETWORKS: [&str; 6] = ["net", "nets", "network", "networks", "model", "models"];

/// An element of an array of structures and a field of it: `layers(2)` and `data` of `layers(2).data`.
fn parts(name: &str) -> Option<(&str, &str)> {
    let end = name.rfind(").")?;
    Some((name.get(..=end)?, name.get(end + 2..)?))
}

/// The array of structures of an element: `layers` of `layers(2)`.
fn structure_of(element: &str) -> &str {
    element.rfind('(').map_or(element, |end| &element[..end])
}

/// An array of structures.
#[derive(Default)]
struct Structure<'a> {
    /// Its elements that hold arrays, with the fields that do.
    elements: BTreeMap<&'a str, Vec<&'a Variable>>,
}

impl Structure<'_> {
    /// The name of each element, where each has one of its own.
    fn names(&self, contents: &Contents) -> Option<BTreeMap<&str, String>> {
        let of = |field: &str| -> Option<BTreeMap<&str, String>> {
            let name = |element: &&str| contents.note(&format!("{element}.{field}"));
            self.elements
                .keys()
                .map(|element| Some((*element, name(element)?.to_owned())))
                .collect()
        };
        let is_apart = |names: &BTreeMap<&str, String>| {
            let texts: BTreeSet<&String> = names.values().collect();
            texts.len() == names.len() && texts.iter().all(|text| !text.trim().is_empty())
        };
        NAME_FIELDS
            .iter()
            .filter_map(|field| of(field))
            .find(is_apart)
    }

    /// The field that holds a vector of the same length in each element: they are the rows of one array.
    fn rows(&self) -> Option<&Variable> {
        let mut all = self.elements.values().flatten();
        let first = all.next()?;
        let is_alike = |other: &&Variable| {
            last_name(&other.name) == last_name(&first.name) && other.shape == first.shape
        };
        (is_list(first) && all.all(is_alike)).then_some(first)
    }
}

/// Arrays of structures that hold numbers, by their names; none that hold RDMs.
fn structures(contents: &Contents) -> BTreeMap<&str, Structure<'_>> {
    let mut all: BTreeMap<&str, Structure> = BTreeMap::new();
    let mut of_rdms = BTreeSet::new();
    for variable in contents.variables.iter().filter(|v| is_array(v)) {
        let Some((element, field)) = parts(&variable.name) else {
            continue;
        };
        let structure = structure_of(element);
        if RDM_FIELDS.contains(&field) {
            of_rdms.insert(structure);
        }
        let own = all.entry(structure).or_default();
        own.elements.entry(element).or_default().push(variable);
    }
    all.retain(|name, structure| !of_rdms.contains(name) && structure.elements.len() > 1);
    all
}

/// Takes out the arrays of structures of which nothing says what their elements are, with a problem each. It
/// is an error where the file holds no other matrix.
pub fn refuse(contents: &mut Contents) {
    let mut problems = Vec::new();
    let mut refused: BTreeSet<String> = BTreeSet::new();
    let all = structures(contents);
    let has_others = contents.variables.iter().any(|variable| {
        is_array(variable) && !is_list(variable) && parts(&variable.name).is_none()
    });
    for (name, structure) in &all {
        let rows = structure.rows();
        if rows.is_none() && structure.names(contents).is_some() {
            continue;
        }
        let own = structure.elements.values().flatten();
        refused.extend(own.map(|variable| variable.name.clone()));
        let mut problem = problem(contents, name, structure, rows);
        if has_others {
            problem.severity = Severity::Warning;
        }
        problems.push(problem);
    }
    contents
        .variables
        .retain(|variable| !refused.contains(&variable.name));
    contents.problems.extend(problems);
}

fn problem(
    contents: &Contents,
    name: &str,
    structure: &Structure,
    rows: Option<&Variable>,
) -> Problem {
    let path = format!("{}/{name}", contents.path);
    let count = structure.elements.len();
    let last = last_name(name);
    if let Some(first) = rows {
        let field = last_name(&first.name);
        let joined = if first.shape.first() == Some(&1) {
            format!("{last}_{field} = vertcat({name}.{field})")
        } else {
            format!("{last}_{field} = horzcat({name}.{field})'")
        };
        return Problem::error(
            &path,
            format!(
                "is an array of {count} structures (struct) with a vector of {} numbers in the field {field} of each",
                first.len()
            ),
        )
        .expected("one matrix with a row for each stimulus")
        .hint(format!(
            "If each structure is a stimulus, join them in MATLAB and save that: {joined}"
        ));
    }
    Problem::error(
        &path,
        format!(
            "is an array of {count} structures (struct), and no field says which layer each is"
        ),
    )
    .expected("a field name with a text of its own in each, or a variable for each layer")
    .hint(format!(
        "Name each in MATLAB before it is saved, such as {name}(1).name = 'conv1'"
    ))
}

/// The arrays of such a file; `None` for any other.
pub fn found(contents: &Contents) -> Option<Vec<Found>> {
    let all = structures(contents);
    let mut known: BTreeMap<&str, (About, String)> = BTreeMap::new();
    for (structure_name, structure) in &all {
        let Some(names) = structure.names(contents) else {
            continue;
        };
        let words = words(last_name(structure_name));
        let is_one = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
        for (element, variables) in &structure.elements {
            let Some(own) = names.get(element) else {
                continue;
            };
            let matrices = variables.iter().filter(|v| !is_list(v)).count();
            for variable in variables {
                let field = last_name(&variable.name);
                let mut about = About::default();
                let mut name = variable.name.clone();
                if is_one(&SUBJECTS) {
                    about.subjects = vec![own.clone()];
                    about.content = Some((
                        if matches!(*variable.shape, [rows, columns] if rows == columns) {
                            Content::Rdm
                        } else {
                            Content::Responses
                        },
                        format!("{structure_name} is an array of structures, one for each subject"),
                    ));
                    about.roi = (matrices > 1).then(|| field.to_owned());
                } else if is_one(&NETWORKS) {
                    name = renamed(element, own, Some(field));
                    about.network = Some(own.clone());
                    about.layer = Some(field.to_owned());
                } else if matrices > 1 {
                    name = renamed(element, own, Some(field));
                    about.layer = Some(format!("{own}.{field}"));
                } else {
                    name = renamed(element, own, None);
                    about.layer = Some(own.clone());
                }
                known.insert(&variable.name, (about, name));
            }
        }
    }
    if known.is_empty() {
        return None;
    }
    let arrays: Vec<&Variable> = contents.variables.iter().filter(|v| is_array(v)).collect();
    let mut made = arrays_of(contents, &arrays, |variable| {
        let about = known.get(variable.name.as_str());
        about.map(|(about, _)| about.clone()).unwrap_or_default()
    });
    // under the name that an element has, for its position in the structure would pass for a network
    let mut taken: BTreeSet<String> = arrays.iter().map(|v| v.name.clone()).collect();
    for found in &mut made {
        let Found::Array(array) = found else {
            continue;
        };
        let inner = array.path.strip_prefix(&contents.path);
        let inner = inner.and_then(|inner| inner.strip_prefix('/'));
        if let Some((_, name)) = inner.and_then(|inner| known.get(inner))
            && taken.insert(name.clone())
        {
            array.path = format!("{}/{name}", contents.path);
        }
    }
    Some(made)
}

/// The name of an array by that of its element: `results.conv1` for `results.layers(1).data`.
fn renamed(element: &str, own: &str, field: Option<&str>) -> String {
    let structure = structure_of(element);
    let before = &structure[..structure.len() - last_name(structure).len()];
    let own = own.trim().replace(['/', '\\', '.'], "_");
    match field {
        Some(field) => format!("{before}{own}.{field}"),
        None => format!("{before}{own}"),
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::contents::Data;
    use super::super::super::decode::{Element, ElementKind, Values};
    use super::super::found as all_found;
    use super::*;

    fn numbers(name: &str, shape: &[usize]) -> Variable {
        Variable {
            name: name.to_owned(),
            shape: shape.to_vec(),
            data: Data::Numbers {
                element: Element {
                    kind: ElementKind::Float,
                    size: 8,
                    big_endian: false,
                },
                values: Values::F64(vec![1.5; shape.iter().product()]),
            },
            axes: Vec::new(),
        }
    }

    fn text(name: &str, text: &str) -> Variable {
        Variable {
            name: name.to_owned(),
            shape: vec![1],
            data: Data::Text(vec![text.to_owned()]),
            axes: Vec::new(),
        }
    }

    /// What is said of each array, or of the first problem.
    fn said(variables: Vec<Variable>) -> Vec<String> {
        let mut contents = Contents::of("a.mat");
        contents.variables = variables;
        let found = all_found(contents);
        let said = found.iter().filter_map(|found| match found {
            Found::Array(array) => {
                let about = &array.about;
                let of = |name: &Option<String>| name.clone().unwrap_or_default();
                let subjects = about.subjects.join(",");
                Some(format!(
                    "{}|{}|{subjects}",
                    of(&about.network),
                    of(&about.layer)
                ))
            }
            Found::LeftAlone(problem) if problem.severity != Severity::Notice => {
                Some(problem.to_string())
            }
            _ => None,
        });
        said.collect()
    }

    #[test]
    fn elements_are_what_their_structure_and_their_names_say() {
        for (structure, first, second) in [
            ("layers", "|conv1|", "|conv2|"),
            ("results.layers", "|conv1|", "|conv2|"),
            ("nets", "conv1|data|", "conv2|data|"),
            ("subj", "||conv1", "||conv2"),
        ] {
            let made = said(vec![
                numbers(&format!("{structure}(1).data"), &[4, 3]),
                text(&format!("{structure}(1).name"), "conv1"),
                numbers(&format!("{structure}(2).data"), &[4, 2]),
                text(&format!("{structure}(2).name"), "conv2"),
            ]);
            assert_eq!(made, [first, second], "{structure}");
        }
        let made = said(vec![
            numbers("l(1).a", &[4, 3]),
            numbers("l(1).b", &[4, 2]),
            text("l(1).name", "x"),
            numbers("l(2).a", &[4, 3]),
            numbers("l(2).b", &[4, 2]),
            text("l(2).name", "y"),
            numbers("other", &[4, 6]),
        ]);
        assert_eq!(made, ["|x.a|", "|x.b|", "|y.a|", "|y.b|", "||"]);
    }

    #[test]
    fn elements_without_a_name_of_their_own_are_refused() {
        let unnamed = |shapes: [&[usize]; 2]| {
            vec![numbers("l(1).x", shapes[0]), numbers("l(2).x", shapes[1])]
        };
        let mut alike = unnamed([&[4, 3], &[4, 2]]);
        alike.extend([text("l(1).name", "same"), text("l(2).name", "same")]);
        for (variables, word) in [
            (unnamed([&[4, 3], &[4, 2]]), "l(1).name = 'conv1'"),
            (alike, "l(1).name = 'conv1'"),
            (unnamed([&[1, 3], &[1, 3]]), "l_x = vertcat(l.x)"),
            (unnamed([&[3, 1], &[3, 1]]), "l_x = horzcat(l.x)'"),
        ] {
            let made = said(variables);
            assert!(
                made[0].contains("struct") && made[0].contains(word),
                "{made:?}"
            );
            assert!(made.iter().all(|said| said.contains("a.mat")), "{made:?}");
        }
        // beside a matrix they are not what the file is about
        let mut variables = unnamed([&[1, 3], &[1, 3]]);
        variables.push(numbers("layer", &[4, 3]));
        assert_eq!(said(variables)[0], "||");
    }
}
