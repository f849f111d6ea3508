use super::*;
use crate::study::read;
use crate::study::roles::Kind;

fn add(collection: &mut Collection, path: &str, text: &str) -> Vec<ArrayId> {
    collection.add(read(path, text.as_bytes()).0)
}

#[test]
fn a_manifest_wins_over_names_and_leaves_the_rest_out() {
    let mut collection = Collection::default();
    add(&mut collection, "s/x.csv", "1,2\n3,5\n4,4\n");
    add(&mut collection, "s/y.csv", "1,9\n3,5\n4,4\n");
    add(&mut collection, "s/z.csv", "1,9\n3,5\n4,4\n");
    add(
        &mut collection,
        "s/study.json",
        r#"{"format": "universal-dimensions/1", "title": "T",
        "networks": [{"name": "N", "set": "A", "layers": [{"name": "l", "file": "x.csv"}]},
                     {"name": "M", "layers": [{"name": "l", "file": "./y.csv"}]}]}"#,
    );
    collection.settle();
    let study = collection.assemble().study.expect("complete");
    assert_eq!((study.title.as_str(), study.networks.len()), ("T", 2));
    assert_eq!(study.networks[0].set, "A");
    assert_eq!(collection.entries[2].role.kind, Kind::LeftOut);
}

#[test]
fn a_file_that_the_manifest_names_and_is_not_there_is_an_error() {
    let mut collection = Collection::default();
    add(
        &mut collection,
        "study.json",
        r#"{"format": "universal-dimensions/1",
        "networks": [{"name": "N", "layers": [{"name": "l", "file": "x.csv"}]}]}"#,
    );
    collection.settle();
    collection.settle();
    assert_eq!(collection.problems.len(), 1);
    assert!(
        collection.problems[0]
            .to_string()
            .contains("x.csv, which is not there")
    );
    add(&mut collection, "x.csv", "1,2\n3,5\n4,4\n");
    collection.settle();
    assert!(collection.problems.is_empty(), "{:?}", collection.problems);
}

#[test]
fn scores_beside_activations_are_left_out_aloud() {
    let mut collection = Collection::default();
    let scores = "network,layer,component,universality\nA,l,1,0.5\nA,l,2,0.25\n";
    add(&mut collection, "before.csv", scores);
    assert!(collection.assemble().problems.is_empty());
    add(&mut collection, "a__l.csv", "1,2\n3,5\n4,4\n");
    let problems = collection.assemble().problems;
    let notice = problems.iter().find(|problem| problem.file == "before.csv");
    assert!(
        notice.is_some_and(|notice| notice.found.contains("left out")),
        "{problems:?}"
    );
}

#[test]
fn a_file_added_again_replaces_itself() {
    let mut collection = Collection::default();
    let first = add(&mut collection, "a__b.csv", "1,2\n3,4\n");
    let second = add(&mut collection, "a__b.csv", "1,2\n3,5\n");
    assert_ne!(first, second);
    assert_eq!(collection.entries.len(), 1);
    assert_eq!(collection.entries[0].id, second[0]);
}

#[test]
fn a_file_added_again_loses_what_it_no_longer_holds() {
    let mut collection = Collection::default();
    let path = "a__b.csv";
    collection.add_file(path, read(path, b"1,2\n3,4\n").0);
    add(&mut collection, "a__b.csv.csv", "1,2\n3,4\n");
    collection.add_file(path, read(path, b"").0);
    let kept: Vec<&str> = collection
        .entries
        .iter()
        .map(|entry| entry.survey.path.as_str())
        .collect();
    assert_eq!(kept, ["a__b.csv.csv"]);
    assert!(collection.has_unreadable(), "{:?}", collection.problems);
    collection.add_file(path, read(path, b"1,2\n3,5\n").0);
    assert!(!collection.has_unreadable(), "{:?}", collection.problems);
    assert_eq!(collection.entries.len(), 2);
}

