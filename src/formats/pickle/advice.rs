//! The Python that converts a pickle, for the user who trusts it, written for what is in it; and lists whose
//! parts may be batches of one layer, or layers.

use super::super::python::{name_of, names, python, quoted};
use super::machine::Machine;
use super::{Dtype, Node};
use crate::problem::Problem;

/// What opens a file where it is trusted.
fn opened(path: &str) -> String {
    let file = quoted(name_of(path));
    match super::super::extension(path).as_str() {
        "pt" | "pth" => format!("torch.load({file}, map_location=\"cpu\", weights_only=False)"),
        "joblib" => format!("joblib.load({file})"),
        _ => format!("pickle.load(open({file}, \"rb\"))"),
    }
}

/// The library that opens it.
fn library(path: &str) -> &'static str {
    match super::super::extension(path).as_str() {
        "pt" | "pth" => "torch",
        "joblib" => "joblib",
        _ => "pickle",
    }
}

const TRUST: &str = "A pickle can run any program when it is opened. Where you trust it, convert it by Python, and move it out of the folder";

/// A pickle of its own.
pub fn refused(path: &str, bytes: &[u8]) -> Problem {
    let mut machine = Machine::new(path);
    let is_packed = matches!(bytes, [0x78, 0x01 | 0x5e | 0x9c | 0xda, ..]);
    let root = machine.run(bytes).ok();
    let call = root.and_then(|root| match machine.node(root) {
        Node::Opaque(call) => Some(call.clone()),
        _ => None,
    });
    let what = match &call {
        Some(call) => format!("is a Python pickle of {call}"),
        None if is_packed => "is a Python pickle, packed by joblib".to_owned(),
        None => "is a Python pickle".to_owned(),
    };
    Problem::error(
        path,
        format!("{what}, which can run any program when it is opened, and is never opened here"),
    )
    .expected(super::super::all_endings())
    .hint(conversion(&machine, root, path))
}

/// A file of PyTorch with nothing in it that can be read without a call.
pub fn refused_call(machine: &Machine, root: usize, call: &str) -> Problem {
    let path = machine.path;
    Problem::error(
        path,
        format!("is a pickle that would run {call} when it is opened, which is never done here"),
    )
    .expected("a tensor, an array, or a dictionary or list of them and of text")
    .hint(conversion(machine, Some(root), path))
}

fn conversion(machine: &Machine, root: Option<usize>, path: &str) -> String {
    let (_, npz) = names(path, "npz");
    let (_, npy) = names(path, "npy");
    let (_, csv) = names(path, "csv");
    let (_, nc) = names(path, "nc");
    let (load, library) = (opened(path), library(path));
    let node = root.map(|root| machine.node(root));
    let program = match node {
        Some(Node::Opaque(call)) if call.starts_with("pandas.") && library != "torch" => format!(
            "import pandas\ntable = pandas.read_pickle({})\ntable.to_csv({csv}, index=not isinstance(table.index, pandas.RangeIndex))",
            quoted(name_of(path))
        ),
        Some(Node::Opaque(call)) if call.starts_with("xarray.") => {
            format!("import {library}\n{load}.to_netcdf({nc})")
        }
        Some(Node::Opaque(call)) if call.starts_with("scipy.sparse") => {
            format!("import numpy, {library}\nnumpy.save({npy}, {load}.toarray())")
        }
        Some(Node::Array(array)) if array.dtype != Dtype::Objects => {
            format!("import numpy, {library}\nnumpy.save({npy}, {load})")
        }
        Some(Node::Pairs(pairs))
            if pairs
                .iter()
                .all(|&(key, value)| is_flat(machine, key, value)) =>
        {
            format!("import numpy, {library}\nnumpy.savez({npz}, **{load})")
        }
        Some(Node::Sequence(items)) if are_parts(machine, items) => {
            format!("import numpy, {library}\nnumpy.save({npy}, numpy.concatenate({load}))")
        }
        _ => arrays_of(library, &load, &npz),
    };
    python(TRUST, &program)
}

/// Whether NumPy makes a plain array of an item of a dictionary.
fn is_flat(machine: &Machine, key: usize, value: usize) -> bool {
    let is_named = matches!(machine.node(key), Node::Text(_));
    let simple = |value: usize| matches!(machine.node(value), Node::Number { .. } | Node::Text(_));
    is_named
        && match machine.node(value) {
            Node::Array(array) => array.dtype != Dtype::Objects,
            Node::Sequence(items) => !items.is_empty() && items.iter().all(|&item| simple(item)),
            _ => simple(value),
        }
}

