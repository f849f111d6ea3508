//! Files that are made to do harm: each is answered soon, in bounded memory, and says what is wrong.

use std::io::Write;
use std::time::{Duration, Instant};

use flate2::Compression;
use flate2::write::DeflateEncoder;
use universal_dimensions::study::manifest::Manifest;
use universal_dimensions::study::{Collection, Payload, ReadItem, read};

/// Longer than any of these takes unoptimised on a busy machine.
const SOON: Duration = Duration::from_secs(30);

/// What a file gives: the errors that it is told to have, and the bytes of its numbers.
fn opened(path: &str, bytes: &[u8]) -> (String, usize) {
    let began = Instant::now();
    let (items, contents) = read(path, bytes);
    assert!(began.elapsed() < SOON, "{path}: {:?}", began.elapsed());
    let problems = items.iter().filter_map(|item| match item {
        ReadItem::Problem(problem) => Some(problem.to_string()),
        _ => None,
    });
    let held = contents.iter().map(|content| match content {
        Payload::Numbers(values) => values.len() * 4,
        Payload::Picture(bytes) => bytes.len(),
    });
    (problems.collect::<Vec<String>>().join("\n"), held.sum())
}

fn deflated(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).expect("packs");
    encoder.finish().expect("packs")
}

/// A zip whose members all are the same packed bytes, which the central directory names many times.
fn overlapping(name: &str, content: &[u8], times: u32) -> Vec<u8> {
    let packed = deflated(content);
    let mut crc = flate2::Crc::new();
    crc.update(content);
    let common = |name: &str| {
        let mut fields = Vec::new();
        fields.extend([20, 0, 0, 0, 8, 0, 0, 0, 0, 0]);
        fields.extend(crc.sum().to_le_bytes());
        fields.extend((packed.len() as u32).to_le_bytes());
        fields.extend((content.len() as u32).to_le_bytes());
        fields.extend((name.len() as u16).to_le_bytes());
        fields.extend([0, 0]);
        fields
    };
    let mut zip = b"PK\x03\x04".to_vec();
    zip.extend(common(name));
    zip.extend(name.as_bytes());
    zip.extend(&packed);
    let directory = zip.len() as u32;
    for index in 0..times {
        // names differ, or the last one would count alone
        let name = format!("{index:0width$}.npy", width = name.len() - 4);
        zip.extend(b"PK\x01\x02\x14\x00");
        zip.extend(common(&name));
        zip.extend([0; 10]);
        zip.extend([0; 4]);
        zip.extend(name.as_bytes());
    }
    let size = zip.len() as u32 - directory;
    zip.extend(b"PK\x05\x06\0\0\0\0");
    zip.extend((times as u16).to_le_bytes());
    zip.extend((times as u16).to_le_bytes());
    zip.extend(size.to_le_bytes());
    zip.extend(directory.to_le_bytes());
    zip.extend([0, 0]);
    zip
}

fn npy(descr: &str, shape: &str, body: &[u8]) -> Vec<u8> {
    let mut header = format!("{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape}, }}");
    while (10 + header.len() + 1) % 64 != 0 {
        header.push(' ');
    }
    header.push('\n');
    let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
    bytes.extend((header.len() as u16).to_le_bytes());
    bytes.extend(header.as_bytes());
    bytes.extend(body);
    bytes
}

#[test]
fn an_archive_unpacks_to_no_more_than_it_implies() {
    let zeros = npy("<f4", "(1000, 1000)", &[0; 4_000_000]);
    let bomb = overlapping("0000.npy", &zeros, 300);
    assert!(bomb.len() < 200_000, "{}", bomb.len());
    let (said, held) = opened("bomb.npz", &bomb);
    assert!(
        held as u64 <= bomb.len() as u64 * 1032 + (4 << 20),
        "{held}"
    );
    assert!(!said.is_empty());
    // and packed twice more
    let mut nested = bomb;
    for _ in 0..2 {
        nested = overlapping("0000.npy", &nested, 50);
    }
    let (said, held) = opened("bomb.zip", &nested);
    assert!(
        held as u64 <= nested.len() as u64 * 1032 + (4 << 20),
        "{held}"
    );
    assert!(!said.is_empty());
}

