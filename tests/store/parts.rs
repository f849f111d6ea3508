//! Runs that several programs do together.

use std::path::Path;

use crate::program::{Program, Study, files_of};

/// A run without parts does nothing but collect what the parts did.
fn assert_only_collects(study: &Study, store: &str, expected: &str) {
    let jobs = files_of(Path::new(store)).len();
    let (table, said) = Program::start(study, &["--store", store]).finish();
    assert_eq!(table, expected);
    assert!(
        said.contains(&format!("{jobs} jobs, of which {jobs} had")),
        "{said}"
    );
}

#[test]
fn two_whole_runs_on_one_store_do_not_disturb_each_other() {
    let study = Study::new();
    let expected = study.table(&[]);
    let store = study.path("store");
    let both: Vec<Program> = (0..2)
        .map(|_| Program::start(&study, &["--store", &store]))
        .collect();
    for program in both {
        assert_eq!(program.finish().0, expected);
    }
}

#[test]
fn four_parts_at_once_do_all_and_the_table_is_that_of_one_program() {
    let study = Study::new();
    let expected = study.table(&[]);
    let store = study.path("store");
    let parts: Vec<Program> = (1..=4)
        .map(|part| Program::start(&study, &["--store", &store, "--part", &format!("{part}/4")]))
        .collect();
    let mut done = 0;
    for program in parts {
        let (_, said) = program.finish();
        let own = said
            .split(": ")
            .nth(1)
            .and_then(|rest| rest.split(' ').next())
            .and_then(|number| number.parse::<usize>().ok());
        done += own.unwrap_or_else(|| panic!("{said}"));
    }
    let jobs = files_of(Path::new(&store)).len();
    assert_eq!(done, jobs, "each job was done once");
    assert_only_collects(&study, &store, &expected);
}

#[test]
fn a_killed_part_is_repaired_by_itself() {
    let study = Study::new();
    let expected = study.table(&[]);
    let store = study.path("store");
    let part = |part: &str| Program::start(&study, &["--store", &store, "--part", part]);
    let (first, second) = (part("1/2"), part("2/2"));
    // in the last stage, into which it gets only with the other
    second.kill_after(Path::new(&store), 20);
    first.finish();
    let (_, said) = part("2/2").finish();
    assert!(said.contains("All jobs are done"), "{said}");
    assert_only_collects(&study, &store, &expected);
}

#[test]
fn a_part_that_cannot_go_on_says_who_is_missing_and_parts_may_run_one_after_the_other() {
    let study = Study::new();
    let store = study.path("store");
    let part =
        |part: &str| Program::run(&study, &["--store", &store, "--part", part, "--wait", "0"]);
    let (code, said) = part("1/3");
    assert_eq!(code, 75, "{said}");
    assert!(said.contains("of 10 jobs of parts 2 and 3"), "{said}");
    // whoever ends a stage goes on to the next
    let mut codes = Vec::new();
    for round in ["2/3", "3/3", "1/3", "2/3", "3/3", "1/3"] {
        codes.push(part(round).0);
    }
    assert_eq!(codes, [75, 75, 75, 0, 0, 0]);
    assert_only_collects(&study, &store, &study.table(&[]));
}

#[test]
fn arguments_that_do_not_go_together_are_refused() {
    let study = Study::new();
    let store = study.path("store");
    for (arguments, says) in [
        (&["--part", "1/4"][..], "--store"),
        (&["--store", &store, "--part", "5/4"], "with I from 1 to N"),
        (
            &["--store", &store, "--part", "1/4", "--out", "a.csv"],
            "cannot be used with",
        ),
        (&["--store", &store, "--wait", "3"], "--part"),
    ] {
        let (code, said) = Program::run(&study, arguments);
        assert_eq!(code, 2, "{said}");
        assert!(said.contains(says), "{said}");
    }
    assert!(!Path::new(&store).exists());
}
