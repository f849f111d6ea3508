//! The few things asked of the browser itself.

use js_sys::{Array, Uint8Array};
use leptos::prelude::*;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    Blob, BlobPropertyBag, CustomEvent, CustomEventInit, HtmlAnchorElement, HtmlElement, Response,
    Url,
};

use crate::figures::{Rgb, Theme};
use crate::problem::Problem;

/// Tells `watch.js` that the page has panicked.
pub fn tell_panic(message: &str) {
    let init = CustomEventInit::new();
    init.set_detail(&message.into());
    if let Some(window) = web_sys::window()
        && let Ok(event) = CustomEvent::new_with_event_init_dict("panicked", &init)
    {
        // nobody listens where the script is blocked
        let _ = window.dispatch_event(&event);
    }
}

/// Moves the keyboard to an element.
pub fn focus(id: &str) {
    if let Some(element) = document().get_element_by_id(id)
        && let Ok(element) = element.dyn_into::<HtmlElement>()
    {
        // an element that cannot be focused leaves the focus where it is
        let _ = element.focus();
    }
}

/// Puts text on the clipboard; false where the browser does not allow it.
pub async fn copy(text: &str) -> bool {
    let navigator = window().navigator();
    // absent where the page is not served securely
    let has = js_sys::Reflect::has(&navigator, &"clipboard".into()).unwrap_or(false);
    has && !navigator.clipboard().is_undefined()
        && JsFuture::from(navigator.clipboard().write_text(text))
            .await
            .is_ok()
}

/// An address under which the browser shows bytes or a file as a picture.
pub fn picture_address(content: &JsValue, media: &str) -> Option<String> {
    let blob = match content.dyn_ref::<Blob>() {
        Some(blob) => blob.clone(),
        None => {
            let options = BlobPropertyBag::new();
            options.set_type(media);
            Blob::new_with_u8_array_sequence_and_options(&Array::of1(content), &options).ok()?
        }
    };
    Url::create_object_url_with_blob(&blob).ok()
}

/// Hands a text to the user as a file.
pub fn download(name: &str, text: &str) -> Result<(), JsValue> {
    let bytes = Uint8Array::from(text.as_bytes());
    let options = BlobPropertyBag::new();
    options.set_type("text/csv");
    let blob = Blob::new_with_u8_array_sequence_and_options(&Array::of1(&bytes), &options)?;
    let address = Url::create_object_url_with_blob(&blob)?;
    let anchor: HtmlAnchorElement = document().create_element("a")?.unchecked_into();
    anchor.set_href(&address);
    anchor.set_download(name);
    anchor.click();
    set_timeout(
        move || {
            // the browser frees it with the page otherwise
            let _ = Url::revoke_object_url(&address);
        },
        std::time::Duration::from_secs(60),
    );
    Ok(())
}

/// The colours of figures, from the style sheet.
pub fn theme() -> Theme {
    let mut theme = Theme::LIGHT;
    let Some(root) = document().document_element() else {
        return theme;
    };
    let Ok(Some(style)) = window().get_computed_style(&root) else {
        return theme;
    };
    let read = |name: &str, colour: &mut Rgb| {
        let value = style.get_property_value(name).ok();
        *colour = value
            .and_then(|value| Rgb::parse(&value))
            .unwrap_or(*colour);
    };
    read("--bg", &mut theme.background);
    read("--ink", &mut theme.ink);
    read("--soft", &mut theme.soft);
    read("--line", &mut theme.line);
    read("--accent", &mut theme.accent);
    for (index, colour) in theme.groups.iter_mut().enumerate() {
        read(&format!("--group-{index}"), colour);
    }
    theme
}

/// Fetches a file of a hosted study.
///
/// # Errors
/// A [`Problem`] that tells an address that refuses other pages, one that is not there, and one
/// that cannot be reached apart.
pub async fn fetch(address: &str) -> Result<Blob, Problem> {
    let hint_hosting = "Ask whoever hosts it to allow other pages (Access-Control-Allow-Origin: *), or download the folder and drop it here";
    match JsFuture::from(window().fetch_with_str(address)).await {
        Ok(response) => {
            let response: Response = response.unchecked_into();
            if !response.ok() {
                let status = response.status();
                let found = if status == 404 {
                    "is not there (404)".to_owned()
                } else {
                    format!("was refused by its server ({status})")
                };
                return Err(Problem::error(address, found)
                    .expected("a file at that address")
                    .hint("Check the address"));
            }
            let cut_short = || {
                Problem::error(address, "was cut short on its way")
                    .expected("the whole file")
                    .hint("Open the link again")
            };
            let blob = JsFuture::from(response.blob().map_err(|_| cut_short())?).await;
            blob.map(JsCast::unchecked_into).map_err(|_| cut_short())
        }
        Err(_) if answers_at_all(address).await => Err(Problem::error(
            address,
            "may not be read by this page: its server does not allow other pages to (CORS)",
        )
        .expected("a server that allows it, as most hosts of static pages do")
        .hint(hint_hosting)),
        Err(_) => Err(Problem::error(address, "cannot be reached")
            .expected("a server that answers")
            .hint("Check the address and the network")),
    }
}

/// Whether a server answers where its answer may not be read.
async fn answers_at_all(address: &str) -> bool {
    let init = js_sys::Object::new();
    let set = js_sys::Reflect::set(&init, &"mode".into(), &"no-cors".into());
    set.is_ok()
        && JsFuture::from(window().fetch_with_str_and_init(address, init.unchecked_ref()))
            .await
            .is_ok()
}

/// An address as seen from another: `data/a.npy` from `https://x.org/s/study.json`.
pub fn join(address: &str, base: &str) -> Option<String> {
    Url::new_with_base(address, base).ok().map(|url| url.href())
}

/// The text of a blob.
pub async fn text_of(blob: &Blob) -> Option<String> {
    JsFuture::from(blob.text()).await.ok()?.as_string()
}
