//! Writers of the ways in which an array may stand on disk.

use std::io::{Cursor, Write};

use hdf5_pure::{AttrValue, FileBuilder};

/// An array with a row for each stimulus.
#[derive(Clone)]
pub struct Array {
    pub name: &'static str,
    pub units: usize,
    pub values: Vec<f64>,
    pub ids: Vec<u64>,
}

impl Array {
    fn row(&self, row: usize) -> &[f64] {
        &self.values[row * self.units..(row + 1) * self.units]
    }

    /// The same with its rows, and their ids, in another order.
    pub fn in_order(&self, order: &[usize]) -> Self {
        Self {
            values: order
                .iter()
                .flat_map(|&row| self.row(row).to_vec())
                .collect(),
            ids: order.iter().map(|&row| self.ids[row]).collect(),
            ..self.clone()
        }
    }
}

/// A way of writing an array.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Way {
    /// numpy.save, in order.
    Npy,
    /// A column of ids, called so.
    CsvWithIds,
    /// pandas with an index of integers, under an empty header.
    CsvWithIndex,
    /// A first column of another name, file names with folders and endings in it.
    CsvWithFiles,
    /// pandas without index, the numbers of units as header.
    CsvWithUnitNumbers,
    /// R's write.table: row names, a header one cell short.
    RowNames,
    /// numpy.savetxt with a comment as header.
    SaveTxt,
    /// Semicolons and decimal commas, ids with leading zeros.
    DecimalCommas,
    /// Labels of classes in a column beside the units.
    CsvWithLabels,
    /// An axis of length one.
    NpySingleAxis,
    /// numpy.savez with ids as integers and labels beside the layer.
    NpzWithLabels,
    /// numpy.savez under a key that says nothing, in order.
    NpzNameless,
    /// HDF5 with image_ids as integers and targets beside the layer.
    Hdf5WithIds,
    /// netCDF3, packed into 16 bits, units first, one time bin.
    PackedNetcdf,
    /// numpy.save, packed by gzip, in order.
    GzippedNpy,
}

/// All of them, the plainest first.
pub const WAYS: [Way; 15] = [
    Way::Npy,
    Way::CsvWithIds,
    Way::CsvWithIndex,
    Way::CsvWithFiles,
    Way::CsvWithUnitNumbers,
    Way::RowNames,
    Way::SaveTxt,
    Way::DecimalCommas,
    Way::CsvWithLabels,
    Way::NpySingleAxis,
    Way::NpzWithLabels,
    Way::NpzNameless,
    Way::Hdf5WithIds,
    Way::PackedNetcdf,
    Way::GzippedNpy,
];

impl Way {
    /// Whether a file written so says which stimulus each row is of.
    pub fn keeps_ids(self) -> bool {
        !matches!(
            self,
            Way::Npy
                | Way::CsvWithUnitNumbers
                | Way::SaveTxt
                | Way::NpySingleAxis
                | Way::NpzNameless
                | Way::GzippedNpy
        )
    }

