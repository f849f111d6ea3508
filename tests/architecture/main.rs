//! The layers of the code: reads the imports of every file in `src` and holds them to the two rules of
//! [`rules`]. And its words: reads the names in every file and holds them to the [`glossary`].

#![cfg(not(target_arch = "wasm32"))]

mod glossary;
mod rules;
mod source;

use std::path::Path;

use rules::Modules;
use source::{Named, Source};

/// Every file of Rust in a folder of the project, by its path below that folder.
fn files_in(folder: &str) -> Vec<(String, String)> {
    fn add(folder: &Path, below: &str, files: &mut Vec<(String, String)>) {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            let name = path.file_name().expect("a name").to_string_lossy();
            let name = format!("{below}{name}");
            if path.is_dir() {
                add(&path, &format!("{name}/"), files);
            } else if name.ends_with(".rs") {
                let text = std::fs::read_to_string(&path).expect("text");
                files.push((name, text));
            }
        }
    }
    let mut files = Vec::new();
    add(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join(folder),
        "",
        &mut files,
    );
    files
}

/// Every file of the library, by its path below `src`.
fn sources() -> Vec<(String, String)> {
    let mut files = files_in("src");
    // programs stand above the library
    files.retain(|(name, _)| !name.starts_with("bin/"));
    // tests may use whatever they test with
    files.retain(|(name, _)| !name.ends_with("/tests.rs"));
    files
}

#[test]
fn no_name_holds_a_word_that_the_glossary_has_left() {
    let mut faults = Vec::new();
    for folder in [
        "src",
        "tests",
        "benches",
        "xtask/src",
        "fuzz/src",
        "fuzz/fuzz_targets",
    ] {
        let files = files_in(folder);
        assert!(!files.is_empty(), "{folder} has no files");
        for (name, text) in files {
            faults.extend(glossary::faults(&format!("{folder}/{name}"), &text));
        }
    }
    assert!(faults.is_empty(), "\n{}\n", faults.join("\n"));
}

#[test]
fn a_word_that_the_glossary_has_left_is_found_in_names_alone() {
    for (code, count) in [
        ("let place = 1;", 1),
        ("fn place_of(places: &[usize]) {}", 2),
        ("struct Shelf;", 1),
        ("enum Kind { FurtherRdm }", 1),
        ("#[cfg(test)]\nmod tests { fn breathe() {} }", 1),
        ("let (upwards, bury) = (1, 2);", 2),
        // words of other meaning, comments and texts
        (
            "mem::replace(a, b); let placeholder = further; let rdm = 1;",
            0,
        ),
        ("// a place\nlet a = \"place\";", 0),
    ] {
        let faults = glossary::faults("a.rs", code);
        assert_eq!(faults.len(), count, "{code}: {faults:?}");
    }
}

#[test]
fn no_import_goes_up_or_in_a_circle() {
    let files = sources();
    assert!(files.len() > 100, "only {} files were found", files.len());
    let faults = Modules::new(&files).faults();
    assert!(faults.is_empty(), "\n{}\n", faults.join("\n"));
}

/// What is wrong with the code of this project after one file was given another text.
fn faults_with(file: &str, added: &str) -> Vec<String> {
    let mut files = sources();
    let text = files.iter_mut().find(|(name, _)| name == file);
    let (_, text) = text.unwrap_or_else(|| panic!("no file {file}"));
    text.push_str(added);
    Modules::new(&files).faults()
}

#[test]
fn a_violation_that_is_planted_in_this_code_is_found() {
    let cases = [
        ("study.rs", "use crate::engine::Engine;", "src/engine.rs"),
        (
            "math/gram.rs",
            "fn f() { crate::results::ranks(1, 2); }",
            "src/results.rs",
        ),
        (
            "engine.rs",
            "use crate::{blocks::Key, tasks::KINDS};",
            "src/tasks.rs",
        ),
        (
            "engine/native.rs",
            "use crate::tasks::KINDS as ALL;",
            "src/tasks.rs",
        ),
        (
            "math/ridge/penalty.rs",
            "use super::shared_weights::SharedWeights;",
            "src/math/ridge/shared_weights.rs",
        ),
    ];
    for (file, added, other) in cases {
        let faults = faults_with(file, added);
        assert!(!faults.is_empty(), "{added}");
        for fault in faults {
            let names_both = fault.contains(&format!("src/{file}")) && fault.contains(other);
            assert!(names_both, "{fault}");
        }
    }
    assert_eq!(
        faults_with(
            "study.rs",
            "#[cfg(test)] mod more { use crate::engine::Engine; }"
        ),
        [""; 0]
    );
}

/// A small library: `low` below `high`, each with two modules.
fn small(changed: &[(&str, &str)]) -> Vec<String> {
    let mut files = vec![
        (
            "lib.rs",
            "//! - [`low`]: below\n//! - [`high`], `top`: above\npub mod low;\npub mod high;\npub mod top;",
        ),
        ("low.rs", "mod a; mod b; pub use a::A;"),
        ("low/a.rs", "pub struct A;"),
        ("low/b.rs", "pub struct B;"),
        ("high.rs", "mod a;\nuse crate::low::A;"),
        ("high/a.rs", "use super::super::low;"),
        ("top.rs", "use crate::high;"),
    ];
    for &(name, text) in changed {
        match files.iter_mut().find(|file| file.0 == name) {
            Some(file) => file.1 = text,
            None => files.push((name, text)),
        }
    }
    let files: Vec<(String, String)> = files
        .into_iter()
        .map(|(name, text)| (name.to_owned(), text.to_owned()))
        .collect();
    Modules::new(&files).faults()
}

