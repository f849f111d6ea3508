//! What the page and a worker say to each other. A job's data go as bytes, numbers as typed arrays: the
//! one boundary between Rust and JavaScript for numbers.

use js_sys::{Array, Float32Array, Float64Array, Object, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::Blob;

use crate::blocks::{Block, Key};
use crate::formats::Slices;
use crate::jobs::{Job, Use};
use crate::problem::Problem;

/// A block as a typed array, in memory of its own.
pub fn to_js(block: &Block) -> JsValue {
    match block {
        Block::F32(values) => Float32Array::from(values.as_slice()).into(),
        Block::F64(values) => Float64Array::from(values.as_slice()).into(),
        Block::Bytes(values) => Uint8Array::from(values.as_slice()).into(),
    }
}

/// A typed array as a block; `None` for anything else.
pub fn from_js(value: &JsValue) -> Option<Block> {
    if let Some(values) = value.dyn_ref::<Float32Array>() {
        return Some(Block::F32(values.to_vec()));
    }
    if let Some(values) = value.dyn_ref::<Float64Array>() {
        return Some(Block::F64(values.to_vec()));
    }
    value
        .dyn_ref::<Uint8Array>()
        .map(|values| Block::Bytes(values.to_vec()))
}

/// A file that the user brought, read piece by piece in a worker.
pub struct BlobSlices(Blob);

impl Slices for BlobSlices {
    fn size(&self) -> u64 {
        self.0.size() as u64
    }

    /// The 4 GiB of a module's memory, less what it computes with.
    fn room(&self) -> u64 {
        3 << 30
    }

    // Each await gives the worker's event loop a turn, without which the browser keeps the buffer of
    // every piece until the last is read.
    async fn slice(&self, path: &str, start: u64, size: usize) -> Result<Vec<u8>, Problem> {
        let end = start as f64 + size as f64;
        let bytes = match self.0.slice_with_f64_and_f64(start as f64, end) {
            Ok(piece) => JsFuture::from(piece.array_buffer()).await,
            Err(refused) => Err(refused),
        }
        .map(|buffer| Uint8Array::new(&buffer).to_vec());
        bytes
            .ok()
            .filter(|bytes| bytes.len() == size)
            .ok_or_else(|| {
                Problem::error(path, "cannot be read any more")
                    .expected("a file that is still where it was, unchanged")
                    .hint("Add it again")
            })
    }
}

fn get(object: &JsValue, name: &str) -> JsValue {
    Reflect::get(object, &name.into()).unwrap_or(JsValue::UNDEFINED)
}

fn set(object: &Object, name: &str, value: &JsValue) {
    // setting a field of a plain object does not fail
    let _ = Reflect::set(object, &name.into(), value);
}

fn word(length: Use) -> &'static str {
    match length {
        Use::Once => "once",
        Use::Next => "next",
        Use::Run => "run",
    }
}

fn length_of(name: &str) -> Option<Use> {
    let all = [Use::Once, Use::Next, Use::Run];
    all.into_iter().find(|&length| word(length) == name)
}

/// A job on its way to a worker: `{kind, data, description, inputs: [{key, use, block?}]}`.
pub struct Order {
    object: Object,
    inputs: Array,
}

/// An order as a worker reads it.
pub struct Received {
    /// Name of the kind.
    pub kind: String,
    /// The data of the task.
    pub data: Vec<u8>,
    /// What is being done.
    pub description: String,
    /// What goes in, in order.
    pub inputs: Vec<Input>,
}

/// One input of an order as a worker reads it.
pub struct Input {
    /// Its name.
    pub key: String,
    /// For how long it is of use.
    pub length: Use,
    /// The block, where the worker does not hold it yet.
    pub block: Option<Block>,
    /// A file that stands for its bytes.
    pub file: Option<BlobSlices>,
}

impl Order {
    /// An order without inputs.
    pub fn new(job: &Job) -> Self {
        let object = Object::new();
        set(&object, "kind", &job.kind.into());
        set(&object, "data", &Uint8Array::from(job.data.as_slice()));
        set(&object, "description", &job.description.as_str().into());
        Self {
            object,
            inputs: Array::new(),
        }
    }