    /// Path and bytes.
    pub fn write(self, array: &Array) -> (String, Vec<u8>) {
        let (n, p) = (array.ids.len(), array.units);
        let name = |ending: &str| format!("{}.{ending}", array.name);
        let names = || (0..p).map(|unit| format!("u{unit}"));
        let rows = |separator: &str, cell: &dyn Fn(f64) -> String, id: &dyn Fn(u64) -> String| {
            (0..n)
                .map(|row| {
                    let mut cells = vec![id(array.ids[row])];
                    cells.retain(|cell| !cell.is_empty());
                    cells.extend(array.row(row).iter().map(|&value| cell(value)));
                    format!("{}\n", cells.join(separator))
                })
                .collect::<String>()
        };
        let plain = |value: f64| format!("{value:?}");
        let number = |id: u64| id.to_string();
        let none = |_: u64| String::new();
        let header = |first: &[&str], separator: &str| {
            let cells: Vec<String> = first
                .iter()
                .map(|&cell| cell.to_owned())
                .chain(names())
                .collect();
            format!("{}\n", cells.join(separator))
        };
        match self {
            Way::Npy => (name("npy"), npy(&[n, p], &array.values)),
            Way::GzippedNpy => (name("npy.gz"), gzip(&npy(&[n, p], &array.values))),
            Way::NpySingleAxis => (name("npy"), npy(&[n, 1, p], &array.values)),
            Way::CsvWithIds => {
                let text = header(&["stimulus_id"], ",") + &rows(",", &plain, &number);
                (name("csv"), text.into_bytes())
            }
            Way::CsvWithIndex => {
                let text = header(&[""], ",") + &rows(",", &plain, &number);
                (name("csv"), text.into_bytes())
            }
            Way::CsvWithFiles => {
                let file = |id: u64| format!("images/set/{id}.jpg");
                let text = header(&["imageFile"], ",") + &rows(",", &plain, &file);
                (name("csv"), text.into_bytes())
            }
            Way::CsvWithUnitNumbers => {
                let numbers: Vec<String> = (0..p)
                    .map(|unit| ((unit * 37 + 5) % 101).to_string())
                    .collect();
                let text = format!("{}\n{}", numbers.join(","), rows(",", &plain, &none));
                (name("csv"), text.into_bytes())
            }
            Way::RowNames => {
                let quoted = |id: u64| format!("\"{id}\"");
                let names: Vec<String> = names().map(|name| format!("\"{name}\"")).collect();
                let text = format!("{}\n{}", names.join(" "), rows(" ", &plain, &quoted));
                (name("txt"), text.into_bytes())
            }
            Way::SaveTxt => {
                let cell = |value: f64| format!("{value:.18e}");
                let text = format!("# {}{}", header(&[], " "), rows(" ", &cell, &none));
                (name("txt"), text.into_bytes())
            }
            Way::DecimalCommas => {
                let comma = |value: f64| format!("{value:?}").replace('.', ",");
                let padded = |id: u64| format!("{id:08}");
                let text = header(&["stimulus_id"], ";") + &rows(";", &comma, &padded);
                (name("csv"), text.into_bytes())
            }
            Way::CsvWithLabels => {
                let labelled = |id: u64| format!("{id},{}", id % 3);
                let text = header(&["stimulus_id", "label"], ",") + &rows(",", &plain, &labelled);
                (name("csv"), text.into_bytes())
            }
            Way::NpzWithLabels => {
                let ids: Vec<f64> = array.ids.iter().map(|&id| id as f64).collect();
                let labels: Vec<f64> = array.ids.iter().map(|&id| (id % 3) as f64).collect();
                let members = [
                    ("x.npy", npy(&[n, p], &array.values)),
                    ("image_ids.npy", npy(&[n], &ids)),
                    ("labels.npy", npy(&[n], &labels)),
                ];
                (in_file(array, "npz"), zip(&members))
            }
            Way::NpzNameless => {
                let members = [("arr_0.npy", npy(&[n, p], &array.values))];
                (name("npz"), zip(&members))
            }
            Way::Hdf5WithIds => (in_file(array, "h5"), hdf5(array)),
            Way::PackedNetcdf => (in_file(array, "nc"), netcdf3(array)),
        }
    }
}

/// A file that holds the layer under its own name: `a.npz` with `x`; of a brain the whole name.
fn in_file(array: &Array, ending: &str) -> String {
    match array.name.split_once("__") {
        Some((network, "x")) => format!("{network}.{ending}"),
        _ => format!("{}.{ending}", array.name),
    }
}

fn npy(shape: &[usize], values: &[f64]) -> Vec<u8> {
    let sizes: Vec<String> = shape.iter().map(usize::to_string).collect();
    let mut header = format!(
        "{{'descr': '<f8', 'fortran_order': False, 'shape': ({},), }}",
        sizes.join(", ")
    );
    while (10 + header.len() + 1) % 64 != 0 {
        header.push(' ');
    }
    header.push('\n');
    let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
    bytes.extend((header.len() as u16).to_le_bytes());
    bytes.extend(header.as_bytes());
    bytes.extend(values.iter().flat_map(|value| value.to_le_bytes()));
    bytes
}

