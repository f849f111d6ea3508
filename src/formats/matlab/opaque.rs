//! Objects of MATLAB whose content no other program can read: strings, tables, dates and the like.

use super::super::contents::{Contents, Data};
use crate::problem::Problem;

/// Names what an object's class keeps from being read, with the function of MATLAB that gives it as plain
/// text or numbers. A table is what the file is about only where there is nothing else.
pub fn tell(contents: &mut Contents, objects: &[(String, String)]) {
    let has_numbers = contents
        .variables
        .iter()
        .any(|variable| matches!(variable.data, Data::Numbers { .. }) && variable.len() > 1);
    for (name, class) in objects {
        let path = format!("{}/{name}", contents.path);
        let article = if class.starts_with(['a', 'e', 'i', 'o', 'u']) {
            "an"
        } else {
            "a"
        };
        let found =
            format!("is {article} {class} of MATLAB, which only MATLAB can read: left alone");
        let (function, is_data) = match class.as_str() {
            "string" | "categorical" => ("cellstr", false),
            "table" | "timetable" => ("table2array", !has_numbers),
            "dlarray" => ("extractdata", true),
            "gpuArray" | "distributed" => ("gather", true),
            "tall" => ("gather", !has_numbers),
            "single" | "double" => ("double", true),
            _ => ("", !has_numbers),
        };
        let problem = if is_data {
            Problem::error(&path, found)
        } else if function.is_empty() {
            Problem::notice(&path, found)
        } else {
            Problem::warning(&path, found)
        };
        let problem = problem.expected("numbers, text or a cell array of text");
        contents.problems.push(if function.is_empty() {
            problem
                .hint("In MATLAB, save what is needed of it as numbers or as a cell array of text")
        } else {
            problem.hint(format!(
                "In MATLAB, convert it before it is saved: {name} = {function}({name})"
            ))
        });
    }
}
