//! Images by their ids: pictures where there are any, names elsewhere.

use leptos::prelude::*;

use super::state::App;

/// The pictures of stimuli, or their names where there are none.
pub fn gallery(app: App, ids: Vec<String>) -> impl IntoView {
    let pictures = app.pictures.get();
    if ids.iter().any(|id| pictures.contains_key(id)) {
        let items = ids
            .into_iter()
            .map(|id| match pictures.get(&id) {
                Some(address) => {
                    view! { <img src=address.clone() alt=id.clone() title=id/> }.into_any()
                }
                None => view! { <span>{id}</span> }.into_any(),
            })
            .collect_view();
        view! { <div class="thumbs">{items}</div> }.into_any()
    } else {
        view! { <p class="ids">{ids.join(", ")}</p> }.into_any()
    }
}