    /// Adds an input, with its numbers unless the worker holds them.
    pub fn input(&mut self, key: Key, length: Use, block: Option<&JsValue>) {
        let input = Object::new();
        set(&input, "key", &key.to_string().into());
        set(&input, "use", &word(length).into());
        if let Some(block) = block {
            set(&input, "block", block);
        }
        self.inputs.push(&input);
    }

    /// The message.
    pub fn finish(self) -> JsValue {
        set(&self.object, "inputs", &self.inputs);
        self.object.into()
    }

    /// The message that tells a worker to forget blocks that it holds.
    pub fn forget(keys: &[Key]) -> JsValue {
        let object = Object::new();
        let names: Array = keys
            .iter()
            .map(|key| JsValue::from(key.to_string()))
            .collect();
        set(&object, "forget", &names);
        object.into()
    }

    /// In a worker: the names of the blocks to forget, where that is the message.
    pub fn forgotten(message: &JsValue) -> Option<Vec<String>> {
        let names = get(message, "forget");
        names.is_array().then(|| {
            Array::from(&names)
                .iter()
                .filter_map(|name| name.as_string())
                .collect()
        })
    }

    /// In a worker: the order; `None` where the message cannot be understood.
    pub fn read(message: &JsValue) -> Option<Received> {
        let inputs = Array::from(&get(message, "inputs"))
            .iter()
            .map(|input| {
                let block = get(&input, "block");
                Some(Input {
                    key: get(&input, "key").as_string()?,
                    length: length_of(&get(&input, "use").as_string()?)?,
                    block: from_js(&block),
                    file: block.dyn_into().ok().map(BlobSlices),
                })
            })
            .collect::<Option<Vec<Input>>>()?;
        Some(Received {
            kind: get(message, "kind").as_string()?,
            data: get(message, "data").dyn_ref::<Uint8Array>()?.to_vec(),
            description: get(message, "description").as_string()?,
            inputs,
        })
    }
}

/// What a worker says: `{locked}` and `{ready}` as it starts, `{blocks}` or `{problem}` when a job has ended,
/// `{broken}` before it ends itself. `start-worker.js` says some of it.
pub enum Answer {
    /// It keeps the lock of its name for as long as it lives.
    Locked,
    /// It takes jobs.
    Ready,
    /// Why it cannot start or go on.
    Broken(String),
    /// The blocks that the job gave.
    Blocks(Vec<JsValue>),
    /// Why it gave none.
    Failed(Problem),
}

impl Answer {
    /// On the page: the answer; `None` where it cannot be understood.
    pub fn read(message: &JsValue) -> Option<Self> {
        if get(message, "locked").is_truthy() {
            return Some(Answer::Locked);
        }
        if get(message, "ready").is_truthy() {
            return Some(Answer::Ready);
        }
        if let Some(cause) = get(message, "broken").as_string() {
            return Some(Answer::Broken(cause));
        }
        let problem = get(message, "problem");
        if !problem.is_undefined() {
            return serde_wasm_bindgen::from_value(problem)
                .ok()
                .map(Answer::Failed);
        }
        let blocks = get(message, "blocks");
        blocks
            .is_array()
            .then(|| Answer::Blocks(Array::from(&blocks).to_vec()))
    }

    /// In a worker: the message and the buffers that move with it.
    pub fn write(result: Result<Vec<Block>, Problem>) -> (JsValue, Array) {
        let (object, buffers) = (Object::new(), Array::new());
        match result {
            Ok(blocks) => {
                let arrays = Array::new();
                for block in &blocks {
                    let array = to_js(block);
                    buffers.push(&get(&array, "buffer"));
                    arrays.push(&array);
                }
                set(&object, "blocks", &arrays);
            }
            Err(problem) => {
                let problem = serde_wasm_bindgen::to_value(&problem).unwrap_or(JsValue::NULL);
                set(&object, "problem", &problem);
            }
        }
        (object.into(), buffers)
    }

    /// In a worker: the word that it is ready.
    pub fn ready() -> JsValue {
        let object = Object::new();
        set(&object, "ready", &JsValue::TRUE);
        object.into()
    }

    /// In a worker: why it cannot go on.
    pub fn broken(cause: &str) -> JsValue {
        let object = Object::new();
        set(&object, "broken", &cause.into());
        object.into()
    }
}
