//! Layers that come as an array for each image, in files, folders or containers of their own: stacked into one
//! array, or refused where nothing says that they are images.

mod groups;
mod refusals;

use super::alignment::find;
use super::refine::shared_count;
use super::survey::{Looks, NotFinite, Sentinel, Survey};
use super::{ArrayId, Collection, Entry};
use crate::digest::Digest;
use crate::formats::{About, stem_of_image};
use crate::problem::{Problem, count};
use crate::stable_sort::sorted;
use groups::{Group, groups};

/// Arrays that became one: their ids in the order of its rows, and its id.
pub type Stacked = (Vec<ArrayId>, ArrayId);

/// What the other files say of the stimuli.
struct Known<'a> {
    /// Lists of ids.
    lists: Vec<&'a [String]>,
    /// How many stimuli there are.
    count: Option<usize>,
}

impl Known<'_> {
    /// Whether some list has all these ids.
    fn has(&self, ids: &[String]) -> bool {
        self.lists
            .iter()
            .any(|list| list.len() >= ids.len() && find(ids, list).0.iter().all(Option::is_some))
    }
}

impl Collection {
    /// Puts arrays of one image each, alike in shape and in all of their paths but the image's name, in place
    /// of each other: one entry a layer, its rows in the order of the names (numbers as numbers), which become
    /// the ids. The caller puts the numbers behind one another.
    pub fn stack_images(&mut self) -> Vec<Stacked> {
        let before = std::mem::take(&mut self.unstacked);
        self.problems.retain(|problem| !before.contains(problem));
        let known = self.known();
        let found = groups(&self.entries, &known);
        self.unstacked = refusals::refused(&self.entries, &known, &found);
        let made: Vec<(Survey, Vec<ArrayId>)> = found
            .iter()
            .map(|group| {
                let members = group.members.iter().map(|(_, index)| &self.entries[*index]);
                let members: Vec<&Entry> = members.collect();
                let ids = members.iter().map(|entry| entry.id).collect();
                (stacked(group, &members), ids)
            })
            .collect();
        let gone = found.iter().flat_map(|group| &group.members);
        for index in sorted(gone.map(|(_, index)| *index).collect())
            .into_iter()
            .rev()
        {
            self.entries.remove(index);
        }
        for problem in self.unstacked.clone() {
            self.add_problem(problem);
        }
        made.into_iter()
            .map(|(survey, ids)| {
                self.problems.push(Problem::notice(
                    &survey.path,
                    format!(
                        "is {} of one image each, stacked in the order of their names",
                        count(ids.len(), "array", "arrays")
                    ),
                ));
                let mut entry = Entry::guessed(self.next_id(), survey);
                entry.reason.push_str("; each of its arrays is one image");
                let id = entry.id;
                self.entries
                    .retain(|known| known.survey.path != entry.survey.path);
                self.entries.push(entry);
                (ids, id)
            })
            .collect()
    }

    fn known(&self) -> Known<'_> {
        let lists = self.context.known_ids(&self.entries);
        // what may be one image each, or rows in batches, says nothing of how many there are
        let others = self.entries.iter().filter(|entry| {
            entry.survey.shape.len() > 1
                && entry.survey.shape.first() != Some(&1)
                && !refusals::is_batch(&entry.survey.path)
        });
        Known {
            lists,
            count: shared_count(others, &self.context),
        }
    }
}

