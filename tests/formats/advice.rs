//! Every piece of Python that a message advises is run as it stands, beside the file that it is for, and what
//! it writes is read. A case is a row: the program that makes the file, and the libraries that are needed;
//! what is not installed is skipped aloud. `PYTHON` names another interpreter than `python3`.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Output};

use crate::opened::{Opened, open};
use crate::templates::{Template, templates};

/// A file that is refused, or a part of it, with Python in the hint.
struct Advised {
    /// Its name.
    file: &'static str,
    /// Python that writes it into the folder where it runs.
    made_by: &'static str,
    /// Modules that the two programs import beside Python's own.
    needs: &'static [&'static str],
    /// Shape of an array (or number of names) that must be read from what the advice writes.
    gives: &'static [usize],
}

/// What pandas needs beside itself for what it reads.
const NEEDED: [(&str, &str); 1] = [("read_excel", "openpyxl")];

/// Every message with Python, by an example.
const ADVISED: &[Advised] = &[
    // .npy of types that are no numbers
    Advised {
        file: "activations_a__b.npy",
        made_by: "import numpy\nnumpy.save(FILE, numpy.ones((4, 3)) + 1j)",
        needs: &["numpy"],
        gives: &[4, 3],
    },
    Advised {
        file: "dates.npy",
        made_by: "import numpy\nnumpy.save(FILE, numpy.arange('2020-01-01', '2020-01-05', dtype='M8[D]'))",
        needs: &["numpy"],
        gives: &[4],
    },
    Advised {
        file: "activations_a__durations.npy",
        made_by: "import numpy\nnumpy.save(FILE, numpy.arange(12).reshape(4, 3).astype('m8[s]'))",
        needs: &["numpy"],
        gives: &[4, 3],
    },
    Advised {
        file: "activations_a__records.npy",
        made_by: "import numpy\nnumpy.save(FILE, numpy.ones(4, dtype=[('x', 'f8'), ('y', 'i4')]))",
        needs: &["numpy"],
        gives: &[4, 2],
    },
    Advised {
        file: "activations_a__records with ids.npy",
        made_by: "import numpy\nrecords = numpy.ones(4, dtype=[('x', 'f8'), ('y', 'f4'), ('stimulus_id', 'U4')])\nrecords['stimulus_id'] = ['a', 'b', 'c', 'd']\nnumpy.save(FILE, records)",
        needs: &["numpy"],
        gives: &[4, 2],
    },
    Advised {
        file: "activations_a__nested.npy",
        made_by: "import numpy\nnumpy.save(FILE, numpy.ones(4, dtype=('f4', (3,))).view([('v', 'f4', (3,))])) if False else numpy.save(FILE, numpy.zeros(4, dtype=[('x', 'f4'), ('when', 'M8[D]')]))",
        needs: &["numpy"],
        gives: &[4, 1],
    },
    Advised {
        file: "activations_a__bfloat16.npy",
        made_by: "import numpy\nvalues = (numpy.arange(12, dtype='f4').reshape(4, 3).view('u4') >> 16).astype('u2')\nnumpy.save(FILE, values.view('V2'))",
        needs: &["numpy"],
        gives: &[4, 3],
    },
    Advised {
        file: "activations_a__float8.npy",
        made_by: "import ml_dtypes, numpy\nnumpy.save(FILE, numpy.ones((4, 3), dtype=ml_dtypes.float8_e4m3fn).view('V1'))",
        needs: &["numpy", "ml_dtypes"],
        gives: &[4, 3],
    },
    Advised {
        file: "image_ids.npy",
        made_by: "import numpy\nnumpy.save(FILE, numpy.array([b'caf\\xe9', b'b', b'c']))",
        needs: &["numpy"],
        gives: &[3],
    },
    Advised {
        file: "ids.npy",
        made_by: "import numpy\nnumpy.save(FILE, numpy.array([['a', 'x'], ['b', 'x'], ['c', 'x']]))",
        needs: &["numpy"],
        gives: &[3],
    },
    // .npy of objects
    Advised {
        file: "net.npy",
        made_by: "import numpy\nnumpy.save(FILE, {'conv1': numpy.ones((4, 3)), 'fc': numpy.ones((4, 2))})",
        needs: &["numpy"],
        gives: &[4, 2],
    },
    Advised {
        file: "nets.npy",
        made_by: "import numpy\nnumpy.save(FILE, {'a': {'conv1': numpy.ones((4, 3))}, 'b': [numpy.ones((4, 2))]})",
        needs: &["numpy"],
        gives: &[4, 2],
    },
    Advised {
        file: "activations_a__equal.npy",
        made_by: "import numpy\nrows = numpy.empty(4, dtype=object)\nrows[:] = [numpy.ones(3) for _ in range(4)]\nnumpy.save(FILE, rows)",
        needs: &["numpy"],
        gives: &[4, 3],
    },
    Advised {
        file: "layers.npy",
        made_by: "import numpy\nrows = numpy.empty(2, dtype=object)\nrows[0], rows[1] = numpy.ones((4, 3)), numpy.ones((4, 2))\nnumpy.save(FILE, rows)",
        needs: &["numpy"],
        gives: &[4, 2],
    },
    Advised {
        file: "activations_a__lists.npy",
        made_by: "import numpy\nrows = numpy.empty(4, dtype=object)\nrows[:] = [[1, 2, 3] for _ in range(4)]\nnumpy.save(FILE, rows)",
        needs: &["numpy"],
        gives: &[4, 3],
    },
    Advised {
        file: "activations_a__numbers.npy",
        made_by: "import numpy\nnumpy.save(FILE, numpy.array([1.5, None, 2.5, 3], dtype=object))",
        needs: &["numpy"],
        gives: &[4],
    },
    Advised {
        file: "stimuli.npy",
        made_by: "import numpy\nnumpy.save(FILE, numpy.array(['a', 'b', 'c'], dtype=object))",
        needs: &["numpy"],
        gives: &[3],
    },
    Advised {
        file: "names.npy",
        made_by: "import numpy\nnumpy.save(FILE, numpy.array(['a', 'bb', 'c'], dtype=numpy.dtypes.StringDType()))",
        needs: &["numpy"],
        gives: &[3],
    },
    // .npz
    Advised {
        file: "neta.npz",
        made_by: "import numpy\nnumpy.savez(FILE, features={'conv1': numpy.ones((4, 3)), 'fc': numpy.ones((4, 2))})",
        needs: &["numpy"],
        gives: &[4, 2],
    },
    Advised {
        file: "netb.npz",
        made_by: "import numpy\nrows = numpy.empty(4, dtype=object)\nrows[:] = [numpy.ones(3) for _ in range(4)]\nnumpy.savez(FILE, conv1=rows, fc=numpy.ones((4, 2)))",
        needs: &["numpy"],
        gives: &[4, 3],
    },
    Advised {
        file: "netc.npz",
        made_by: "import numpy\nnumpy.savez(FILE, conv1=numpy.ones((4, 3)), image_ids=numpy.array(['a', 'b', 'c', 'd'], dtype=object))",
        needs: &["numpy"],
        gives: &[4, 3],
    },
    Advised {
        file: "activations_a__ragged.npy",
        made_by: "import numpy\nlists = numpy.empty(2, dtype=object)\nlists[:] = [[[1.5, 2], [3, 4], [5, 6]], [7.5, 8, 9, 10]]\nnumpy.save(FILE, lists)",
        needs: &["numpy"],
        gives: &[3, 2],
    },
    // text in another encoding
    Advised {
        file: "activations_a__latin.csv",
        made_by: "open(FILE, 'wb').write('id,u,v\\nb\\u00e4r,1.5,2\\nhut,3,4.5\\n\\u00fche,5,6\\n'.encode('latin-1'))",
        needs: &[],
        gives: &[3, 2],
    },
    // pickles
    Advised {
        file: "neta.pkl",
        made_by: "import numpy, pickle\npickle.dump({'conv1': numpy.ones((4, 3)), 'ids': ['a', 'b', 'c', 'd']}, open(FILE, 'wb'))",
        needs: &["numpy"],
        gives: &[4, 3],
    },
    Advised {
        file: "nets.pkl",
        made_by: "import numpy, pickle\npickle.dump({'a': {'conv1': numpy.ones((4, 3))}, 'b': {'conv1': numpy.ones((4, 2))}}, open(FILE, 'wb'), protocol=0)",
        needs: &["numpy"],
        gives: &[4, 2],
    },
    Advised {
        file: "activations_a__b.pickle",
        made_by: "import numpy, pickle\npickle.dump(numpy.ones((4, 3)), open(FILE, 'wb'))",
        needs: &["numpy"],
        gives: &[4, 3],
    },
    Advised {
        file: "activations_a__batches.pkl",
        made_by: "import numpy, pickle\npickle.dump([numpy.ones((3, 2)), numpy.ones((1, 2))], open(FILE, 'wb'))",
        needs: &["numpy"],
        gives: &[4, 2],
    },
    Advised {
        file: "activations_a__frame.pkl",
        made_by: "import numpy, pandas\npandas.DataFrame(numpy.ones((4, 3)), index=['w', 'x', 'y', 'z']).to_pickle(FILE)",
        needs: &["numpy", "pandas"],
        gives: &[4, 3],
    },
    Advised {
        file: "neta.pkl",
        made_by: "import numpy, pickle, xarray\npickle.dump(xarray.DataArray(numpy.ones((4, 3)), dims=['stimulus', 'unit'], name='l'), open(FILE, 'wb'))",
        needs: &["numpy", "xarray", "netCDF4"],
        gives: &[4, 3],
    },
    Advised {
        file: "activations_a__sparse.pkl",
        made_by: "import numpy, pickle, scipy.sparse\npickle.dump(scipy.sparse.csr_matrix(numpy.eye(4, 3)), open(FILE, 'wb'))",
        needs: &["numpy", "scipy"],
        gives: &[4, 3],
    },
    Advised {
        file: "neta.joblib",
        made_by: "import joblib, numpy\njoblib.dump({'conv1': numpy.ones((4, 3))}, FILE, compress=3)",
        needs: &["numpy", "joblib"],
        gives: &[4, 3],
    },
    Advised {
        file: "netb.joblib",
        made_by: "import joblib, numpy\njoblib.dump({'conv1': numpy.ones((4, 3))}, FILE)",
        needs: &["numpy", "joblib"],
        gives: &[4, 3],
    },
    // PyTorch
    Advised {
        file: "activations_a__batches.pt",
        made_by: "import torch\ntorch.save([torch.ones(3, 2), torch.ones(1, 2)], FILE)",
        needs: &["numpy", "torch"],
        gives: &[4, 2],
    },
    Advised {
        file: "activations_a__rows.pt",
        made_by: "import torch\ntorch.save({'deep': {'rows': [torch.ones(3) for _ in range(4)]}}, FILE)",
        needs: &["numpy", "torch"],
        gives: &[4, 3],
    },
    Advised {
        file: "neta.pt",
        made_by: "import torch\ntorch.save([{'conv1': torch.ones(2, 3), 'fc': torch.ones(2, 2)} for _ in range(2)], FILE)",
        needs: &["numpy", "torch"],
        gives: &[4, 2],
    },
    Advised {
        file: "netb.pt",
        made_by: "import collections, torch\nclass Kept: pass\nimport types\nkept = types.SimpleNamespace(conv1=torch.ones(4, 3).bfloat16())\ntorch.save(kept, FILE)",
        needs: &["numpy", "torch"],
        gives: &[4, 3],
    },
    Advised {
        file: "old.pt",
        made_by: "import torch\ntorch.save({'conv1': torch.ones(4, 3)}, FILE, _use_new_zipfile_serialization=False)",
        needs: &["numpy", "torch"],
        gives: &[4, 3],
    },
    // tables and workbooks
    Advised {
        file: "activations_a__b.xlsx",
        made_by: "import pandas\npandas.DataFrame({'id': ['x', 'y'], 'u': [1.5, 2], 'v': [3, 4.5]}).to_excel(FILE, index=False)",
        needs: &["pandas", "openpyxl"],
        gives: &[2, 2],
    },
    Advised {
        file: "activations_a__b.parquet",
        made_by: "import pandas\npandas.DataFrame({'u': [1.5, 2], 'v': [3, 4.5]}, index=['x', 'y']).to_parquet(FILE)",
        needs: &["pandas", "pyarrow"],
        gives: &[2, 2],
    },
    Advised {
        file: "activations_a__b.feather",
        made_by: "import pandas\npandas.DataFrame({'u': [1.5, 2], 'v': [3, 4.5]}).to_feather(FILE)",
        needs: &["pandas", "pyarrow"],
        gives: &[2, 2],
    },
    Advised {
        file: "activations_a__b.orc",
        made_by: "import pandas\npandas.DataFrame({'u': [1.5, 2], 'v': [3, 4.5]}).to_orc(FILE)",
        needs: &["pandas", "pyarrow"],
        gives: &[2, 2],
    },
    Advised {
        file: "activations_a__b.dta",
        made_by: "import pandas\npandas.DataFrame({'u': [1.5, 2], 'v': [3, 4.5]}).to_stata(FILE, write_index=False)",
        needs: &["pandas"],
        gives: &[2, 2],
    },
    Advised {
        file: "activations_a__b.jsonl",
        made_by: "open(FILE, 'w').write('{\"u\": 1.5, \"v\": 2}\\n{\"u\": 3, \"v\": 4.5}\\n')",
        needs: &["pandas"],
        gives: &[2, 2],
    },
    // tables in shapes that are not read
    Advised {
        file: "activations_a__lists.csv",
        made_by: "import pandas\npandas.DataFrame({'id': ['x', 'y', 'z'], 'features': ['[0.5 1.5]', '[2.5 3.5]', '[4.5 5.5]']}).to_csv(FILE, index=False)",
        needs: &["numpy", "pandas"],
        gives: &[3, 2],
    },
    Advised {
        file: "activations_a__semicolons.csv",
        made_by: "open(FILE, 'w').write('id;features\\nx;tensor([1.5, 2])\\ny;tensor([3, 4.5])\\nz;tensor([5, 6e-3])\\n')",
        needs: &["numpy", "pandas"],
        gives: &[3, 2],
    },
    Advised {
        file: "rdm_IT__sub-01.csv",
        made_by: "open(FILE, 'w').write('a,b,distance\\n001,002,0.5\\n001,003,0.25\\n002,003,0.75\\n001,004,1\\n002,004,0.5\\n003,004,0.25\\n')",
        needs: &["pandas"],
        gives: &[4, 4],
    },
    Advised {
        file: "rdm_IT__sub-02.tsv",
        made_by: "open(FILE, 'w').write('one\\ttwo\\tdistance\\nx\\ty\\t0.5\\nx\\tz\\t0.25\\ny\\tz\\t0.75\\nx\\tw\\t1\\ny\\tw\\t0.5\\nz\\tw\\t0.25\\n')",
        needs: &["pandas"],
        gives: &[4, 4],
    },
    // JSON
    Advised {
        file: "activations_a__b.json",
        made_by: "open(FILE, 'w').write('[[1, 2.5], [3, 4], [5, 6]]')",
        needs: &["numpy"],
        gives: &[3, 2],
    },
    Advised {
        file: "neta.json",
        made_by: "open(FILE, 'w').write('{\"conv1\": [[1, 2.5], [3, 4], [5, 6]], \"note\": \"x\"}')",
        needs: &["numpy"],
        gives: &[3, 2],
    },
    Advised {
        file: "activations_a__rows.json",
        made_by: "open(FILE, 'w').write('{\"x\": [1, 2.5], \"y\": [3, 4], \"z\": [5, 6]}')",
        needs: &["numpy"],
        gives: &[3, 2],
    },
    // packed files
    Advised {
        file: "activations_a__b.npy.xz",
        made_by: "import io, lzma, numpy\npacked = io.BytesIO()\nnumpy.save(packed, numpy.ones((4, 3)))\nlzma.open(FILE, 'wb').write(packed.getvalue())",
        needs: &["numpy"],
        gives: &[4, 3],
    },
    Advised {
        file: "activations_a__b.csv.bz2",
        made_by: "import bz2\nbz2.open(FILE, 'wb').write(b'1,2\\n3,4\\n5,6\\n')",
        needs: &[],
        gives: &[3, 2],
    },
    Advised {
        file: "study.tar.gz",
        made_by: "import tarfile\nopen('a__b.csv', 'w').write('1,2\\n3,4\\n5,6\\n')\ntarfile.open(FILE, 'w:gz').add('a__b.csv')\nimport os\nos.remove('a__b.csv')",
        needs: &[],
        gives: &[3, 2],
    },
    Advised {
        file: "study.zip",
        made_by: "import zipfile\nwith zipfile.ZipFile(FILE, 'w', zipfile.ZIP_LZMA) as z:\n    z.writestr('a__b.csv', '1,2\\n3,4\\n5,6\\n')",
        needs: &[],
        gives: &[3, 2],
    },
    // brains
    Advised {
        file: "responses_V1__sub-01.nii.gz",
        made_by: "import nibabel, numpy\nnibabel.save(nibabel.Nifti1Image(numpy.random.default_rng(0).random((2, 3, 1, 4)).astype('f4'), numpy.eye(4)), FILE)",
        needs: &["numpy", "nibabel"],
        gives: &[4, 6],
    },
    Advised {
        file: "responses_V1__sub-01.gii",
        made_by: "import nibabel, numpy\nmaps = [nibabel.gifti.GiftiDataArray(numpy.ones(6, 'f4') * i) for i in range(4)]\nnibabel.save(nibabel.gifti.GiftiImage(darrays=maps), FILE)",
        needs: &["numpy", "nibabel"],
        gives: &[4, 6],
    },
    // Zarr, packed into one file
    Advised {
        file: "neta.zarr.zip",
        made_by: "import numpy, zarr\nstore = zarr.storage.ZipStore(FILE, mode='w')\ngroup = zarr.group(store=store)\nblock = group.create_group('block')\nblock['conv1'] = numpy.ones((4, 3))\nstore.close()",
        needs: &["numpy", "zarr"],
        gives: &[4, 3],
    },
    // HDF5 that is stored elsewhere, packed by a plugin or later than the reader
    Advised {
        file: "bzip2.h5",
        made_by: "import h5py, hdf5plugin, numpy\nwith h5py.File(FILE, 'w') as file:\n    file.create_dataset('l', data=numpy.ones((4, 3)), **hdf5plugin.BZip2())",
        needs: &["h5py", "hdf5plugin", "numpy"],
        gives: &[4, 3],
    },
    Advised {
        file: "far.h5",
        made_by: "import h5py, numpy\nwith h5py.File('other.h5', 'w') as file:\n    file['deep'] = numpy.ones((4, 3))\nwith h5py.File(FILE, 'w') as file:\n    file['l'] = h5py.ExternalLink('other.h5', '/deep')",
        needs: &["h5py", "numpy"],
        gives: &[4, 3],
    },
    Advised {
        file: "virtual.h5",
        made_by: "import h5py, numpy\nwith h5py.File('other.h5', 'w') as file:\n    file['deep'] = numpy.ones((4, 3))\nlayout = h5py.VirtualLayout(shape=(4, 3), dtype='f8')\nlayout[:] = h5py.VirtualSource('other.h5', 'deep', shape=(4, 3))\nwith h5py.File(FILE, 'w', libver='latest') as file:\n    file.create_virtual_dataset('l', layout)",
        needs: &["h5py", "numpy"],
        gives: &[4, 3],
    },
    Advised {
        file: "separate.h5",
        made_by: "import h5py, numpy\nnumpy.ones((4, 3)).tofile('numbers.raw')\nwith h5py.File(FILE, 'w') as file:\n    file.create_dataset('l', shape=(4, 3), dtype='f8', external=[('numbers.raw', 0, 96)])",
        needs: &["h5py", "numpy"],
        gives: &[4, 3],
    },
    Advised {
        file: "later.h5",
        made_by: "import h5py, numpy\nwith h5py.File(FILE, 'w', libver='latest') as file:\n    file.create_dataset('l', data=numpy.ones((4, 3)), chunks=(2, 3), compression='gzip')\nassert h5py.version.hdf5_version_tuple[0] >= 2, 'its files are read'",
        needs: &["h5py", "numpy"],
        gives: &[4, 3],
    },
    Advised {
        file: "n-bit.h5",
        made_by: "import h5py, numpy\nkind = h5py.h5t.STD_I16LE.copy()\nkind.set_precision(14)\nhow = h5py.h5p.create(h5py.h5p.DATASET_CREATE)\nhow.set_chunk((4, 3))\nhow.set_filter(5, 0)\nwith h5py.File(FILE, 'w') as file:\n    made = h5py.h5d.create(file.id, b'l', kind, h5py.h5s.create_simple((4, 3)), how)\n    made.write(h5py.h5s.ALL, h5py.h5s.ALL, numpy.full((4, 3), -7, 'i2'))",
        needs: &["h5py", "numpy"],
        gives: &[4, 3],
    },
    Advised {
        file: "narrow.h5",
        made_by: "import h5py, numpy\nkind = h5py.h5t.STD_I16LE.copy()\nkind.set_precision(14)\nwith h5py.File(FILE, 'w') as file:\n    made = h5py.h5d.create(file.id, b'l', kind, h5py.h5s.create_simple((4, 3)))\n    made.write(h5py.h5s.ALL, h5py.h5s.ALL, numpy.full((4, 3), -7, 'i2'))",
        needs: &["h5py", "numpy"],
        gives: &[4, 3],
    },
    Advised {
        file: "frame.h5",
        made_by: "import numpy, pandas, tables\npandas.DataFrame(numpy.ones((4, 3)), index=pandas.date_range('2020-01-01', periods=4)).to_hdf(FILE, key='df')",
        needs: &["numpy", "pandas", "tables"],
        gives: &[4, 3],
    },
    Advised {
        file: "levels.h5",
        made_by: "import numpy, pandas, tables\nindex = pandas.MultiIndex.from_product([['a', 'b'], [1, 2]])\npandas.DataFrame(numpy.ones((4, 3)), index=index, columns=list('uvw')).to_hdf(FILE, key='net/l', format='table')",
        needs: &["numpy", "pandas", "tables"],
        gives: &[4, 3],
    },
    Advised {
        file: "ids in a column.h5",
        made_by: "import pandas, tables\npandas.DataFrame({'u': [1.5, 2, 3], 'v': [3, 4.5, 5], 'stimulus_id': ['x', 'y', 'z']}).to_hdf(FILE, key='df')",
        needs: &["pandas", "tables"],
        gives: &[3, 2],
    },
    Advised {
        file: "packed frame.h5",
        made_by: "import numpy, pandas, tables\npandas.DataFrame(numpy.ones((40, 30)), columns=[f'u{i}' for i in range(30)]).to_hdf(FILE, key='df', complib='blosc', complevel=5)",
        needs: &["numpy", "pandas", "tables"],
        gives: &[40, 30],
    },
];

