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
