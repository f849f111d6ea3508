//! A file for blocks that memory has no room for and that nobody needs after the run: arrays as they were
//! read, and what is larger than it is costly. It goes with the program, however that ends.

use std::fs::File;
use std::io::{Read, Result, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// A part of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Extent {
    start: u64,
    size: u64,
}

/// The file, with what of it is free.
pub struct Swap {
    file: File,
    /// Removed at the end, where a file that is open cannot be.
    path: Option<PathBuf>,
    end: u64,
    free: Vec<Extent>,
}

impl Swap {
    /// A file of this path.
    pub fn create(path: &Path) -> Result<Self> {
        let mut options = File::options();
        let file = options.read(true).write(true).create_new(true).open(path)?;
        // without a name, it is gone even if the program is killed
        let is_nameless = cfg!(unix) && std::fs::remove_file(path).is_ok();
        Ok(Self {
            file,
            path: (!is_nameless).then(|| path.to_path_buf()),
            end: 0,
            free: Vec::new(),
        })
    }

    /// Writes bytes where there is room.
    pub fn write(&mut self, bytes: &[u8]) -> Result<Extent> {
        let size = bytes.len() as u64;
        let fitting = self.free.iter().position(|extent| extent.size >= size);
        let start = match fitting.and_then(|index| self.free.get_mut(index)) {
            Some(extent) => extent.start,
            None => self.end,
        };
        self.file.seek(SeekFrom::Start(start))?;
        self.file.write_all(bytes)?;
        match fitting.and_then(|index| self.free.get_mut(index)) {
            Some(extent) => {
                extent.start += size;
                extent.size -= size;
            }
            None => self.end += size,
        }
        self.free.retain(|extent| extent.size > 0);
        Ok(Extent { start, size })
    }

    /// Reads bytes again.
    pub fn read(&mut self, extent: Extent) -> Result<Vec<u8>> {
        self.file.seek(SeekFrom::Start(extent.start))?;
        let mut bytes = vec![0; extent.size as usize];
        self.file.read_exact(&mut bytes)?;
        Ok(bytes)
    }

    /// Leaves a part to others.
    pub fn free(&mut self, extent: Extent) {
        self.free.push(extent);
    }
}

impl Drop for Swap {
    fn drop(&mut self) {
        if let Some(path) = &self.path {
            // what is left is found and removed by the next program
            let _ = std::fs::remove_file(path);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_free_is_written_again() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut swap = Swap::create(&folder.path().join("swap")).expect("is made");
        let first = swap.write(&[1; 100]).expect("is written");
        let second = swap.write(&[2; 10]).expect("is written");
        swap.free(first);
        let third = swap.write(&[3; 60]).expect("is written");
        let fourth = swap.write(&[4; 40]).expect("is written");
        let fifth = swap.write(&[5; 1]).expect("is written");
        assert_eq!((third.start, fourth.start, fifth.start), (0, 60, 110));
        for (extent, value, size) in [(second, 2, 10), (third, 3, 60), (fourth, 4, 40)] {
            assert_eq!(swap.read(extent).expect("is read"), vec![value; size]);
        }
        drop(swap);
        assert_eq!(
            std::fs::read_dir(folder.path()).expect("a folder").count(),
            0
        );
    }
}
