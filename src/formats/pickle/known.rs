//! The functions and classes that the machine knows: what they give is built here, and they are never called.

use super::super::decode::{Element, ElementKind};
use super::{Known, Storage};

/// A name of the allow-list.
pub fn known(module: &str, name: &str) -> Option<Known> {
    let storage = |storage| Some(Known::Storage(storage));
    match (module, name) {
        ("torch._utils", "_rebuild_tensor_v2" | "_rebuild_tensor") => Some(Known::RebuildTensor),
        ("torch._utils", "_rebuild_tensor_v3") => Some(Known::RebuildTypedTensor),
        ("torch._utils", "_rebuild_parameter" | "_rebuild_parameter_with_state") => {
            Some(Known::RebuildParameter)
        }
        ("torch._utils", "_rebuild_device_tensor_from_numpy") => Some(Known::RebuildFromNumpy),
        ("torch._tensor", "_rebuild_from_type_v2") => Some(Known::RebuildSubclass),
        ("torch.storage", "UntypedStorage" | "_UntypedStorage") | ("torch", "UntypedStorage") => {
            storage(Storage::Untyped)
        }
        ("torch", "Size")
        | ("builtins" | "__builtin__", "set" | "frozenset" | "list" | "tuple") => {
            Some(Known::Container)
        }
        ("torch", name) => storage(of_torch(name)?),
        ("collections", "OrderedDict") | ("builtins" | "__builtin__", "dict") => {
            Some(Known::OrderedDict)
        }
        ("collections", "defaultdict") => Some(Known::DefaultDict),
        ("pathlib" | "pathlib._local", name) if name.ends_with("Path") => Some(Known::Path),
        ("_codecs", "encode") => Some(Known::Encode),
        ("numpy", "ndarray" | "matrix" | "memmap") => Some(Known::Ndarray),
        ("numpy", "dtype") => Some(Known::Dtype),
        ("numpy.core.multiarray" | "numpy._core.multiarray", "_reconstruct") => {
            Some(Known::Reconstruct)
        }
        ("numpy.core.multiarray" | "numpy._core.multiarray", "scalar") => Some(Known::Scalar),
        ("numpy.core.numeric" | "numpy._core.numeric", "_frombuffer") => Some(Known::FromBuffer),
        _ => None,
    }
}

/// A storage or a type of torch, by its name; `None` for any other name of the module.
fn of_torch(name: &str) -> Option<Storage> {
    let numbers = |kind, size| {
        Some(Storage::Numbers(Element {
            kind,
            size,
            big_endian: false,
        }))
    };
    let is_type = ["float", "complex", "bfloat", "int", "uint", "bool", "q"]
        .iter()
        .any(|start| name.starts_with(start));
    match name {
        "DoubleStorage" | "float64" => numbers(ElementKind::Float, 8),
        "FloatStorage" | "float32" => numbers(ElementKind::Float, 4),
        "HalfStorage" | "float16" => numbers(ElementKind::Float, 2),
        "BFloat16Storage" | "bfloat16" => Some(Storage::BrainFloat),
        "LongStorage" | "int64" => numbers(ElementKind::Integer, 8),
        "IntStorage" | "int32" => numbers(ElementKind::Integer, 4),
        "ShortStorage" | "int16" => numbers(ElementKind::Integer, 2),
        "CharStorage" | "int8" => numbers(ElementKind::Integer, 1),
        "ByteStorage" | "uint8" => numbers(ElementKind::Unsigned, 1),
        "uint16" => numbers(ElementKind::Unsigned, 2),
        "uint32" => numbers(ElementKind::Unsigned, 4),
        "uint64" => numbers(ElementKind::Unsigned, 8),
        "BoolStorage" | "bool" => numbers(ElementKind::Boolean, 1),
        "ComplexFloatStorage" | "ComplexDoubleStorage" => {
            Some(Storage::Other("complex numbers".into()))
        }
        other => match other.strip_suffix("Storage") {
            Some(kind) => Some(Storage::Other(format!("numbers of type {kind}"))),
            None if is_type => Some(Storage::Other(format!("numbers of type {other}"))),
            None => None,
        },
    }
}
