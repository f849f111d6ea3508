//! What users bring that is no format of arrays read here, known by its content where that can be, else by
//! its ending: each with its name, and with a way to bring it that works.

mod kinds;
pub mod office;
mod placeholders;

use super::python::name_of;
use super::{all_endings, raw_ending};
use crate::problem::Problem;
use kinds::KINDS;

/// A kind of file that is not read.
struct UnreadFormat {
    /// What it is, with its article: `an xz archive`.
    what: &'static str,
    /// Its usual endings.
    endings: &'static [&'static str],
    /// Whether bytes are its.
    is_one: fn(&[u8]) -> bool,
    /// The way to bring it.
    hint: fn(&str) -> String,
}

impl UnreadFormat {
    fn problem(&self, path: &str) -> Problem {
        Problem::error(path, format!("is {}, which is not read here", self.what))
            .expected(all_endings())
            .hint((self.hint)(path))
    }
}

/// What stands in the place of a file that is elsewhere: a pointer of Git LFS, a web page.
pub fn placeholder(path: &str, bytes: &[u8]) -> Option<Problem> {
    placeholders::problem(path, bytes)
}

/// What a file is by its content, if it is of no format that is read.
pub fn by_content(path: &str, bytes: &[u8]) -> Option<Problem> {
    let ending = raw_ending(name_of(path));
    let mut alike = KINDS.iter().filter(|kind| (kind.is_one)(bytes));
    let first = alike.next()?;
    // an ending tells between kinds that begin alike: R packs by xz as well
    let named = KINDS
        .iter()
        .filter(|kind| (kind.is_one)(bytes))
        .find(|kind| kind.endings.contains(&ending.as_str()));
    Some(named.unwrap_or(first).problem(path))
}

/// What a file is by its ending alone.
pub fn by_ending(path: &str, bytes: &[u8]) -> Option<Problem> {
    let ending = super::extension(path);
    let kind = KINDS
        .iter()
        .find(|kind| kind.endings.contains(&ending.as_str()))?;
    if let ("xls" | "xlsx" | "ods", Some(start)) = (ending.as_str(), start_of_text(bytes)) {
        return Some(
            Problem::error(
                path,
                format!("is named like a workbook, but is text that begins {start}"),
            )
            .expected("a name that says what it is")
            .hint("Rename it to .csv or .tsv if it is a table of cells"),
        );
    }
    Some(kind.problem(path))
}

/// A file of an ending that is read, which does not begin as its format does.
pub fn not_as_named(path: &str, bytes: &[u8]) -> Problem {
    Problem::error(
        path,
        format!(
            "does not start as a .{} file does: {}",
            super::extension(path),
            looks(bytes)
        ),
    )
    .expected("the bytes that its program writes")
    .hint("Look at how it was made: save it again, or fetch it again from where it came from")
}

/// A file of which nothing says what it is.
pub fn unknown(path: &str, bytes: &[u8]) -> Problem {
    let ending = super::extension(path);
    let named = if ending.is_empty() {
        "has no ending that says what it is".to_owned()
    } else {
        format!("is of no kind that is known here (.{ending})")
    };
    Problem::error(path, format!("{named}: {}", looks(bytes)))
        .expected(all_endings())
        .hint("Save what it holds in one of these with the program that wrote it, or move it out of the folder if it is no data")
}

/// What bytes look like, in words.
fn looks(bytes: &[u8]) -> String {
    if bytes.iter().all(|&byte| byte == 0) {
        return format!(
            "all of its {} bytes are zero, as in a file whose content never arrived",
            bytes.len()
        );
    }
    if let Some(start) = start_of_text(bytes) {
        return format!("it is text that begins {start}");
    }
    let first: Vec<String> = bytes
        .iter()
        .take(8)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    format!("its first bytes are {}", first.join(" "))
}

