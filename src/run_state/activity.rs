//! What the page shows of what is being done.

use super::{Task, Turn};
use crate::engine::supervision::Silence;
use crate::problem::Problem;
use crate::workflow::Progress;

/// What is being done.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Activity {
    /// Nothing.
    #[default]
    Idle,
    /// Files are read.
    Reading(Step),
    /// A hosted study is fetched and read.
    Fetching(Step),
    /// An analysis, or what a view shows, is computed.
    Computing {
        /// Which turn it is.
        id: Turn,
        /// A quick request that takes longer than thought: a run can be started beside it.
        is_quick: bool,
        /// How far it is.
        step: Step,
    },
    /// The last task broke down: why, and what to do about it.
    Failed(Problem),
}

/// How far a task is.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Step {
    /// What is being done, as the user reads it.
    pub label: String,
    /// How far, in [0, 1].
    pub fraction: f64,
    /// Until the end.
    pub seconds_left: Option<f64>,
    /// A worker that has not answered for long.
    pub silence: Option<Silence>,
}

impl Step {
    /// Before a task has said anything.
    pub(super) fn first(task: Task) -> Self {
        let label = match task {
            Task::Read => "Reading files",
            Task::Fetch => "Fetching the study",
            Task::Demo | Task::Analyse | Task::View { .. } => "Starting",
        };
        Self {
            label: label.to_owned(),
            ..Self::default()
        }
    }
}

impl From<Progress> for Step {
    fn from(progress: Progress) -> Self {
        Self {
            label: progress.stage.label().to_owned(),
            fraction: progress.fraction,
            seconds_left: progress.seconds_left,
            silence: None,
        }
    }
}

impl Activity {
    /// Whether something is being done.
    #[must_use]
    pub fn is_busy(&self) -> bool {
        self.step().is_some()
    }

    /// How far it is, if something is being done.
    #[must_use]
    pub fn step(&self) -> Option<&Step> {
        match self {
            Activity::Reading(step)
            | Activity::Fetching(step)
            | Activity::Computing { step, .. } => Some(step),
            Activity::Idle | Activity::Failed(_) => None,
        }
    }

    /// Whether the user can ask for a run: at once, or once the files are read.
    #[must_use]
    pub fn takes_run(&self) -> bool {
        match self {
            Activity::Idle | Activity::Failed(_) | Activity::Reading(_) => true,
            Activity::Computing { is_quick, .. } => *is_quick,
            Activity::Fetching(_) => false,
        }
    }
}
