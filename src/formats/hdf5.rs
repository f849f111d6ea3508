//! HDF5: plain files, netCDF4, and MATLAB 7.3, whose axes are turned round.

mod attributes;
mod axes;
mod dataset;
mod heaps;
mod image;
mod linked;
mod links;
mod matlab73;
mod records;
mod refused;
mod types;
mod unwritten;

use std::collections::{BTreeMap, HashMap, HashSet};

use hdf5_pure::{Dataset, Error, File, Group};

use super::contents::{Attribute, Attributes, Contents};
use super::matlab::opaque;
use crate::problem::Problem;
use attributes::attributes;
use axes::Axes;
use image::Image;
use links::Link;
pub use refused::frame_python;
use refused::{Cause, Failure, Refused, damaged, failure};

/// The first bytes of the format, at a power of two from 512 on or at the beginning.
pub const SIGNATURE: &[u8] = b"\x89HDF\r\n\x1a\n";

/// Groups within groups; deeper is a loop.
const MOST_DEPTH: usize = 16;
/// Variables of one file.
const MOST_VARIABLES: usize = 20_000;

/// Whether bytes are HDF5: at the beginning, or behind the header that MATLAB puts before it.
pub fn is_one(bytes: &[u8]) -> bool {
    [0, 512, 1024, 2048].iter().any(|&start| {
        bytes
            .get(start..)
            .is_some_and(|rest| rest.starts_with(SIGNATURE))
    })
}

/// Reads every dataset of a file, whose bytes are taken over: large ones are not held twice.
///
/// # Errors
/// A [`Problem`] for a file that is no HDF5 or is damaged as a whole. What is wrong with single datasets and
/// groups is among the contents' problems.
pub fn read(path: &str, bytes: Vec<u8>) -> Result<Contents, Problem> {
    let file = File::from_bytes(bytes).map_err(|error| match failure(path, None, &error) {
        Failure::Problem(problem) => problem,
        Failure::Cause(_) => damaged(path, &error),
    })?;
    Ok(read_file(path, &file))
}

fn read_file(path: &str, file: &File) -> Contents {
    let image = Image::of(file);
    let mut reader = Reader {
        contents: Contents::of(path),
        image,
        size: file.file_size(),
        spent: 0,
        is_matlab: file.as_bytes().starts_with(b"MATLAB"),
        is_netcdf: matches!(
            super::extension(path).as_str(),
            "nc" | "nc4" | "cdf" | "netcdf"
        ),
        axes: Axes::default(),
        frames: HashSet::new(),
        read: HashMap::new(),
        soft: Vec::new(),
        objects: Vec::new(),
        refused: Refused::default(),
        packed: BTreeMap::new(),
    };
    let root = image.map(|image| image.root);
    reader.read.extend(root.map(|root| (root, "/".to_owned())));
    reader.group(&file.root(), root, "", 0);
    reader.finish()
}

/// Datasets and groups of a group, by their names.
type Members = (Vec<(String, Dataset)>, Vec<(String, Group)>);

struct Reader<'a> {
    contents: Contents,
    /// The bytes of the file, for what the crate does not hand out.
    image: Option<Image<'a>>,
    /// Bytes of the file.
    size: u64,
    /// Bytes unpacked so far.
    spent: u64,
    /// MATLAB wrote it, whose references are cells and structures.
    is_matlab: bool,
    /// Floats that were never written have netCDF's own value.
    is_netcdf: bool,
    axes: Axes,
    /// Names of the groups that pandas wrote.
    frames: HashSet<String>,
    /// Names of what was read, by the addresses of their headers.
    read: HashMap<u64, String>,
    /// Links that lead to another name, and to which object.
    soft: Vec<(String, String, u64)>,
    /// Names and classes of objects that only MATLAB reads.
    objects: Vec<(String, String)>,
    refused: Refused,
    /// Frames of pandas whose parts are packed in ways that are not read, and how.
    packed: BTreeMap<String, Cause>,
}

