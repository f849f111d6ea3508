//! RDMs and Datasets as rsatoolbox saves them: measurements beside groups of descriptors.

use super::super::Values;
use super::super::contents::{Contents, Data, Variable, spelled};
use super::super::words::{is_id_name, words};
use super::super::{Found, NamedArray, stem_of_image};
use super::{About, Content, ID_NAMES, is_array};
use crate::problem::Problem;

/// Arrays of such a file; `None` for any other.
pub fn found(contents: &Contents) -> Option<Vec<Found>> {
    if let Some(variable) = contents.variable("dissimilarities").filter(|v| is_array(v)) {
        // what cannot be read may have been whose RDMs these are, or when
        let descriptors = format!("{}/rdm_descriptors", contents.path);
        let is_lost =
            |problem: &Problem| problem.is_error() && problem.file.starts_with(&descriptors);
        if contents.problems.iter().any(is_lost) {
            let path = format!("{}/{}", contents.path, variable.name);
            let problem = Problem::error(
                &path,
                "was left out: not all of its rdm_descriptors can be read",
            )
            .expected("descriptors that say whose RDMs these are")
            .hint("Save the RDMs again with rsatoolbox, or download the file again");
            return Some(vec![Found::LeftAlone(problem)]);
        }
        return rdms(contents, variable);
    }
    let variable = contents.variable("measurements").filter(|v| is_array(v))?;
    let has_descriptors = contents
        .variables
        .iter()
        .any(|other| other.name.starts_with("obs_descriptors/"));
    if !has_descriptors {
        return None;
    }
    dataset(contents, variable).map(|found| vec![found])
}

/// The text, or numbers as text, of a descriptor, if there are as many as asked for.
fn descriptor(contents: &Contents, name: &str, count: usize) -> Option<Vec<String>> {
    let texts = texts_of(contents.variable(name)?)?;
    (texts.len() == count).then_some(texts)
}

fn texts_of(variable: &Variable) -> Option<Vec<String>> {
    match &variable.data {
        Data::Text(texts) => Some(texts.clone()),
        Data::Numbers { values, .. } => Some(spelled(values)),
        Data::Other(_) => None,
    }
}

/// Ids of patterns or observations, and where they come from.
#[derive(Default, Clone)]
struct Ids {
    texts: Option<Vec<String>>,
    from: String,
    is_counted: bool,
}

/// Ids among a group of descriptors: by their usual names, else by any name of ids, else the only text there;
/// last the index that rsatoolbox itself counts.
fn ids(contents: &Contents, group: &str, count: usize) -> Ids {
    let prefix = format!("{group}/");
    let is_unique = |texts: &[String]| {
        texts
            .iter()
            .collect::<std::collections::BTreeSet<_>>()
            .len()
            == texts.len()
    };
    let mut candidates: Vec<(usize, &str, Vec<String>)> = contents
        .variables
        .iter()
        .filter_map(|variable| {
            let name = variable.name.strip_prefix(&prefix)?;
            let texts = texts_of(variable).filter(|texts| texts.len() == count)?;
            let is_text = variable.text().is_some();
            let known = ID_NAMES.iter().position(|known| *known == name);
            let rank = match known {
                _ if name == "index" => 400,
                Some(position) => position,
                None if is_id_name(name) && is_unique(&texts) => 100 + usize::from(!is_text),
                None if is_text => 200,
                None => return None,
            };
            Some((rank, name, texts))
        })
        .collect();
    candidates.sort_by_key(|(rank, _, _)| *rank);
    let texts_only = candidates
        .iter()
        .filter(|(rank, _, _)| *rank == 200)
        .count();
    let first = candidates
        .into_iter()
        .find(|(rank, _, _)| *rank != 200 || texts_only == 1);
    let Some((rank, name, texts)) = first else {
        return Ids::default();
    };
    let counts = |first: usize| {
        let mut positions = texts.iter().enumerate();
        positions.all(|(position, text)| *text == (position + first).to_string())
    };
    Ids {
        is_counted: rank == 400 && (counts(0) || counts(1)),
        from: format!("its descriptor {name}"),
        texts: Some(texts.iter().map(|id| stem_of_image(id)).collect()),
    }
}

/// Words of descriptors that count time.
const TIMES: [&str; 12] = [
    "time",
    "times",
    "timepoint",
    "timepoints",
    "bin",
    "bins",
    "latency",
    "onset",
    "window",
    "ms",
    "tr",
    "sample",
];

/// Whether a descriptor of RDMs tells them apart by time.
fn times(contents: &Contents, count: usize) -> Option<Vec<String>> {
    contents.variables.iter().find_map(|variable| {
        let name = variable.name.strip_prefix("rdm_descriptors/")?;
        let is_time = words(name)
            .iter()
            .any(|word| TIMES.contains(&word.as_str()));
        let texts = texts_of(variable).filter(|texts| is_time && texts.len() == count)?;
        texts
            .windows(2)
            .any(|pair| pair[0] != pair[1])
            .then_some(texts)
    })
}