fn python() -> String {
    std::env::var("PYTHON").unwrap_or_else(|_| "python3".into())
}

fn run(program: &str, folder: &Path) -> std::io::Result<Output> {
    Command::new(python())
        .args(["-c", program])
        .current_dir(folder)
        .output()
}

/// The modules that are there.
fn installed(names: &[&'static str], folder: &Path) -> Vec<&'static str> {
    let is_there = |name: &&&str| {
        run(&format!("import {name}"), folder).is_ok_and(|output| output.status.success())
    };
    names.iter().filter(is_there).copied().collect()
}

/// The Python of each hint: what stands below its first line.
fn programs(opened: &Opened) -> Vec<String> {
    opened
        .problems
        .iter()
        .filter_map(|problem| {
            let (first, program) = problem.hint.split_once('\n')?;
            assert!(first.ends_with(':'), "{problem}");
            Some(program.to_owned())
        })
        .collect()
}

/// Contents of the files below a folder, by their path in it.
fn contents(folder: &Path, prefix: &str, files: &mut BTreeMap<String, Vec<u8>>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let entry = entry.expect("an entry");
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.path().is_dir() {
            contents(&entry.path(), &format!("{name}/"), files);
        } else {
            files.insert(name, std::fs::read(entry.path()).expect("a file"));
        }
    }
}

/// Follows the advice, and gives the hints with it.
fn follow(case: &Advised) -> Vec<String> {
    let folder = tempfile::tempdir().expect("a folder");
    let made = format!("FILE = {:?}\n{}", case.file, case.made_by);
    let output = run(&made, folder.path()).expect("Python runs");
    assert!(
        output.status.success(),
        "{} cannot be made: {}",
        case.file,
        String::from_utf8_lossy(&output.stderr)
    );
    let mut before = BTreeMap::new();
    contents(folder.path(), "", &mut before);
    let opened = open(case.file, before.get(case.file).expect("the file"));
    let programs = programs(&opened);
    assert!(
        !programs.is_empty(),
        "{}: no Python in {:?}",
        case.file,
        opened.problems
    );
    for program in programs {
        let output = run(&program, folder.path()).expect("Python runs");
        assert!(
            output.status.success(),
            "{}: the advice fails\n{program}\n{}",
            case.file,
            String::from_utf8_lossy(&output.stderr)
        );
    }
    let mut after = BTreeMap::new();
    contents(folder.path(), "", &mut after);
    let mut shapes = Vec::new();
    for (name, bytes) in &after {
        if before.get(name) == Some(bytes) {
            continue;
        }
        let opened = open(name, bytes);
        let errors: Vec<_> = opened.problems.iter().filter(|p| p.is_error()).collect();
        assert!(errors.is_empty(), "{}: {name} gives {errors:?}", case.file);
        shapes.extend(opened.arrays.into_iter().map(|seen| seen.shape));
    }
    assert!(
        shapes.iter().any(|shape| shape == case.gives),
        "{}: what the advice writes gives {shapes:?}",
        case.file
    );
    opened
        .problems
        .into_iter()
        .map(|problem| problem.hint)
        .collect()
}

#[test]
fn python_in_messages_runs_and_writes_what_is_read() {
    let folder = tempfile::tempdir().expect("a folder");
    if run("", folder.path()).is_err() {
        println!("skipped: {} is not installed", python());
        return;
    }
    let mut all: Vec<&str> = ADVISED
        .iter()
        .flat_map(|case| case.needs)
        .copied()
        .collect();
    all.sort_unstable();
    all.dedup();
    let there = installed(&all, folder.path());
    let mut failed = Vec::new();
    let mut hints = Vec::new();
    let mut skipped = false;
    for case in ADVISED {
        let missing: Vec<_> = case
            .needs
            .iter()
            .filter(|name| !there.contains(name))
            .collect();
        if missing.is_empty() {
            match std::panic::catch_unwind(|| follow(case)) {
                Ok(followed) => hints.extend(followed),
                Err(_) => failed.push(case.file),
            }
        } else {
            skipped = true;
            println!("skipped: {} needs {missing:?}", case.file);
        }
    }
    assert!(failed.is_empty(), "{failed:?}");
    if there.contains(&"numpy") {
        hints.extend(follow_for_several());
    } else {
        skipped = true;
        println!("skipped: {} has no NumPy", python());
    }
    // a hint that no row leads to is not known to work
    let all = templates(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"));
    assert!(all.len() > 30, "{} templates", all.len());
    let is_there = |name: &str| {
        run(&format!("import {name}"), folder.path()).is_ok_and(|output| output.status.success())
    };
    let may_be_skipped = |template: &Template| {
        let lacks = |name: &String| name.contains('{') || !is_there(name);
        let text = template.fixed.concat();
        let needs = NEEDED.iter().filter(|(reader, _)| text.contains(reader));
        skipped
            && (template.imports.iter().any(lacks)
                || needs.clone().any(|(_, name)| !is_there(name)))
    };
    let missed: Vec<&str> = all
        .iter()
        .filter(|template| !hints.iter().any(|hint| template.is_in(hint)))
        .filter(|template| !may_be_skipped(template))
        .map(|template| template.origin.as_str())
        .collect();
    assert!(missed.is_empty(), "Python that no test runs: {missed:#?}");
}

/// Arrays that stand for one layer together and are refused with Python: the program that makes a folder of them,
/// and the shape of what the advice writes.
const ADVISED_OF_SEVERAL: &[(&str, &[usize])] = &[
    (
        "for i in range(11):\n    numpy.save(f'neta/l/batch_{i}.npy', numpy.full((2, 3), i))",
        &[22, 3],
    ),
    (
        "numpy.savez('neta.npz', **{f'batch_{i}': numpy.full((2, 3), i) for i in range(11)})",
        &[22, 3],
    ),
    (
        "for name in 'xyz':\n    numpy.save(f'neta/l/{name}.npy', numpy.ones(10))",
        &[3, 10],
    ),
    (
        "numpy.savez('neta.npz', **{name: numpy.ones(10) for name in 'xyz'})",
        &[3, 10],
    ),
];

/// Follows the advice for arrays that belong together, which gives one layer; returns the hints. NumPy is there.
fn follow_for_several() -> Vec<String> {
    use universal_dimensions::study::{Collection, read};
    let mut hints = Vec::new();
    for (made_by, gives) in ADVISED_OF_SEVERAL {
        let folder = tempfile::tempdir().expect("a folder");
        let stimuli = "open('stimuli.csv', 'w').write('stimulus_id\\n' + '\\n'.join('abcdefg'))";
        let made = format!("import numpy, os\nos.makedirs('neta/l')\n{stimuli}\n{made_by}");
        let output = run(&made, folder.path()).expect("Python runs");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{made}\n{said}");
        let mut before = BTreeMap::new();
        contents(folder.path(), "", &mut before);
        let mut collection = Collection::default();
        for (path, bytes) in &before {
            collection.add(read(path, bytes).0);
        }
        collection.stack_images();
        let mut errors = collection.problems.iter().filter(|p| p.is_error());
        let problem = errors.next_back().expect("a refusal");
        let (_, program) = problem.hint.split_once('\n').expect("Python");
        let file = Path::new(&problem.file);
        // a member of an archive stands in the folder of the archive
        let beside = folder.path().join(file).parent().map(Path::to_path_buf);
        let directory = beside.filter(|directory| directory.is_dir());
        let directory = directory.unwrap_or_else(|| folder.path().to_path_buf());
        let output = run(program, &directory).expect("Python runs");
        assert!(
            output.status.success(),
            "{program}\n{}",
            String::from_utf8_lossy(&output.stderr)
        );
        let mut after = BTreeMap::new();
        contents(folder.path(), "", &mut after);
        after.retain(|name, _| !before.contains_key(name));
        let (name, bytes) = after.first_key_value().expect("a file");
        let mut written = Collection::default();
        written.add(read(name, bytes).0);
        let entry = written.entries.first().expect("an array");
        assert_eq!(&entry.survey.shape, gives, "{name}");
        assert_eq!(entry.role.network, "neta", "{name}");
        hints.push(problem.hint.clone());
    }
    hints
}