/// The first words of text, in quotes; `None` for what is no text.
fn start_of_text(bytes: &[u8]) -> Option<String> {
    let head = &bytes[..bytes.len().min(400)];
    let text = match std::str::from_utf8(head) {
        Ok(text) => text,
        // cut within a character
        Err(error) if error.valid_up_to() + 4 > head.len() => {
            std::str::from_utf8(&head[..error.valid_up_to()]).ok()?
        }
        Err(_) => return None,
    };
    let is_odd = |c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t');
    if text.trim().is_empty() || text.chars().any(is_odd) {
        return None;
    }
    let line = text.trim_start_matches('\u{feff}').trim().lines().next()?;
    let start: String = line.chars().take(60).collect();
    let more = if start.len() < line.len() { "…" } else { "" };
    Some(format!("\"{start}{more}\""))
}

#[cfg(test)]
mod tests {
    use super::super::read;

    fn refused(path: &str, bytes: &[u8]) -> String {
        match read(path, bytes) {
            Err(problem) => {
                assert!(problem.is_error());
                problem.to_string()
            }
            Ok(found) => panic!("{path}: {found:?}"),
        }
    }

    /// Bytes with some at an offset.
    fn at(offset: usize, bytes: &[u8]) -> Vec<u8> {
        let mut all = vec![1; offset + bytes.len() + 600];
        all[offset..offset + bytes.len()].copy_from_slice(bytes);
        all
    }

