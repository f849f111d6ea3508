//! What reading a file gives: items that describe it, and the numbers and pictures that belong to them.

use serde::{Deserialize, Serialize};

use super::survey::{Survey, survey};
use crate::formats::{self, Found, ScoreColumns, Slices, StimuliTable, Values};
use crate::problem::Problem;

/// What reading a file gave, without the numbers: these come beside it, one [`Payload`] for each
/// array, table of scores and picture, in order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum ReadItem {
    /// An array.
    Array(Box<Survey>),
    /// A text array.
    Names {
        /// Path of the file.
        path: String,
        /// Its text.
        names: Vec<String>,
    },
    /// A stimuli table.
    Stimuli(StimuliTable),
    /// Scores that were computed before.
    Scores(ScoreColumns),
    /// A manifest.
    Manifest {
        /// Path of the file.
        path: String,
        /// Its text.
        text: String,
    },
    /// A picture.
    Image {
        /// Path of the file.
        path: String,
    },
    /// Something wrong with the file, or a reason for leaving it alone.
    Problem(Problem),
}

/// What belongs to an item.
#[derive(Debug, Clone, PartialEq)]
pub enum Payload {
    /// The numbers of an array.
    Numbers(Values),
    /// The bytes of a picture.
    Picture(Vec<u8>),
}

impl ReadItem {
    /// Items as bytes, which pass from a worker to the page; read again by [`ReadItem::unpacked`]. In a format
    /// without names, whose reader is a quarter of one for JSON.
    ///
    /// # Errors
    /// A [`Problem`] if an item has no such form.
    pub fn packed(items: &[Self]) -> Result<Vec<u8>, Problem> {
        postcard::to_allocvec(items).map_err(|error| {
            Problem::error("", format!("what was read cannot be passed on: {error}"))
        })
    }

    /// Items from [`ReadItem::packed`].
    ///
    /// # Errors
    /// A [`Problem`] if the bytes are not such items.
    pub fn unpacked(bytes: &[u8]) -> Result<Vec<Self>, Problem> {
        postcard::from_bytes(bytes).map_err(|error| {
            Problem::error("", format!("what was read did not arrive: {error}"))
                .expected("a list of what the file holds")
                .hint("Reload the page and add the file again")
        })
    }
}

/// Reads a file and looks at every number in it once. Never fails: what is wrong is an item.
#[must_use]
pub fn read(path: &str, bytes: &[u8]) -> (Vec<ReadItem>, Vec<Payload>) {
    surveyed(formats::read(path, bytes))
}

/// The same for a file that is not in memory.
pub async fn read_slices(path: &str, file: &impl Slices) -> (Vec<ReadItem>, Vec<Payload>) {
    surveyed(formats::read_slices(path, file).await)
}

fn surveyed(found: Result<Vec<Found>, Problem>) -> (Vec<ReadItem>, Vec<Payload>) {
    let found = found.unwrap_or_else(|problem| vec![Found::LeftAlone(problem)]);
    let mut payloads = Vec::new();
    let items = found
        .into_iter()
        .map(|found| match found {
            Found::Array(array) => {
                let survey = survey(&array);
                payloads.push(Payload::Numbers(array.values));
                ReadItem::Array(Box::new(survey))
            }
            Found::Names { path, names } => ReadItem::Names { path, names },
            Found::Stimuli(table) => ReadItem::Stimuli(table),
            Found::Scores(table) => {
                payloads.push(Payload::Numbers(Values::F64(table.values)));
                ReadItem::Scores(table.columns)
            }
            Found::Manifest { path, text } => ReadItem::Manifest { path, text },
            Found::Image { path, bytes } => {
                payloads.push(Payload::Picture(bytes));
                ReadItem::Image { path }
            }
            Found::LeftAlone(problem) => ReadItem::Problem(problem),
        })
        .collect();
    (items, payloads)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_arrive_as_they_were() {
        let mut items = read("s/x.csv", b"stimulus_id,a,b\nu,1,2\nv,nan,5\n").0;
        items.extend(read("s/stimuli.csv", b"stimulus_id,category\nu,face\nv,\n").0);
        items.extend(
            read(
                "s/study.json",
                b"{ \"format\": \"universal-dimensions/1\" }",
            )
            .0,
        );
        let scores = b"network,layer,component,universality\nA,l,1,0.5\n";
        items.extend(read("s/scores.csv", scores).0);
        items.extend(read("s/photo.png", b"\x89PNG\r\n\x1a\n").0);
        items.extend(read("s/cut.npy", b"\x93NUMPY").0);
        items.push(ReadItem::Names {
            path: "ids.npy".into(),
            names: vec!["u".into(), "v".into()],
        });
        assert_eq!(items.len(), 7);
        let bytes = ReadItem::packed(&items).expect("a form");
        assert_eq!(ReadItem::unpacked(&bytes), Ok(items));
        assert!(ReadItem::unpacked(&bytes[..bytes.len() - 1]).is_err());
    }
}
