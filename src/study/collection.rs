//! Everything that has been added so far, file by file, and what it amounts to.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use super::lookalikes::excuse_backups;
use super::manifest::{Manifest, resolve};
use super::survey::{Survey, survey};
use super::{ArrayId, Assembly, Context, Entry, apply_manifest, assemble, refine_guesses};
use crate::formats::{self, Found, ScoreColumns, Slices, StimuliTable, Values};
use crate::options::PartialOptions;
use crate::problem::{Problem, Severity};

/// What reading a file gave, without the numbers: these come beside it, one [`Payload`] for each
/// array, table of scores and picture, in order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum ReadItem {
    /// An array.
    Array(Box<Survey>),
    /// A text array.
    Names {
        /// Path of the file.
        path: String,
        /// Its text.
        names: Vec<String>,
    },
    /// A stimuli table.
    Stimuli(StimuliTable),
    /// Scores that were computed before.
    Scores(ScoreColumns),
    /// A manifest.
    Manifest {
        /// Path of the file.
        path: String,
        /// Its text.
        text: String,
    },
    /// A picture.
    Image {
        /// Path of the file.
        path: String,
    },
    /// Something wrong with the file, or a reason for leaving it alone.
    Problem(Problem),
}

/// What belongs to an item.
#[derive(Debug, Clone, PartialEq)]
pub enum Payload {
    /// The numbers of an array.
    Numbers(Values),
    /// The bytes of a picture.
    Picture(Vec<u8>),
}

impl ReadItem {
    /// Items as bytes, which pass from a worker to the page; read again by [`ReadItem::unpacked`]. In a format
    /// without names, whose reader is a quarter of one for JSON.
    ///
    /// # Errors
    /// A [`Problem`] if an item has no such form.
    pub fn packed(items: &[Self]) -> Result<Vec<u8>, Problem> {
        postcard::to_allocvec(items).map_err(|error| {
            Problem::error("", format!("what was read cannot be passed on: {error}"))
        })
    }

    /// Items from [`ReadItem::packed`].
    ///
    /// # Errors
    /// A [`Problem`] if the bytes are not such items.
    pub fn unpacked(bytes: &[u8]) -> Result<Vec<Self>, Problem> {
        postcard::from_bytes(bytes).map_err(|error| {
            Problem::error("", format!("what was read did not arrive: {error}"))
                .expected("a list of what the file holds")
                .hint("Reload the page and add the file again")
        })
    }
}

/// Reads a file and looks at every number in it once. Never fails: what is wrong is an item.
#[must_use]
pub fn read(path: &str, bytes: &[u8]) -> (Vec<ReadItem>, Vec<Payload>) {
    surveyed(formats::read(path, bytes))
}

/// The same for a file that is not in memory.
pub async fn read_slices(path: &str, file: &impl Slices) -> (Vec<ReadItem>, Vec<Payload>) {
    surveyed(formats::read_slices(path, file).await)
}

fn surveyed(found: Result<Vec<Found>, Problem>) -> (Vec<ReadItem>, Vec<Payload>) {
    let found = found.unwrap_or_else(|problem| vec![Found::LeftAlone(problem)]);
    let mut payloads = Vec::new();
    let items = found
        .into_iter()
        .map(|found| match found {
            Found::Array(array) => {
                let survey = survey(&array);
                payloads.push(Payload::Numbers(array.values));
                ReadItem::Array(Box::new(survey))
            }
            Found::Names { path, names } => ReadItem::Names { path, names },
            Found::Stimuli(table) => ReadItem::Stimuli(table),
            Found::Scores(table) => {
                payloads.push(Payload::Numbers(Values::F64(table.values)));
                ReadItem::Scores(table.columns)
            }
            Found::Manifest { path, text } => ReadItem::Manifest { path, text },
            Found::Image { path, bytes } => {
                payloads.push(Payload::Picture(bytes));
                ReadItem::Image { path }
            }
            Found::LeftAlone(problem) => ReadItem::Problem(problem),
        })
        .collect();
    (items, payloads)
}

