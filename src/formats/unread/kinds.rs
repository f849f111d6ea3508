//! The kinds themselves: what each is called, its endings, its first bytes, and the way to bring it.

use super::super::python::{name_of, names, python, quoted, stem_of};
use super::{UnreadFormat, office};

fn never(_: &[u8]) -> bool {
    false
}

/// Kinds by their first bytes, those that need more than one look first.
pub const KINDS: [UnreadFormat; 45] = [
    UnreadFormat {
        what: "an Excel workbook of the older kind, or another document of Office",
        endings: &["xls"],
        is_one: |bytes| bytes.starts_with(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
        hint: office::as_csv,
    },
    UnreadFormat {
        what: "an Excel workbook or a spreadsheet",
        endings: &["xlsx", "xlsm", "xlsb", "ods", "numbers"],
        is_one: never,
        hint: office::as_csv,
    },
    UnreadFormat {
        what: "a file of R",
        endings: &["rds", "rda", "rdata"],
        is_one: |bytes| {
            let starts: [&[u8]; 8] = [
                b"RDX2\n",
                b"RDX3\n",
                b"RDA2\n",
                b"RDA3\n",
                b"RDB2\n",
                b"RDB3\n",
                b"X\n\0\0\0",
                b"A\n3\n",
            ];
            starts.iter().any(|start| bytes.starts_with(start)) || is_xz(bytes) || is_bzip2(bytes)
        },
        hint: in_r,
    },
    UnreadFormat {
        what: "a shortcut of Windows to a file elsewhere",
        endings: &["lnk"],
        is_one: |bytes| bytes.starts_with(b"L\0\0\0\x01\x14\x02\0"),
        hint: original,
    },
    UnreadFormat {
        what: "an alias of macOS for a file elsewhere",
        endings: &[],
        is_one: |bytes| bytes.starts_with(b"book\0\0\0\0mark"),
        hint: original,
    },
    UnreadFormat {
        what: "a shortcut to an address",
        endings: &["url", "webloc"],
        is_one: |bytes| bytes.starts_with(b"[InternetShortcut]"),
        hint: |_| "Open it, download the file that it leads to, and put that in its place".into(),
    },
    UnreadFormat {
        what: "packed by xz",
        endings: &["xz"],
        is_one: is_xz,
        hint: |path| unpacked(path, "lzma"),
    },
    UnreadFormat {
        what: "packed by LZMA",
        endings: &["lzma"],
        is_one: never,
        hint: |path| unpacked(path, "lzma"),
    },
    UnreadFormat {
        what: "packed by bzip2",
        endings: &["bz2"],
        is_one: is_bzip2,
        hint: |path| unpacked(path, "bz2"),
    },
    UnreadFormat {
        what: "packed by Zstandard",
        endings: &["zst", "zstd"],
        is_one: |bytes| bytes.starts_with(b"\x28\xb5\x2f\xfd"),
        hint: |path| format!("Unpack it: zstd -d {}", quoted(name_of(path))),
    },
    UnreadFormat {
        what: "packed by LZ4",
        endings: &["lz4"],
        is_one: |bytes| bytes.starts_with(b"\x04\x22\x4d\x18"),
        hint: |path| format!("Unpack it: lz4 -d {}", quoted(name_of(path))),
    },
    UnreadFormat {
        what: "packed by compress",
        endings: &["z"],
        is_one: |bytes| bytes.starts_with(b"\x1f\x9d"),
        hint: |path| format!("Unpack it: uncompress {}", quoted(name_of(path))),
    },
    UnreadFormat {
        what: "a 7-Zip archive",
        endings: &["7z"],
        is_one: |bytes| bytes.starts_with(b"7z\xbc\xaf\x27\x1c"),
        hint: |_| "Unpack it and add the folder, or pack it as .zip".into(),
    },
    UnreadFormat {
        what: "a RAR archive",
        endings: &["rar"],
        is_one: |bytes| bytes.starts_with(b"Rar!\x1a\x07"),
        hint: |_| "Unpack it and add the folder, or pack it as .zip".into(),
    },
    UnreadFormat {
        what: "a tar archive",
        endings: &["tar", "tgz"],
        is_one: |bytes| bytes.get(257..262) == Some(b"ustar"),
        hint: |path| {
            let stem = stem_of(path);
            python(
                "Unpack it, add what it holds, and move the archive out of the folder; by Python",
                &format!(
                    "import tarfile\nwith tarfile.open({}) as archive:\n    archive.extractall({}, filter=\"data\")",
                    quoted(name_of(path)),
                    quoted(stem.strip_suffix(".tar").unwrap_or(&stem))
                ),
            )
        },
    },
    UnreadFormat {
        what: "a Parquet table",
        endings: &["parquet", "pq"],
        is_one: |bytes| bytes.starts_with(b"PAR1"),
        hint: |path| by_pandas(path, "read_parquet"),
    },
    UnreadFormat {
        what: "a Feather (Arrow) table",
        endings: &["feather", "arrow", "ftr", "ipc"],
        is_one: |bytes| bytes.starts_with(b"ARROW1") || bytes.starts_with(b"FEA1"),
        hint: |path| by_pandas(path, "read_feather"),
    },
    UnreadFormat {
        what: "an ORC table",
        endings: &["orc"],
        is_one: |bytes| bytes.starts_with(b"ORC"),
        hint: |path| by_pandas(path, "read_orc"),
    },
    UnreadFormat {
        what: "a Stata table",
        endings: &["dta"],
        is_one: |bytes| bytes.starts_with(b"<stata_dta>"),
        hint: |path| by_pandas(path, "read_stata"),
    },
    UnreadFormat {
        what: "an SPSS table",
        endings: &["sav", "zsav", "por"],
        is_one: |bytes| bytes.starts_with(b"$FL2") || bytes.starts_with(b"$FL3"),
        hint: |path| by_pandas(path, "read_spss"),
    },
    UnreadFormat {
        what: "a SAS table",
        endings: &["sas7bdat", "xpt"],
        is_one: |bytes| bytes.starts_with(b"HEADER RECORD*******LIBRARY"),
        hint: |path| by_pandas(path, "read_sas"),
    },
    UnreadFormat {
        what: "an SQLite database",
        endings: &["db", "sqlite", "sqlite3"],
        is_one: |bytes| bytes.starts_with(b"SQLite format 3\0"),
        hint: |_| "Export its table as CSV".into(),
    },
    UnreadFormat {
        what: "JSON, a record in each line",
        endings: &["jsonl", "ndjson"],
        is_one: never,
        hint: |path| {
            let (old, new) = names(path, "csv");
            python(
                "Save it as CSV by Python, and move it out of the folder",
                &format!(
                    "import pandas\npandas.read_json({old}, lines=True).to_csv({new}, index=False)"
                ),
            )
        },
    },
    UnreadFormat {
        what: "a NIfTI image",
        endings: &["nii"],
        is_one: |bytes| {
            let version1 = bytes.get(344..348);
            let version2 = bytes.get(4..8);
            version1.is_some_and(|magic| magic == b"n+1\0" || magic == b"ni1\0")
                || version2.is_some_and(|magic| magic == b"n+2\0" || magic == b"ni2\0")
        },
        hint: by_nibabel,
    },
    UnreadFormat {
        what: "a GIFTI surface",
        endings: &["gii"],
        is_one: |bytes| {
            let head = bytes.get(..bytes.len().min(600)).unwrap_or_default();
            head.windows(6).any(|tag| tag == b"<GIFTI")
        },
        hint: |path| {
            let (old, new) = names(path, "npy");
            python(
                "Save its maps, one for each stimulus, as stimuli x vertices by Python, and move it out of the folder",
                &format!(
                    "import nibabel, numpy\nmaps = nibabel.load({old}).darrays\nnumpy.save({new}, numpy.stack([one.data for one in maps]))"
                ),
            )
        },
    },
    UnreadFormat {
        what: "a FreeSurfer file",
        endings: &["mgh", "mgz", "annot", "label", "curv", "inflated", "pial"],
        is_one: never,
        hint: |_| {
            "Save the responses of stimuli × vertices with numpy.save (nibabel reads this file)"
                .into()
        },
    },
    UnreadFormat {
        what: "an AFNI or ANALYZE image",
        endings: &["head", "brik", "hdr", "img"],
        is_one: never,
        hint: |_| {
            "Save the responses of stimuli × voxels with numpy.save (nibabel reads this file)"
                .into()
        },
    },
    UnreadFormat {
        what: "a DICOM image",
        endings: &["dcm", "ima"],
        is_one: |bytes| bytes.get(128..132) == Some(b"DICM"),
        hint: |_| {
            "Save the responses of stimuli × voxels with numpy.save, once they are estimated".into()
        },
    },
    UnreadFormat {
        what: "a recording of MEG or EEG (FIF)",
        endings: &["fif"],
        is_one: never,
        hint: |path| {
            let (old, new) = names(path, "npy");
            python(
                "Average each epoch over a window of time, one epoch a stimulus, with MNE in Python, and move it out of the folder",
                &format!(
                    "import mne, numpy\nepochs = mne.read_epochs({old})\nnumpy.save({new}, epochs.get_data(tmin=0.05, tmax=0.2).mean(axis=2))"
                ),
            )
        },
    },
    UnreadFormat {
        what: "a recording of EEG (BrainVision)",
        endings: &["vhdr", "eeg"],
        is_one: |bytes| {
            bytes.starts_with(b"Brain Vision Data Exchange Header")
                || bytes.starts_with(b"BrainVision Data Exchange Header")
        },
        hint: recording,
    },
    UnreadFormat {
        what: "a recording of EEG (EDF or BDF)",
        endings: &["edf", "bdf"],
        is_one: |bytes| bytes.starts_with(b"0       ") || bytes.starts_with(b"\xffBIOSEMI"),
        hint: recording,
    },
    UnreadFormat {
        what: "a recording of MEG or EEG",
        endings: &[
            "set", "fdt", "cnt", "sqd", "con", "ds", "meg4", "mff", "nwb", "smr", "plx",
        ],
        is_one: never,
        hint: recording,
    },
    UnreadFormat {
        what: "a file of Octave in its own text format",
        endings: &[],
        is_one: |bytes| {
            bytes.starts_with(b"# Created by Octave") || bytes.starts_with(b"% Created by Octave")
        },
        hint: in_octave,
    },
    UnreadFormat {
        what: "a file of Octave in its own binary format",
        endings: &[],
        is_one: |bytes| bytes.starts_with(b"Octave-1-"),
        hint: in_octave,
    },
    UnreadFormat {
        what: "a TFRecord of TensorFlow",
        endings: &["tfrecord", "tfrecords"],
        is_one: never,
        hint: |_| "Save its arrays with numpy.savez in the program that wrote it".into(),
    },
    UnreadFormat {
        what: "a file of HDF4",
        endings: &["hdf4"],
        is_one: |bytes| bytes.starts_with(b"\x0e\x03\x13\x01"),
        hint: |_| "Convert it to HDF5 with h4toh5".into(),
    },
    UnreadFormat {
        what: "a file of weights of a network, not the activations that it gave",
        endings: &[
            "onnx",
            "pb",
            "tflite",
            "keras",
            "ckpt",
            "caffemodel",
            "gguf",
            "ggml",
            "mlmodel",
            "msgpack",
            "engine",
            "t7",
            "index",
            "meta",
        ],
        is_one: |bytes| bytes.starts_with(b"GGUF"),
        hint: |_| {
            "Run the network on the images, and save each layer's output with numpy.save; or move it out of the folder".into()
        },
    },
    UnreadFormat {
        what: "raw numbers without a header that says their type and shape",
        endings: &["bin", "raw", "memmap", "mmap", "float32", "f32"],
        is_one: never,
        hint: |_| {
            "Load it in the program that wrote it, which knows type and shape, and save it with numpy.save".into()
        },
    },
    UnreadFormat {
        what: "a part of a download that has not ended",
        endings: &[
            "part",
            "partial",
            "crdownload",
            "download",
            "filepart",
            "aria2",
            "tmp",
        ],
        is_one: never,
        hint: |_| "Wait until it has ended, or download it again".into(),
    },
    UnreadFormat {
        what: "a pointer of DVC",
        endings: &["dvc"],
        is_one: never,
        hint: |_| {
            "Run `dvc pull` in the repository; where the file itself is there, move the pointer out of the folder".into()
        },
    },
    UnreadFormat {
        what: "a database of LMDB",
        endings: &["mdb", "lmdb"],
        is_one: never,
        hint: |_| "Save its arrays with numpy.savez in the program that wrote it".into(),
    },
    UnreadFormat {
        what: "a figure or a class of MATLAB",
        endings: &["fig", "mlx", "mlapp", "p"],
        is_one: never,
        hint: |_| {
            "Save the numbers in it: save('NAME.mat', 'variable') in MATLAB; or move it out of the folder".into()
        },
    },
    UnreadFormat {
        what: "a file of Julia",
        endings: &["jld", "jld2", "jls"],
        is_one: never,
        hint: |_| "Save its arrays in Julia with NPZ.jl: npzwrite(\"NETWORK.npz\", arrays)".into(),
    },
    UnreadFormat {
        what: "a file of IDL or Mathematica",
        endings: &["idl", "wl", "wxf", "mx"],
        is_one: never,
        hint: |_| "Export its arrays as CSV, HDF5 or .mat".into(),
    },
    UnreadFormat {
        what: "a file of Avro",
        endings: &["avro"],
        is_one: |bytes| bytes.starts_with(b"Obj\x01"),
        hint: |_| "Export its table as CSV".into(),
    },
];

fn is_xz(bytes: &[u8]) -> bool {
    bytes.starts_with(b"\xfd7zXZ\0")
}

fn is_bzip2(bytes: &[u8]) -> bool {
    bytes.starts_with(b"BZh") && bytes.get(4..10) == Some(b"1AY&SY")
}

fn original(_: &str) -> String {
    "Copy the file itself here, in place of what only leads to it".into()
}

/// A file that Python's own library unpacks.
fn unpacked(path: &str, library: &str) -> String {
    let old = name_of(path);
    let new = old.rsplit_once('.').map_or(old, |(stem, _)| stem);
    let new = if new == old { "unpacked" } else { new };
    python(
        "Unpack it by Python, and move it out of the folder",
        &format!(
            "import {library}, shutil\nwith {library}.open({}) as packed, open({}, \"wb\") as file:\n    shutil.copyfileobj(packed, file)",
            quoted(old),
            quoted(new)
        ),
    )
}

/// A table that pandas reads; an index that is no mere count of rows holds ids.
fn by_pandas(path: &str, reader: &str) -> String {
    let (old, new) = names(path, "csv");
    python(
        "Save it as CSV by Python, and move it out of the folder",
        &format!(
            "import pandas\ntable = pandas.{reader}({old})\ntable.to_csv({new}, index=not isinstance(table.index, pandas.RangeIndex))"
        ),
    )
}

fn by_nibabel(path: &str) -> String {
    let (old, new) = names(path, "npy");
    python(
        "If its volumes are stimuli, save them as stimuli x voxels by Python, and move it out of the folder",
        &format!(
            "import nibabel, numpy\nvolumes = nibabel.load({old}).get_fdata(dtype=\"float32\")\nrows = volumes.reshape(-1, volumes.shape[-1]).T\nnumpy.save({new}, rows[:, rows.std(axis=0) > 0])"
        ),
    )
}

fn recording(_: &str) -> String {
    "Cut it into epochs with MNE (mne.io.read_raw), average each over a window of time, and save stimuli × sensors with numpy.save".into()
}

fn in_r(path: &str) -> String {
    let old = quoted(name_of(path));
    let new = quoted(&format!("{}.csv", stem_of(path)));
    if path.to_ascii_lowercase().contains(".rds") {
        format!("In R: write.csv(readRDS({old}), {new}); and move the .rds out of the folder")
    } else {
        format!(
            "In R: name <- load({old}); write.csv(get(name[1]), {new}); and move the file of R out of the folder"
        )
    }
}

fn in_octave(path: &str) -> String {
    let name = quoted(name_of(path));
    format!("In Octave: load({name}); save -v7 {name}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_kinds_have_an_ending_in_common_and_none_one_that_is_read() {
        let mut endings: Vec<&str> = KINDS
            .iter()
            .flat_map(|kind| kind.endings)
            .copied()
            .collect();
        let all = endings.len();
        endings.sort_unstable();
        endings.dedup();
        assert_eq!(endings.len(), all);
        for reader in &super::super::super::READERS {
            for ending in reader.endings {
                assert!(!endings.contains(ending), "{ending}");
            }
        }
    }
}
