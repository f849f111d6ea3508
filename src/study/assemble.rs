//! From arrays with roles to a study: the last place where anything can be wrong with a file.

mod checks;
mod fitting;
mod model_rdms;

use std::collections::BTreeMap;

use super::alignment::{Matching, match_stimuli};
use super::lookalikes;
use super::naming::{guess_set, is_named_as_layer};
use super::natural::{NaturalKey, natural_key};
use super::roles::Kind;
use super::{ArrayId, Brain, Context, Entry, Layer, Measure, Network, Part, Study};
use crate::formats::file_of;
use crate::problem::{Problem, count};
use crate::stable_sort::sorted_by;
use checks::{of_entry, rdms_beside_layers, subjects_of};
use fitting::add_fitting;
use model_rdms::model_rdms;

/// A study, if there is one, and everything to be said about it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Assembly {
    /// Complete and consistent, ready to be analysed; absent while any problem is an error.
    pub study: Option<Study>,
    /// Notices, warnings and errors, in the order in which they were met.
    pub problems: Vec<Problem>,
    /// An error that goes away if the user says that rows without ids are in the order of a table.
    pub may_lend_ids: bool,
    /// How the stimuli of each array in use were found; nothing while they cannot be matched.
    pub matched: Vec<(ArrayId, Matching)>,
}

impl Assembly {
    /// How the stimuli of an array were found.
    #[must_use]
    pub fn matching(&self, array: ArrayId) -> Option<&Matching> {
        let found = self.matched.iter().find(|(id, _)| *id == array);
        found.map(|(_, how)| how)
    }
}

/// Puts a study together from the entries in use.
#[must_use]
pub fn assemble(entries: &[Entry], context: &Context) -> Assembly {
    let mut problems = Vec::new();
    let (fitting, used): (Vec<&Entry>, Vec<&Entry>) = entries
        .iter()
        .filter(|entry| entry.role.kind != Kind::LeftOut)
        .partition(|entry| entry.role.kind == Kind::Fitting);
    for entry in used.iter().chain(&fitting) {
        problems.extend(of_entry(entry));
    }
    problems.extend(lookalikes::told(entries));
    problems.extend(rdms_beside_layers(entries));
    problems.extend(left_out(entries));
    let mut may_lend_ids = false;
    let mut how = Vec::new();
    let mut study = None;
    if !problems.iter().any(Problem::is_error) {
        match match_stimuli(&used, context, &mut problems) {
            Ok(matched) => {
                let ids = used.iter().map(|entry| entry.id);
                how = ids.zip(matched.how).collect();
                let parts: Vec<Part> = used
                    .iter()
                    .zip(matched.rows)
                    .map(|(entry, rows)| Part {
                        array: entry.id,
                        path: entry.survey.path.clone(),
                        shape: entry.survey.shape.clone(),
                        axes: entry.role.axes,
                        rows,
                    })
                    .collect();
                let mut networks = networks(&used, &parts, context, &mut problems);
                problems.extend(add_fitting(&mut networks, &fitting));
                let made = Study {
                    title: context.settings.title.clone(),
                    stimuli: matched.stimuli,
                    networks,
                    brains: brains(&used, &parts),
                    model_rdms: model_rdms(&used, &parts),
                };
                problems.extend(missing(&made));
                problems.extend(duplicate_brains(&made));
                study = Some(made);
            }
            Err(problem) => {
                may_lend_ids = context.tables().is_empty() && !context.settings.lend_ids && {
                    let agreed = Context {
                        settings: super::Settings {
                            lend_ids: true,
                            ..context.settings.clone()
                        },
                        ..context.clone()
                    };
                    match_stimuli(&used, &agreed, &mut Vec::new()).is_ok()
                };
                problems.push(problem);
            }
        }
    }
    if problems.iter().any(Problem::is_error) {
        study = None;
    }
    Assembly {
        study,
        problems,
        may_lend_ids,
        matched: how,
    }
}

