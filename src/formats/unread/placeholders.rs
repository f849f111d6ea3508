//! Text that stands in the place of a file: pointers of Git LFS, git-annex and DVC, links that became text, web
//! pages and error messages of servers that were saved under the name of what was asked for.

use super::super::python::name_of;
use super::super::{all_endings, extension};
use super::start_of_text;
use crate::problem::Problem;

/// What is wrong with a file that is such text; `None` for any other.
pub fn problem(path: &str, bytes: &[u8]) -> Option<Problem> {
    let name = name_of(path);
    if name.starts_with('.') && name.ends_with(".icloud") {
        let real = name.trim_start_matches('.').trim_end_matches(".icloud");
        return Some(
            Problem::error(
                path,
                format!("stands for {real}, which iCloud keeps elsewhere"),
            )
            .expected("the file itself")
            .hint("Download it: in Finder choose \"Download Now\""),
        );
    }
    if let Some(pointer) = pointer(path, name, bytes) {
        return Some(pointer);
    }
    message(path, bytes)
}

/// Short text that says where the content of a file is.
fn pointer(path: &str, name: &str, bytes: &[u8]) -> Option<Problem> {
    if bytes.len() > 4096 {
        return None;
    }
    let text = std::str::from_utf8(bytes).ok()?;
    let is_lfs =
        text.starts_with("version https://git-lfs.") || text.starts_with("version https://hawser.");
    if is_lfs {
        return Some(
            Problem::error(
                path,
                "is a pointer of Git LFS: the file itself was never fetched",
            )
            .expected("the content that it points to")
            .hint("Install Git LFS and run `git lfs pull` in the repository"),
        );
    }
    let first = text.lines().next()?.trim();
    if first.contains("annex/objects/") {
        return Some(annexed(path));
    }
    if text.starts_with("outs:") && text.contains("md5:") {
        return Some(
            Problem::error(path, "is a pointer of DVC, in place of the file itself")
                .expected("the content that it points to")
                .hint("Run `dvc pull` in the repository"),
        );
    }
    // Git without symbolic links, as on Windows, saves them as text
    let is_path = first.len() == text.len()
        && first.contains('/')
        && !first.contains([' ', ',', ';', '\t', '<', '{'])
        && !extension(first).is_empty()
        && extension(first) == extension(name);
    is_path.then(|| {
        Problem::error(
            path,
            format!("holds nothing but the path {first}: a symbolic link that was saved as text"),
        )
        .expected("the file itself")
        .hint("Copy the file that it names here")
    })
}

/// What to say of a pointer or a link of git-annex.
pub fn annexed(path: &str) -> Problem {
    Problem::error(
        path,
        "is a pointer of git-annex (DataLad): its content was never fetched",
    )
    .expected("the content that it points to")
    .hint("Run `datalad get` or `git annex get` on it in the dataset")
}

/// A page or a message of a server.
fn message(path: &str, bytes: &[u8]) -> Option<Problem> {
    let head = &bytes[..bytes.len().min(2048)];
    let text = String::from_utf8_lossy(head);
    let text = text.trim_start_matches('\u{feff}').trim_start();
    let lower = text.to_ascii_lowercase();
    let sent = |what: String| {
        Problem::error(path, format!("is {what}, saved under this name"))
            .expected(all_endings())
            .hint("Open its address in a browser, sign in where that is asked for, and download the file itself")
    };
    let is_page = ["<!doctype html", "<html", "<head", "<body"]
        .iter()
        .any(|start| lower.starts_with(start));
    if is_page {
        return Some(sent("a web page (HTML)".into()));
    }
    if text.starts_with("<?xml") || text.starts_with("<Error") {
        let between = |tag: &str| {
            let (_, rest) = text.split_once(&format!("<{tag}>"))?;
            rest.split_once("</").map(|(inner, _)| inner.to_owned())
        };
        let code = between("Code").or_else(|| between("Message"))?;
        return text
            .contains("<Error")
            .then(|| sent(format!("an error message of a server ({code})")));
    }
    if text.starts_with('{') && extension(path) != "json" && extension(path) != "safetensors" {
        let value: serde_json::Value = serde_json::from_slice(bytes).ok()?;
        let said = ["message", "error", "detail", "title"]
            .iter()
            .find_map(|key| value.get(key)?.as_str().map(str::to_owned));
        return Some(match said {
            Some(said) => sent(format!("a message in JSON (\"{said}\")")),
            None => Problem::error(path, "is JSON text, which its name does not say")
                .expected(all_endings())
                .hint("Save the numbers in it with numpy.save or as CSV"),
        });
    }
    let is_status = bytes.len() < 200
        && lower.len() > 4
        && (lower.starts_with("40") || lower.starts_with("50"))
        && [
            "not found",
            "forbidden",
            "unauthorized",
            "error",
            "unavailable",
            "bad gateway",
        ]
        .iter()
        .any(|word| lower.contains(word));
    is_status.then(|| {
        let start = start_of_text(bytes).unwrap_or_default();
        sent(format!("an error message of a server ({start})"))
    })
}