#[test]
fn what_the_rules_allow_is_no_fault() {
    let allowed: [&[(&str, &str)]; 7] = [
        &[],
        // downwards, however it is written
        &[("high/a.rs", "use crate::{low::{self, A as B}};")],
        // the front of a folder and its modules
        &[
            ("low/a.rs", "use super::f;"),
            ("low.rs", "mod a; mod b; use a::A; fn f() {}"),
        ],
        &[("low/a.rs", "use super::*;")],
        // one way among siblings
        &[("low/a.rs", "use super::b::B;")],
        // within tests, comments and texts
        &[(
            "low/a.rs",
            "#[cfg(test)]\nmod tests { use crate::high::a; }\n// use crate::high::a;\n/* /* */ crate::top::x */\nconst A: &str = \"use crate::high; \\\" crate::top::x\"; const B: &str = r#\"\" crate::top::x\"#; const C: char = '\"';",
        )],
        // names of other crates
        &[("low/a.rs", "use top::a; use std::{high, top};")],
    ];
    for changed in allowed {
        assert_eq!(small(changed), [""; 0], "{changed:?}");
    }
}

#[test]
fn what_breaks_a_rule_is_named_with_its_files() {
    type Case = (&'static [(&'static str, &'static str)], &'static str);
    let cases: [Case; 10] = [
        (
            &[("low/a.rs", "use crate::high;")],
            "src/low/a.rs imports from src/high.rs: no import goes up",
        ),
        (
            &[(
                "low/a.rs",
                "use crate::{\n    low::b,\n    high::{a::{X, Y}, Z},\n};",
            )],
            "src/low/a.rs imports from src/high/a.rs: no import goes up",
        ),
        (
            &[(
                "low.rs",
                "mod a; mod b; fn f<'a>(x: &'a crate::high::a::X) {}",
            )],
            "src/low.rs imports from src/high/a.rs: no import goes up",
        ),
        (
            &[("low/a.rs", "fn f() { super::super::high::g(); }")],
            "src/low/a.rs imports from src/high.rs: no import goes up",
        ),
        (
            &[("high.rs", "mod a; use crate::top::X;")],
            "src/high.rs imports from src/top.rs, src/top.rs imports from src/high.rs: modules of one folder",
        ),
        (
            &[
                ("low/a.rs", "use super::b::B;"),
                ("low/b.rs", "use super::a::A;"),
            ],
            "src/low/a.rs imports from src/low/b.rs, src/low/b.rs imports from src/low/a.rs: modules of one folder",
        ),
        // what the front of the folder only passes on
        (
            &[
                ("low/a.rs", "use super::b::B;"),
                ("low/b.rs", "use super::A;"),
            ],
            "src/low/a.rs imports from src/low/b.rs, src/low/b.rs imports from src/low/a.rs",
        ),
        // from deep within, and by a third
        (
            &[
                ("low.rs", "mod a; mod b; mod c;"),
                ("low/a.rs", "mod deep;"),
                ("low/a/deep.rs", "use super::super::b::B;"),
                ("low/b.rs", "use crate::low::c;"),
                ("low/c.rs", "use super::a;"),
            ],
            "src/low/a/deep.rs imports from src/low/b.rs, src/low/b.rs imports from src/low/c.rs, src/low/c.rs imports from src/low/a.rs",
        ),
        (
            &[(
                "lib.rs",
                "//! - [`low`]: below\n//! - `top`: above\npub mod low;\npub mod high;\npub mod top;",
            )],
            "lists every module among its layers, and no other: high",
        ),
        (
            &[(
                "lib.rs",
                "//! - [`low`], [`high`], `top`, `gone`: all\npub mod low;\npub mod high;\npub mod top;",
            )],
            "lists every module among its layers, and no other: gone",
        ),
    ];
    for (changed, expected) in cases {
        let faults = small(changed);
        assert!(
            faults.iter().any(|fault| fault.contains(expected)),
            "{changed:?}: {faults:#?}"
        );
    }
}

#[test]
fn trees_of_imports_are_read_whole() {
    let named = |text: &str| -> Vec<String> {
        let named = Source::read(text).named();
        let shown = |Named { path, alias }: Named| {
            let path = path.join("::");
            match alias {
                Some(alias) if !path.ends_with(&alias) => format!("{path} as {alias}"),
                _ => path,
            }
        };
        named.into_iter().map(shown).collect()
    };
    let cases: [(&str, &[&str]); 7] = [
        (
            "pub(crate) use a::{\n  b, // c\n  d::{self, e as f},\n  g::*,\n};",
            &["a::b", "a::d", "a::d::e as f", "a::g::*"],
        ),
        ("use ::a::b;\nuse r#type::c;", &["a::b"]),
        ("use {a::b, crate::c};", &["a::b", "crate::c"]),
        (
            "pub(super) fn f(x: super::X) -> crate::y::Y<super::Z> {}",
            &["super::X", "crate::y::Y", "super::Z"],
        ),
        ("impl crate::A for b::crate_ {}", &["crate::A"]),
        (
            "fn f() { use super::g; g::<u8>(); super::h::<u8>(); }",
            &["super::g", "super::h"],
        ),
        ("fn f() -> impl Iterator + use<'_> {} use a::b;", &["a::b"]),
    ];
    for (text, expected) in cases {
        let found = named(text);
        let is_subset = expected
            .iter()
            .all(|path| found.iter().any(|own| own == path));
        assert!(is_subset, "{text}: {found:?}");
    }
}