/// The layer that arrays of one image each make up.
fn stacked(group: &Group, members: &[&Entry]) -> Survey {
    let first = &members[0].survey;
    let rows = members.len();
    let inner: Vec<usize> = first
        .shape
        .iter()
        .copied()
        .filter(|&axis| axis != 1)
        .collect();
    let is_vector = inner.len() <= 1;
    let is_row = first.shape.first() == Some(&1);
    let mut shape = vec![rows];
    match (is_vector, is_row) {
        (true, _) => shape.push(inner.first().copied().unwrap_or(1)),
        (false, true) => shape.extend(&first.shape[1..]),
        (false, false) => shape.extend(&first.shape),
    }
    // the position in the stack of what is at a position in one of its arrays
    let moved = |row: usize, bad: &NotFinite| {
        let mut position = vec![row];
        match (is_vector, is_row) {
            (true, _) => position.push(bad.position.iter().copied().max().unwrap_or(0)),
            (false, true) => position.extend(bad.position.iter().skip(1)),
            (false, false) => position.extend(&bad.position),
        }
        NotFinite {
            position,
            ..bad.clone()
        }
    };
    let surveys = || members.iter().map(|entry| &entry.survey).enumerate();
    let not_finite =
        surveys().find_map(|(row, survey)| Some(moved(row, survey.not_finite.as_ref()?)));
    let sentinel = surveys().find_map(|(row, survey)| {
        let found = survey.sentinel.as_ref()?;
        Some(Sentinel {
            value: moved(row, &found.value),
            is_certain: found.is_certain,
        })
    });
    let ranges = members.iter().filter_map(|entry| entry.survey.range);
    let names = group.members.iter().map(|(name, _)| stem_of_image(name));
    let names: Vec<String> = names.collect();
    let is_counted = is_count(&names);
    Survey {
        path: group.path.clone(),
        shape,
        element: first.element,
        ids: Some(names),

        about: About {
            ids_from: "the name of each image's array".to_owned(),
            is_counted,
            is_only: true,
            ..About::default()
        },
        looks: Looks::Plain,
        not_finite,
        sentinel,
        nan_diagonal: false,
        range: ranges.reduce(|a, b| (a.0.min(b.0), a.1.max(b.1))),
        fingerprints: members
            .iter()
            .flat_map(|entry| entry.survey.fingerprints.clone())
            .collect(),
        digest: Digest::of(&(
            "stack",
            (members.iter().map(|entry| entry.survey.digest)).collect::<Vec<_>>(),
        )),
    }
}

/// Whether names merely count, as `img_1`, `img_2`, ... do: such ids are ids where other files have them too.
fn is_count(names: &[String]) -> bool {
    let parts: Vec<(&str, Option<usize>)> = names
        .iter()
        .map(|name| {
            let word = name.trim_end_matches(|c: char| c.is_ascii_digit());
            (word, name.get(word.len()..).and_then(|n| n.parse().ok()))
        })
        .collect();
    let is_one_word = parts.windows(2).all(|pair| pair[0].0 == pair[1].0);
    let counts_from = |from: usize| {
        let mut numbered = parts.iter().enumerate();
        numbered.all(|(row, (_, number))| *number == Some(row + from))
    };
    is_one_word && (counts_from(0) || counts_from(1))
}

#[cfg(test)]
mod tests {
    use super::super::{ReadItem, survey::survey};
    use super::*;
    use crate::formats::{Element, NamedArray, Values};

    fn add(collection: &mut Collection, path: &str, shape: &[usize]) -> ArrayId {
        let array = NamedArray {
            path: path.into(),
            shape: shape.to_vec(),
            element: Element::TEXT,
            values: Values::F32(vec![0.5; shape.iter().product()]),
            ids: None,
            about: About::default(),
        };
        collection.add(vec![ReadItem::Array(Box::new(survey(&array)))])[0]
    }

    #[test]
    fn files_of_one_image_each_become_a_layer() {
        let mut collection = Collection::default();
        let ids: Vec<ArrayId> = ["02", "10", "01"]
            .iter()
            .map(|n| {
                add(
                    &mut collection,
                    &format!("x/clip_RN50_image_{n}.npz/layer4"),
                    &[1, 8, 7, 7],
                )
            })
            .collect();
        add(&mut collection, "x/other.npy", &[3, 4]);
        add(&mut collection, "x/lonely.npz/layer4", &[1, 9]);
        let made = collection.stack_images();
        assert_eq!(made.len(), 1);
        assert_eq!(made[0].0, [ids[2], ids[0], ids[1]]);
        assert_eq!(collection.entries.len(), 3);
        let entry = collection.entries.last().expect("the stack");
        assert_eq!(
            (entry.id, &entry.survey.shape[..]),
            (made[0].1, &[3, 8, 7, 7][..])
        );
        assert_eq!(
            entry.survey.ids.as_ref().map(|ids| ids.join(" ")),
            Some("image_01 image_02 image_10".into())
        );
        assert_eq!(
            (entry.role.network.as_str(), entry.role.layer.as_str()),
            ("clip_RN50", "layer4")
        );
        // nothing is left to be stacked
        assert!(collection.stack_images().is_empty());
    }