#[test]
fn headers_that_promise_more_than_there_is_are_refused() {
    let huge = i64::MAX;
    let tensors = |header: &str| {
        let mut bytes = (header.len() as u64).to_le_bytes().to_vec();
        bytes.extend(header.as_bytes());
        bytes
    };
    let mut endless = u64::MAX.to_le_bytes().to_vec();
    endless.extend(b"{}");
    // netCDF classic: a dimension of 2^31 - 1 and a variable over three of them
    let mut cdf = b"CDF\x02\0\0\0\0\0\0\0\x0a\0\0\0\x01\0\0\0\x01x\0\0\0\x7f\xff\xff\xff".to_vec();
    cdf.extend(
        b"\0\0\0\0\0\0\0\0\0\0\0\x0b\0\0\0\x01\0\0\0\x01v\0\0\0\0\0\0\x03\0\0\0\0\0\0\0\0\0\0\0\0",
    );
    cdf.extend(b"\0\0\0\0\0\0\0\0\0\0\0\x06\xff\xff\xff\xff\0\0\0\0\0\0\0\x50");
    // MATLAB 5: an element of 2^32 - 1 bytes
    let mut matlab = b"MATLAB 5.0 MAT-file".to_vec();
    matlab.resize(124, b' ');
    matlab.extend([0x00, 0x01, b'I', b'M']);
    matlab.extend([14, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 6, 0, 0, 0, 8, 0, 0, 0]);
    // pickle: a string of 2^63 bytes
    let mut pickle = b"\x80\x04\x8e".to_vec();
    pickle.extend((1_u64 << 63).to_le_bytes());
    pickle.extend(b"abc.");
    for (name, bytes) in [
        ("a__x.npy", npy("<f4", &format!("({huge},)"), &[0; 8])),
        (
            "a__x.npy",
            npy("<f4", &format!("({huge}, {huge})"), &[0; 8]),
        ),
        ("a__x.npy", npy("<f8", "(9223372036854775808, 2)", &[0; 8])),
        ("a__x.npy", npy("<f8", &format!("({huge}, 0)"), &[])),
        (
            "a__x.safetensors",
            tensors(&format!(
                "{{\"x\":{{\"dtype\":\"F32\",\"shape\":[{huge},{huge}],\"data_offsets\":[0,8]}}}}"
            )),
        ),
        ("a__x.safetensors", endless),
        ("a__x.nc", cdf),
        ("a__x.mat", matlab),
        ("a__x.pkl", pickle),
    ] {
        let (said, held) = opened(name, &bytes);
        assert!(!said.is_empty(), "{name}");
        assert!(held <= 1 << 20, "{name}: {held}");
    }
}

#[test]
fn json_of_any_depth_is_refused() {
    for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
        let deep = format!("{}1{}", open.repeat(10_000), close.repeat(10_000));
        let study = format!("{{\"format\": \"universal-dimensions/1\", \"networks\": {deep}}}");
        let problem = Manifest::parse("study.json", &study).expect_err("too deep");
        assert!(problem.to_string().contains("is not JSON"), "{problem}");
        for name in ["study.json", "notes.json"] {
            let began = Instant::now();
            let mut collection = Collection::default();
            let (items, _) = read(name, deep.as_bytes());
            collection.add_file(name, items);
            assert!(!collection.problems.is_empty(), "{name}");
            assert!(began.elapsed() < SOON);
        }
    }
}

#[test]
fn a_hundred_thousand_tiny_files_are_taken_in_soon() {
    let count = 100_000;
    let body: Vec<u8> = (0..6).flat_map(|i| (i as f32).to_le_bytes()).collect();
    let (items, _) = read("net__layer.npy", &npy("<f4", "(3, 2)", &body));
    let began = Instant::now();
    let mut collection = Collection::default();
    for index in 0..count {
        let path = format!("net{}/layer{}__{index}.npy", index % 100, index / 100);
        let items = items.iter().cloned().map(|item| match item {
            ReadItem::Array(mut survey) => {
                survey.path.clone_from(&path);
                ReadItem::Array(survey)
            }
            other => other,
        });
        collection.add_file(&path, items.collect());
    }
    collection.settle();
    let assembly = collection.assemble();
    assert_eq!(collection.entries.len(), count);
    assert!(!assembly.problems.is_empty());
    assert!(
        began.elapsed() < Duration::from_secs(90),
        "{:?}",
        began.elapsed()
    );
}

#[test]
fn a_manifest_of_fifty_thousand_files_is_read_soon() {
    let layers: Vec<String> = (0..50_000)
        .map(|index| format!("{{\"name\": \"l{index}\", \"file\": \"../../{index}.npy\"}}"))
        .collect();
    let text = format!(
        "{{\"format\": \"universal-dimensions/1\", \"networks\": [{{\"name\": \"a\", \"layers\": [{}]}}]}}",
        layers.join(",")
    );
    let began = Instant::now();
    let manifest = Manifest::parse("study.json", &text).expect("a manifest");
    assert_eq!(manifest.files().len(), 50_000);
    assert!(began.elapsed() < SOON, "{:?}", began.elapsed());
}