fn zip(members: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in members {
        let options = zip::write::SimpleFileOptions::default();
        writer.start_file(*name, options).expect("starts");
        writer.write_all(content).expect("writes");
    }
    writer.finish().expect("ends").into_inner()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    writer.write_all(bytes).expect("writes");
    writer.finish().expect("ends")
}

/// The layer, integer `image_ids` and `targets`; the layer packed with a fill value that none has.
fn hdf5(array: &Array) -> Vec<u8> {
    let (n, p) = (array.ids.len() as u64, array.units as u64);
    let mut file = FileBuilder::new();
    let packed: Vec<i32> = array
        .values
        .iter()
        .map(|value| (value * 256.0) as i32 - 100)
        .collect();
    let layer = file.create_dataset("x");
    layer.with_i32_data(&packed).with_shape(&[n, p]);
    layer.set_attr("scale_factor", AttrValue::F64(1.0 / 256.0));
    layer.set_attr("add_offset", AttrValue::F64(100.0 / 256.0));
    layer.set_attr("_FillValue", AttrValue::I32(i32::MIN));
    let ids: Vec<i64> = array.ids.iter().map(|&id| id as i64).collect();
    file.create_dataset("image_ids")
        .with_i64_data(&ids)
        .with_shape(&[n]);
    let targets: Vec<i64> = ids.iter().map(|id| id % 5).collect();
    file.create_dataset("targets")
        .with_i64_data(&targets)
        .with_shape(&[n]);
    file.finish().expect("made")
}

/// netCDF3 as xarray packs it: `x` over (neuroid, presentation, time_bin), `image_id` along presentation.
fn netcdf3(array: &Array) -> Vec<u8> {
    let (n, p) = (array.ids.len(), array.units);
    let mut file = b"CDF\x01\0\0\0\0".to_vec();
    let word = |file: &mut Vec<u8>, number: usize| file.extend((number as u32).to_be_bytes());
    let text = |file: &mut Vec<u8>, text: &str| {
        file.extend((text.len() as u32).to_be_bytes());
        file.extend(text.as_bytes());
        file.resize(file.len().next_multiple_of(4), 0);
    };
    word(&mut file, 10);
    word(&mut file, 3);
    for (name, size) in [("neuroid", p), ("presentation", n), ("time_bin", 1)] {
        text(&mut file, name);
        word(&mut file, size);
    }
    // no attributes of the file
    file.extend([0; 8]);
    word(&mut file, 11);
    word(&mut file, 2);
    text(&mut file, "x");
    word(&mut file, 3);
    for dimension in 0..3 {
        word(&mut file, dimension);
    }
    word(&mut file, 12);
    word(&mut file, 2);
    for (name, value) in [("scale_factor", 1.0_f64 / 256.0), ("add_offset", 0.5)] {
        text(&mut file, name);
        word(&mut file, 6);
        word(&mut file, 1);
        file.extend(value.to_be_bytes());
    }
    word(&mut file, 3);
    let size = (n * p * 2).next_multiple_of(4);
    word(&mut file, size);
    // where its numbers begin is known once the header ends: two variables, the second of 44 bytes
    let begin = file.len() + 4 + 12 + 4 + 4 + 8 + 4 + 4 + 4;
    word(&mut file, begin);
    text(&mut file, "image_id");
    word(&mut file, 1);
    word(&mut file, 1);
    file.extend([0; 8]);
    word(&mut file, 4);
    word(&mut file, n * 4);
    word(&mut file, begin + size);
    assert_eq!(file.len(), begin, "the header is as long as was counted");
    for unit in 0..p {
        for row in 0..n {
            let packed = (array.row(row)[unit] - 0.5) * 256.0;
            file.extend((packed as i16).to_be_bytes());
        }
    }
    file.resize(begin + size, 0);
    for id in &array.ids {
        file.extend((*id as u32).to_be_bytes());
    }
    file
}
