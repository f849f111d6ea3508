//! Fetching from other servers: bounded in size, given up where nothing arrives, and ended with its future.

use std::cell::Cell;

use futures::FutureExt;
use futures::future::{LocalBoxFuture, select};
use gloo_timers::future::TimeoutFuture;
use js_sys::{Array, Reflect, Uint8Array};
use leptos::prelude::*;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    AbortController, Blob, ReadableStreamDefaultReader, ReferrerPolicy, RequestInit, RequestMode,
    Response,
};

use crate::link::address;
use crate::problem::Problem;

/// A server that sends nothing for so long has failed, in seconds.
const PATIENCE: u32 = 30;

/// Pieces are put into a blob, which the browser may keep on disk, whenever they are so many bytes.
const KEPT: u64 = 1 << 26;

/// Ends a request when it is dropped.
struct Request(AbortController);

impl Drop for Request {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Fetches a file, of at most so many bytes where that is said, and tells of each piece how many bytes it has.
///
/// # Errors
/// A [`Problem`] that tells apart an address that refuses other pages, one that is not there, one that cannot be
/// reached, one that stops sending, and one that sends too much.
pub async fn fetch(
    from: &str,
    limit: Option<u64>,
    on_bytes: &dyn Fn(u64),
) -> Result<Blob, Problem> {
    let (response, _request) = ask(from, "GET").await?;
    let too_large = |limit: u64| {
        Problem::error(
            &address::shown(from),
            format!("is larger than {}", size(limit)),
        )
        .expected("a study.json, which names files and holds no numbers")
        .hint("Check the address: it may be that of one of the files")
    };
    if let (Some(limit), Some(length)) = (limit, length_of(&response))
        && length > limit
    {
        return Err(too_large(limit));
    }
    let cut_short = || {
        Problem::error(&address::shown(from), "was cut short on its way")
            .expected("the whole file")
            .hint("Try again")
    };
    let Some(body) = response.body() else {
        return Blob::new().map_err(|_| cut_short());
    };
    let reader: ReadableStreamDefaultReader = body.get_reader().unchecked_into();
    let (pieces, blobs) = (Array::new(), Array::new());
    let (all, kept) = (Cell::new(0_u64), Cell::new(0_u64));
    let keep = || {
        let blob = Blob::new_with_u8_array_sequence(&pieces).map_err(|_| cut_short())?;
        blobs.push(&blob);
        pieces.set_length(0);
        kept.set(all.get());
        Ok::<(), Problem>(())
    };
    loop {
        let piece = in_time(from, JsFuture::from(reader.read()).boxed_local()).await?;
        let piece = piece.map_err(|_| cut_short())?;
        let of = |name: &str| Reflect::get(&piece, &name.into()).unwrap_or_default();
        if of("done").is_truthy() {
            break;
        }
        let bytes: Uint8Array = of("value").unchecked_into();
        let length = u64::from(bytes.length());
        all.set(all.get() + length);
        if let Some(limit) = limit.filter(|limit| all.get() > *limit) {
            return Err(too_large(limit));
        }
        pieces.push(&bytes);
        if all.get() - kept.get() > KEPT {
            keep()?;
        }
        on_bytes(length);
    }
    keep()?;
    Blob::new_with_blob_sequence(&blobs).map_err(|_| cut_short())
}

/// How many bytes a file has, where its server tells without sending it.
pub async fn size_of(from: &str) -> Option<u64> {
    let (response, _request) = ask(from, "HEAD").await.ok()?;
    length_of(&response)
}

/// Asks a server, and returns once it begins to answer. The request ends when its second part is dropped.
async fn ask(from: &str, method: &str) -> Result<(Response, Request), Problem> {
    let no_request = || unreachable(from);
    let controller = AbortController::new().map_err(|_| no_request())?;
    let init = RequestInit::new();
    init.set_method(method);
    init.set_mode(RequestMode::Cors);
    init.set_referrer_policy(ReferrerPolicy::NoReferrer);
    init.set_signal(Some(&controller.signal()));
    let request = Request(controller);
    let answer = JsFuture::from(window().fetch_with_str_and_init(from, &init));
    match in_time(from, answer.boxed_local()).await? {
        Ok(response) => {
            let response: Response = response.unchecked_into();
            match response.ok() {
                true => Ok((response, request)),
                false => Err(refused(from, response.status())),
            }
        }
        Err(_) if !window().navigator().on_line() => Err(offline(from)),
        Err(_) if method == "GET" && answers_at_all(from).await => Err(not_allowed(from)),
        Err(_) => Err(unreachable(from)),
    }
}

/// What a future gives, unless it takes longer than anybody waits.
async fn in_time<T: 'static>(from: &str, future: LocalBoxFuture<'_, T>) -> Result<T, Problem> {
    match select(future, TimeoutFuture::new(PATIENCE * 1000)).await {
        futures::future::Either::Left((done, _)) => Ok(done),
        futures::future::Either::Right(_) => Err(Problem::error(
            &address::shown(from),
            format!("sent nothing for {PATIENCE} seconds"),
        )
        .expected("a server that answers")
        .hint("Try again, or ask whoever hosts it")),
    }
}

