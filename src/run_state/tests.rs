use super::*;

const MAP: Task = Task::View {
    of: 1,
    is_quick: false,
};
const PICK: Task = Task::View {
    of: 2,
    is_quick: true,
};

/// A state, and what its transitions said, by name of the work.
#[derive(Default)]
struct Page {
    state: RunState<&'static str>,
    running: Vec<(Turn, &'static str)>,
    cancelled: Vec<&'static str>,
}

impl Page {
    fn take(&mut self, change: Change<&'static str>) {
        self.running
            .retain(|(turn, _)| !change.ended.contains(turn));
        self.running.extend(change.started);
        self.cancelled.extend(change.cancelled);
    }

    fn ask(&mut self, task: Task, work: &'static str) {
        let change = self.state.ask(task, work, 0.0);
        self.take(change);
    }

    fn turn(&self, work: &str) -> Turn {
        let running = self.running.iter().find(|(_, name)| *name == work);
        running.unwrap_or_else(|| panic!("{work} is not running")).0
    }

    fn end(&mut self, work: &str, how: Ended) {
        let turn = self.turn(work);
        self.running.retain(|(of, _)| *of != turn);
        let change = self.state.ended(turn, how, 0.0);
        self.take(change);
    }

    fn done(&mut self, work: &str) {
        self.end(work, Ended::Done);
    }

    fn cancel(&mut self) {
        let change = self.state.cancel(0.0);
        self.take(change);
    }

    fn names(&self) -> Vec<&'static str> {
        self.running.iter().map(|(_, name)| *name).collect()
    }
}

fn problem() -> Problem {
    Problem::error("", "no worker starts")
}

#[test]
fn what_follows_from_asking_for_a_second_task() {
    use Task::{Analyse, Demo, Fetch, Read};
    // the first, the second, what runs then, what runs once that is done
    for (first, second, then, at_last) in [
        (Read, Read, vec!["a"], vec!["b"]),
        (Read, Analyse, vec!["a"], vec!["b"]),
        (Read, Fetch, vec!["b"], vec![]),
        (Read, Demo, vec!["b"], vec![]),
        (Read, MAP, vec!["a"], vec!["b"]),
        (Read, PICK, vec!["a"], vec!["b"]),
        (Fetch, Read, vec!["b"], vec![]),
        (Fetch, Analyse, vec!["a"], vec!["b"]),
        (Fetch, Fetch, vec!["b"], vec![]),
        (Fetch, PICK, vec!["a"], vec!["b"]),
        (Analyse, Read, vec!["a"], vec!["b"]),
        (Analyse, Analyse, vec!["a"], vec![]),
        (Analyse, Demo, vec!["b"], vec![]),
        (Analyse, MAP, vec!["a"], vec!["b"]),
        (Analyse, PICK, vec!["a", "b"], vec!["b"]),
        (Demo, Demo, vec!["b"], vec![]),
        (Demo, Analyse, vec!["a"], vec![]),
        (Demo, PICK, vec!["a"], vec!["b"]),
        // a view's request that was interrupted follows
        (MAP, Read, vec!["b"], vec!["a"]),
        (MAP, Demo, vec!["b"], vec!["a"]),
        (MAP, Analyse, vec!["a"], vec![]),
        // of one view the newest counts
        (MAP, MAP, vec!["b"], vec![]),
        (MAP, PICK, vec!["a", "b"], vec!["b"]),
        (PICK, PICK, vec!["b"], vec![]),
        (PICK, Analyse, vec!["a", "b"], vec!["b"]),
        (PICK, Demo, vec!["b"], vec!["a"]),
    ] {
        let mut page = Page::default();
        page.ask(first, "a");
        page.ask(second, "b");
        assert_eq!(page.names(), then, "{first:?}, {second:?}");
        let ends = then[0];
        page.done(ends);
        assert_eq!(page.names(), at_last, "{first:?}, {second:?}, done");
    }
}

#[test]
fn files_come_before_the_run_and_the_run_before_what_views_compute() {
    let mut page = Page::default();
    page.ask(Task::Read, "files");
    page.ask(MAP, "map");
    page.ask(Task::Analyse, "run");
    // pressed twice, it runs once
    page.ask(Task::Analyse, "run again");
    page.ask(Task::Read, "more files");
    for next in ["files", "more files", "run again", "map"] {
        assert_eq!(page.names(), [next]);
        page.done(next);
    }
    assert_eq!(page.state.activity(9.0), Activity::Idle);
}

#[test]
fn cancelling_ends_what_is_shown_and_keeps_what_other_views_want() {
    let mut page = Page::default();
    page.ask(Task::Read, "files");
    page.ask(Task::Read, "more files");
    page.ask(Task::Analyse, "run");
    page.ask(MAP, "map");
    page.cancel();
    assert_eq!(page.names(), ["map"]);
    assert!(page.cancelled.is_empty());
    page.cancel();
    assert!(page.names().is_empty());
    assert_eq!(page.cancelled, ["map"]);

    // a quick request that runs alone
    page.ask(PICK, "pick");
    page.cancel();
    assert_eq!(page.cancelled, ["map", "pick"]);
    // beside a run, it is the run that is cancelled
    page.ask(Task::Analyse, "run");
    page.ask(PICK, "pick");
    page.cancel();
    assert_eq!(page.names(), ["pick"]);
}