fn rdms(contents: &Contents, variable: &Variable) -> Option<Vec<Found>> {
    let (count, pairs) = match *variable.shape.as_slice() {
        [count, pairs] => (count, pairs),
        [pairs] => (1, pairs),
        _ => return None,
    };
    let Data::Numbers { element, values } = &variable.data else {
        return None;
    };
    let stimuli = super::super::condensed_of(pairs)?;
    let of_rdm = |names: &[&str]| {
        names
            .iter()
            .find_map(|name| descriptor(contents, &format!("rdm_descriptors/{name}"), count))
    };
    let subjects = of_rdm(&["subject", "subj", "participant", "sub"]);
    let rois = of_rdm(&["roi", "ROI", "region"]);
    let names = of_rdm(&["name", "layer", "model"]);
    let times = times(contents, count);
    let is_brain = subjects.is_some() || rois.is_some();
    let about = |roi: Option<String>, subjects: Vec<String>, rows: usize| About {
        content: Some(if is_brain {
            (
                Content::Rdm,
                "rsatoolbox wrote it as RDMs, with their subjects".to_owned(),
            )
        } else {
            (
                Content::ModelRdm,
                "rsatoolbox wrote it as RDMs, without a subject".to_owned(),
            )
        }),
        roi,
        subjects,
        distance: contents.note("dissimilarity_measure").map(str::to_owned),
        axes: if times.is_some() && rows > 1 {
            vec!["time".to_owned(), "pair".to_owned()]
        } else if is_brain || rows == 1 {
            vec!["subject".to_owned(), "pair".to_owned()]
        } else {
            Vec::new()
        },
        ..About::default()
    };
    let ids = ids(contents, "pattern_descriptors", stimuli);
    let path = format!("{}/{}", contents.path, variable.name);
    // an array for each region; where RDMs count time, for each subject as well, and without either for
    // each model
    let varies = |texts: &Option<Vec<String>>| {
        texts
            .as_ref()
            .is_some_and(|texts| texts.windows(2).any(|pair| pair[0] != pair[1]))
    };
    let by_roi = varies(&rois);
    let by_subject = times.is_some() && varies(&subjects);
    let by_name = !is_brain && times.is_none() && varies(&names);
    let at = |texts: &Option<Vec<String>>, row: usize| texts.as_ref()?.get(row).cloned();
    let key = |row: usize| -> Vec<String> {
        let parts = [
            by_roi.then(|| at(&rois, row)),
            by_subject.then(|| at(&subjects, row)),
            by_name.then(|| at(&names, row)),
        ];
        parts.into_iter().flatten().flatten().collect()
    };
    let mut order: Vec<(Vec<String>, Vec<usize>)> = Vec::new();
    let mut positions = std::collections::HashMap::new();
    for row in 0..count {
        let position = *positions.entry(key(row)).or_insert_with(|| {
            order.push((key(row), Vec::new()));
            order.len() - 1
        });
        order[position].1.push(row);
    }
    let is_whole = order.len() == 1;
    let parts = order.into_iter().map(|(key, rows)| {
        let first = rows.first().copied().unwrap_or(0);
        let roi = at(&rois, first).or_else(|| at(&names, first));
        let of_rows = || rows.iter().filter_map(|&row| at(&subjects, row));
        let subjects: Vec<String> = if times.is_some() {
            of_rows().take(1).collect()
        } else {
            of_rows().collect()
        };
        let numbers = || rows.iter().flat_map(|row| row * pairs..(row + 1) * pairs);
        let (path, shape, values) = if is_whole {
            (path.clone(), variable.shape.clone(), values.clone())
        } else {
            let own = match values {
                Values::F32(values) => {
                    Values::F32(numbers().map(|position| values[position]).collect())
                }
                Values::F64(values) => {
                    Values::F64(numbers().map(|position| values[position]).collect())
                }
            };
            (
                format!("{path}[{}]", key.join(", ")),
                vec![rows.len(), pairs],
                own,
            )
        };
        let mut about = about(roi, subjects, rows.len());
        if shape.len() != about.axes.len() {
            about.axes = Vec::new();
        }
        about.ids_from.clone_from(&ids.from);
        about.is_counted = ids.is_counted;
        Found::Array(NamedArray {
            path,
            shape,
            element: *element,
            values,
            ids: ids.texts.clone(),
            about,
        })
    });
    Some(parts.collect())
}