/// All that was added, with the roles that it was given.
#[derive(Debug, Clone, Default)]
pub struct Collection {
    /// One row of the files table each.
    pub entries: Vec<Entry>,
    /// What goes with them.
    pub context: Context,
    /// Pictures: path, and where their bytes are.
    pub pictures: Vec<(String, ArrayId)>,
    /// Tables of scores, and where their numbers are.
    pub scores: Vec<(ScoreColumns, ArrayId)>,
    /// The manifest and its path.
    pub manifest: Option<(String, Manifest)>,
    /// What was wrong with files when they were read.
    pub problems: Vec<Problem>,
    /// Those of them that say what the manifest names and nobody added.
    missing: Vec<Problem>,
    /// Those of them that say what cannot be stacked.
    pub(super) unstacked: Vec<Problem>,
    next: u64,
}

impl Collection {
    /// Takes in what a file gave; returns the id of each of its payloads, in order. An array with
    /// the path of an earlier one replaces it.
    pub fn add(&mut self, items: Vec<ReadItem>) -> Vec<ArrayId> {
        let mut ids = Vec::new();
        for item in items {
            match item {
                ReadItem::Array(survey) => {
                    let entry = Entry::guessed(self.next_id(), *survey);
                    ids.push(entry.id);
                    let path = &entry.survey.path;
                    match self
                        .entries
                        .iter_mut()
                        .find(|known| known.survey.path == *path)
                    {
                        Some(known) => {
                            self.problems.push(Problem::notice(
                                path,
                                "was added again and replaces what it held before",
                            ));
                            *known = entry;
                        }
                        None => self.entries.push(entry),
                    }
                }
                ReadItem::Image { path } => {
                    let id = self.next_id();
                    ids.push(id);
                    self.pictures.retain(|(known, _)| *known != path);
                    self.pictures.push((path, id));
                }
                ReadItem::Scores(columns) => {
                    let id = self.next_id();
                    ids.push(id);
                    self.scores.retain(|(known, _)| known.path != columns.path);
                    self.scores.push((columns, id));
                }
                ReadItem::Names { path, names } => {
                    self.context.names.retain(|(known, _)| *known != path);
                    self.context.names.push((path, names));
                }
                ReadItem::Stimuli(table) => {
                    let tables = &mut self.context.stimuli;
                    tables.retain(|known| known.path != table.path);
                    tables.push(table);
                }
                ReadItem::Manifest { path, text } => {
                    match Manifest::parse_with_warnings(&path, &text) {
                        Ok((manifest, warnings)) => {
                            self.problems.extend(warnings);
                            self.manifest = Some((path, manifest));
                        }
                        Err(problem) => self.add_problem(problem),
                    }
                }
                ReadItem::Problem(problem) => self.add_problem(problem),
            }
        }
        ids
    }

