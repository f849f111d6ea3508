//! Subjects that only several files together show: `S1_IT` and `S2_IT` are one region of two subjects, and so are
//! `IT_AB` and `IT_CD` in a folder of brains.

use std::collections::{BTreeMap, BTreeSet};

use super::naming::{Says, axes_for, path_parts, region_of};
use crate::problem::Problem;
use crate::study::Entry;
use crate::study::roles::{Axes, Kind};

/// Two letters that are of a side or a region of the brain, not of a subject.
const NO_INITIALS: [&str; 20] = [
    "LH", "RH", "IT", "MT", "LO", "ST", "TE", "TO", "PM", "PH", "VO", "OF", "AC", "PF", "FA", "PP",
    "AL", "ML", "PL", "EV",
];

/// Words that are no region by themselves.
const SIDES: [&str; 6] = ["lh", "rh", "left", "right", "l", "r"];

/// Whose an array is, by its name beside others.
struct Whose {
    index: usize,
    region: String,
    subject: String,
    /// It was not known for a brain, or its token may mean something else.
    is_bold: bool,
}

/// Gives such arrays their regions and subjects.
pub fn name_subjects(entries: &mut [Entry]) {
    for whose in found(entries) {
        let entry = &mut entries[whose.index];
        if entry.role.kind == Kind::Activations {
            entry.role.kind = Kind::Responses;
            entry.role.axes = axes_for(Kind::Responses, &entry.survey);
            entry.role.network.clear();
            entry.role.layer.clear();
        }
        entry.reason = format!(
            "files beside it are of the same region, {}, and {} is taken for the subject",
            whose.region, whose.subject
        );
        entry.role.roi = whose.region;
        entry.role.subject = whose.subject;
    }
}

/// What was taken for subjects in this way.
pub fn told(entries: &[Entry]) -> Vec<Problem> {
    let mut told: BTreeMap<String, (bool, &str, Vec<String>)> = BTreeMap::new();
    for whose in found(entries) {
        let entry = &entries[whose.index];
        if entry.role.subject != whose.subject || entry.role.roi != whose.region {
            continue;
        }
        let (is_bold, _, subjects) =
            told.entry(whose.region)
                .or_insert((false, &entry.survey.path, Vec::new()));
        *is_bold |= whose.is_bold;
        subjects.push(whose.subject);
    }
    told.into_iter()
        .map(|(region, (is_bold, path, subjects))| {
            let found = format!(
                "and files named like it are taken for brains: {region} of the subjects {}",
                subjects.join(", ")
            );
            let problem = if is_bold {
                Problem::warning(path, found)
            } else {
                Problem::notice(path, found)
            };
            problem.hint("Name them responses_ROI__SUBJECT or rdm_ROI__SUBJECT, or give them other roles in the files table or a study.json, if that is wrong")
        })
        .collect()
}

fn found(entries: &[Entry]) -> Vec<Whose> {
    /// Folders and region.
    type Where = (Vec<String>, String);
    /// Index of the entry, subject, and whether it is bold.
    type Member = (usize, String, bool);
    let mut groups: BTreeMap<Where, Vec<Member>> = BTreeMap::new();
    for (at, entry) in entries.iter().enumerate() {
        let about = &entry.survey.about;
        let is_stack = matches!(entry.role.axes, Axes::Stack(_) | Axes::CondensedStack);
        if entry.settled || is_stack || !about.subjects.is_empty() || about.network.is_some() {
            continue;
        }
        let parts = path_parts(&entry.survey);
        let is_nameless = entry.role.kind == Kind::Activations
            && entry.role.network == parts.stem
            && parts.prefix.is_none();
        if !(entry.role.kind.is_brain() || is_nameless) || parts.stem.contains("__") {
            continue;
        }
        let is_in_brains = parts.says == Some(Says::Brain) || parts.prefix.is_some();
        let tokens: Vec<&str> = parts.stem.split('_').collect();
        let numbered = tokens.iter().position(|token| is_numbered(token));
        let subject = match (numbered, tokens.as_slice()) {
            (Some(at), [_, _, ..]) => at,
            (None, [_, last]) if is_in_brains && are_initials(last) => 1,
            _ => continue,
        };
        let rest: Vec<&str> = tokens
            .iter()
            .enumerate()
            .filter(|(at, _)| *at != subject)
            .map(|(_, token)| *token)
            .collect();
        let region = region_of(&rest.join("_"));
        if region.is_empty() || SIDES.contains(&region.to_ascii_lowercase().as_str()) {
            continue;
        }
        let is_bold = numbered.is_none() || is_nameless || !is_in_brains;
        let member = (at, tokens[subject].to_owned(), is_bold);
        groups
            .entry((parts.folders, region))
            .or_default()
            .push(member);
    }
    groups
        .into_iter()
        .filter(|(_, members)| {
            let subjects: BTreeSet<&String> =
                members.iter().map(|(_, subject, _)| subject).collect();
            subjects.len() > 1 && subjects.len() == members.len()
        })
        .flat_map(|((_, region), members)| {
            members
                .into_iter()
                .map(move |(index, subject, is_bold)| Whose {
                    index,
                    region: region.clone(),
                    subject,
                    is_bold,
                })
        })
        .collect()
}

/// `S1`, `s01`: one letter and a number.
fn is_numbered(token: &str) -> bool {
    let digits = token.strip_prefix(['s', 'S']).unwrap_or_default();
    (1..=3).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit())
}

fn are_initials(token: &str) -> bool {
    token.len() == 2
        && token.bytes().all(|byte| byte.is_ascii_uppercase())
        && !NO_INITIALS.contains(&token)
}
