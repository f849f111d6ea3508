//! What names say: whether a variable, a column or an axis is called like the stimuli, like classes, or like
//! something else that is counted. By words, not by whole names, so that `nsdId`, `image_ids` and
//! `stim_id` are alike.

/// Lower-case words of a name: `nsdId` and `nsd_id` are `nsd`, `id`; digits stay with what they follow.
#[must_use]
pub fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut is_inside = false;
    let mut was_lower = false;
    for c in name.chars() {
        if !c.is_alphanumeric() {
            is_inside = false;
            was_lower = false;
            continue;
        }
        let starts = !is_inside || (was_lower && c.is_uppercase());
        if starts {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut() {
            word.extend(c.to_lowercase());
        }
        is_inside = true;
        was_lower = c.is_lowercase();
    }
    words
}

/// Words for one stimulus, singular and plural.
const STIMULUS: [&str; 31] = [
    "exemplar",
    "exemplars",
    "scene",
    "scenes",
    "pic",
    "stimulus",
    "stimuli",
    "stim",
    "stims",
    "image",
    "images",
    "img",
    "imgs",
    "picture",
    "pictures",
    "photo",
    "photos",
    "item",
    "items",
    "condition",
    "conditions",
    "cond",
    "conds",
    "pattern",
    "patterns",
    "video",
    "videos",
    "sentence",
    "sentences",
    "object",
    "concept",
];

/// Words that make a name one of identity.
const IDENTITY: [&str; 26] = [
    "code",
    "nr",
    "no",
    "num",
    "id",
    "ids",
    "identifier",
    "identifiers",
    "name",
    "names",
    "file",
    "files",
    "filename",
    "filenames",
    "path",
    "paths",
    "stem",
    "stems",
    "key",
    "keys",
    "uid",
    "uuid",
    "index",
    "indices",
    "idx",
    "number",
];

/// Words of what is no stimulus: an id of one of these names something else.
const OTHERS: [&str; 44] = [
    "neuroid",
    "neuroids",
    "neuron",
    "neurons",
    "unit",
    "units",
    "voxel",
    "voxels",
    "vertex",
    "vertices",
    "channel",
    "channels",
    "electrode",
    "electrodes",
    "feature",
    "features",
    "subject",
    "subjects",
    "subj",
    "participant",
    "participants",
    "layer",
    "layers",
    "network",
    "networks",
    "model",
    "models",
    "roi",
    "rois",
    "region",
    "regions",
    "time",
    "times",
    "timepoint",
    "run",
    "session",
    "fold",
    "seed",
    "epoch",
    "class",
    "category",
    "label",
    "target",
    "set",
];

/// Words for what is known about each stimulus without being measured of a network or a brain.
const LABELS: [&str; 25] = [
    "label",
    "labels",
    "target",
    "targets",
    "class",
    "classes",
    "category",
    "categories",
    "superordinate",
    "onehot",
    "truth",
    "groundtruth",
    "gt",
    "y",
    "ytrue",
    "ytrain",
    "ytest",
    "caption",
    "captions",
    "split",
    "fold",
    "correct",
    "accuracy",
    "rating",
    "ratings",
];

fn has(words: &[String], list: &[&str]) -> bool {
    words.iter().any(|word| list.contains(&word.as_str()))
}

/// Whether a name is that of stimulus ids: `stimulus_id`, `image_ids`, `nsdId`, `filenames`, `conds`, `id`.
#[must_use]
pub fn is_id_name(name: &str) -> bool {
    let mut words = words(name);
    // the second axis of an RDM is often `stimulus_2`
    while words.len() > 1 && words.last().is_some_and(|word| word.parse::<u32>().is_ok()) {
        words.pop();
    }
    // `file_list` is a list of files
    if words.len() > 1 && words.last().is_some_and(|word| word == "list") {
        words.pop();
    }
    if has(&words, &OTHERS) {
        return false;
    }
    let is_named = words.last().is_some_and(|word| {
        let word = word.as_str();
        STIMULUS.contains(&word) || IDENTITY.contains(&word) || is_run_together(word)
    });
    // `73KID`, as NSD has it
    is_named || (name.ends_with("ID") && name.bytes().any(|byte| byte.is_ascii_digit()))
}