    #[test]
    fn what_is_no_data_here_is_named_by_its_content() {
        let lfs = b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 12\n";
        let octave = b"# Created by Octave 8.4.0, Mon Jan 01\n# name: l\n# type: matrix\n";
        let cases: Vec<(&str, Vec<u8>, &[&str])> = vec![
            ("a.npy", lfs.to_vec(), &["Git LFS", "git lfs pull"]),
            ("a.csv", lfs.to_vec(), &["Git LFS"]),
            (
                "a.npy",
                b"/annex/objects/MD5E-s8--0.npy\n".to_vec(),
                &["git-annex", "datalad get"],
            ),
            (
                "a.mat",
                b"../.git/annex/objects/a/b/K/K".to_vec(),
                &["git-annex"],
            ),
            (
                "a.npy",
                b"outs:\n- md5: 1\n  path: a.npy\n".to_vec(),
                &["DVC", "dvc pull"],
            ),
            (
                "a.npy",
                b"../store/a.npy".to_vec(),
                &["symbolic link", "../store/a.npy"],
            ),
            ("a.npy", b"\n<!DOCTYPE html><html>".to_vec(), &["web page"]),
            ("a.csv", b"<html><body>404".to_vec(), &["web page"]),
            (
                "a.npy",
                br#"{"message": "Not Found"}"#.to_vec(),
                &["JSON", "Not Found"],
            ),
            (
                "a.npz",
                b"<?xml version=\"1.0\"?><Error><Code>AccessDenied</Code></Error>".to_vec(),
                &["AccessDenied"],
            ),
            ("a.csv", b"404: Not Found".to_vec(), &["404: Not Found"]),
            ("a.npy", vec![0; 64], &["zero"]),
            (
                "a.xls",
                b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1..".to_vec(),
                &["Excel", "read_excel", "\"a.csv\""],
            ),
            (
                "a.npy.xz",
                b"\xfd7zXZ\0".to_vec(),
                &["xz", "lzma.open", "\"a.npy\""],
            ),
            ("a.csv.bz2", b"BZh91AY&SY".to_vec(), &["bzip2", "bz2.open"]),
            (
                "a.npy.zst",
                b"\x28\xb5\x2f\xfd".to_vec(),
                &["Zstandard", "zstd -d"],
            ),
            ("a.7z", b"7z\xbc\xaf\x27\x1c".to_vec(), &["7-Zip"]),
            ("a.rar", b"Rar!\x1a\x07\x00".to_vec(), &["RAR"]),
            ("a.npy.lz4", b"\x04\x22\x4d\x18".to_vec(), &["LZ4"]),
            ("a.tar", at(257, b"ustar"), &["tar", "tarfile"]),
            (
                "a.parquet",
                b"PAR1..".to_vec(),
                &["Parquet", "read_parquet", "\"a.csv\""],
            ),
            (
                "a.feather",
                b"ARROW1\0\0".to_vec(),
                &["Feather", "read_feather"],
            ),
            ("a.feather", b"FEA1".to_vec(), &["Feather"]),
            ("a.orc", b"ORC...".to_vec(), &["ORC", "read_orc"]),
            ("a.nii", at(344, b"n+1\0"), &["NIfTI", "nibabel"]),
            ("a.nii", at(4, b"n+2\0\r\n\x1a\n"), &["NIfTI"]),
            (
                "a.gii",
                b"<?xml version=\"1.0\"?>\n<!DOCTYPE GIFTI><GIFTI Version=\"1.0\">".to_vec(),
                &["GIFTI"],
            ),
            (
                "a.rdata",
                b"RDX3\nX\n".to_vec(),
                &["a file of R", "write.csv"],
            ),
            (
                "a.rds",
                b"X\n\0\0\0\x03\0\x04".to_vec(),
                &["a file of R", "readRDS"],
            ),
            ("a.rds", b"\xfd7zXZ\0".to_vec(), &["a file of R", "readRDS"]),
            ("a.mat", octave.to_vec(), &["Octave", "save -v7"]),
            ("a.mat", b"Octave-1-L\0".to_vec(), &["Octave"]),
            ("a.sav", b"$FL2@(#) SPSS".to_vec(), &["SPSS"]),
            (
                "a.dta",
                b"<stata_dta><header>".to_vec(),
                &["Stata", "read_stata"],
            ),
            ("a.db", b"SQLite format 3\0".to_vec(), &["SQLite"]),
            (
                "a.vhdr",
                b"Brain Vision Data Exchange Header File Version 1.0".to_vec(),
                &["BrainVision"],
            ),
            ("a.edf", b"0       X X".to_vec(), &["EDF", "MNE"]),
            ("a.gguf", b"GGUF\x03\0\0\0".to_vec(), &["weights"]),
            ("a.dcm", at(128, b"DICM"), &["DICOM"]),
            (
                "activations_a__b.npy.lnk",
                b"L\0\0\0\x01\x14\x02\0..".to_vec(),
                &["shortcut", "Copy the file itself"],
            ),
            (
                "activations_a__b.npy",
                b"book\0\0\0\0mark\0\0".to_vec(),
                &["alias of macOS", "Copy the file itself"],
            ),
            (
                "net.npz.url",
                b"[InternetShortcut]\r\nURL=https://x.org/net.npz\r\n".to_vec(),
                &["shortcut", "download"],
            ),
            (
                "activations_a__b.webloc",
                b"<?xml version=\"1.0\"?><plist version=\"1.0\">".to_vec(),
                &["shortcut", "download"],
            ),
        ];
        for (path, bytes, words) in cases {
            let text = refused(path, &bytes);
            assert!(text.starts_with(path), "{text}");
            for word in words {
                assert!(text.contains(word), "{path}: no {word} in {text}");
            }
            for wrong in ["damaged", "error page", "cut short"] {
                assert!(!text.contains(wrong), "{text}");
            }
        }
    }

    #[test]
    fn what_nothing_is_known_of_by_content_goes_by_its_ending() {
        for (path, word) in [
            ("a.tfrecord", "TFRecord"),
            ("epo.fif", "MNE"),
            ("a.onnx", "weights"),
            ("a.npy.part", "download"),
            (".a__b.npy.icloud", "iCloud"),
            ("a.bin", "raw numbers"),
            ("a.annot", "FreeSurfer"),
            ("activations_neta__l.weird", "no kind"),
            ("neta", "no ending"),
            ("a.npy", "does not start"),
            ("neta.zarr/l/0.0", "neta.zarr: is a Zarr store"),
            ("l/.zarray", "l: is a Zarr store"),
        ] {
            let text = refused(path, b"\x07\x08\x01\x02something");
            assert!(text.contains(word), "{path}: {text}");
        }
        let text = refused("a.xls", b"a\tb\n1\t2\n");
        assert!(text.contains("Rename it to .csv"), "{text}");
    }
}