/// One notice of the arrays that a guess left out, for none goes without a word.
fn left_out(entries: &[Entry]) -> Vec<Problem> {
    entries
        .iter()
        .filter(|entry| entry.role.kind == Kind::LeftOut && !entry.settled)
        .map(|entry| {
            Problem::notice(&entry.survey.path, format!("is left out: {}", entry.reason))
                .hint("Give it a role in the files table or a study.json if it is one")
        })
        .collect()
}

fn networks(
    used: &[&Entry],
    parts: &[Part],
    context: &Context,
    problems: &mut Vec<Problem>,
) -> Vec<Network> {
    /// Layers by position and natural order of their names.
    type Layers<'a> = BTreeMap<(u32, Vec<NaturalKey>), (&'a str, Vec<Part>)>;
    let mut networks: Vec<(&str, Layers)> = Vec::new();
    for (entry, part) in used.iter().zip(parts) {
        if entry.role.kind != Kind::Activations {
            continue;
        }
        let name = entry.role.network.as_str();
        let index = networks
            .iter()
            .position(|(known, _)| *known == name)
            .unwrap_or_else(|| {
                networks.push((name, BTreeMap::new()));
                networks.len() - 1
            });
        let key = (
            entry.role.depth.unwrap_or(0),
            natural_key(&entry.role.layer),
        );
        let (_, parts) = networks[index]
            .1
            .entry(key)
            .or_insert((&entry.role.layer, Vec::new()));
        parts.push(part.clone());
        if parts.len() > 1 {
            problems.push(second_part(entry, parts));
        }
    }
    networks
        .into_iter()
        .map(|(name, layers)| Network {
            name: name.to_owned(),
            set: context
                .settings
                .sets
                .get(name)
                .cloned()
                .unwrap_or_else(|| guess_set(name).to_owned()),
            same_as: context.settings.same_as.get(name).cloned(),
            layers: layers
                .into_values()
                .map(|(name, parts)| Layer {
                    name: name.to_owned(),
                    parts,
                    fitting: Vec::new(),
                })
                .collect(),
        })
        .collect()
}

/// A second array of the same layer: its units are joined to those of the first where both names say outright
/// that they are of this layer, and refused where folders alone do.
fn second_part(entry: &Entry, parts: &[Part]) -> Problem {
    let role = &entry.role;
    let path = &entry.survey.path;
    let first = parts
        .first()
        .map(|part| part.path.as_str())
        .unwrap_or_default();
    let about = &entry.survey.about;
    let says_so = entry.settled || about.layer.is_some() || is_named_as_layer(&entry.survey);
    if says_so {
        return Problem::notice(
            path,
            format!(
                "is a further part of {}, {}: the units of both files are joined",
                role.network, role.layer
            ),
        )
        .hint("Give it another layer's name if it is another layer");
    }
    Problem::error(
        path,
        format!(
            "is taken for {} of {} by its folders, and so is {first}",
            role.layer, role.network
        ),
    )
    .expected("one array for each layer of a network")
    .hint("Name both NETWORK__LAYER, or give them their networks and layers in the files table or a study.json")
}

fn brains(used: &[&Entry], parts: &[Part]) -> Vec<Brain> {
    let mut brains = Vec::new();
    for (entry, part) in used.iter().zip(parts) {
        let role = &entry.role;
        if !role.kind.is_brain() {
            continue;
        }
        let brain = |subject: String, measure: Measure| Brain {
            subject,
            roi: role.roi.clone(),
            part: part.clone(),
            measure,
        };
        let rdm = |slice: usize| Measure::Rdm {
            distance: role.distance,
            similarity: role.similarity,
            slice,
        };
        match (role.kind, role.axes.matrices(&part.shape)) {
            (Kind::Rdm, Some(count)) => {
                let names = subjects_of(&role.subject, count);
                let each = names.into_iter().enumerate();
                brains.extend(each.map(|(slice, name)| brain(name, rdm(slice))));
            }
            (Kind::Rdm, None) => brains.push(brain(role.subject.clone(), rdm(0))),
            _ => brains.push(brain(role.subject.clone(), Measure::Responses)),
        }
    }
    sorted_by(brains, |a, b| {
        (&a.roi, natural_key(&a.subject)).cmp(&(&b.roi, natural_key(&b.subject)))
    })
}