/// The word that a number at the end of a name counts: `img` of `img_01`, `image` of `clip_image12`; `None` for
/// a name without one.
#[must_use]
pub fn counted_word(name: &str) -> Option<&str> {
    let rest = name.trim_end_matches(|c: char| c.is_ascii_digit());
    if rest.len() == name.len() {
        return None;
    }
    let rest = rest.trim_end_matches(|c: char| !c.is_alphanumeric());
    let word = rest.rsplit(|c: char| !c.is_alphabetic()).next();
    word.filter(|word| !word.is_empty())
}

/// Whether a name is that of one stimulus among others by its words, numbered or not: `img_07`, `stimulus`.
#[must_use]
pub fn is_stimulus_name(name: &str) -> bool {
    let words = words(name);
    let mut named = words.iter().rev().map(|word| {
        // `img07` is one word
        word.trim_end_matches(|c: char| c.is_ascii_digit())
    });
    named
        .find(|word| !word.is_empty())
        .is_some_and(|word| STIMULUS.contains(&word))
}

/// `imageid`, `stimnum`, `nsdid`: two words without anything between them.
fn is_run_together(word: &str) -> bool {
    IDENTITY.iter().chain(&SHORT).any(|end| {
        word.strip_suffix(end)
            .is_some_and(|start| STIMULUS.contains(&start) || SETS.contains(&start))
    })
}

/// Short words that make a name one of identity behind another.
const SHORT: [&str; 4] = ["nr", "no", "num", "code"];

/// Sets of stimuli that are known by their names.
const SETS: [&str; 8] = [
    "nsd", "coco", "imagenet", "things", "shared", "unique", "exemplar", "scene",
];

/// Whether a name is of something that is no stimulus: subjects, layers, units.
#[must_use]
pub fn is_of_others(name: &str) -> bool {
    has(&words(name), &OTHERS)
}

/// Whether a name is that of classes, targets or the like of each stimulus, which are no layer.
#[must_use]
pub fn is_label_name(name: &str) -> bool {
    let words = words(name);
    let Some(last) = words.last() else {
        return false;
    };
    // `y` alone is a target, `trans_y` is a direction
    (LABELS.contains(&last.as_str()) && (last != "y" || words.len() == 1))
        || LABELS.contains(&words.concat().as_str())
        || (words.len() > 1
            && matches!(
                last.as_str(),
                "id" | "ids" | "idx" | "index" | "name" | "names"
            )
            && LABELS.contains(&words[words.len() - 2].as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_split_into_words() {
        assert_eq!(words("nsdId"), ["nsd", "id"]);
        assert_eq!(words("image_IDs.2"), ["image", "ids", "2"]);
        assert_eq!(words("Grüße Name"), ["grüße", "name"]);
    }

    #[test]
    fn a_number_at_the_end_counts_the_word_before_it() {
        for (name, word) in [
            ("img_01", Some("img")),
            ("clip_image12", Some("image")),
            ("conv1_batch 3", Some("batch")),
            ("Größe-7", Some("Größe")),
            ("img", None),
            ("2017", None),
            ("3_4", None),
        ] {
            assert_eq!(counted_word(name), word, "{name}");
        }
    }

    #[test]
    fn stimuli_are_told_by_their_names() {
        for (name, is_one) in [
            ("img_07", true),
            ("img07", true),
            ("stimulus", true),
            ("key_0", false),
            ("index_3", false),
            ("u12", false),
            ("7", false),
        ] {
            assert_eq!(is_stimulus_name(name), is_one, "{name}");
        }
    }

    #[test]
    fn ids_and_labels_are_told_by_their_names() {
        for name in [
            "stimulus_id",
            "stimulus",
            "nsdId",
            "image_ids",
            "filenames",
            "conds",
            "id",
            "cocoId",
            "img",
            "File Name",
            "stim_idx",
            "imageid",
            "stimnum",
            "73KID",
            "picture_nr",
            "imgs",
        ] {
            assert!(is_id_name(name), "{name}");
            assert!(!is_label_name(name), "{name}");
        }
        for name in [
            "labels", "y", "target", "class_id", "category", "y_train", "one_hot", "onehot",
        ] {
            assert!(is_label_name(name), "{name}");
            assert!(!is_id_name(name), "{name}");
        }
        for name in [
            "sigmoid",
            "grid",
            "centroid",
            "neuroid_id",
            "conv1",
            "fc7",
            "subject_id",
            "u0",
            "voxel_id",
            "layer_name",
        ] {
            assert!(!is_id_name(name) && !is_label_name(name), "{name}");
        }
    }
}