impl Reader<'_> {
    /// What all groups and datasets say together.
    fn finish(mut self) -> Contents {
        self.axes.name(&mut self.contents.variables);
        self.tell_links();
        opaque::tell(&mut self.contents, &self.objects);
        for (frame, cause) in &self.packed {
            let problem = refused::packed_frame(&self.contents.path, frame, cause);
            self.contents.problems.push(problem);
        }
        let refused = self.refused.problems(&self.contents.path);
        self.contents.problems.extend(refused);
        self.contents
    }

    /// Keeps why something is not read; the rest of the file stands.
    fn tell(&mut self, failure: Failure, name: &str) {
        match failure {
            Failure::Problem(problem) => self.contents.problems.push(problem),
            Failure::Cause(cause) if self.is_frame(name) => {
                let group = name.rsplit_once('/').map_or(name, |(group, _)| group);
                self.packed.insert(group.to_owned(), cause);
            }
            Failure::Cause(cause) => self.refused.add(cause, name),
        }
    }

    /// The path of something in the file, for messages.
    fn path_of(&self, name: &str) -> String {
        let name = name.trim_end_matches(['/', '.']);
        if name.is_empty() {
            self.contents.path.clone()
        } else {
            format!("{}/{name}", self.contents.path)
        }
    }

    fn group(&mut self, group: &Group, address: Option<u64>, prefix: &str, depth: usize) {
        let path = self.path_of(prefix);
        if depth > MOST_DEPTH {
            self.contents
                .problems
                .push(damaged(&path, &"its groups do not end"));
            return;
        }
        match attributes(group.attrs(), group.attr_datatypes()) {
            Ok(own) => self.keep_attributes(own, prefix),
            Err(error) => self.tell(failure(&path, None, &error), prefix),
        }
        let links = self.links_of(address, &path);
        let (datasets, groups) = self.members(group, links.as_ref(), prefix);
        let address_of = |name: &str| match links.as_ref()?.get(name)? {
            Link::Hard(address) => Some(*address),
            _ => None,
        };
        for (name, dataset) in datasets {
            let full = format!("{prefix}{name}");
            if self.contents.variables.len() + self.contents.parts.len() >= MOST_VARIABLES {
                let what = format!("it has more than {MOST_VARIABLES} variables");
                self.contents.problems.push(damaged(&path, &what));
                return;
            }
            if self.is_new(address_of(&name), &full) {
                self.dataset(&dataset, address_of(&name), &full);
            }
        }
        for (name, inner) in groups {
            // what MATLAB's references point at, and its own bookkeeping
            if name == "#refs#" || name == "#subsystem#" {
                continue;
            }
            let full = format!("{prefix}{name}");
            if self.is_new(address_of(&name), &full) {
                self.member(&inner, address_of(&name), &full, depth);
            }
        }
        for (name, link) in links.into_iter().flatten() {
            self.link(address, &format!("{prefix}{name}"), link);
        }
    }

    /// Attributes of a group, for those who know its tool; text is also a note.
    fn keep_attributes(&mut self, own: Attributes, prefix: &str) {
        for (name, attribute) in &own {
            let is_short = match attribute {
                Attribute::Text(texts) => texts.len() <= 64,
                Attribute::Numbers { values, .. } => values.len() <= 64,
                Attribute::Other => false,
            };
            if let (true, Some(text)) = (is_short, attribute.text()) {
                self.contents.notes.insert(format!("{prefix}{name}"), text);
            }
        }
        let name = prefix.trim_end_matches(['/', '.']);
        self.is_netcdf |= own.contains_key("_NCProperties");
        if own.contains_key("pandas_type") {
            self.frames.insert(name.to_owned());
        }
        self.contents.attributes.insert(name.to_owned(), own);
    }

    /// Whether a dataset lies in a group that pandas wrote.
    fn is_frame(&self, name: &str) -> bool {
        name.rsplit_once('/')
            .is_some_and(|(group, _)| self.frames.contains(group))
    }

    /// Datasets and groups of a group. One that is damaged does not keep the others from being read.
    fn members(
        &mut self,
        group: &Group,
        links: Option<&BTreeMap<String, Link>>,
        prefix: &str,
    ) -> Members {
        let all = group.iter_datasets().and_then(|datasets| {
            let datasets: Vec<_> = datasets.collect();
            Ok((datasets, group.iter_groups()?.collect::<Vec<_>>()))
        });
        let error = match all {
            Ok(all) => return all,
            Err(error) => error,
        };
        let Some(links) = links else {
            let path = self.path_of(prefix);
            self.tell(failure(&path, None, &error), prefix);
            return Default::default();
        };
        let (mut datasets, mut groups) = (Vec::new(), Vec::new());
        let hard = links
            .iter()
            .filter(|(_, link)| matches!(link, Link::Hard(_)));
        for (name, _) in hard.take(MOST_VARIABLES) {
            let full = format!("{prefix}{name}");
            match group.dataset(name) {
                Ok(dataset) => datasets.push((name.clone(), dataset)),
                Err(Error::NotADataset(_)) => match group.group(name) {
                    Ok(inner) => groups.push((name.clone(), inner)),
                    // a type that has a name
                    Err(Error::NotAGroup(_)) => {}
                    Err(error) => {
                        self.tell(failure(&self.path_of(&full), None, &error), &full);
                    }
                },
                Err(error) => self.tell(failure(&self.path_of(&full), None, &error), &full),
            }
        }
        (datasets, groups)
    }

    /// Whether an object was not read before under another name.
    fn is_new(&mut self, address: Option<u64>, name: &str) -> bool {
        let Some(address) = address else {
            return true;
        };
        if let Some(known) = self.read.get(&address) {
            self.contents.problems.push(Problem::notice(
                &self.contents.path,
                format!("{name} is another name of {known} and was read once, under that name"),
            ));
            return false;
        }
        self.read.insert(address, name.to_owned());
        true
    }

    /// One dataset; what cannot be read of it becomes a problem and the rest of the file stands.
    fn dataset(&mut self, dataset: &Dataset, address: Option<u64>, name: &str) {
        match self.variables_of(dataset, name, 0) {
            Ok(variables) if self.is_frame(name) => self.contents.parts.extend(variables),
            Ok(variables) => self.contents.variables.extend(variables),
            Err(failure) => self.tell(failure, name),
        }
        if let (Some(image), Some(address)) = (self.image, address) {
            let axes = dataset.shape().map_or(0, |shape| shape.len());
            self.axes.named.insert(address, name.to_owned());
            self.axes.look_up(&image, name, address, axes);
        }
    }

    /// A group within a group: a sparse matrix, an index of a table, a structure, or one of its own.
    fn member(&mut self, group: &Group, address: Option<u64>, name: &str, depth: usize) {
        let own = attributes(group.attrs(), group.attr_datatypes()).unwrap_or_default();
        let text = |name: &str| own.get(name).and_then(Attribute::text);
        if let Some(rows) = own.get("MATLAB_sparse") {
            let rows = rows.number().unwrap_or(-1.0);
            match self.sparse(group, name, rows) {
                Ok(variable) => self.contents.variables.push(variable),
                Err(failure) => self.tell(failure, name),
            }
            return;
        }
        if let Some(class) = matlab73::class_of_object(&own) {
            self.objects.push((name.to_owned(), class));
            return;
        }
        let class = text("CLASS").unwrap_or_default();
        if class == "TINDEX" || class == "INDEX" {
            return;
        }
        // a structure of MATLAB says so; fields are named as there
        let separator = if own.contains_key("MATLAB_class") {
            '.'
        } else {
            '/'
        };
        self.group(group, address, &format!("{name}{separator}"), depth + 1);
    }
}

