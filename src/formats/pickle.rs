//! Python's pickles, read without running anything: an own machine builds dictionaries, lists, text, numbers,
//! tensors of PyTorch and arrays of NumPy. Whatever else a pickle would call stays a name: that part is left
//! out, and a file of nothing else is refused by that name.

mod advice;
mod gather;
mod known;
mod machine;
mod numpy;

use super::Found;
use super::contents::Contents;
use super::decode::Element;
use crate::problem::Problem;
pub use advice::objects;
use machine::Machine;

/// Whether bytes begin as a pickle of protocol 2 to 5 does.
pub fn is_one(bytes: &[u8]) -> bool {
    matches!(bytes, [0x80, 0..=5, ..])
}

/// Reads every tensor and array of the pickle `bytes`. `storage`: gives the raw numbers by their key.
///
/// # Errors
/// A [`Problem`] naming what the pickle would call, or what is damaged.
pub fn read_torch(
    path: &str,
    bytes: &[u8],
    big_endian: bool,
    storage: &mut dyn FnMut(&str) -> Option<Vec<u8>>,
) -> Result<Contents, Problem> {
    let mut machine = Machine::new(path);
    let root = machine.run(bytes)?;
    let contents = gather::variables(&machine, root, bytes.len() as u64, big_endian, storage)?;
    Ok(super::tensors::without_weights(contents))
}

/// A pickle of its own, which is not read: what is in it is looked at for the advice.
///
/// # Errors
/// Always: a [`Problem`] with the Python that converts it.
pub fn refuse(path: &str, bytes: &[u8]) -> Result<Vec<Found>, Problem> {
    Err(advice::refused(path, bytes))
}

/// Whether a pickle builds arrays or long lists of numbers somewhere, beside which everything is a note.
pub fn holds_arrays(bytes: &[u8]) -> bool {
    let mut machine = Machine::new("");
    let Ok(root) = machine.run(bytes) else {
        return true;
    };
    let contents = gather::variables(&machine, root, bytes.len() as u64, false, &mut |_| None);
    contents.map_or(true, |contents| {
        let is_array =
            |variable: &super::contents::Variable| variable.text().is_none() && variable.len() > 1;
        contents.variables.iter().any(is_array) || contents.problems.iter().any(Problem::is_error)
    })
}

/// A value of the pickle; others are named by their place.
#[derive(Debug, Clone)]
enum Node<'a> {
    Nothing,
    Number {
        value: f64,
        /// Written without a fraction.
        whole: bool,
    },
    Text(String),
    Bytes(std::borrow::Cow<'a, [u8]>),
    Sequence(Vec<usize>),
    Pairs(Vec<(usize, usize)>),
    /// A function or class of the allow-list.
    Known(Known),
    /// A function or class that is not on it, by name.
    Class(String),
    /// What a call of it would give, which nobody makes; or another part that is not read.
    Opaque(String),
    Storage {
        element: Storage,
        key: String,
    },
    Tensor(Tensor),
    Dtype(Dtype),
    Array(Array),
}

#[derive(Debug, Clone, PartialEq)]
enum Known {
    RebuildTensor,
    /// With a type of its own behind the shape.
    RebuildTypedTensor,
    RebuildParameter,
    RebuildSubclass,
    RebuildFromNumpy,
    OrderedDict,
    DefaultDict,
    /// A class that is built of one list: `set`, `torch.Size`.
    Container,
    Path,
    Encode,
    Reconstruct,
    FromBuffer,
    Scalar,
    Ndarray,
    Dtype,
    /// A type of torch's numbers, as storage or by itself.
    Storage(Storage),
}

#[derive(Debug, Clone, PartialEq)]
enum Storage {
    Numbers(Element),
    BrainFloat,
    /// Raw bytes, whose type is given beside them.
    Untyped,
    /// Numbers that are not read, by their name.
    Other(String),
}

#[derive(Debug, Clone)]
struct Tensor {
    storage: usize,
    element: Storage,
    offset: usize,
    shape: Vec<usize>,
    strides: Vec<usize>,
}

/// The type of a NumPy array's elements.
#[derive(Debug, Clone, PartialEq)]
enum Dtype {
    Numbers(Element),
    BrainFloat,
    /// Text of a fixed width in bytes, of four bytes a character or one.
    Text {
        wide: bool,
        size: usize,
        big_endian: bool,
    },
    Objects,
    Other(String),
}

/// An array of NumPy.
#[derive(Debug, Clone)]
struct Array {
    dtype: Dtype,
    shape: Vec<usize>,
    fortran: bool,
    /// The node of its bytes, or of a list of its objects.
    data: Option<usize>,
}