fn missing(study: &Study) -> Option<Problem> {
    match study.networks.as_slice() {
        [] => Some(
            Problem::error("", "there are no activations yet")
                .expected("activations of two networks or more, and brain RDMs for the same images")
                .hint("Add files named NETWORK__LAYER.npy"),
        ),
        [only] => Some(
            Problem::error("", format!("there is one network only, {}{}", only.name, whence(only)))
                .expected("two or more: universality asks what other networks share")
                .hint("Add the activations of another network for the same images; if one file holds several networks, name their arrays NETWORK/LAYER in it, or say whose they are in the files table or a study.json"),
        ),
        _ if study.brains.is_empty() => Some(
            Problem::warning(
                "",
                "there is no brain yet: universality can be computed, alignment cannot",
            )
            .expected("an RDM or responses of at least one subject")
            .hint("Add files named rdm_ROI__SUBJECT.npy"),
        ),
        _ => None,
    }
}

/// The file of a network's layers, if they are those of one file and may be those of several networks.
fn whence(network: &Network) -> String {
    let mut parts = network.layers.iter().flat_map(|layer| &layer.parts);
    let file = |path: &str| file_of(path).to_owned();
    let first = parts.next().map(|part| file(&part.path));
    match first {
        Some(first) if network.layers.len() > 1 && parts.all(|part| file(&part.path) == first) => {
            let names: Vec<&str> = network
                .layers
                .iter()
                .take(4)
                .map(|layer| layer.name.as_str())
                .collect();
            format!(", whose layers ({}) are those of {first}", names.join(", "))
        }
        _ => String::new(),
    }
}

fn duplicate_brains(study: &Study) -> Vec<Problem> {
    let mut seen: BTreeMap<(&str, &str), &Brain> = BTreeMap::new();
    let mut problems = Vec::new();
    for brain in &study.brains {
        if let Some(first) = seen.insert((&brain.roi, &brain.subject), brain) {
            problems.push(
                Problem::error(
                    &brain.part.path,
                    format!(
                        "is {} of {}, and so is {}: it is there twice",
                        brain.roi, brain.subject, first.part.path
                    ),
                )
                .expected("each region of each subject once")
                .hint("Name one of them otherwise, or leave it out"),
            );
        }
    }
    problems
}

