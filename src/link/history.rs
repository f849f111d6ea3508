//! Which changes of the page become steps of the browser's history: one for each settled gesture.
//!
//! A slider that is drawn and a key that is held change the address many times. The first change is a
//! step; those that continue it take its place.

use super::Link;

/// A gesture goes on for so long after each of its changes, in seconds.
const PAUSE: f64 = 1.0;

/// What becomes of a hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// It is in the address already.
    Stay,
    /// It takes the place of the last one.
    Replace,
    /// Back leads from it to the last one.
    Push,
}

/// When something changed, and by what.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Moment {
    /// Now, in seconds.
    pub now: f64,
    /// A button of the mouse, or a finger, is down.
    pub is_pressed: bool,
    /// The page is in a frame: the history is that of the page around it.
    pub is_framed: bool,
}

/// The address as it was last written, and the gesture that wrote it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct History {
    written: Option<String>,
    gesture: Option<Gesture>,
    /// A link that was not opened stands in the address for as long as the page stays like this.
    held: Option<Link>,
    /// What was last seen in the address.
    seen: Option<String>,
}

#[derive(Debug, Clone, PartialEq)]
struct Gesture {
    /// Names of the fields that it changes.
    fields: Vec<String>,
    last: f64,
    /// It began with a button down.
    is_pressed: bool,
}

impl History {
    /// The browser says that something else stands in the address. Whether it does: one step may be told more
    /// than once.
    pub fn arrives(&mut self, hash: &str) -> bool {
        let is_new = self.seen.as_deref() != Some(hash);
        self.seen = Some(hash.to_owned());
        is_new
    }

    /// Keeps what stands in the address while the page is as `link` says.
    pub fn hold(&mut self, link: Link, address: &str) {
        self.held = Some(link);
        self.written = Some(address.to_owned());
        self.seen = Some(address.to_owned());
        self.gesture = None;
    }

    /// The address is the page's own again.
    pub fn release(&mut self) {
        self.held = None;
    }

    /// Whether the address is of a link that was not opened.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.held.is_some()
    }

    /// The page has this hash because a link or the history asked for it.
    pub fn opened(&mut self, hash: &str) {
        self.written = Some(hash.to_owned());
        self.seen = Some(hash.to_owned());
        self.gesture = None;
    }

    /// The page is as a link says, whose hash this is: what becomes of the address.
    pub fn changed(&mut self, link: &Link, hash: &str, moment: Moment) -> Step {
        if self.held.as_ref() == Some(link) {
            return Step::Stay;
        }
        self.held = None;
        self.seen = Some(hash.to_owned());
        let Some(before) = self.written.replace(hash.to_owned()) else {
            // the first visit's
            return Step::Replace;
        };
        if before == hash {
            return Step::Stay;
        }
        let fields = changed_fields(&before, hash);
        let continues = self.gesture.as_ref().is_some_and(|gesture| {
            gesture.fields == fields
                && (gesture.is_pressed && moment.is_pressed || moment.now - gesture.last < PAUSE)
        });
        self.gesture = Some(Gesture {
            fields,
            last: moment.now,
            is_pressed: moment.is_pressed,
        });
        match continues || moment.is_framed {
            true => Step::Replace,
            false => Step::Push,
        }
    }
}

/// Names of the fields that two hashes do not have in common.
fn changed_fields(before: &str, after: &str) -> Vec<String> {
    let split = |hash: &str| -> Vec<String> { hash.split('&').map(str::to_owned).collect() };
    let (before, after) = (split(before), split(after));
    let only = |some: &[String], others: &[String]| -> Vec<String> {
        let fields = some.iter().filter(|field| !others.contains(field));
        fields
            .map(|field| field.split('=').next().unwrap_or_default().to_owned())
            .collect()
    };
    let mut names = only(&before, &after);
    names.extend(only(&after, &before));
    names.sort_unstable();
    names.dedup();
    names
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::link::Source;

    fn moment(now: f64, is_pressed: bool) -> Moment {
        Moment {
            now,
            is_pressed,
            is_framed: false,
        }
    }

    #[test]
    fn a_gesture_is_one_step() {
        use Step::{Push, Replace, Stay};
        let link = Link::default();
        for (what, changes, steps) in [
            (
                "a slider that is drawn, with a pause",
                vec![("n=1", 0.0, true), ("n=2", 0.1, true), ("n=3", 9.0, true)],
                vec![Push, Replace, Replace],
            ),
            (
                "presses of a key",
                vec![
                    ("n=1", 0.0, false),
                    ("n=2", 0.5, false),
                    ("n=3", 1.0, false),
                ],
                vec![Push, Replace, Replace],
            ),
            (
                "the same again, later",
                vec![
                    ("n=1", 0.0, false),
                    ("n=2", 5.0, false),
                    ("n=2", 5.1, false),
                ],
                vec![Push, Push, Stay],
            ),
            (
                "two sliders, each drawn",
                vec![
                    ("n=1", 0.0, true),
                    ("n=2", 0.2, true),
                    ("n=2&m=1", 0.9, true),
                ],
                vec![Push, Replace, Push],
            ),
            (
                "two menus, quickly",
                vec![
                    ("n=1", 0.0, false),
                    ("n=1&m=1", 0.1, false),
                    ("m=1", 0.2, false),
                ],
                vec![Push, Push, Push],
            ),
        ] {
            let mut history = History::default();
            history.opened("n=0");
            let taken: Vec<Step> = changes
                .iter()
                .map(|(hash, now, is_pressed)| {
                    history.changed(&link, hash, moment(*now, *is_pressed))
                })
                .collect();
            assert_eq!(taken, steps, "{what}");
        }
    }

    #[test]
    fn in_a_frame_nothing_is_a_step() {
        let mut history = History::default();
        history.opened("n=0");
        for hash in ["n=1", "m=1", "n=2"] {
            let framed = Moment {
                is_framed: true,
                ..moment(0.0, false)
            };
            assert_eq!(
                history.changed(&Link::default(), hash, framed),
                Step::Replace
            );
        }
    }

    #[test]
    fn a_link_that_was_not_opened_stays_until_the_page_changes() {
        let (page, other) = (
            Link::default(),
            Link {
                source: Source::OwnFiles,
                ..Link::default()
            },
        );
        let mut history = History::default();
        history.hold(page.clone(), "damaged");
        assert!(!history.arrives("damaged"));
        assert_eq!(
            history.changed(&page, "demo", moment(0.0, false)),
            Step::Stay
        );
        assert!(history.holds());
        assert_eq!(
            history.changed(&other, "files", moment(0.0, false)),
            Step::Push
        );
        assert!(!history.holds());
        // where it is put away, the address is the page's again
        history.hold(other.clone(), "later");
        history.release();
        let step = history.changed(&other, "files", moment(9.0, false));
        assert_eq!(step, Step::Push);
    }

    #[test]
    fn a_step_of_the_browser_is_told_once() {
        let mut history = History::default();
        history.opened("n=0");
        assert!(!history.arrives("n=0"));
        assert!(history.arrives("n=1"));
        assert!(!history.arrives("n=1"));
        history.changed(&Link::default(), "n=2", moment(0.0, false));
        assert!(!history.arrives("n=2"));
        assert!(history.arrives("n=1"));
    }
}