/// A program that saves whatever arrays are anywhere in what `load` gives.
fn arrays_of(library: &str, load: &str, npz: &str) -> String {
    let library = if library.is_empty() {
        String::new()
    } else {
        format!(", {library}")
    };
    format!(
        "import numpy{library}

def arrays(value, name):
    if hasattr(value, \"detach\"):
        value = value.detach().cpu().float().numpy()
    if hasattr(value, \"to_numpy\"):
        value = value.to_numpy()
    if isinstance(value, numpy.ndarray) and value.dtype != object:
        return {{name or \"layer\": value}}
    if isinstance(value, (list, tuple, numpy.ndarray)):
        value = dict(enumerate(numpy.ravel(value) if isinstance(value, numpy.ndarray) else value))
    items = value if isinstance(value, dict) else getattr(value, \"__dict__\", {{}})
    return {{inner: array for key, part in items.items() for inner, array in arrays(part, f\"{{name}}/{{key}}\".strip(\"/\")).items()}}

numpy.savez({npz}, **arrays({load}, \"\"))"
    )
}

/// The shape of a tensor or an array.
fn shape_of<'a>(machine: &'a Machine, index: usize) -> Option<&'a [usize]> {
    match machine.node(index) {
        Node::Tensor(tensor) => Some(&tensor.shape),
        Node::Array(array) if array.dtype != Dtype::Objects => Some(&array.shape),
        _ => None,
    }
}

/// Whether a list holds arrays that are alike in all but their first axis.
fn are_parts(machine: &Machine, items: &[usize]) -> bool {
    let mut shapes = items.iter().map(|&item| shape_of(machine, item));
    let Some(Some([_, first @ ..])) = shapes.next() else {
        return false;
    };
    items.len() > 1 && shapes.all(|shape| matches!(shape, Some([_, rest @ ..]) if rest == first))
}

/// Whether a list holds dictionaries of the same keys, whose arrays are alike in all but their first axis.
fn are_batches(machine: &Machine, items: &[usize]) -> bool {
    let pairs = |item: &usize| match machine.node(*item) {
        Node::Pairs(pairs) => Some(pairs),
        _ => None,
    };
    let Some(first) = items.first().and_then(pairs) else {
        return false;
    };
    let key = |index: usize| match machine.node(index) {
        Node::Text(text) => Some(text.as_str()),
        _ => None,
    };
    let tail = |index: usize| shape_of(machine, index).and_then(|shape| shape.get(1..));
    let has_arrays = first.iter().any(|&(_, value)| tail(value).is_some());
    let are_alike = |item: &usize| {
        pairs(item).is_some_and(|own| {
            own.len() == first.len()
                && own
                    .iter()
                    .zip(first)
                    .all(|(&(k, v), &(first_key, first_value))| {
                        key(k).is_some() && key(k) == key(first_key) && tail(v) == tail(first_value)
                    })
        })
    };
    items.len() > 1 && has_arrays && items.iter().all(are_alike)
}

/// The problem of a list whose parts may be batches of one layer, or layers; `None` for any other list.
pub fn list_of_parts(machine: &Machine, items: &[usize], name: &str) -> Option<Problem> {
    let path = machine.path;
    let of_dictionaries = are_batches(machine, items);
    if !of_dictionaries && !are_parts(machine, items) {
        return None;
    }
    let rows: Vec<String> = items
        .iter()
        .take(4)
        .filter_map(|&item| shape_of(machine, item)?.first().map(usize::to_string))
        .collect();
    let more = if items.len() > rows.len() {
        ", …"
    } else {
        ""
    };
    let what = if of_dictionaries {
        format!(
            "is a list of {} dictionaries with the same keys",
            items.len()
        )
    } else {
        format!(
            "is a list of {} arrays that are alike but for their rows ({}{more})",
            items.len(),
            rows.join(", ")
        )
    };
    let full = if name.is_empty() {
        path.to_owned()
    } else {
        format!("{path}/{name}")
    };
    let keys: String = name
        .split('/')
        .filter(|key| !key.is_empty())
        .map(|key| match key.parse::<usize>() {
            Ok(index) => format!("[{index}]"),
            Err(_) => format!("[{}]", quoted(key)),
        })
        .collect();
    let (load, library) = (opened(path), library(path));
    let is_torch = library == "torch";
    let load = if is_torch {
        load.replace("weights_only=False", "weights_only=True")
    } else {
        load
    };
    let tensors = items
        .first()
        .is_some_and(|&item| matches!(machine.node(item), Node::Tensor(_)));
    let program = if of_dictionaries {
        let (_, new) = names(path, "npz");
        format!(
            "import numpy, {library}\nbatches = {load}{keys}\nkeys = [key for key in batches[0] if getattr(batches[0][key], \"ndim\", 0) > 0]\nnumpy.savez({new}, **{{key: numpy.concatenate([numpy.asarray(batch[key]) for batch in batches]) for key in keys}})"
        )
    } else if tensors {
        let (_, new) = names(path, "npy");
        let join = if rows_are_stimuli(machine, items) {
            "torch.stack"
        } else {
            "torch.cat"
        };
        format!(
            "import numpy, torch\nbatches = {load}{keys}\nnumpy.save({new}, {join}(batches).float().numpy())"
        )
    } else {
        let (_, new) = names(path, "npy");
        let join = if rows_are_stimuli(machine, items) {
            "stack"
        } else {
            "concatenate"
        };
        format!(
            "import numpy, {library}\nbatches = {load}{keys}\nnumpy.save({new}, numpy.{join}(batches))"
        )
    };
    Some(
        Problem::error(&full, format!("{what}: batches of one layer, or a layer each"))
            .expected("one array, or a dictionary with a name for each layer")
            .hint(python(
                "If they are layers, save a dictionary with a name for each; if they are batches, join them by Python, and move the old file out of the folder",
                &program,
            )),
    )
}

/// Whether the arrays of a list have one axis: a stimulus each.
fn rows_are_stimuli(machine: &Machine, items: &[usize]) -> bool {
    items
        .first()
        .and_then(|&item| shape_of(machine, item))
        .is_some_and(|shape| shape.len() == 1)
}

/// What an array of Python objects holds, in words, and the program that makes plain arrays of it. `load`:
/// what opens it; `pickled`: the pickle behind the header.
pub fn objects(path: &str, load: &str, pickled: &[u8], shape: &[u64]) -> (String, String) {
    let (_, npz) = names(path, "npz");
    let (_, npy) = names(path, "npy");
    let mut machine = Machine::new(path);
    let root = machine.run(pickled).ok();
    let items = root.and_then(|root| match machine.node(root) {
        Node::Array(array) => machine.sequence(array.data?),
        _ => None,
    });
    let items = items.unwrap_or_default();
    let all = |is: &dyn Fn(&Node) -> bool| {
        !items.is_empty() && items.iter().all(|&item| is(machine.node(item)))
    };
    if shape.is_empty() {
        return match items.first().map(|&item| machine.node(item)) {
            Some(Node::Pairs(pairs))
                if pairs
                    .iter()
                    .all(|&(key, value)| is_flat(&machine, key, value)) =>
            {
                (
                    "a dictionary".into(),
                    format!("import numpy\nnumpy.savez({npz}, **{load}.item())"),
                )
            }
            Some(Node::Pairs(_)) => (
                "a dictionary".into(),
                arrays_of("", &format!("{load}.item()"), &npz),
            ),
            _ => (
                "one Python object".into(),
                arrays_of("", &format!("{load}.item()"), &npz),
            ),
        };
    }
    if all(&|node| matches!(node, Node::Text(_))) {
        return (
            "text that was saved as objects".into(),
            format!("import numpy\nnumpy.save({npy}, numpy.array({load}.tolist(), dtype=str))"),
        );
    }
    if all(&|node| matches!(node, Node::Number { .. } | Node::Nothing)) {
        return (
            "numbers that were saved as objects".into(),
            format!("import numpy\nnumpy.save({npy}, {load}.astype(\"float64\"))"),
        );
    }
    let shapes: Vec<Option<&[usize]>> =
        items.iter().map(|&item| shape_of(&machine, item)).collect();
    if let Some(Some(first)) = shapes.first() {
        if shapes.iter().all(|shape| *shape == Some(*first)) {
            return (
                format!("{} arrays of one shape", items.len()),
                format!("import numpy\nnumpy.save({npy}, numpy.stack({load}))"),
            );
        }
        if shapes.iter().all(Option::is_some) {
            return (
                format!("{} arrays of different shapes", items.len()),
                format!(
                    "import numpy\narrays = {load}\nnumpy.savez({npz}, **{{f\"layer{{i}}\": array for i, array in enumerate(arrays)}})"
                ),
            );
        }
    }
    let lists: Vec<Option<usize>> = items
        .iter()
        .map(|&item| machine.sequence(item).map(<[usize]>::len))
        .collect();
    if let Some(Some(first)) = lists.first() {
        if lists.iter().all(|length| *length == Some(*first)) {
            return (
                format!("{} lists of one length", items.len()),
                format!("import numpy\nnumpy.save({npy}, numpy.stack({load}))"),
            );
        }
        if lists.iter().all(Option::is_some) {
            return (
                format!("{} lists of different lengths", items.len()),
                format!(
                    "import numpy\nlists = {load}\nnumpy.savez({npz}, **{{f\"layer{{i}}\": numpy.array(values) for i, values in enumerate(lists)}})"
                ),
            );
        }
    }
    ("Python objects".into(), arrays_of("", load, &npz))
}
