//! RDMs of a network's layer as Net2Brain saves them: `rdm` beside `stimuli_name` and `layer_name`.

use super::super::Found;
use super::super::contents::Contents;
use super::{About, Content, array, is_array, left_over};

/// Arrays of such a file; `None` for any other.
pub fn found(contents: &Contents) -> Option<Vec<Found>> {
    let variable = contents.variable("rdm").filter(|v| is_array(v))?;
    let layer = contents.note("layer_name")?.to_owned();
    let distance = contents.note("meta/distance").map(str::to_owned);
    let mut made = vec![array(
        contents,
        variable,
        About {
            content: Some((
                Content::ModelRdm,
                "Net2Brain wrote it as the RDM of a network's layer".to_owned(),
            )),
            roi: Some(layer.clone()),
            layer: Some(layer),
            distance,
            ..About::default()
        },
    )];
    made.extend(left_over(contents, &[variable], &[variable]));
    Some(made)
}
