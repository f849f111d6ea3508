//! What to do with a .npy whose elements are no real numbers: for each type its own cause, and Python that
//! makes numbers or ids of that very type.

use npyz::{DType, TypeChar};

use super::super::pickle;
use super::super::python::{name_of, names, python, quoted, stem_of};
use super::super::words::is_id_name;
use crate::problem::Problem;

/// What opens a file in Python.
fn load(path: &str) -> String {
    format!("numpy.load({})", quoted(name_of(path)))
}

/// The name of a file beside it, with a word added.
fn sibling(path: &str, word: &str) -> String {
    quoted(&format!("{}_{word}.npy", stem_of(path)))
}

const AWAY: &str = "by Python, and move the old file out of the folder";

/// Elements of a plain type that is no number; `width`: bytes of one.
pub fn not_numbers(path: &str, kind: TypeChar, width: usize, axes: usize) -> Problem {
    let load = load(path);
    match kind {
        TypeChar::Complex => Problem::error(path, format!("holds complex numbers (complex{})", width * 8))
            .expected("real numbers")
            .hint(python(
                &format!("Save their magnitude (or .real and .imag as two layers) {AWAY}"),
                &format!("import numpy\nnumpy.save({}, numpy.abs({load}))", sibling(path, "magnitude")),
            )),
        TypeChar::DateTime | TypeChar::TimeDelta => {
            let problem = Problem::error(path, "holds dates or times").expected("numbers, or text ids");
            let new = sibling(path, "text");
            if axes == 1 {
                problem.hint(python(
                    &format!("If they are ids, save them as text {AWAY}"),
                    &format!("import numpy\nnumpy.save({new}, {load}.astype(str))"),
                ))
            } else {
                problem.hint(python(
                    &format!("If they are measured, save them as numbers {AWAY}"),
                    &format!("import numpy\nnumpy.save({}, {load}.astype(\"int64\").astype(\"float64\"))", sibling(path, "numbers")),
                ))
            }
        }
        TypeChar::RawData if width == 2 => Problem::error(
            path,
            "holds elements of two raw bytes (V2), as NumPy saves bfloat16 or another type that it does not know",
        )
        .expected("numbers of a type that NumPy knows")
        .hint(python(
            &format!("If they are bfloat16, save them as float32 {AWAY}; better: call .float() before saving"),
            &format!("import numpy\nhalves = {load}.view(\"uint16\").astype(\"uint32\")\nnumpy.save({}, (halves << 16).view(\"float32\"))", sibling(path, "float32")),
        )),
        TypeChar::RawData if width == 1 => Problem::error(
            path,
            "holds elements of one raw byte (V1), as NumPy saves float8 or another type that it does not know",
        )
        .expected("numbers of a type that NumPy knows")
        .hint(python(
            &format!("If they are float8 (e4m3fn), save them as float32 {AWAY}; better: call .float() before saving"),
            &format!("import ml_dtypes, numpy\nnumpy.save({}, {load}.view(ml_dtypes.float8_e4m3fn).astype(\"float32\"))", sibling(path, "float32")),
        )),
        _ => Problem::error(path, format!("holds elements of {width} raw bytes, of a type that NumPy does not know"))
            .expected("real numbers, or text ids")
            .hint("Convert them to float32 in the program that made them, before numpy.save"),
    }
}

/// Long doubles of a kind that is not read.
pub fn long_double(path: &str) -> Problem {
    Problem::error(
        path,
        "holds long doubles (float128) of another kind of processor",
    )
    .expected("float64, float32 or float16")
    .hint(python(
        &format!("Save them as float64, on a computer of the kind that wrote them, {AWAY}"),
        &format!(
            "import numpy\nnumpy.save({}, {}.astype(\"float64\"))",
            sibling(path, "float64"),
            load(path)
        ),
    ))
}

/// Elements of several fields.
pub fn records(path: &str, dtype: &DType) -> Problem {
    let DType::Record(fields) = dtype else {
        return Problem::error(path, "holds arrays as its elements")
            .expected("real numbers, or text ids")
            .hint("Save them in the program that wrote them as one array of numbers, with their own axes behind its others");
    };
    let (mut numbers, mut texts) = (Vec::new(), Vec::new());
    for field in fields {
        let DType::Plain(element) = &field.dtype else {
            continue;
        };
        match element.type_char() {
            TypeChar::Float | TypeChar::Int | TypeChar::Uint | TypeChar::Bool => {
                numbers.push(field.name.as_str());
            }
            TypeChar::UnicodeStr | TypeChar::ByteStr => texts.push(field.name.as_str()),
            _ => {}
        }
    }
    let names_of: Vec<&str> = fields.iter().map(|field| field.name.as_str()).collect();
    let problem = Problem::error(
        path,
        format!("holds records with the fields {}", names_of.join(", ")),
    )
    .expected("an array of numbers, stimuli × units");
    if numbers.is_empty() {
        return problem.hint("None of its fields is a number: save the activations themselves");
    }
    let (_, npz) = names(path, "npz");
    let listed: Vec<String> = numbers.iter().map(|name| quoted(name)).collect();
    let listed = listed.join(", ");
    let mut program = format!("import numpy\nrecords = {}\n", load(path));
    if texts.is_empty() {
        program.push_str(&format!(
            "numpy.save({}, numpy.stack([records[name] for name in [{listed}]], axis=-1))",
            sibling(path, "fields")
        ));
    } else {
        let texts: Vec<String> = texts
            .iter()
            .map(|name| format!("{}: records[{}]", quoted(name), quoted(name)))
            .collect();
        program.push_str(&format!(
            "numbers = numpy.stack([records[name] for name in [{listed}]], axis=-1)\nnumpy.savez({npz}, **{{\"layer\": numbers, {}}})",
            texts.join(", ")
        ));
    }
    problem.hint(python(
        &format!("If its fields are units, save them side by side {AWAY}"),
        &program,
    ))
}