/// `23 networks, 84 layers, 92 stimuli, 15 subjects`.
#[must_use]
pub fn summary(study: &Study) -> String {
    [
        count(study.networks.len(), "network", "networks"),
        count(study.layer_count(), "layer", "layers"),
        count(study.stimuli.ids.len(), "stimulus", "stimuli"),
        count(study.subjects().len(), "subject", "subjects"),
    ]
    .join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::{About, Element, NamedArray, StimuliTable, Values};
    use crate::study::roles::Axes;
    use crate::study::survey::Looks;
    use crate::study::survey::survey;
    use crate::study::{ArrayId, refine_guesses};

    fn array(path: &str, shape: &[usize], ids: Option<&[&str]>) -> Entry {
        let length: usize = shape.iter().product();
        let is_rdm = path.contains("rdm_");
        let n = shape[shape.len() - 1];
        let value = |i: usize| {
            let (row, column) = (i / n, i % n);
            match is_rdm {
                true if row == column => 0.0,
                true => 1.0 + ((row + column) % 3) as f64 + path.len() as f64,
                false => (i * 7 % 11) as f64,
            }
        };
        Entry::guessed(
            ArrayId(length as u64),
            survey(&NamedArray {
                path: path.into(),
                shape: shape.to_vec(),
                element: Element::TEXT,
                values: Values::F64((0..length).map(value).collect()),
                ids: ids.map(|ids| ids.iter().map(|&id| id.to_owned()).collect()),
                about: About::default(),
            }),
        )
    }

    fn says(entries: &[Entry], context: &Context) -> String {
        let assembly = assemble(entries, context);
        assembly
            .problems
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
            .join("\n")
    }

    #[test]
    fn rows_are_stimuli_where_no_file_has_ids() {
        let entries = [
            array("a__conv10.npy", &[6, 3], None),
            array("a__conv2.npy", &[6, 3], None),
            array("b__x.npy", &[6, 2], None),
            array("rdm_IT__1.npy", &[6, 6], None),
        ];
        let study = assemble(&entries, &Context::default())
            .study
            .expect("complete");
        assert_eq!(study.networks.len(), 2);
        let layers: Vec<&str> = study.networks[0]
            .layers
            .iter()
            .map(|l| l.name.as_str())
            .collect();
        assert_eq!(layers, ["conv2", "conv10"]);
        assert_eq!(study.brains[0].part.rows, [0, 1, 2, 3, 4, 5]);
        assert!(!study.stimuli.has_ids);
    }

    #[test]
    fn common_ids_are_used_sorted_and_the_rest_is_counted() {
        let entries = [
            array("a__x.csv", &[4, 3], Some(&["d", "b", "c", "a"])),
            array("b__x.csv", &[3, 3], Some(&["a", "b", "d"])),
        ];
        let assembly = assemble(&entries, &Context::default());
        let study = assembly.study.expect("complete");
        assert_eq!(study.stimuli.ids, ["a", "b", "d"]);
        // shown in the order of the first file: d, b, a
        assert_eq!(study.stimuli.shown, [2, 1, 0]);
        assert_eq!(study.networks[0].layers[0].parts[0].rows, [3, 1, 0]);
        assert_eq!(study.networks[1].layers[0].parts[0].rows, [0, 1, 2]);
        assert!(assembly.problems.iter().any(|p| {
            p.to_string()
                .contains("a__x.csv: 1 of its 4 stimuli is not used")
        }));
    }

    #[test]
    fn the_stimuli_table_lends_its_ids() {
        let entries = [
            array("a__x.npy", &[3, 3], None),
            array("b__x.csv", &[3, 2], Some(&["c", "a", "b"])),
        ];
        let context = Context {
            stimuli: vec![StimuliTable {
                path: "stimuli.csv".into(),
                ids: vec!["b".into(), "a".into(), "c".into()],
                thumbnails: None,
                categories: Some(vec!["B".into(), "A".into(), "C".into()]),
                names: None,
            }],
            ..Context::default()
        };
        let study = assemble(&entries, &context).study.expect("complete");
        assert_eq!(study.networks[0].layers[0].parts[0].rows, [1, 0, 2]);
        assert_eq!(study.networks[1].layers[0].parts[0].rows, [1, 2, 0]);
        assert_eq!(
            study.stimuli.categories,
            Some(vec!["A".into(), "B".into(), "C".into()])
        );
        assert_eq!(study.stimuli.shown, [1, 0, 2]);
    }

    #[test]
    fn ids_of_a_table_are_lent_once_the_user_agrees() {
        let entries = [
            array("a__x.npy", &[3, 3], None),
            array("b__x.csv", &[3, 2], Some(&["c", "a", "b"])),
        ];
        let refused = assemble(&entries, &Context::default());
        assert!(refused.study.is_none() && refused.may_lend_ids);
        assert!(refused.problems[0].to_string().contains("a__x.npy"));
        assert!(refused.problems[0].to_string().contains("b__x.csv"));
        let mut context = Context::default();
        context.settings.lend_ids = true;
        let agreed = assemble(&entries, &context);
        assert_eq!(
            agreed.study.expect("complete").networks[0].layers[0].parts[0].rows,
            [1, 2, 0]
        );
        assert!(
            agreed
                .problems
                .iter()
                .any(|p| p.to_string().contains("lends its ids"))
        );
    }

    #[test]
    fn what_is_wrong_is_said_with_names_and_numbers() {
        let two = [
            array("a__x.npy", &[6, 3], None),
            array("b__x.npy", &[6, 3], None),
        ];
        let with = |extra: Entry| {
            let mut entries = two.to_vec();
            entries.push(extra);
            refine_guesses(&mut entries, &Context::default());
            says(&entries, &Context::default())
        };
        assert!(with(array("rdm_IT__1.npy", &[5, 5], None)).contains("5 stimuli in"));
        assert!(with(array("rdm_IT__1.npy", &[6, 5], None)).contains("6 × 5"));
        let mut crooked = array("rdm_IT__1.npy", &[6, 6], None);
        crooked.survey.looks = Looks::Square { row: 3, column: 1 };
        assert!(with(crooked).contains("not symmetric: [3, 1] and [1, 3] differ"));
        assert!(says(&two[..1], &Context::default()).contains("one network only, a"));
        assert!(says(&two, &Context::default()).contains("no brain yet"));
        let duplicate = [
            array("a__x.csv", &[2, 3], Some(&["p", "p"])),
            two[1].clone(),
        ];
        let duplicate = [
            duplicate[0].clone(),
            array("b__x.csv", &[2, 3], Some(&["p", "q"])),
        ];
        assert!(says(&duplicate, &Context::default()).contains("\"p\" stands in rows 1 and 2"));
        let strangers = [
            array("a__x.csv", &[2, 3], Some(&["p", "q"])),
            array("b__x.csv", &[2, 3], Some(&["r", "s"])),
        ];
        assert!(says(&strangers, &Context::default()).contains("b__x.csv: its stimuli are others"));
    }

    #[test]
    fn a_stack_is_as_many_subjects_and_a_name_twice_is_an_error() {
        let mut stack = array("rdm_IT__sub-.npy", &[6, 6], None);
        stack.survey.shape = vec![3, 6, 6];
        stack.survey.looks = Looks::Stack {
            axis: 0,
            similarity: false,
        };
        stack.role.axes = Axes::Stack(0);
        let entries = [
            array("a__x.npy", &[6, 3], None),
            array("b__x.npy", &[6, 3], None),
            stack,
        ];
        let study = assemble(&entries, &Context::default())
            .study
            .expect("complete");
        assert_eq!(study.subjects(), ["sub-01", "sub-02", "sub-03"]);
        let mut entries = entries.to_vec();
        entries.push(array("rdm_IT__sub-02.npy", &[6, 6], None));
        assert!(says(&entries, &Context::default()).contains("IT of sub-02"));
    }

    #[test]
    fn names_that_are_alike_are_said_with_both() {
        for (paths, said) in [
            (
                ["a__l.npy", "a__l copy.npy"],
                "a__l copy.npy: is named like a copy of a__l.npy",
            ),
            (
                ["VGG__conv.npy", "vgg__fc.npy"],
                "vgg__fc.npy: is of vgg, and VGG__conv.npy is of VGG",
            ),
            (
                ["vgg_16.npy", "vgg_19.npy"],
                "vgg_16.npy: and 1 more file are each taken for a network",
            ),
            (
                ["S1_IT.npy", "S2_IT.npy"],
                "taken for brains: IT of the subjects S1, S2",
            ),
        ] {
            let mut entries: Vec<Entry> = paths
                .into_iter()
                .enumerate()
                .map(|(at, path)| array(path, &[6, 3 + at], None))
                .collect();
            refine_guesses(&mut entries, &Context::default());
            let told = says(&entries, &Context::default());
            assert!(told.contains(said), "{told}");
        }
    }

    #[test]
    fn an_rdm_beside_layers_in_one_file_is_worth_a_look() {
        let layers = [
            array("b__l.npy", &[6, 4], None),
            array("c__l.npy", &[6, 4], None),
        ];
        for (path, is_told) in [
            ("a.mat/rdm_s", true),
            // a folder that was packed, or a file of brains alone
            ("a.zip/rdm_IT__sub-01.npy", false),
            ("brains.mat/rdm_s", false),
        ] {
            let parent = if path.starts_with("a.zip") {
                "a.zip/a__l.npy"
            } else {
                "a.mat/l"
            };
            let mut entries = layers.to_vec();
            entries.push(array(parent, &[6, 4], None));
            entries.push(array(path, &[6, 6], None));
            let problems = assemble(&entries, &Context::default()).problems;
            let told = problems
                .iter()
                .find(|problem| problem.found.contains("layers stand beside it"));
            assert_eq!(
                told.map(|problem| problem.file.as_str()),
                is_told.then_some(path),
                "{problems:?}"
            );
        }
    }
}
