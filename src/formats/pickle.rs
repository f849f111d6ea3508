//! Python's pickles, read without running anything: an own machine builds dictionaries, lists, text, numbers,
//! tensors of PyTorch and arrays of NumPy. Whatever else a pickle would call stays a name: that part is left
//! out, and a file of nothing else is refused by that name.

mod advice;
mod calls;
mod cursor;
mod elements;
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

/// A value of the pickle; others are named by their index.
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

#[cfg(test)]
mod tests {
    use super::super::contents::Data;
    use super::*;

    fn text(text: &str) -> Vec<u8> {
        let mut bytes = vec![0x8c, text.len() as u8];
        bytes.extend(text.as_bytes());
        bytes
    }

    /// A dictionary of pickled values.
    fn dictionary(items: &[(&str, Vec<u8>)]) -> Vec<u8> {
        let mut bytes = b"\x80\x04}(".to_vec();
        for (key, value) in items {
            bytes.extend(text(key));
            bytes.extend(value);
        }
        bytes.extend(b"u.");
        bytes
    }

    fn storage(kind: &str) -> Vec<u8> {
        let class = format!("ctorch\n{kind}\n");
        let id = [
            text("storage"),
            class.into_bytes(),
            text("0"),
            text("cpu"),
            b"K\x0c".to_vec(),
        ];
        [b"(".to_vec(), id.concat(), b"tQ".to_vec()].concat()
    }

    fn tensor_of(storage: &[u8], rows: u8, columns: u8) -> Vec<u8> {
        let shape = [
            b'K', rows, b'K', columns, 0x86, b'K', columns, b'K', 1, 0x86,
        ];
        [
            b"ctorch._utils\n_rebuild_tensor_v2\n(".as_slice(),
            storage,
            b"K\x00",
            &shape,
            b"\x89NtR",
        ]
        .concat()
    }

    fn tensor(rows: u8, columns: u8) -> Vec<u8> {
        tensor_of(&storage("FloatStorage"), rows, columns)
    }

    fn read(pickle: &[u8]) -> Result<Contents, Problem> {
        let numbers: Vec<u8> = (0..12).flat_map(|i| (i as f32).to_le_bytes()).collect();
        read_torch("a.pt", pickle, false, &mut |key| {
            (key == "0").then(|| numbers.clone())
        })
    }

    fn names(contents: &Contents) -> Vec<&str> {
        let names = contents.variables.iter();
        names.map(|variable| variable.name.as_str()).collect()
    }

    fn said(contents: &Contents, severity: crate::problem::Severity) -> String {
        let problems = contents.problems.iter();
        problems
            .filter(|problem| problem.severity == severity)
            .map(ToString::to_string)
            .collect::<Vec<_>>()
            .join("\n")
    }

    use crate::problem::Severity::{Error, Notice, Warning};

    #[test]
    fn one_odd_part_leaves_the_others_standing() {
        let odd: [(&str, Vec<u8>, crate::problem::Severity, &str); 9] = [
            (
                "fft",
                tensor_of(&storage("ComplexFloatStorage"), 4, 3),
                Error,
                "complex",
            ),
            (
                "quantised",
                tensor_of(&storage("QInt8Storage"), 4, 3),
                Error,
                "QInt8",
            ),
            (
                "frame",
                b"cpandas.core.frame\nDataFrame\n)R".to_vec(),
                Error,
                "pandas.core.frame.DataFrame",
            ),
            (
                "own",
                b"cmine\nThing\n)\x81}b".to_vec(),
                Warning,
                "mine.Thing",
            ),
            (
                "call",
                [b"cos\nsystem\n(".to_vec(), text("true"), b"tR".to_vec()].concat(),
                Warning,
                "os.system",
            ),
            (
                "args",
                b"cargparse\nNamespace\n)R}b".to_vec(),
                Notice,
                "argparse.Namespace",
            ),
            (
                "loss",
                b"G\x3f\xe0\0\0\0\0\0\0".to_vec(),
                Notice,
                "loss (0.5)",
            ),
            ("none", b"N".to_vec(), Notice, "none (None)"),
            ("beyond", tensor(90, 3), Error, "declares 90 x 3"),
        ];
        for (name, value, severity, word) in &odd {
            let pickle = dictionary(&[
                ("l", tensor(4, 3)),
                (name, value.clone()),
                ("m", tensor(3, 4)),
            ]);
            let contents = read(&pickle).expect("the others");
            assert_eq!(names(&contents), ["l", "m"], "{name}");
            let said = said(&contents, *severity);
            assert!(said.contains(word) && said.contains(name), "{name}: {said}");
        }
        // and all of them at once
        let mut all = vec![("l", tensor(4, 3))];
        all.extend(odd.iter().map(|(name, value, ..)| (*name, value.clone())));
        let contents = read(&dictionary(&all)).expect("the one");
        assert_eq!(names(&contents), ["l"]);
    }