#[test]
fn fetching_is_told_of_its_end_whatever_ends_it() {
    let mut page = Page::default();
    page.ask(Task::Fetch, "study");
    page.cancel();
    page.ask(Task::Fetch, "again");
    page.ask(Task::Read, "files");
    assert_eq!(page.cancelled, ["study", "again"]);
    page.done("files");
    page.ask(Task::Fetch, "another");
    page.done("another");
    assert_eq!(page.cancelled, ["study", "again"]);
}

#[test]
fn files_wait_for_an_analysis_until_the_user_ends_it() {
    let mut page = Page::default();
    page.ask(Task::Analyse, "run");
    assert!(page.state.is_analysing());
    page.ask(Task::Read, "files");
    page.ask(Task::Read, "more files");
    assert_eq!(page.names(), ["run"]);
    page.done("run");
    assert!(!page.state.is_analysing());
    assert_eq!(page.names(), ["files"]);
}

#[test]
fn a_request_that_waits_can_be_taken_back() {
    let mut page = Page::default();
    page.ask(Task::Analyse, "run");
    page.ask(MAP, "map");
    assert!(page.state.withdraw(1));
    assert!(!page.state.withdraw(1));
    page.done("run");
    assert!(page.names().is_empty());
}

#[test]
fn a_turn_that_was_ended_changes_nothing_any_more() {
    let mut page = Page::default();
    page.ask(Task::Demo, "first");
    let old = page.turn("first");
    page.ask(Task::Demo, "second");
    let change = page.state.ended(old, Ended::BrokeDown(problem()), 0.0);
    assert_eq!(change, Change::default());
    assert!(!page.state.report(old, Step::default(), 9.0));
    assert!(
        matches!(page.state.activity(9.0), Activity::Computing { id, .. } if id == page.turn("second"))
    );
}

#[test]
fn what_broke_down_can_be_tried_again_with_what_waited_for_it() {
    let mut page = Page::default();
    page.ask(Task::Read, "files");
    page.ask(Task::Analyse, "run");
    page.end("files", Ended::BrokeDown(problem()));
    assert!(page.names().is_empty());
    assert_eq!(page.state.activity(0.0), Activity::Failed(problem()));
    assert!(page.state.activity(0.0).takes_run());
    let change = page.state.try_again(0.0);
    page.take(change);
    assert_eq!(page.names(), ["files"]);
    page.done("files");
    assert_eq!(page.names(), ["run"]);
    page.done("run");
    assert_eq!(page.state.activity(0.0), Activity::Idle);

    // a quick request fails as visibly, and another task puts the failure away
    page.ask(PICK, "pick");
    page.end("pick", Ended::BrokeDown(problem()));
    assert_eq!(page.state.activity(0.0), Activity::Failed(problem()));
    page.ask(Task::Demo, "demo");
    page.done("demo");
    assert_eq!(page.state.activity(0.0), Activity::Idle);
    // so does the user
    page.ask(Task::Demo, "demo");
    page.end("demo", Ended::BrokeDown(problem()));
    page.cancel();
    assert_eq!(page.state.activity(0.0), Activity::Idle);
}

#[test]
fn progress_is_shown_of_the_current_turn_and_not_too_often() {
    let mut page = Page::default();
    page.ask(Task::Analyse, "run");
    page.ask(PICK, "pick");
    let (run, pick) = (page.turn("run"), page.turn("pick"));
    let step = |fraction| Step {
        label: "Scores".into(),
        fraction,
        ..Step::default()
    };
    let reports: Vec<bool> = [(run, 0.1, 1.0), (run, 0.2, 1.01), (run, 0.3, 1.5)]
        .map(|(turn, fraction, now)| page.state.report(turn, step(fraction), now))
        .into();
    assert_eq!(reports, [true, false, true]);
    // far too slow for a quick request, but a run is shown before it
    let shown = page.state.activity(9.0);
    assert!(shown.step().is_some_and(|step| step.fraction == 0.3));
    assert!(!shown.takes_run());
    page.done("run");
    assert_eq!(page.state.activity(0.1), Activity::Idle);
    let slow = page.state.activity(9.0);
    assert!(
        slow.takes_run()
            && matches!(slow, Activity::Computing { id, is_quick: true, .. } if id == pick)
    );
}

#[test]
fn silence_is_part_of_what_is_shown() {
    let mut page = Page::default();
    let silence = Silence::new("fold 3", 130.0);
    page.state.tell_silence(Some(silence.clone()));
    assert_eq!(page.state.activity(0.0), Activity::Idle);
    page.ask(Task::Read, "files");
    let shown = page.state.activity(0.0);
    assert_eq!(
        shown.step().and_then(|step| step.silence.clone()),
        Some(silence)
    );
    page.state.tell_silence(None);
    assert!(
        page.state
            .activity(0.0)
            .step()
            .is_some_and(|step| step.silence.is_none())
    );
}