    /// Arrays of a folder, as values of which nothing is known, and what they become: the layers with their shapes,
    /// and the files of the errors.
    fn become_of(
        paths: &[String],
        shape: &[usize],
        stimuli: &[&str],
    ) -> (Vec<String>, Vec<String>) {
        let mut collection = Collection::default();
        if !stimuli.is_empty() {
            let text = format!("stimulus_id\n{}\n", stimuli.join("\n"));
            collection.add(crate::study::read("stimuli.csv", text.as_bytes()).0);
        }
        for path in paths {
            add(&mut collection, path, shape);
        }
        collection.stack_images();
        let layers = collection.entries.iter().map(|entry| {
            let role = &entry.role;
            format!("{}/{} {:?}", role.network, role.layer, entry.survey.shape)
        });
        let errors = collection.problems.iter().filter(|p| p.is_error());
        (layers.collect(), errors.map(ToString::to_string).collect())
    }

    #[test]
    fn arrays_of_one_image_each_are_known_wherever_the_name_of_the_image_stands() {
        let images = ["img_0", "img_1", "img_2", "img_10"];
        let others = ["cat", "dog", "elk", "owl"];
        let cases: [(&str, &[usize], &[&str], &str); 12] = [
            ("neta/l/{}.npy", &[10], &images, "neta/l [4, 10]"),
            ("neta/l/{}.npy", &[1, 10], &images, "neta/l [4, 10]"),
            (
                "acts/neta/l/{}.npy",
                &[1, 6, 4, 4],
                &images,
                "neta/l [4, 6, 4, 4]",
            ),
            ("neta/l/{}.npy", &[6, 4, 4], &images, "neta/l [4, 6, 4, 4]"),
            ("neta.npz/{}", &[10], &images, "neta/layer [4, 10]"),
            ("neta.h5/l/{}", &[24], &images, "neta/l [4, 24]"),
            ("neta.h5/{}/l", &[24], &images, "neta/l [4, 24]"),
            ("neta/{}/l.npy", &[1, 24], &images, "neta/l [4, 24]"),
            ("x/vgg_{}.npz/l", &[1, 24], &images, "vgg/l [4, 24]"),
            ("neta.mat/{}.jpg", &[1, 24], &images, "neta/layer [4, 24]"),
            // of other names it is the other files that know them
            ("neta.pt/{}", &[10], &others, "neta/layer [4, 10]"),
            ("feats/vgg_{}.npy", &[10], &others, "vgg/layer [4, 10]"),
        ];
        for (pattern, shape, names, expected) in cases {
            let paths: Vec<String> = names
                .iter()
                .map(|name| pattern.replace("{}", name))
                .collect();
            assert_eq!(
                become_of(&paths, shape, names),
                (vec![expected.to_owned()], vec![]),
                "{pattern}"
            );
        }
    }

    #[test]
    fn what_may_be_layers_or_rdms_is_not_stacked() {
        let stimuli = ["a", "b", "c", "d", "e"];
        for (paths, shape) in [
            // layers with rows of their own
            (["n.npz/conv1", "n.npz/conv2", "n.npz/conv3"], &[5, 7][..]),
            (["n/1.npy", "n/2.npy", "n/3.npy"], &[5, 7]),
            // triangles of RDMs
            (["rdms/1.npy", "rdms/2.npy", "rdms/3.npy"], &[10]),
            (
                [
                    "rdm_V1__sub-01.npy",
                    "rdm_V1__sub-02.npy",
                    "rdm_V1__sub-03.npy",
                ],
                &[10],
            ),
            // layers of one image, no images of one layer
            (["n.npz/conv1", "n.npz/conv2", "n.npz/conv3"], &[1, 7]),
        ] {
            let paths = paths.map(str::to_owned);
            let (layers, errors) = become_of(&paths, shape, &stimuli);
            assert_eq!(
                (layers.len(), errors.len()),
                (3, 0),
                "{paths:?}: {errors:?}"
            );
        }
    }

    #[test]
    fn batches_and_vectors_of_unknown_kind_are_refused_once() {
        let stimuli = ["a", "b", "c", "d", "e", "f"];
        for (paths, shape, said) in [
            (
                ["n/l/batch_0.npy", "n/l/batch_1.npy", "n/l/batch_2.npy"],
                &[2, 7][..],
                "concatenate",
            ),
            (
                ["n.npz/batch_0", "n.npz/batch_1", "n.npz/batch_2"],
                &[2, 7],
                "concatenate",
            ),
            (["n/l/x.npy", "n/l/y.npy", "n/l/z.npy"], &[10], "stack"),
        ] {
            let paths = paths.map(str::to_owned);
            let (_, errors) = become_of(&paths, shape, &stimuli);
            assert_eq!(errors.len(), 1, "{paths:?}: {errors:?}");
            assert!(
                errors[0].contains(said) && errors[0].starts_with(&paths[0]),
                "{errors:?}"
            );
        }
    }
}