/// Bytes that are no UTF-8, or code points that are no characters.
pub fn not_unicode(path: &str, is_bytes: bool) -> Problem {
    let problem = Problem::error(
        path,
        if is_bytes {
            "holds text as bytes that are not UTF-8"
        } else {
            "holds text that is not valid Unicode"
        },
    )
    .expected("stimulus ids as Unicode text");
    if !is_bytes {
        return problem.hint("Save the ids again with numpy.save");
    }
    problem.hint(python(
        "If they are of Windows or Latin-1, save them as Unicode by Python, in place of the old file",
        &format!(
            "import numpy\nids = {}\nnumpy.save({}, numpy.char.decode(ids, \"latin-1\"))",
            load(path),
            quoted(name_of(path))
        ),
    ))
}

/// Text on more than one axis.
pub fn text_on_axes(path: &str, shape: &[usize]) -> Problem {
    let sizes: Vec<String> = shape.iter().map(usize::to_string).collect();
    Problem::error(
        path,
        format!("holds text on {} axes ({})", shape.len(), sizes.join(" × ")),
    )
    .expected("a list of stimulus ids, on one axis")
    .hint(python(
        "Save the column that holds the ids (0 is the first) by Python, and move the old file out of the folder",
        &format!(
            "import numpy\nnumpy.save({}, {}.reshape({}, -1)[:, 0])",
            sibling(path, "ids"),
            load(path),
            shape.first().copied().unwrap_or(1)
        ),
    ))
}

/// Python objects; `pickled`: what follows the header.
pub fn objects(path: &str, shape: &[u64], pickled: &[u8]) -> Problem {
    let load = format!("numpy.load({}, allow_pickle=True)", quoted(name_of(path)));
    let (what, program) = pickle::objects(path, &load, pickled, shape);
    Problem::error(
        path,
        format!(
            "holds pickled Python objects ({what}), which can run any program when they are opened"
        ),
    )
    .expected("an array of numbers, or of text")
    .hint(python(
        &format!("Where you trust it, save what it holds {AWAY}"),
        &program,
    ))
}

/// Python objects in an .npz: a member that holds arrays is data, any other what a tool noted.
pub fn objects_in_archive(archive: &str, inner: &str, content: &[u8]) -> Problem {
    let member = inner
        .strip_prefix(archive)
        .unwrap_or(inner)
        .trim_start_matches('/');
    let mut rest = content;
    let shape = npyz::NpyHeader::from_reader(&mut rest)
        .map(|header| header.shape().to_vec())
        .unwrap_or_default();
    let load = format!(
        "numpy.load({}, allow_pickle=True)[{}]",
        quoted(name_of(archive)),
        quoted(member)
    );
    let (what, program) = pickle::objects(archive, &load, rest, &shape);
    let stem = super::super::without_ending(member.rsplit('/').next().unwrap_or(member));
    if is_id_name(stem) {
        // without them rows would be matched by order
        return Problem::error(
            inner,
            format!(
                "holds the ids as pickled Python objects ({what}), which are never opened here"
            ),
        )
        .expected("ids as text or whole numbers")
        .hint(python(
            "Where you trust it, save the ids as text by Python",
            &ids_as_text(archive, member),
        ));
    }
    if !pickle::holds_arrays(rest) {
        return Problem::notice(
            inner,
            format!("holds pickled Python objects ({what}), which are never opened here, and was left alone"),
        )
        .expected("numbers or text");
    }
    Problem::error(
        inner,
        format!(
            "holds pickled Python objects ({what}), which can run any program when they are opened"
        ),
    )
    .expected("arrays of numbers")
    .hint(python(
        "Where you trust it, save what it holds by Python, and move the old file out of the folder",
        &program,
    ))
}

/// Python that saves an archive again with one of its arrays as text.
fn ids_as_text(archive: &str, member: &str) -> String {
    let file = name_of(archive);
    format!(
        "import numpy\nfile = numpy.load({}, allow_pickle=True)\narrays = {{name: file[name] for name in file}}\narrays[{name}] = arrays[{name}].astype(str)\nnumpy.savez({}, **arrays)",
        quoted(file),
        quoted(file),
        name = quoted(super::super::without_ending(member)),
    )
}