    #[test]
    fn a_file_of_nothing_but_calls_is_refused_by_name() {
        for (pickle, name) in [
            (
                b"\x80\x02cos\nsystem\nU\x04true\x85R.".to_vec(),
                "os.system",
            ),
            (
                b"\x80\x02cposix\nsystem\n(U\x04truetR.".to_vec(),
                "posix.system",
            ),
            (b"(S'true'\nios\nsystem\n.".to_vec(), "os.system"),
            (b"(cos\nsystem\nS'true'\no.".to_vec(), "os.system"),
            (
                dictionary(&[("x", b"cbuiltins\neval\n(U\x011tR".to_vec())]),
                "builtins.eval",
            ),
            (b"\x80\x02cmine\nThing\n)\x81.".to_vec(), "mine.Thing"),
        ] {
            let refused = read(&pickle).expect_err("refused").to_string();
            assert!(refused.contains(&format!("would run {name}")), "{refused}");
            assert!(refused.contains("Python"), "{refused}");
        }
    }

    #[test]
    fn lists_that_may_be_batches_or_layers_are_refused() {
        let list = |items: &[Vec<u8>]| {
            let mut bytes = b"](".to_vec();
            bytes.extend(items.concat());
            bytes.push(b'e');
            bytes
        };
        let alike = list(&[tensor(2, 3), tensor(1, 3)]);
        for (pickle, load) in [
            (
                [b"\x80\x02".to_vec(), alike.clone(), b".".to_vec()].concat(),
                ")\n",
            ),
            (dictionary(&[("deep", alike)]), ")[\"deep\"]\n"),
        ] {
            let contents = read(&pickle).expect("read");
            assert!(contents.variables.is_empty());
            let said = said(&contents, Error);
            assert!(
                said.contains("list of 2") && said.contains("torch.cat"),
                "{said}"
            );
            assert!(said.contains(load), "{said}");
        }
        // layers of other widths are layers
        let layers = list(&[tensor(2, 3), tensor(2, 4)]);
        let contents = read(&dictionary(&[("net", layers)])).expect("read");
        assert_eq!(names(&contents), ["net/0", "net/1"]);
        let batch = |rows| {
            let mut bytes = b"}(".to_vec();
            bytes.extend([text("l"), tensor(rows, 3)].concat());
            bytes.push(b'u');
            bytes
        };
        let batches = list(&[batch(2), batch(1)]);
        let contents = read(&dictionary(&[("out", batches)])).expect("read");
        assert!(said(&contents, Error).contains("dictionaries with the same keys"));
    }

    #[test]
    fn lists_of_numbers_and_text_are_arrays() {
        let contents = read(&dictionary(&[
            ("targets", b"](K\x03K\x01K\x02e".to_vec()),
            (
                "rows",
                b"](](K\x01K\x02e](K\x03G\x3f\xe0\0\0\0\0\0\0ee".to_vec(),
            ),
            (
                "ids",
                [b"](".to_vec(), text("a"), text("b"), b"e".to_vec()].concat(),
            ),
        ]))
        .expect("read");
        assert_eq!(names(&contents), ["targets", "rows", "ids"]);
        assert_eq!(contents.variables[1].shape, [2, 2]);
        assert!(
            matches!(&contents.variables[1].data, Data::Numbers { values, .. } if values.at(3) == 0.5)
        );
        assert_eq!(contents.variables[2].text().map(<[String]>::len), Some(2));
    }

    #[test]
    fn weights_and_what_training_keeps_are_no_layers() {
        let optimizer = [b"}(".to_vec(), text("state"), tensor(4, 3), b"u".to_vec()].concat();
        let contents = read(&dictionary(&[
            ("conv1.weight", tensor(4, 3)),
            ("l", tensor(4, 3)),
            ("optimizer", optimizer),
            ("epoch", b"K\x05".to_vec()),
        ]))
        .expect("read");
        assert_eq!(names(&contents), ["l"]);
        let said = said(&contents, Notice);
        assert!(
            said.contains("weights") && said.contains("optimizer") && said.contains("epoch (5)"),
            "{said}"
        );
        let weights = read(&dictionary(&[("conv1.weight", tensor(4, 3))])).expect("read");
        assert!(weights.problems[0].is_error() && weights.problems[0].found.contains("weights"));
    }

    #[test]
    fn damaged_pickles_are_errors_and_shared_parts_take_no_room() {
        let whole = dictionary(&[("l", tensor(4, 3))]);
        for length in 0..whole.len() {
            assert!(read(&whole[..length]).is_err(), "{length}");
        }
        // a text that is joined to itself over and over, as a path of paths
        let mut bomb = b"\x80\x02cpathlib\nPath\nq\x00X\xe8\x03\x00\x00".to_vec();
        bomb.extend([b'a'; 1000]);
        bomb.extend(b"q\x01");
        for index in 1..60_u8 {
            bomb.extend(b"0h\x00(");
            for _ in 0..40 {
                bomb.extend([b'h', index]);
            }
            bomb.extend([b't', b'R', b'q', index + 1]);
        }
        bomb.push(b'.');
        assert!(read(&bomb).is_err() || read(&bomb).is_ok());
    }
}
