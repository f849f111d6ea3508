//! The registry of kinds of jobs, a line each, and a list for each view: what workers, threads and other machines can do.
//!
//! It stands above everything that has tasks, so that engines need not know them. Only programs that do
//! jobs name it: the page does not, and so carries no numerics that its workers have.

use crate::analysis::brains::{BrainGram, TakeRdm};
use crate::analysis::components::{AddGrams, FindComponents};
use crate::analysis::fold::{Decompose, PredictFold};
use crate::analysis::read::ReadFile;
use crate::analysis::shuffled::ShuffleTargets;
use crate::jobs::{Kinds, TaskKind};
use crate::views;

/// The kinds of the main analysis, and of what secondary analyses share.
const SHARED: &[TaskKind] = &[
    TaskKind::of_file::<ReadFile>(),
    TaskKind::of_blocks::<FindComponents>(),
    TaskKind::of_blocks::<AddGrams>(),
    TaskKind::of_blocks::<BrainGram>(),
    TaskKind::of_blocks::<TakeRdm>(),
    TaskKind::of_blocks::<Decompose>(),
    TaskKind::of_blocks::<PredictFold>(),
    TaskKind::of_blocks::<ShuffleTargets>(),
];

/// Every kind of job.
pub const KINDS: Kinds = Kinds::new(SHARED, views::KINDS);

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use crate::blocks::{Block, Key};
    use crate::formats::Slices;
    use crate::jobs::{BlockTask, FileTask, Job, Use};
    use crate::problem::Problem;
    use crate::views::dimensions::neighbours::Neighbours;
    use crate::views::simulation::analysis::Simulation;

    /// A file in memory.
    struct InMemory(Vec<u8>);

    impl Slices for InMemory {
        fn size(&self) -> u64 {
            self.0.len() as u64
        }

        fn room(&self) -> u64 {
            u64::MAX
        }

        async fn slice(&self, path: &str, start: u64, size: usize) -> Result<Vec<u8>, Problem> {
            let piece = self.0.get(start as usize..start as usize + size);
            piece
                .map(<[u8]>::to_vec)
                .ok_or_else(|| Problem::error(path, "is shorter"))
        }
    }

    #[test]
    fn no_two_kinds_have_a_name_in_common() {
        let mut names: Vec<&str> = KINDS.names().collect();
        let count = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), count);
    }

    #[test]
    fn a_job_gives_what_its_task_gives() {
        let task = Simulation {
            seed: u64::MAX - 3,
            brain_noise: 0.1 + 0.2,
            ..Simulation::default()
        };
        let job = Job::new(&task, Vec::new(), Vec::new(), 1.0);
        let made = KINDS.perform(job.kind, &job.data, &job.description, &[]);
        assert_eq!(made, task.run(&[]));
        assert!(made.is_ok_and(|blocks| blocks.len() == 2));

        let task = ReadFile {
            path: "a.csv".into(),
        };
        let file = InMemory(b"1,2\n3,4\n5,6\n".to_vec());
        let job = Job::new(&task, Vec::new(), Vec::new(), 1.0);
        assert!(KINDS.reads_file(job.kind) && job.description == "reading a.csv");
        let made = pollster::block_on(KINDS.read(job.kind, &job.data, &file));
        assert_eq!(made, pollster::block_on(task.run(&file)));
        assert!(made.is_ok_and(|blocks| blocks.len() == 2));
    }

    #[test]
    fn a_job_says_for_how_long_its_inputs_are_of_use() {
        let keys: Vec<Key> = (0..3).map(|index| Key::of(&index)).collect();
        let task = Neighbours {
            stimuli: 3,
            component: 0,
            columns: vec![1, 1],
        };
        let job = Job::new(&task, keys.clone(), Vec::new(), 1.0);
        assert_eq!(job.inputs_of(Use::Once).collect::<Vec<_>>(), keys[..1]);
        assert_eq!(job.inputs_of(Use::Run).collect::<Vec<_>>(), keys[1..]);
        assert_eq!(job.inputs_of(Use::Next).count(), 0);
    }

    #[test]
    fn what_cannot_be_done_is_told_with_what_was_being_done() {
        let job = Job::new(&AddGrams, Vec::new(), Vec::new(), 1.0);
        let bytes = Block::Bytes(vec![1]);
        let cases: [(&str, &[u8], &[&Block]); 5] = [
            ("no such kind", &[], &[]),
            // a file is no block
            (
                "read file",
                &Job::new(&ReadFile { path: "a".into() }, Vec::new(), Vec::new(), 1.0).data,
                &[],
            ),
            // not its data
            ("decompose", &[1], &[]),
            (job.kind, &job.data, &[]),
            (job.kind, &job.data, &[&bytes]),
        ];
        for (kind, data, inputs) in cases {
            let problem = KINDS.perform(kind, data, "adding up", inputs);
            let problem = problem.expect_err(kind);
            assert!(
                problem.is_error() && problem.found.starts_with("adding up failed: "),
                "{problem}"
            );
        }
        let file = InMemory(Vec::new());
        assert!(pollster::block_on(KINDS.read(job.kind, &job.data, &file)).is_err());
    }
}
