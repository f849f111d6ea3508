//! Doing a job: the only way from tasks to the mathematics.

use super::job::{Block, Task, no_input};
use crate::formats::Slices;
use crate::problem::Problem;
use crate::study::{self, Content, ReadItem};

/// Does a job.
///
/// # Errors
/// A [`Problem`] that says what was being done; for [`Task::Read`] always, which is done by [`read_file`].
pub fn perform(task: &Task, inputs: &[&Block]) -> Result<Vec<Block>, Problem> {
    match task {
        // a file is no block: `read_file`
        Task::Read { .. } => Err(no_input()),
        Task::Components(task) => task.run(inputs),
        Task::BrainGram(task) => task.run(inputs),
        Task::Rdm(task) => task.run(inputs),
        Task::AddGrams => add_grams(inputs),
        Task::Decompose(task) => task.run(inputs),
        Task::Fold(task) => task.run(inputs),
        Task::ReducedRsa(task) => task.run(inputs),
        Task::RsaOfOnes(task) => task.run(inputs),
        Task::ReducedRdm(task) => task.run(inputs),
        Task::Bootstrap(task) => task.run(inputs),
        Task::Neighbours(task) => task.run(inputs),
        Task::ImageMap(task) => task.run(inputs),
        Task::Simulate(task) => Ok(task.run()),
    }
    .map_err(|problem| Problem {
        found: if problem.file.is_empty() {
            format!("{} failed: {}", task.describe(), problem.found)
        } else {
            problem.found.clone()
        },
        ..problem
    })
}

/// Does a [`Task::Read`]. What is wrong with the file is one of its items, no failure.
///
/// # Errors
/// A [`Problem`] if what was read cannot be described.
pub async fn read_file(path: &str, file: &impl Slices) -> Result<Vec<Block>, Problem> {
    let (items, contents) = study::read_slices(path, file).await;
    let list = ReadItem::packed(&items)?;
    let blocks = contents.into_iter().map(|content| match content {
        Content::Numbers(values) => values.into(),
        Content::Picture(bytes) => Block::Bytes(bytes),
    });
    Ok(std::iter::once(Block::Bytes(list)).chain(blocks).collect())
}

fn add_grams(inputs: &[&Block]) -> Result<Vec<Block>, Problem> {
    let mut sum = inputs
        .first()
        .and_then(|block| block.as_f64())
        .ok_or_else(no_input)?
        .to_vec();
    for block in &inputs[1..] {
        let other = block.as_f64().ok_or_else(no_input)?;
        for (total, value) in sum.iter_mut().zip(other) {
            *total += value;
        }
    }
    Ok(vec![Block::F64(sum)])
}
