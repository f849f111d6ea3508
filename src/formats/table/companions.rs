//! Tables and texts that come with data and are none: known by their names.

use super::checks::stem;
use super::lists::is_named_like_data;
use crate::formats::extension;
use crate::formats::words::words;
use crate::problem::Problem;

/// Texts that list software.
const SOFTWARE: [&str; 4] = ["requirements", "environment", "packages", "constraints"];

/// Last words of tables that BIDS keeps beside the data.
const BIDS: [&str; 11] = [
    "participants",
    "events",
    "channels",
    "electrodes",
    "scans",
    "sessions",
    "samples",
    "physio",
    "regressors",
    "confounds",
    "motion",
];

/// Why a file is left alone by its name, if it is.
pub fn known(path: &str) -> Option<Problem> {
    if is_named_like_data(path) {
        return None;
    }
    let stem = stem(path);
    let words = words(&stem);
    let is_text = extension(path) == "txt";
    if is_text && SOFTWARE.contains(&stem.as_str()) {
        return Some(left_alone(path, "a list of software"));
    }
    let last = words.last().map_or("", String::as_str);
    let is_confounds = words.iter().any(|word| word == "confounds");
    if extension(path) == "tsv" && (BIDS.contains(&last) || is_confounds) {
        return Some(left_alone(path, "a table that BIDS keeps beside the data"));
    }
    let is_ceiling = words
        .windows(2)
        .any(|pair| matches!(pair, [a, b] if a == "noise" && matches!(b.as_str(), "ceiling" | "ceilings")));
    let is_one_word = words
        .iter()
        .any(|word| word == "noiseceiling" || word == "noiseceilings");
    (is_ceiling || is_one_word).then(|| left_alone(path, "a table of noise ceilings"))
}

fn left_alone(path: &str, what: &str) -> Problem {
    Problem::warning(path, format!("is, by its name, {what}, and was left alone"))
        .expected("activations, responses or RDMs")
        .hint("If it holds these, give it another name, such as NETWORK__LAYER or responses_ROI__SUBJECT")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn companions_are_known_by_name() {
        for path in [
            "requirements.txt",
            "environment.txt",
            "participants.tsv",
            "sub-01/func/sub-01_task-img_run-1_events.tsv",
            "sub-01_task-img_desc-confounds_timeseries.tsv",
            "sub-01_channels.tsv",
            "sub-01_electrodes.tsv",
            "noise_ceiling.csv",
            "IT-noise-ceilings.csv",
        ] {
            let problem = known(path);
            assert!(problem.is_some_and(|problem| !problem.is_error()), "{path}");
        }
        for path in [
            "alexnet__events.tsv",
            "activations_channels.tsv",
            "participants.csv",
            "events.csv",
            "stimuli.csv",
            "ceiling.csv",
        ] {
            assert!(known(path).is_none(), "{path}");
        }
    }
}