fn dataset(contents: &Contents, variable: &Variable) -> Option<Found> {
    let Data::Numbers { element, values } = &variable.data else {
        return None;
    };
    let note = |name: &str| {
        contents
            .note(&format!("descriptors/{name}"))
            .map(str::to_owned)
    };
    let network = note("network").or_else(|| note("model"));
    let roi = note("roi")
        .or_else(|| note("ROI"))
        .or_else(|| note("region"));
    let subject = note("subject").or_else(|| note("subj"));
    let is_brain = network.is_none() && (roi.is_some() || subject.is_some());
    let content = if is_brain {
        Content::Responses
    } else {
        Content::Activations
    };
    let rows = variable.shape.first().copied().unwrap_or(0);
    let ids = ids(contents, "obs_descriptors", rows);
    Some(Found::Array(NamedArray {
        path: format!("{}/{}", contents.path, variable.name),
        shape: variable.shape.clone(),
        element: *element,
        values: values.clone(),
        ids: ids.texts,
        about: About {
            content: Some((content, "rsatoolbox wrote it as a Dataset".to_owned())),
            network,
            layer: note("layer"),
            roi,
            subjects: subject.into_iter().collect(),
            // as rsatoolbox has them: observations, channels, and times where there are any
            axes: match variable.shape.len() {
                2 => vec!["stimulus".to_owned(), "unit".to_owned()],
                3 => vec!["stimulus".to_owned(), "unit".to_owned(), "time".to_owned()],
                _ => Vec::new(),
            },
            ids_from: ids.from,
            is_counted: ids.is_counted,
            ..About::default()
        },
    }))
}

#[cfg(test)]
mod tests {
    use super::super::super::decode::{Element, ElementKind};
    use super::*;

    fn numbers(name: &str, shape: &[usize], values: &[f64]) -> Variable {
        Variable {
            name: name.to_owned(),
            shape: shape.to_vec(),
            data: Data::Numbers {
                element: Element {
                    kind: ElementKind::Float,
                    size: 8,
                    big_endian: false,
                },
                values: Values::F64(values.to_vec()),
            },
            axes: Vec::new(),
        }
    }

    fn texts(name: &str, texts: &[&str]) -> Variable {
        Variable {
            name: name.to_owned(),
            shape: vec![texts.len()],
            data: Data::Text(texts.iter().map(|&text| text.to_owned()).collect()),
            axes: Vec::new(),
        }
    }

    /// Names, axes, subjects and ids of four RDMs of three stimuli beside descriptors.
    type Made = (String, Vec<String>, Vec<String>, Option<Vec<String>>);

    fn made(descriptors: Vec<Variable>) -> Vec<Made> {
        let values: Vec<f64> = (0..12).map(f64::from).collect();
        let mut contents = Contents::of("a.hdf5");
        contents
            .variables
            .push(numbers("dissimilarities", &[4, 3], &values));
        contents.variables.extend(descriptors);
        let found = found(&contents).expect("RDMs").into_iter();
        found
            .map(|found| match found {
                Found::Array(array) => {
                    let name = array.path.trim_start_matches("a.hdf5/dissimilarities");
                    (
                        name.to_owned(),
                        array.about.axes,
                        array.about.subjects,
                        array.ids,
                    )
                }
                other => panic!("{other:?}"),
            })
            .collect()
    }

    #[test]
    fn stacks_say_what_they_count() {
        let subjects = || texts("rdm_descriptors/subject", &["a", "a", "b", "b"]);
        let plain = made(vec![subjects()]);
        assert_eq!(plain.len(), 1);
        assert_eq!(plain[0].1, ["subject", "pair"]);
        assert_eq!(plain[0].2, ["a", "a", "b", "b"]);
        for name in ["time", "time_bin", "timepoint", "bin"] {
            let times = numbers(
                &format!("rdm_descriptors/{name}"),
                &[4],
                &[0.0, 1.0, 0.0, 1.0],
            );
            let timed = made(vec![subjects(), times.clone()]);
            let names: Vec<&str> = timed.iter().map(|made| made.0.as_str()).collect();
            assert_eq!(names, ["[a]", "[b]"], "{name}");
            assert!(
                timed.iter().all(|made| made.1 == ["time", "pair"]),
                "{name}"
            );
            assert_eq!(timed[1].2, ["b"], "{name}");
            let alone = made(vec![times]);
            assert_eq!(alone.len(), 1);
            assert_eq!(alone[0].1, ["time", "pair"]);
        }
        let models = made(vec![texts("rdm_descriptors/name", &["p", "q", "r", "s"])]);
        assert_eq!(models.len(), 4);
    }

    #[test]
    fn ids_are_taken_whatever_their_type() {
        let subjects = texts("rdm_descriptors/subject", &["a", "a", "b", "b"]);
        let of = |own: Vec<Variable>| {
            let mut all = vec![subjects.clone()];
            all.extend(own);
            made(all).remove(0).3
        };
        let expected = |ids: &[&str]| Some(ids.iter().map(|&id| id.to_owned()).collect());
        let ids = numbers("pattern_descriptors/nsd_id", &[3], &[46002.0, 7.0, 8.0]);
        let index = numbers("pattern_descriptors/index", &[3], &[0.0, 1.0, 2.0]);
        let labels = numbers("pattern_descriptors/category", &[3], &[1.0, 1.0, 2.0]);
        assert_eq!(
            of(vec![index.clone(), ids, labels.clone()]),
            expected(&["46002", "7", "8"])
        );
        assert_eq!(of(vec![labels.clone(), index]), expected(&["0", "1", "2"]));
        assert_eq!(of(vec![labels]), None);
    }
}
