//! Documents that office programs pack as zip archives: workbooks above all.

use super::super::python::{names, python};
use super::super::{all_endings, companions};
use crate::problem::Problem;

/// What to say of an archive by the names of its members; `None` if it is no document.
pub fn problem(path: &str, members: &[String]) -> Option<Problem> {
    let has = |name: &str| members.iter().any(|member| member == name);
    let starts = |start: &str| members.iter().any(|member| member.starts_with(start));
    if has("[Content_Types].xml") && starts("xl/") {
        return Some(workbook(path, "an Excel workbook"));
    }
    if has("mimetype") && has("content.xml") {
        return Some(if path.to_ascii_lowercase().ends_with(".odt") {
            document(path, "an OpenDocument text")
        } else {
            workbook(path, "an OpenDocument spreadsheet")
        });
    }
    if starts("Index/") && has("Index/Document.iwa") {
        return Some(
            Problem::error(path, "is a document of Apple's Numbers, Pages or Keynote")
                .expected(all_endings())
                .hint("In Numbers choose File > Export To > CSV, and add that file"),
        );
    }
    if has("[Content_Types].xml") {
        return Some(document(path, "a document of Microsoft Office"));
    }
    if has("config.json") && has("model.weights.h5") {
        return Some(
            Problem::error(
                path,
                "is a network of Keras, not the activations that it gave",
            )
            .expected("an array of stimuli × units for each layer")
            .hint("Run the network on the images, and save each layer's output with numpy.save"),
        );
    }
    None
}

/// What to say of a workbook.
pub fn workbook(path: &str, what: &str) -> Problem {
    Problem::error(path, format!("is {what}, which is not read here"))
        .expected("each sheet as a CSV, or another format of arrays")
        .hint(as_csv(path))
}

/// The Python that turns the first sheet of a workbook into a CSV, cell by cell.
pub fn as_csv(path: &str) -> String {
    let (old, new) = names(path, "csv");
    python(
        "In Excel choose File > Save As > CSV UTF-8, or use Python; and move the workbook out of the folder",
        &format!(
            "import pandas\npandas.read_excel({old}, header=None).to_csv({new}, index=False, header=False)"
        ),
    )
}

fn document(path: &str, what: &str) -> Problem {
    let said = format!("is {what}, and no array");
    if companions::is_named_like_data(path) {
        return Problem::error(path, said)
            .expected(all_endings())
            .hint("Save the numbers in it as CSV, and move the document out of the folder");
    }
    Problem::notice(path, format!("{said}, and was left alone"))
}
