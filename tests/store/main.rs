//! Runs that are kept in a folder: killed and gone on with, damaged, done by several programs at once. The
//! table is the same to the byte, however it came about.

#![cfg(not(target_arch = "wasm32"))]

mod parts;
mod program;

use std::path::Path;

use program::{Program, Study, files_of};

#[test]
fn a_kept_run_gives_the_same_table_and_is_found_again() {
    let study = Study::new();
    let expected = study.table(&[]);
    let store = study.path("store");
    let run = || Program::start(&study, &["--store", &store]).finish();
    let (table, said) = run();
    assert_eq!(table, expected);
    assert!(
        said.contains("had been done before") && said.contains("of which 0"),
        "{said}"
    );
    let jobs = files_of(Path::new(&store)).len();
    let (table, said) = run();
    assert_eq!(table, expected);
    assert!(
        said.contains(&format!("{jobs} finished jobs found")),
        "{said}"
    );
    assert!(
        said.contains(&format!("{jobs} jobs, of which {jobs} had")),
        "{said}"
    );
}

#[test]
fn a_killed_run_goes_on_where_it_was() {
    let study = Study::new();
    let expected = study.table(&[]);
    let store = study.path("store");
    // after the first jobs of the first stage, and in the last one
    for most in [2, 25] {
        let program = Program::start(&study, &["--store", &store]);
        let done = program.kill_after(Path::new(&store), most);
        let (table, said) = Program::start(&study, &["--store", &store]).finish();
        assert_eq!(table, expected, "{most}");
        assert!(
            said.contains(&format!("of which {done} had")),
            "{done}: {said}"
        );
        std::fs::remove_dir_all(&store).expect("is removed");
    }
}

#[test]
fn a_damaged_job_is_told_and_done_again() {
    let study = Study::new();
    let store = study.path("store");
    let (expected, _) = Program::start(&study, &["--store", &store]).finish();
    let files = files_of(Path::new(&store));
    for (index, path) in files.iter().enumerate().step_by(7) {
        let mut bytes = std::fs::read(path).expect("is there");
        match index % 2 {
            0 => *bytes.last_mut().expect("bytes") ^= 1,
            _ => bytes.truncate(bytes.len() / 2),
        }
        std::fs::write(path, bytes).expect("is written");
    }
    let damaged = files.len().div_ceil(7);
    let (table, said) = Program::start(&study, &["--store", &store]).finish();
    assert_eq!(table, expected);
    assert!(said.contains(&format!("{damaged} damaged files")), "{said}");
    let left = files.len() - damaged;
    assert!(said.contains(&format!("of which {left} had")), "{said}");
}

#[test]
fn what_changed_is_computed_anew_and_what_did_not_is_found() {
    let study = Study::new();
    let store = study.path("store");
    let kept = |arguments: &[&str]| {
        let all = [&["--store", store.as_str()], arguments].concat();
        Program::start(&study, &all).finish()
    };
    let (first, _) = kept(&[]);
    // one number of one file, whose name and size are what they were
    study.change("net0__l1.csv");
    let (changed, said) = kept(&[]);
    assert_eq!(changed, study.table(&[]));
    assert_ne!(changed, first);
    assert!(!said.contains("of which 0"), "{said}");
    // another network
    study.add_network(7);
    let (more, said) = kept(&[]);
    assert_eq!(more.lines().count(), study.table(&[]).lines().count());
    assert!(!said.contains("of which 0"), "{said}");
    // options, and back
    let (folds, _) = kept(&["--folds", "4"]);
    assert_ne!(folds, more);
    assert_eq!(kept(&[]).0, more);
}

#[test]
fn all_analyses_take_from_the_store_what_they_gave() {
    let study = Study::new();
    let store = study.path("store");
    let all = |folder: &str, arguments: &[&str]| {
        let out = study.path(folder);
        let fast = ["--permutations", "2", "--bootstraps", "20", "--draws", "5"];
        Program::run(
            &study,
            &[&["--all", out.as_str()], &fast[..], arguments].concat(),
        );
        let mut files = Vec::new();
        for entry in std::fs::read_dir(out).expect("a folder").flatten() {
            let content = std::fs::read(entry.path()).expect("is read");
            files.push((entry.file_name(), content));
        }
        files.sort();
        files
    };
    let expected = all("plain", &[]);
    assert!(expected.len() > 5);
    for again in ["first", "second"] {
        assert!(all(again, &["--store", &store]) == expected, "{again}");
    }
}

#[test]
fn folders_that_cannot_be_a_store_are_refused() {
    let study = Study::new();
    let inside = study.path("study/store");
    let other = study.path("other");
    std::fs::create_dir(&other).expect("a folder");
    std::fs::write(Path::new(&other).join("thesis.tex"), "x").expect("is written");
    let file = study.path("file");
    std::fs::write(&file, "x").expect("is written");
    for (folder, says) in [
        (inside, "lies in the folder of the study"),
        (other, "holds other files"),
        (file, "cannot be kept there"),
    ] {
        let (code, said) = Program::run(&study, &["--store", &folder]);
        assert_eq!(code, 1, "{said}");
        assert!(said.contains(says), "{said}");
    }
    assert!(!Path::new(&study.path("study/store")).exists());
}
