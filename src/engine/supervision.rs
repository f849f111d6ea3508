//! When a worker is given up: what is decided from times and counts alone, so that it is tested without
//! a browser.
//!
//! A worker that computes cannot answer a ping: one job is one call. Its death shows at once (an error
//! event, or its lock is free: see `web::pool`). What is left is a worker that lives and never answers.
//! Nothing from outside tells it from one that computes for long, so it is not ended without a word: the
//! page says for how long it has been silent, and the user tries again or waits. The allowance is far
//! above what a job takes, for a false alarm costs trust, and an alarm some minutes late costs minutes.

use std::collections::HashMap;

/// How often a job may take its worker down before the run stops.
pub const LIVES: u32 = 2;

/// How often a worker may fail to start before its slot is given up.
pub const STARTS: u32 = 2;

/// Seconds between two looks at the workers.
pub const PERIOD: f64 = 1.0;

/// No worker is called silent before this many seconds.
const LEAST: f64 = 120.0;

/// How many times as long as expected a job may take.
const PATIENCE: f64 = 30.0;

/// Seconds after which a worker that has not started is started again, on a page that was there at once.
const START: f64 = 20.0;

/// How many times as long as the page itself a worker may take to start: it comes over the same network.
const START_PATIENCE: f64 = 10.0;

/// A job that is expected to end within so many seconds is let finish when its run is cancelled: to end its
/// worker and start another takes as long.
const SOON: f64 = 0.25;

/// A worker that has not answered for far longer than its job should take.
#[derive(Debug, Clone, PartialEq)]
pub struct Silence {
    /// What it was given to do.
    pub doing: String,
    /// For how long it has been at it, in whole half minutes.
    pub minutes: f64,
}

impl Silence {
    /// In steps of half a minute, so that the message does not change all the time.
    #[must_use]
    pub fn new(doing: &str, seconds: f64) -> Self {
        Self {
            doing: doing.to_owned(),
            minutes: (seconds / 30.0).floor() / 2.0,
        }
    }
}

/// How long a worker may take to start, in seconds, where the page itself took so long.
#[must_use]
pub fn start_allowance(seconds_of_page: f64) -> f64 {
    START + START_PATIENCE * seconds_of_page.max(0.0)
}

/// Seconds that this computer takes for a second of the reference machine, by kind of job.
#[derive(Debug, Default)]
pub struct Pace {
    slowest: HashMap<&'static str, f64>,
}

impl Pace {
    /// Learns from a job that is done.
    pub fn learn(&mut self, kind: &'static str, cost: f64, seconds: f64) {
        /// Shorter ones measure the messages.
        const SHORTEST: f64 = 0.01;
        if cost > SHORTEST {
            let slowest = self.slowest.entry(kind).or_insert(0.0);
            *slowest = slowest.max(seconds / cost);
        }
    }

    /// The seconds that a job should take at most, by the slowest of its kind so far.
    #[must_use]
    pub fn expected(&self, kind: &str, cost: f64) -> f64 {
        cost * self.slowest.get(kind).copied().unwrap_or(1.0)
    }

    /// The seconds after which a job is called silent.
    #[must_use]
    pub fn allowance(&self, kind: &str, cost: f64) -> f64 {
        // a computer that was fast so far may be busy with something else now
        (PATIENCE * self.expected(kind, cost).max(cost)).max(LEAST)
    }

    /// Whether a job that has run for some seconds is let finish though nobody wants it any more.
    #[must_use]
    pub fn ends_soon(&self, kind: &str, cost: f64, ran: f64) -> bool {
        self.expected(kind, cost) < SOON && ran < SOON
    }
}

/// Seconds that a computer was awake: a lid that was closed over night is no silence.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stopwatch {
    /// So far.
    pub seconds: f64,
    last: f64,
}

impl Stopwatch {
    /// Starts at a moment.
    #[must_use]
    pub fn start(now: f64) -> Self {
        Self {
            seconds: 0.0,
            last: now,
        }
    }

    /// A look at it, about every [`PERIOD`].
    pub fn look(&mut self, now: f64) {
        self.seconds += (now - self.last).clamp(0.0, 2.0 * PERIOD);
        self.last = now;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_job_is_silent_only_far_beyond_what_this_computer_takes() {
        let mut pace = Pace::default();
        // before anything was measured
        assert_eq!(pace.allowance("fold", 0.1), LEAST);
        assert_eq!(pace.allowance("fold", 100.0), 3000.0);
        pace.learn("fold", 1.0, 6.0);
        pace.learn("fold", 1.0, 2.0);
        // too short to measure anything
        pace.learn("fold", 0.001, 60.0);
        for (kind, cost, seconds) in [
            ("fold", 100.0, 18_000.0),
            ("fold", 0.1, LEAST),
            ("other", 100.0, 3000.0),
        ] {
            assert_eq!(pace.allowance(kind, cost), seconds, "{kind} {cost}");
        }
        pace.learn("fast", 1.0, 0.001);
        assert_eq!(pace.allowance("fast", 100.0), 3000.0);
    }

    #[test]
    fn only_what_ends_soon_is_let_finish() {
        let mut pace = Pace::default();
        for (cost, ran, is_soon) in [(0.01, 0.0, true), (0.01, 5.0, false), (3.0, 0.0, false)] {
            assert_eq!(pace.ends_soon("pick", cost, ran), is_soon, "{cost} {ran}");
        }
        pace.learn("pick", 0.1, 5.0);
        assert!(!pace.ends_soon("pick", 0.01, 0.0));
    }

    #[test]
    fn a_computer_that_sleeps_is_not_silent() {
        let mut watch = Stopwatch::start(10.0);
        watch.look(11.0);
        watch.look(12.0);
        assert_eq!(watch.seconds, 2.0);
        // the lid was closed for a night, and the clock was set back
        watch.look(30_000.0);
        watch.look(20_000.0);
        assert_eq!(watch.seconds, 4.0);
        watch.look(20_001.0);
        assert_eq!(watch.seconds, 5.0);
    }

    #[test]
    fn a_worker_has_the_time_that_the_page_had() {
        assert_eq!(start_allowance(0.7), 27.0);
        assert_eq!(start_allowance(60.0), 620.0);
        assert_eq!(start_allowance(-1.0), 20.0);
    }

    #[test]
    fn silence_is_said_in_half_minutes() {
        for (seconds, minutes) in [(120.0, 2.0), (149.9, 2.0), (150.0, 2.5)] {
            assert_eq!(Silence::new("a fold", seconds).minutes, minutes);
        }
    }
}
