//! RDMs and Datasets as rsatoolbox saves them: measurements beside groups of descriptors.

use super::super::Values;
use super::super::contents::{Contents, Data, Variable};
use super::super::{Found, NamedArray, stem_of_image};
use super::{About, Content, ID_NAMES, is_array};

/// Arrays of such a file; `None` for any other.
pub fn found(contents: &Contents) -> Option<Vec<Found>> {
    if let Some(variable) = contents.variable("dissimilarities").filter(|v| is_array(v)) {
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
    let variable = contents.variable(name)?;
    let texts = match &variable.data {
        Data::Text(texts) => texts.clone(),
        Data::Numbers { values, .. } => (0..values.len())
            .map(|i| values.at(i).to_string())
            .collect(),
        Data::Other(_) => return None,
    };
    (texts.len() == count).then_some(texts)
}

/// Ids among a group of descriptors: by their usual names, else the only text there.
fn ids(contents: &Contents, group: &str, count: usize) -> Option<Vec<String>> {
    let by_name = ID_NAMES
        .iter()
        .find_map(|name| descriptor(contents, &format!("{group}/{name}"), count));
    let texts: Vec<&Variable> = contents
        .variables
        .iter()
        .filter(|v| {
            v.name.starts_with(&format!("{group}/")) && v.text().is_some_and(|t| t.len() == count)
        })
        .collect();
    let only = match texts.as_slice() {
        [only] => only.text().map(<[String]>::to_vec),
        _ => None,
    };
    let found = by_name.or(only)?;
    Some(found.iter().map(|id| stem_of_image(id)).collect())
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
    let of_rdm = |name: &str| descriptor(contents, &format!("rdm_descriptors/{name}"), count);
    let subjects = of_rdm("subject")
        .or_else(|| of_rdm("subj"))
        .or_else(|| of_rdm("participant"));
    let rois = of_rdm("roi")
        .or_else(|| of_rdm("ROI"))
        .or_else(|| of_rdm("region"));
    let name = of_rdm("name").or_else(|| of_rdm("layer"));
    let is_brain = subjects.is_some() || rois.is_some();
    let about = |roi: Option<String>, subjects: Vec<String>| About {
        content: Some(if is_brain {
            (
                Content::Rdm,
                "rsatoolbox wrote it as RDMs, with their subjects".to_owned(),
            )
        } else {
            (
                Content::FurtherRdm,
                "rsatoolbox wrote it as RDMs, without a subject".to_owned(),
            )
        }),
        roi,
        subjects,
        distance: contents.note("dissimilarity_measure").map(str::to_owned),
        ..About::default()
    };
    let ids = ids(contents, "pattern_descriptors", stimuli);
    let path = format!("{}/{}", contents.path, variable.name);
    let distinct = rois.as_ref().map_or(1, |rois| {
        let mut known: Vec<&String> = rois.iter().collect();
        known.sort();
        known.dedup();
        known.len()
    });
    let all_subjects = subjects.unwrap_or_default();
    if distinct <= 1 {
        let roi = rois
            .and_then(|rois| rois.first().cloned())
            .or(name.and_then(|n| n.first().cloned()));
        return Some(vec![Found::Array(NamedArray {
            path,
            shape: variable.shape.clone(),
            element: *element,
            values: values.clone(),
            ids,
            about: about(roi, all_subjects),
        })]);
    }
    // several regions in one file: an array each
    let rois = rois?;
    let mut order: Vec<String> = Vec::new();
    for roi in &rois {
        if !order.contains(roi) {
            order.push(roi.clone());
        }
    }
    let parts = order.into_iter().map(|roi| {
        let rows: Vec<usize> = (0..count).filter(|&row| rois[row] == roi).collect();
        let numbers = rows.iter().flat_map(|row| row * pairs..(row + 1) * pairs);
        let values = match values {
            Values::F32(values) => Values::F32(numbers.map(|place| values[place]).collect()),
            Values::F64(values) => Values::F64(numbers.map(|place| values[place]).collect()),
        };
        let subjects = rows
            .iter()
            .filter_map(|&row| all_subjects.get(row).cloned())
            .collect();
        Found::Array(NamedArray {
            path: format!("{path}[{roi}]"),
            shape: vec![rows.len(), pairs],
            element: *element,
            values,
            ids: ids.clone(),
            about: about(Some(roi), subjects),
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
    Some(Found::Array(NamedArray {
        path: format!("{}/{}", contents.path, variable.name),
        shape: variable.shape.clone(),
        element: *element,
        values: values.clone(),
        ids: ids(
            contents,
            "obs_descriptors",
            variable.shape.first().copied().unwrap_or(0),
        ),
        about: About {
            content: Some((content, "rsatoolbox wrote it as a Dataset".to_owned())),
            network,
            layer: note("layer"),
            roi,
            subjects: subject.into_iter().collect(),
            ..About::default()
        },
    }))
}