fn length_of(response: &Response) -> Option<u64> {
    let length = response.headers().get("Content-Length").ok()??;
    length.parse().ok()
}

fn refused(from: &str, status: u16) -> Problem {
    let (found, hint) = match status {
        404 | 410 => (
            format!("is not there ({status})"),
            "Check the address, or ask whoever sent the link",
        ),
        401 | 403 => (
            format!("is not for everybody: its server refuses it ({status})"),
            "Ask whoever hosts it, or download the study and drop its files here",
        ),
        429 => (
            format!("was asked for too often ({status})"),
            "Wait a while, and try again",
        ),
        500.. => (
            format!("cannot be had now: its server failed ({status})"),
            "Try again later",
        ),
        _ => (
            format!("was refused by its server ({status})"),
            "Check the address",
        ),
    };
    Problem::error(&address::shown(from), found)
        .expected("a file at that address")
        .hint(hint)
}

fn offline(from: &str) -> Problem {
    Problem::error(
        &address::shown(from),
        "cannot be reached: this computer is offline",
    )
    .expected("a connection to the network")
    .hint("Connect, and try again")
}

fn not_allowed(from: &str) -> Problem {
    Problem::error(
        &address::shown(from),
        "may not be read by this page: its server does not allow other pages to (CORS)",
    )
    .expected("a server that allows it, as most hosts of static pages do")
    .hint("Ask whoever hosts it to allow other pages (Access-Control-Allow-Origin: *), or download the folder and drop it here")
}

fn unreachable(from: &str) -> Problem {
    Problem::error(&address::shown(from), "cannot be reached")
        .expected("a server that answers")
        .hint("Check the address and the network, and try again")
}

/// Whether a server answers where its answer may not be read.
async fn answers_at_all(from: &str) -> bool {
    let init = RequestInit::new();
    init.set_mode(RequestMode::NoCors);
    init.set_referrer_policy(ReferrerPolicy::NoReferrer);
    let answer = JsFuture::from(window().fetch_with_str_and_init(from, &init));
    matches!(in_time(from, answer.boxed_local()).await, Ok(Ok(_)))
}

/// Bytes in words: `12.4 MB`.
pub fn size(bytes: u64) -> String {
    let mega = bytes as f64 / 1e6;
    match mega {
        m if m < 0.1 => format!("{:.1} kB", (bytes as f64 / 1e3).max(0.1)),
        m if m < 10.0 => format!("{m:.1} MB"),
        m if m < 1000.0 => format!("{m:.0} MB"),
        m => format!("{:.1} GB", m / 1e3),
    }
}
