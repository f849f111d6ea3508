//! Reading a file that the user brought.

use serde::{Deserialize, Serialize};

use crate::blocks::Block;
use crate::formats::Slices;
use crate::jobs::{FileTask, Task};
use crate::problem::Problem;
use crate::study::{self, Payload, ReadItem};

/// A file -> a list of [`ReadItem`]s (`packed`), then a block for each of its payloads. What is wrong
/// with the file is one of the items, no failure.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ReadFile {
    /// Path of the file.
    pub path: String,
}

impl Task for ReadFile {
    const KIND: &'static str = "read file";

    fn describe(&self) -> String {
        format!("reading {}", self.path)
    }

    fn is_kept(&self) -> bool {
        false
    }
}

impl FileTask for ReadFile {
    async fn run(&self, file: &impl Slices) -> Result<Vec<Block>, Problem> {
        let (items, payloads) = study::read_slices(&self.path, file).await;
        let list = ReadItem::packed(&items)?;
        let blocks = payloads.into_iter().map(|payload| match payload {
            Payload::Numbers(values) => values.into(),
            Payload::Picture(bytes) => Block::Bytes(bytes),
        });
        Ok(std::iter::once(Block::Bytes(list)).chain(blocks).collect())
    }
}
