//! The few things asked of the browser itself.

use js_sys::{Array, Uint8Array};
use leptos::prelude::*;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    Blob, BlobPropertyBag, CustomEvent, CustomEventInit, HtmlAnchorElement, HtmlElement, Url,
};

use crate::figures::{Rgb, Theme};

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

/// An address of a module that does nothing but import another, for as long as the page is open.
pub fn script_that_imports(module: &str) -> Option<String> {
    let script = format!("import {};", serde_json::Value::from(module));
    let options = BlobPropertyBag::new();
    options.set_type("text/javascript");
    let parts = Array::of1(&script.into());
    let blob = Blob::new_with_str_sequence_and_options(&parts, &options).ok()?;
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

/// Whether the policy of the page lets it connect to other servers than its own.
pub fn may_connect() -> bool {
    let policy = document().query_selector("meta[http-equiv=Content-Security-Policy]");
    let content = policy
        .ok()
        .flatten()
        .and_then(|policy| policy.get_attribute("content"));
    content.is_none_or(|content| content.contains("https:"))
}

/// Whether the page is in a frame of another.
pub fn is_framed() -> bool {
    let window = window();
    let top = window.top().ok().flatten();
    top.is_none_or(|top| !js_sys::Object::is(&top, &window))
}

/// An address as seen from another: `data/a.npy` from `https://x.org/s/study.json`.
pub fn join(address: &str, base: &str) -> Option<String> {
    Url::new_with_base(address, base).ok().map(|url| url.href())
}

/// The text of a blob.
pub async fn text_of(blob: &Blob) -> Option<String> {
    JsFuture::from(blob.text()).await.ok()?.as_string()
}