/// What a folder of files amounts to: what was said, and the rows of the first layer of each network.
fn of_files(files: &[(&str, &str)]) -> (String, Option<Vec<Vec<u32>>>) {
    let mut collection = Collection::default();
    for (path, text) in files {
        add(&mut collection, path, text);
    }
    collection.settle();
    let assembly = collection.assemble();
    let told: Vec<String> = collection
        .problems
        .iter()
        .chain(&assembly.problems)
        .map(ToString::to_string)
        .collect();
    let rows = assembly.study.map(|study| {
        let networks = study.networks.iter();
        networks
            .map(|network| network.layers[0].parts[0].rows.clone())
            .collect()
    });
    (told.join("\n"), rows)
}

#[test]
fn a_stimuli_table_counts_for_its_folder_and_below() {
    let (first, second) = ("1,2\n3,5\n4,4\n", "1,9\n3,5\n4,7\n");
    let layers = [("s/a/l.csv", first), ("s/b/l.csv", second)];
    let table = |ids: &str| format!("stimulus_id\n{}\n", ids.replace(' ', "\n"));
    let (u, v) = (table("u v w"), table("w u v"));
    let tiff = table("u.tiff v.tiff w.tiff");
    let u = u.as_str();
    let v = v.as_str();
    type Rows = Option<[[u32; 3]; 2]>;
    type Case<'a> = (&'a [(&'a str, &'a str)], Rows, &'a str);
    let cases: [Case; 8] = [
        // each network has its own
        (
            &[("s/a/stimuli.csv", u), ("s/b/stimuli.csv", v)],
            Some([[0, 1, 2], [1, 2, 0]]),
            "",
        ),
        // the nearer one wins
        (
            &[("s/stimuli.csv", u), ("s/b/stimuli.csv", v)],
            Some([[0, 1, 2], [1, 2, 0]]),
            "",
        ),
        // a folder without arrays stands for the one above it
        (
            &[("s/meta/stimuli.csv", u)],
            Some([[0, 1, 2], [0, 1, 2]]),
            "",
        ),
        (&[("s/a/stimuli.csv", v)], Some([[1, 2, 0], [1, 2, 0]]), ""),
        // two that say the same are one
        (
            &[("s/stimuli.csv", u), ("s/stimuli.tsv", &tiff)],
            Some([[0, 1, 2], [0, 1, 2]]),
            "",
        ),
        (
            &[("s/stimuli.csv", u), ("s/stimuli.tsv", v)],
            None,
            "s/stimuli.tsv: lists other stimuli than s/stimuli.csv",
        ),
        (
            &[
                ("s/stimuli.csv", u),
                ("s/b/stimuli.csv", "stimulus_id\nu\nv\n"),
            ],
            None,
            "s/b/stimuli.csv: lists 2 stimuli, but s/b/l.csv beside it has 3",
        ),
        // a manifest says which
        (
            &[
                ("s/stimuli.csv", u),
                ("s/stimuli.tsv", v),
                (
                    "s/study.json",
                    r#"{"format": "universal-dimensions/1", "stimuli": "stimuli.tsv",
            "networks": [{"name": "a", "layers": [{"name": "l", "file": "a/l.csv"}]}, {"name": "b", "layers": [{"name": "l", "file": "b/l.csv"}]}]}"#,
                ),
            ],
            Some([[1, 2, 0], [1, 2, 0]]),
            "",
        ),
    ];
    for (tables, rows, said) in cases {
        let (told, found) = of_files(&[&layers[..], tables].concat());
        let expected = rows.map(|rows| rows.map(Vec::from).to_vec());
        assert_eq!(found, expected, "{tables:?}: {told}");
        assert!(told.contains(said), "{tables:?}: {told}");
    }
}

#[test]
fn a_header_of_stimuli_turns_a_table_round() {
    let layer = "x,1,2\ny,3,5\nz,4,4\n";
    for (header, rows) in [
        // stimuli of the other file, in another order
        (
            "z,x,y\n1,2,3\n4,5,7\n",
            Some(vec![vec![0, 1, 2], vec![1, 2, 0]]),
        ),
        // as many columns as stimuli, of other names
        ("u,v,w\n1,2,3\n4,5,7\n", None),
    ] {
        let (told, found) = of_files(&[("a__l.csv", layer), ("b__l.csv", header)]);
        assert_eq!(found, rows, "{header}: {told}");
        assert!(told.contains("b__l.csv: is turned round"), "{told}");
    }
}
