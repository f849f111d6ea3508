//! Which words of a name are of a subject, and which are left for the region of its brain.

/// Words that say how the stimuli were split or what was measured, not where in the brain.
const NO_REGION: [&str; 14] = [
    "training",
    "train",
    "test",
    "testing",
    "val",
    "validation",
    "split",
    "fmri",
    "betas",
    "beta",
    "responses",
    "response",
    "bold",
    "data",
];

/// Whether a word says how the stimuli were split or what was measured, in any case of its letters.
pub fn is_no_region(word: &str) -> bool {
    NO_REGION.contains(&word.to_ascii_lowercase().as_str())
}

/// A region without words that are of no region: `lh_training_fmri` is `lh`, `ses-01_roi-V1_betas` is V1.
pub fn region_of(stem: &str) -> String {
    let tokens = || stem.split('_').filter(|token| !token.is_empty());
    let region = tokens().find_map(|token| {
        let (key, value) = token.split_once('-')?;
        (key.eq_ignore_ascii_case("roi") && !value.is_empty()).then(|| value.to_owned())
    });
    region.unwrap_or_else(|| {
        tokens()
            .filter(|token| !is_no_region(token))
            .collect::<Vec<_>>()
            .join("_")
    })
}

/// `IT_15x92x92` is named `IT`.
pub fn without_sizes(stem: &str) -> &str {
    match stem.rsplit_once('_') {
        Some((head, tail))
            if tail.contains('x') && tail.chars().all(|c| c == 'x' || c.is_ascii_digit()) =>
        {
            head
        }
        _ => stem,
    }
}

/// `EVC_RDMs` and `rdm_EVC` are of EVC.
pub fn without_word(stem: &str) -> &str {
    let lower = stem.to_ascii_lowercase();
    let cut = ["_rdms", "_rdm"].iter().find(|word| lower.ends_with(*word));
    match cut.and_then(|word| stem.get(..stem.len() - word.len())) {
        Some(rest) if !rest.is_empty() => rest,
        _ => stem,
    }
}

/// Splits `IT_sub-01` or `sub01_IT` into region and subject.
pub fn subject_token(stem: &str) -> Option<(String, String)> {
    let tokens: Vec<&str> = stem.split('_').collect();
    let index = tokens.iter().position(|token| is_subject(token))?;
    let mut others = tokens;
    let subject = others.remove(index).to_owned();
    Some((others.join("_"), subject))
}

/// `sub-01`, `subj01`, `subject1`, `participant_3`.
pub fn is_subject(token: &str) -> bool {
    let lower = token.to_ascii_lowercase();
    // BIDS: any letters and digits
    if let Some(label) = lower.strip_prefix("sub-")
        && !label.is_empty()
        && label.chars().all(|c| c.is_ascii_alphanumeric())
    {
        return true;
    }
    ["subject", "subj", "sub", "participant"]
        .iter()
        .any(|word| {
            lower
                .strip_prefix(word)
                .map(|rest| rest.trim_start_matches(['-', '_']))
                .is_some_and(|rest| !rest.is_empty() && rest.chars().all(|c| c.is_ascii_digit()))
        })
}