#[cfg(test)]
mod tests {
    use super::super::contents::Data;
    use super::*;

    fn opened(name: &str) -> Contents {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/formats");
        let bytes = std::fs::read(folder.join(name)).expect("a case");
        read(name, bytes).expect("readable")
    }

    #[test]
    fn axes_have_the_names_that_files_give_them() {
        let rows: [(&str, &str, &[&str]); 9] = [
            ("scales.h5", "layer", &["stimulus", "dim_1"]),
            ("scales.h5", "ids", &["stimulus"]),
            ("scales.h5", "named", &["stimulus", "unit"]),
            ("scales.h5", "inner", &[]),
            ("groups.h5", "net/conv1", &[]),
            ("assembly.nc", "alexnet", &["presentation", "neuroid"]),
            ("assembly.nc", "stimulus_id", &["presentation"]),
            ("packed4.nc", "layer", &["stimulus", "unit"]),
            ("packed4.nc", "stimulus", &["stimulus"]),
        ];
        for (file, name, axes) in rows {
            let contents = opened(file);
            let variable = contents.variable(name).expect("a variable");
            assert_eq!(variable.axes, axes, "{file}: {name}");
        }
    }

    #[test]
    fn numbers_are_unpacked_and_missing_ones_are_nan() {
        let contents = opened("packed4.nc");
        let layer = contents.variable("layer").expect("a layer");
        let Data::Numbers { values, .. } = &layer.data else {
            panic!("numbers");
        };
        let expected = (0..12).map(|i| f64::from(i) * 0.5);
        for (index, expected) in expected.enumerate() {
            if index == 5 {
                assert!(values.at(index).is_nan());
            } else {
                assert!((values.at(index) - expected).abs() < 1e-12, "{index}");
            }
        }
        let hollow = contents.variable("hollow").expect("never written");
        assert!(matches!(&hollow.data, Data::Numbers { values, .. } if values.at(0).is_nan()));
        assert!(contents.variable("wrong").is_none());
    }
}