    /// Takes in a file that may have been there before: what was wrong with it then no longer counts.
    pub fn add_file(&mut self, path: &str, items: Vec<ReadItem>) -> Vec<ArrayId> {
        let is_of_it = |known: &str| {
            let rest = known.strip_prefix(path);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        self.problems.retain(|problem| !is_of_it(&problem.file));
        // nor do the arrays that it no longer holds
        let held: HashSet<&str> = items
            .iter()
            .filter_map(|item| match item {
                ReadItem::Array(survey) => Some(survey.path.as_str()),
                _ => None,
            })
            .collect();
        self.entries.retain(|entry| {
            let known = entry.survey.path.as_str();
            !is_of_it(known) || held.contains(known)
        });
        self.context.stimuli.retain(|table| !is_of_it(&table.path));
        self.add(items)
    }

    /// Says what is wrong with a file, once: the parts of a store say the same of the whole.
    pub fn add_problem(&mut self, problem: Problem) {
        if self.problems.contains(&problem) {
            return;
        }
        if problem.is_error() {
            // what the user agreed to was about other files
            self.context.settings.skip_unreadable = false;
        }
        self.problems.push(problem);
    }

    /// What was wrong with files when they were read; warnings where the user goes on without them.
    #[must_use]
    pub fn told_problems(&self) -> Vec<Problem> {
        let mut told = self.problems.clone();
        if self.context.settings.skip_unreadable {
            for problem in &mut told {
                if problem.is_error() {
                    problem.severity = Severity::Warning;
                    problem.found =
                        format!("{} and is left out", problem.found.trim_end_matches('.'));
                }
            }
        }
        told
    }

    /// Files, or parts of them, that cannot be read and that the user has not agreed to leave out.
    #[must_use]
    pub fn has_unreadable(&self) -> bool {
        !self.context.settings.skip_unreadable && self.problems.iter().any(Problem::is_error)
    }

    pub(super) fn next_id(&mut self) -> ArrayId {
        self.next += 1;
        ArrayId(self.next)
    }

    /// Settles roles once files have been added: by the manifest if there is one, else by guesses
    /// that see all files.
    pub fn settle(&mut self) {
        excuse_backups(&mut self.problems, &self.entries);
        let Some((path, manifest)) = &self.manifest else {
            refine_guesses(&mut self.entries, &self.context);
            return;
        };
        let (path, manifest) = (path.clone(), manifest.clone());
        // what was missing before may have been added since
        let before = std::mem::take(&mut self.missing);
        self.problems.retain(|problem| !before.contains(problem));
        let applied = apply_manifest(&mut self.entries, &manifest, &path, &mut self.context);
        let mut missing = applied.err().unwrap_or_default();
        self.context.named_stimuli = None;
        if let Some(named) = &manifest.stimuli {
            let wanted = resolve(&path, named);
            if self.has_stimuli_at(&wanted) {
                self.context.named_stimuli = Some(wanted);
            } else if !self.problems.iter().any(|problem| problem.file == wanted) {
                missing.push(
                    Problem::error(
                        &path,
                        format!("names the stimuli file {named}, which is not there"),
                    )
                    .expected(format!("a table at {wanted}"))
                    .hint("Add the file, or correct its name in the manifest"),
                );
            }
        }
        self.problems.retain(|problem| !missing.contains(problem));
        self.problems.extend(missing.iter().cloned());
        self.missing = missing;
    }

    /// Whether a stimuli table, or a plain list of names, has this path.
    fn has_stimuli_at(&self, path: &str) -> bool {
        let mut tables = self.context.stimuli.iter();
        let mut lists = self.context.names.iter();
        tables.any(|table| table.path == path) || lists.any(|(list, _)| list == path)
    }

    /// What the manifest says of the options; nothing where there is none.
    #[must_use]
    pub fn manifest_options(&self) -> PartialOptions {
        let manifest = self.manifest.as_ref();
        manifest.map_or_else(PartialOptions::default, |(_, manifest)| {
            manifest.options.clone()
        })
    }

    /// The study that this amounts to.
    #[must_use]
    pub fn assemble(&self) -> Assembly {
        if self.has_scores_alone() {
            // scores are shown as they are: nothing is missing
            return Assembly::default();
        }
        let mut assembly = assemble(&self.entries, &self.context);
        if self.has_unreadable() {
            // a network that is lost may be the one that matters
            assembly.study = None;
            // that too few are left follows from it
            assembly
                .problems
                .retain(|problem| !(problem.is_error() && problem.file.is_empty()));
        }
        assembly.problems.extend(self.scores.iter().map(|(table, _)| {
            Problem::notice(
                &table.path,
                "holds scores that were computed before, and is left out beside what scores are computed from",
            )
            .hint("Remove all files and add it alone to see its figure")
        }));
        assembly
    }

    /// Whether what was brought is scores that were computed before, and nothing to compute any from.
    #[must_use]
    pub fn has_scores_alone(&self) -> bool {
        self.entries.is_empty() && !self.scores.is_empty()
    }

    /// Whether nothing has been added that could be part of a study.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty() && self.scores.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::study::roles::Kind;

    fn add(collection: &mut Collection, path: &str, text: &str) -> Vec<ArrayId> {
        collection.add(read(path, text.as_bytes()).0)
    }

    #[test]
    fn items_arrive_as_they_were() {
        let mut items = read("s/x.csv", b"stimulus_id,a,b\nu,1,2\nv,nan,5\n").0;
        items.extend(read("s/stimuli.csv", b"stimulus_id,category\nu,face\nv,\n").0);
        items.extend(
            read(
                "s/study.json",
                b"{ \"format\": \"universal-dimensions/1\" }",
            )
            .0,
        );
        let scores = b"network,layer,component,universality\nA,l,1,0.5\n";
        items.extend(read("s/scores.csv", scores).0);
        items.extend(read("s/photo.png", b"\x89PNG\r\n\x1a\n").0);
        items.extend(read("s/cut.npy", b"\x93NUMPY").0);
        items.push(ReadItem::Names {
            path: "ids.npy".into(),
            names: vec!["u".into(), "v".into()],
        });
        assert_eq!(items.len(), 7);
        let bytes = ReadItem::packed(&items).expect("a form");
        assert_eq!(ReadItem::unpacked(&bytes), Ok(items));
        assert!(ReadItem::unpacked(&bytes[..bytes.len() - 1]).is_err());
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
}
