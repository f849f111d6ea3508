//! What is being done on the page.

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;

use leptos::prelude::*;

use super::state::{Activity, App};
use crate::engine::Stopped;

/// Progress is shown at most this often, in seconds.
pub const REFRESH: f64 = 0.08;

/// Starts something that is shown as being done; what is older gives no results any more.
pub fn begin(app: App, label: &str) -> u32 {
    app.run.update_value(|run| *run += 1);
    app.activity.set(Activity {
        label: label.to_owned(),
        ..Activity::default()
    });
    app.run.get_value()
}

/// What was begun as `this`, ended as soon as something else is begun or the user cancels: jobs end
/// with their workers, but what is between two rounds of them would else begin the next.
pub async fn unless_cancelled<T>(
    app: App,
    this: u32,
    work: impl Future<Output = Result<T, Stopped>>,
) -> Result<T, Stopped> {
    let mut work = pin!(work);
    poll_fn(|context| {
        if app.run.get_value() == this {
            work.as_mut().poll(context)
        } else {
            Poll::Ready(Err(Stopped::Cancelled))
        }
    })
    .await
}
