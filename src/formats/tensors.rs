//! safetensors: a table of contents in JSON, then the numbers.

use safetensors::{Dtype, SafeTensors};

use super::contents::{Contents, Data, Variable};
use super::decode::{Element, ElementKind, Values, decode};
use crate::problem::{Problem, count};

/// Whether bytes start as such a file does: a length, and JSON of an object.
pub fn is_one(bytes: &[u8]) -> bool {
    let Some((length, rest)) = bytes.split_first_chunk::<8>() else {
        return false;
    };
    u64::from_le_bytes(*length) <= rest.len() as u64 && rest.first() == Some(&b'{')
}

/// Reads every tensor of a file.
///
/// # Errors
/// A [`Problem`] for a damaged file.
pub fn read(path: &str, bytes: &[u8]) -> Result<Contents, Problem> {
    let file = SafeTensors::deserialize(bytes).map_err(|error| {
        Problem::error(path, format!("cannot be read as safetensors: {error}"))
            .expected("a whole .safetensors file")
            .hint("The file may be cut short or damaged: save or download it again")
    })?;
    let mut contents = Contents::of(path);
    let mut tensors = file.tensors();
    tensors.sort_by(|a, b| a.0.cmp(&b.0));
    for (name, tensor) in tensors {
        let element = match tensor.dtype() {
            Dtype::F64 => Some((ElementKind::Float, 8)),
            Dtype::F32 => Some((ElementKind::Float, 4)),
            Dtype::F16 => Some((ElementKind::Float, 2)),
            Dtype::I64 => Some((ElementKind::Integer, 8)),
            Dtype::I32 => Some((ElementKind::Integer, 4)),
            Dtype::I16 => Some((ElementKind::Integer, 2)),
            Dtype::I8 => Some((ElementKind::Integer, 1)),
            Dtype::U64 => Some((ElementKind::Unsigned, 8)),
            Dtype::U32 => Some((ElementKind::Unsigned, 4)),
            Dtype::U16 => Some((ElementKind::Unsigned, 2)),
            Dtype::U8 => Some((ElementKind::Unsigned, 1)),
            Dtype::BOOL => Some((ElementKind::Boolean, 1)),
            _ => None,
        };
        let data = match (element, tensor.dtype()) {
            (Some((kind, size)), _) => {
                let element = Element {
                    kind,
                    size,
                    big_endian: false,
                };
                match decode(&format!("{path}/{name}"), tensor.data(), element) {
                    Some(values) => Data::Numbers {
                        element,
                        values: values?,
                    },
                    None => Data::Other(element.to_string()),
                }
            }
            (None, Dtype::BF16) => brain_float(tensor.data()),
            (None, other) => Data::Other(format!("numbers of type {other:?}")),
        };
        if tensor.shape().contains(&0) || matches!(data, Data::Other(_)) {
            contents
                .problems
                .push(left_out(path, &name, tensor.shape(), &data));
            continue;
        }
        contents.variables.push(Variable {
            name,
            shape: tensor.shape().to_vec(),
            data,
            axes: Vec::new(),
        });
    }
    Ok(without_weights(contents))
}

/// The problem of a tensor without numbers that a layer could have. One axis or none is bookkeeping.
fn left_out(path: &str, name: &str, shape: &[usize], data: &Data) -> Problem {
    let what = match data {
        Data::Other(what) => what.as_str(),
        _ => "no numbers: it is empty",
    };
    let path = format!("{path}/{name}");
    let found = format!("holds {what} (shape {shape:?}) and was left out");
    if shape.len() < 2 {
        return Problem::notice(&path, found);
    }
    Problem::error(&path, found)
        .expected("real numbers of 16 to 64 bits, bfloat16, or whole numbers")
        .hint("Save it again as float32, or without it")
}

/// Endings of the names under which PyTorch keeps the weights of a network.
const WEIGHTS: [&str; 6] = [
    ".weight",
    ".bias",
    ".running_mean",
    ".running_var",
    ".num_batches_tracked",
    ".in_proj_weight",
];

/// A file's variables without the weights of a network, which are no activations of anything.
pub fn without_weights(mut contents: Contents) -> Contents {
    let before = contents.variables.len();
    let is_weight = |variable: &Variable| {
        variable
            .name
            .rsplit('/')
            .next()
            .is_some_and(|name| WEIGHTS.iter().any(|ending| name.ends_with(ending)))
    };
    contents.variables.retain(|variable| !is_weight(variable));
    let weights = before - contents.variables.len();
    if weights > 0 {
        let found = format!(
            "holds {} of a network, which are no activations, and were left out",
            count(weights, "array of weights", "arrays of weights")
        );
        contents.problems.push(if contents.variables.is_empty() {
            Problem::error(&contents.path, found)
                .expected("what each layer gives for each stimulus: stimuli × units")
                .hint("Run the network on the images, and save each layer's output; or move the file out of the folder")
        } else {
            Problem::notice(&contents.path, found)
        });
    }
    contents
}

/// bfloat16: the upper half of a single-precision number.
pub fn brain_float(bytes: &[u8]) -> Data {
    let (pairs, _) = bytes.as_chunks::<2>();
    let values = pairs
        .iter()
        .map(|pair| f32::from_bits(u32::from(u16::from_le_bytes(*pair)) << 16))
        .collect();
    Data::Numbers {
        element: Element {
            kind: ElementKind::BrainFloat,
            size: 2,
            big_endian: false,
        },
        values: Values::F32(values),
    }
}
