//! A worker as the page holds it: started, listened to, and ended with its listeners.

use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{ErrorEvent, Event, MessageEvent, Worker, WorkerOptions, WorkerType};

/// A worker, which is ended when this is dropped.
pub struct Handle {
    worker: Worker,
    listeners: Option<Listeners>,
}

/// What listens, for as long as it is kept.
struct Listeners {
    _message: Closure<dyn FnMut(MessageEvent)>,
    _error: Closure<dyn FnMut(Event)>,
}

impl Handle {
    /// Starts a worker.
    ///
    /// # Errors
    /// Why the browser does not make one: it has no workers, or a policy forbids them.
    pub fn start(
        address: &str,
        name: &str,
        on_message: impl Fn(JsValue) + 'static,
        on_error: impl Fn(String) + 'static,
    ) -> Result<Self, String> {
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        options.set_name(name);
        let worker =
            Worker::new_with_options(address, &options).map_err(|error| in_words(&error))?;
        let message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            on_message(event.data())
        });
        // a script that cannot be loaded is told by a plain event, which says nothing
        let error = Closure::<dyn FnMut(Event)>::new(move |event: Event| {
            on_error(match event.dyn_ref::<ErrorEvent>() {
                Some(event) => event.message(),
                None => "its script cannot be loaded".to_owned(),
            });
        });
        worker.set_onmessage(Some(message.as_ref().unchecked_ref()));
        worker.set_onerror(Some(error.as_ref().unchecked_ref()));
        Ok(Self {
            worker,
            listeners: Some(Listeners {
                _message: message,
                _error: error,
            }),
        })
    }

    /// Sends a message.
    ///
    /// # Errors
    /// Why it cannot be sent, which is lack of memory as a rule.
    pub fn post(&self, message: &JsValue) -> Result<(), String> {
        let sent = self.worker.post_message(message);
        sent.map_err(|error| in_words(&error))
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        self.worker.terminate();
        self.worker.set_onmessage(None);
        self.worker.set_onerror(None);
        // A closure must not be freed while it runs, and it may be the one that called us.
        let listeners = self.listeners.take();
        spawn_local(async move { drop(listeners) });
    }
}

/// What JavaScript throws, as text.
fn in_words(error: &JsValue) -> String {
    let error: &js_sys::Object = error.unchecked_ref();
    error.to_string().into()
}

/// Calls back once a worker that has locked its name is gone, however it ended. The browser gives the lock
/// free then and at no other time, so no worker has to be asked whether it is alive.
pub fn on_end(name: &str, call: impl FnOnce() + 'static) {
    let Some(navigator) = web_sys::window().map(|window| window.navigator()) else {
        return;
    };
    let get = |object: &JsValue, name: &str| js_sys::Reflect::get(object, &name.into()).ok();
    // absent where the page is not served securely; workers do not lock their names there either
    let locks = get(&navigator, "locks").filter(|locks| !locks.is_undefined());
    let Some((locks, request)) = locks.and_then(|locks| {
        let request: js_sys::Function = get(&locks, "request")?.dyn_into().ok()?;
        Some((locks, request))
    }) else {
        return;
    };
    let called = Closure::once_into_js(call);
    if let Ok(promise) = request.call2(&locks, &name.into(), &called) {
        // a browser that refuses locks leaves silence to find the worker by
        let waiting = JsFuture::from(js_sys::Promise::resolve(&promise));
        spawn_local(async move { drop(waiting.await) });
    }
}
