//! What the readers make of a file, for comparing.

use serde_json::Value;
use universal_dimensions::formats::Values;
use universal_dimensions::problem::Problem;
use universal_dimensions::study::{Collection, Payload, ReadItem, read};

/// An array of numbers, or of text, by its name within the file.
pub struct Seen {
    pub name: String,
    pub shape: Vec<usize>,
    pub element: String,
    pub at: Box<dyn Fn(usize) -> Value>,
    pub ids: Option<Vec<String>>,
}

/// What a file gave.
pub struct Opened {
    pub arrays: Vec<Seen>,
    pub problems: Vec<Problem>,
}

fn number(value: f64) -> Value {
    if value.is_nan() {
        Value::from("NaN")
    } else if value.is_infinite() {
        Value::from("Infinity")
    } else {
        Value::from(value)
    }
}

/// What a file gave, arrays of one image each put together as the study does it.
fn stacked((items, contents): (Vec<ReadItem>, Vec<Payload>)) -> (Vec<ReadItem>, Vec<Payload>) {
    let mut collection = Collection::default();
    let ids = collection.add(items.clone());
    let made = collection.stack_images();
    let [(members, _)] = made.as_slice() else {
        return (items, contents);
    };
    let joined = members.iter().filter_map(|member| {
        let index = ids.iter().position(|id| id == member)?;
        match contents.get(index)? {
            Payload::Numbers(values) => Some(values.clone()),
            Payload::Picture(_) => None,
        }
    });
    let joined = joined.reduce(|all, more| match (all, more) {
        (Values::F32(all), Values::F32(more)) => Values::F32([all, more].concat()),
        (Values::F64(all), Values::F64(more)) => Values::F64([all, more].concat()),
        (all, _) => all,
    });
    // the files that are stacked hold nothing else
    let entry = collection.entries.pop().expect("a stack");
    let item = ReadItem::Array(Box::new(entry.survey));
    (
        vec![item],
        joined.map(Payload::Numbers).into_iter().collect(),
    )
}

/// Opens a file as the page does, and checks that its numbers are as many as its shapes say.
pub fn open(file: &str, bytes: &[u8]) -> Opened {
    let (items, contents) = stacked(read(file, bytes));
    let mut contents = contents.into_iter();
    let (mut arrays, mut problems) = (Vec::new(), Vec::new());
    let inner = |path: &str| {
        path.strip_prefix(file)
            .unwrap_or(path)
            .trim_start_matches('/')
            .to_owned()
    };
    let texts = |name: String, texts: Vec<String>| Seen {
        name,
        shape: vec![texts.len()],
        element: "text".into(),
        ids: Some(texts.clone()),
        at: Box::new(move |index| Value::from(texts[index].clone())),
    };
    for item in items {
        match item {
            ReadItem::Array(survey) => {
                let Some(Payload::Numbers(values)) = contents.next() else {
                    panic!("{file}: an array without numbers");
                };
                assert_eq!(
                    values.len(),
                    survey.shape.iter().product::<usize>(),
                    "{file}"
                );
                arrays.push(Seen {
                    name: inner(&survey.path),
                    shape: survey.shape,
                    element: survey.element.to_string(),
                    ids: survey.ids,
                    at: Box::new(move |index| number(values.at(index))),
                });
            }
            ReadItem::Scores(columns) => {
                let Some(Payload::Numbers(values)) = contents.next() else {
                    panic!("{file}: scores without numbers");
                };
                let rows = columns.rows;
                arrays.push(Seen {
                    name: columns.columns[0].clone(),
                    shape: vec![rows],
                    element: columns.element.to_string(),
                    ids: None,
                    at: Box::new(move |index| number(values.at(2 * rows + index))),
                });
            }
            ReadItem::Names { path, names } => arrays.push(texts(inner(&path), names)),
            ReadItem::Stimuli(table) => arrays.push(texts(inner(&table.path), table.ids)),
            ReadItem::Problem(problem) => problems.push(problem),
            ReadItem::Manifest { .. } | ReadItem::Image { .. } => {}
        }
    }
    Opened { arrays, problems }
}

/// The shapes of a file's arrays.
pub fn shapes(file: &str, bytes: &[u8]) -> Vec<Vec<usize>> {
    let (items, _) = read(file, bytes);
    let shape = |item: ReadItem| match item {
        ReadItem::Array(survey) => Some(survey.shape),
        ReadItem::Scores(columns) => Some(vec![columns.rows]),
        _ => None,
    };
    items.into_iter().filter_map(shape).collect()
}
