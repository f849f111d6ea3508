"""Writes the small files of tests/cases/formats, with what must be read from them in manifest.json.

Needs numpy, scipy, h5py, netCDF4 and pandas, and PyTables for one file: `python3 tests/reference/formats.py`.
"""

import bz2
import gzip
import io
import json
import pathlib
import pickle
import struct
import zipfile

import h5py
import netCDF4
import numpy as np
import pandas
import scipy.io
import scipy.sparse

HERE = pathlib.Path(__file__).resolve().parent.parent / "cases" / "formats"
A = (np.arange(12).reshape(4, 3) * 0.5).astype("f4")
PAIRS = np.array([0.1, 0.2, 0.3, 0.4, 0.5, 0.6])
R = np.zeros((4, 4))
R[np.triu_indices(4, 1)] = PAIRS
R += R.T
IDS = [f"im{i}" for i in range(4)]
manifest = []


def expect(file, **arrays):
    made = {}
    for name, (values, kind, ids) in arrays.items():
        values = np.asarray(values)
        made[name.replace("__", "/")] = {
            "shape": list(values.shape),
            "type": kind,
            "values": [float(v) for v in values.ravel()],
            "ids": ids,
        }
    manifest.append({"file": file, "arrays": made})


def refuse(file, *words):
    manifest.append({"file": file, "refused": list(words)})


def tell(file, arrays, *words):
    """What is read of a file, by name, and words of what is said of the rest."""
    manifest.append({"file": file, "left": arrays, "told": list(words)})


def letters(text):
    return np.array([ord(letter) for letter in text], "u2").reshape(-1, 1)


class Matlab73:
    """A file as MATLAB 7.3 writes it: HDF5 behind 512 bytes of its own, axes turned round."""

    def __init__(self, path):
        self.path = path
        self.file = h5py.File(path, "w", userblock_size=512)
        self.refs = self.file.create_group("#refs#")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.file.close()
        with open(self.path, "r+b") as file:
            file.write(b"MATLAB 7.3 MAT-file".ljust(116) + bytes(8) + b"\x00\x02IM")

    def put(self, name, values, kind, home=None):
        home = self.file if home is None else home
        home[name] = values
        home[name].attrs["MATLAB_class"] = np.bytes_(kind)
        if kind == "char":
            home[name].attrs["MATLAB_int_decode"] = np.int32(2)

    def cells(self, values, kind):
        """References to values, as a cell or an array of structures holds them."""
        names = [f"r{len(self.refs) + k}" for k in range(len(values))]
        for name, value in zip(names, values):
            self.put(name, value, kind, self.refs)
        return np.array([[self.refs[name].ref] for name in names], dtype=h5py.ref_dtype)


def matlab():
    scipy.io.savemat(HERE / "v4.mat", {"features": A.astype("f8"), "title": "four images"}, format="4")
    expect("v4.mat", features=(A, "float64", None))
    scipy.io.savemat(HERE / "v4_sparse.mat", {"few": scipy.sparse.csc_matrix(A), "note": "text", "layer": A}, format="4")
    expect("v4_sparse.mat", few=(A, "float64", None), layer=(A, "float32", None))
    layers = np.zeros((1, 2), dtype=[("name", "O"), ("data", "O")])
    layers[0, 0], layers[0, 1] = ("conv1", A), ("features.3", A[:, :2])
    unnamed = np.zeros((1, 2), dtype=[("data", "O")])
    unnamed["data"][0, 0], unnamed["data"][0, 1] = A, A + 1
    scipy.io.savemat(HERE / "layers.mat", {"layers": layers, "parts": unnamed, "one": {"data": (A * 2).astype("i4"), "scale_factor": 0.5}})
    told = ["parts", "2 structures (struct)", "parts(1).name = 'conv1'", "scale_factor 0.5 beside it"]
    tell("layers.mat", ["conv1", "features_3", "one.data"], *told)
    cell = np.array(IDS, dtype=object).reshape(1, -1)
    scipy.io.savemat(HERE / "v5.mat", {"features": A, "stimulus_ids": cell, "n": 4.0}, do_compression=True)
    expect("v5.mat", features=(A, "float32", IDS))
    rdms = np.zeros((1, 2), dtype=[("RDM", "O"), ("name", "O"), ("color", "O")])
    for k, name in enumerate(["IT | AB | Session: 1", "IT | CD | Session: 1"]):
        rdms[0, k] = (PAIRS[None] * (k + 1), name, np.ones((1, 3)))
    scipy.io.savemat(HERE / "structs.mat", {"RDMs": rdms})
    expect(
        "structs.mat",
        **{f"RDMs({k + 1}).RDM": (PAIRS[None] * (k + 1), "float64", None) for k in range(2)},
    )
    scipy.io.savemat(HERE / "images.mat", {name: A[i : i + 1] for i, name in enumerate(IDS)})
    expect("images.mat", **{"": (A, "float32", IDS)})
    with Matlab73(HERE / "v73.mat") as m:
        m.put("features", A.T, "single")
        m.put("RDMs", np.stack([R, 2 * R]).T, "double")
        m.put("ids", m.cells([letters(name) for name in IDS], "char"), "cell")
    expect("v73.mat", RDMs=(np.stack([R, 2 * R]), "float64", IDS), features=(A, "float32", IDS))
    # an array of structures is kept field by field
    with Matlab73(HERE / "structs73.mat") as m:
        m.file.create_group("RDMs").attrs["MATLAB_class"] = np.bytes_("struct")
        m.file["RDMs/RDM"] = m.cells([PAIRS[:, None] * (k + 1) for k in range(2)], "double")
        m.file["RDMs/name"] = m.cells([letters(f"IT | {who} | Session: 1") for who in ["AB", "CD"]], "char")
    expect(
        "structs73.mat",
        **{f"RDMs({k + 1}).RDM": (PAIRS[None] * (k + 1), "float64", None) for k in range(2)},
    )


def piece(kind, content):
    """A piece of a .mat of version 5."""
    return struct.pack("<II", kind, len(content)) + content + b"\0" * (-len(content) % 8)


def variable(name, klass, *pieces, shape=None):
    head = piece(6, struct.pack("<II", klass, 0))
    if shape is not None:
        head += piece(5, struct.pack(f"<{len(shape)}i", *shape))
    return piece(14, head + piece(1, name.encode()) + b"".join(pieces))


def matlab_parts():
    """What stands beside a layer in a .mat, read or not."""
    sparse = np.where(A > 2, A, 0).astype("f8")
    rows = np.empty((4, 1), dtype=object)
    for k in range(4):
        rows[k, 0] = A[k].astype("f8")
    scipy.io.savemat(HERE / "parts.mat", {"sparse": scipy.sparse.csc_matrix(sparse), "rows": rows})
    expect("parts.mat", sparse=(sparse, "float64", None), rows=(A, "float64", None))
    content = io.BytesIO()
    ragged = np.empty((1, 2), dtype=object)
    ragged[0, 0], ragged[0, 1] = A[0].astype("f8"), A[1, :2].astype("f8")
    scipy.io.savemat(content, {"layer": A, "ragged": ragged, "waves": A * 1j})
    text = content.getvalue()
    # a string array, whose text lies in bytes without a name; a class that nobody knows; a handle
    words = struct.pack("<6I", 0xDD000000, 2, 1, 1, 1, 1)
    text += variable("names", 17, piece(1, b"MCOS"), piece(1, b"string"), variable("", 13, piece(6, words), shape=(6, 1)))
    text += variable("novel", 40, piece(9, bytes(8)), shape=(1, 1))
    text += variable("f", 16, variable("", 4, piece(16, b"tanh"), shape=(1, 4)), shape=(1, 1))
    text += variable("", 9, piece(2, bytes(range(64))), shape=(1, 64))
    (HERE / "objects.mat").write_bytes(text)
    tell("objects.mat", ["layer"], "names", "cellstr", "novel", "function", "ragged", "vertcat", "waves", "complex")
    with Matlab73(HERE / "parts73.mat") as m:
        columns = scipy.sparse.csc_matrix(sparse)
        group = m.file.create_group("sparse")
        group.attrs["MATLAB_class"] = np.bytes_("double")
        group.attrs["MATLAB_sparse"] = np.uint64(4)
        for name, values in [("data", columns.data), ("ir", columns.indices), ("jc", columns.indptr)]:
            group[name] = values if name == "data" else values.astype("u8")
        m.put("rows", m.cells([row[:, None] for row in A.astype("f8")], "double"), "cell")
        m.put("conds", np.array([[ord(name[k]) for name in IDS] for k in range(3)], "u2"), "char")
        m.put("names", np.array([[0xDD000000, 2, 1, 1, 1, 1]], "u4"), "string")
        m.file["names"].attrs["MATLAB_object_decode"] = np.int32(3)
    expect("parts73.mat", sparse=(sparse, "float64", IDS), rows=(A, "float64", IDS))
    scipy.io.savemat(HERE / "meadows.mat", {"rdmutv_kind_fox": PAIRS[None], "stimuli": np.array(IDS)})
    expect("meadows.mat", rdmutv_kind_fox=(PAIRS[None], "float64", IDS))


def links():
    """Links, virtual datasets, scales and filters, as groups of both versions keep them."""
    for file, version in [("links.h5", "earliest"), ("links_new.h5", "latest")]:
        with h5py.File(HERE / file, "w", libver=version) as h:
            h["data/x"] = A
            h["soft"] = h5py.SoftLink("/data/x")
            h["data/near"] = h5py.SoftLink("x")
            h["hard"] = h["data/x"]
            h["nowhere"] = h5py.SoftLink("/data/lost")
            h["round"] = h5py.SoftLink("/round")
            if version == "latest":
                h["far"] = h5py.ExternalLink("other.h5", "/deep")
                h["all"] = h["/"]
        told = ["soft is a link to", "data/near is a link to", "data/x is another name of hard", "nowhere", "/data/lost", "leads back"]
        if version == "latest":
            told += ["far", "other.h5", "h5py", "all is another name"]
        tell(file, ["hard"], *told)
    # more links than fit into a header
    with h5py.File(HERE / "dense.h5", "w", libver="latest") as h:
        h["x"] = A
        for k in range(12):
            h[f"a_link_with_a_name_{k:02}"] = h5py.SoftLink("/x")
        for k in range(10):
            h["x"].attrs[f"note_{k}"] = k
        h["x"].attrs["add_offset"] = np.float32(1)
        # a letter an element
        h["conds"] = np.array([list(name) for name in IDS], "S1")
    expect("dense.h5", x=(A + 1, "float32", IDS))
    with h5py.File(HERE / "virtual.h5", "w", libver="latest") as h:
        layout = h5py.VirtualLayout(shape=A.shape, dtype="f4")
        layout[:] = h5py.VirtualSource("sources.h5", "x", shape=A.shape)
        h.create_virtual_dataset("layer", layout)
    refuse("virtual.h5", "virtual", "layer", "h5py")
    with h5py.File(HERE / "bzip2.h5", "w") as h:
        space = h5py.h5s.create_simple(A.shape)
        how = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
        how.set_chunk(A.shape)
        # optional, so that the file can be written without the filter; its bytes are those of the filter
        how.set_filter(307, h5py.h5z.FLAG_OPTIONAL, (9,))
        made = h5py.h5d.create(h.id, b"layer", h5py.h5t.IEEE_F32LE, space, how)
        made.write_direct_chunk((0, 0), bz2.compress(A.tobytes()))
    with h5py.File(HERE / "n-bit.h5", "w") as h:
        kind = h5py.h5t.STD_I16LE.copy()
        kind.set_precision(14)
        how = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
        how.set_chunk(A.shape)
        for name, filters in [(b"packed", [5]), (b"narrow", [])]:
            for number in filters:
                how.set_filter(number, 0)
            made = h5py.h5d.create(h.id, name, kind, space, how if filters else None)
            made.write(h5py.h5s.ALL, h5py.h5s.ALL, (A * 2 - 3).astype("i2"))
        h["layer"] = A
    tell("n-bit.h5", ["layer"], "packed", "n-bit (HDF5 filter 5)", "narrow holds integers of 14 bits")
    with h5py.File(HERE / "unwritten.h5", "w") as h:
        h.create_dataset("layer", A.shape, "f4", chunks=(2, 3))[:2] = A[:2]
        h.create_dataset("none", A.shape, "f4", chunks=(2, 3), fillvalue=np.nan)[:2] = A[:2]
        h.create_dataset("never", A.shape, "f4")
    told = ["1 of its 2 chunks is not in the file, the first at row 2; it is read as 0", "never: was never written"]
    tell("unwritten.h5", ["layer", "none", "never"], *told)
    # the layout of HDF5 2
    with h5py.File(HERE / "later.h5", "w", libver="latest") as h:
        h.create_dataset("layer", data=A, chunks=(2, 3), compression="gzip")
    refuse("later.h5", "layer", "a later one", "h5py")
    refuse("bzip2.h5", "layer", "bzip2 (HDF5 filter 307)", "hdf5plugin")
    with h5py.File(HERE / "scales.h5", "w", libver="latest") as h:
        h["layer"] = A
        h["ids"] = IDS
        h["ids"].make_scale("stimulus")
        h["layer"].dims[0].attach_scale(h["ids"])
        h["named"] = A
        h["named"].dims[0].label = "stimulus"
        h["named"].dims[1].label = "unit"
        h["arrays"] = np.zeros(4, dtype=[("a", "f4", 3)])["a"]
        h.create_dataset("inner", shape=(4,), dtype=np.dtype(("f4", 3)))
        h["waves"] = A * 1j
        h["long"] = A.astype(np.longdouble)
    tell("scales.h5", ["layer", "named", "arrays", "inner", "long"], "waves", "complex")


def frame(h, key, index, blocks):
    """A frame as pandas' to_hdf writes it: blocks of columns beside their names."""
    group = h.create_group(key)
    group.attrs.update({"pandas_type": np.bytes_("frame"), "nblocks": len(blocks), "ndim": 2})
    group.attrs.update({"axis0_variety": np.bytes_("regular"), "axis1_variety": np.bytes_("regular")})

    def put(name, values):
        group[name] = values
        kind = "integer" if values.dtype.kind == "i" else "string"
        group[name].attrs.update({"kind": np.bytes_(kind), "transposed": np.uint8(1)})

    put("axis0", np.array([name for names, _ in reversed(blocks) for name in names], "S"))
    put("axis1", index)
    for k, (names, values) in enumerate(blocks):
        put(f"block{k}_items", np.array(names, "S"))
        put(f"block{k}_values", values)


def names_of(columns):
    """Names as PyTables pickles them."""
    return np.bytes_("(lp0\n" + "".join(f"V{name}\np{k}\na" for k, name in enumerate(columns, 1)) + ".")


def frames():
    turn = [1, 0, 3, 2]
    with h5py.File(HERE / "frames_named.h5", "w", libver="latest") as h:
        # distances whose columns are the ids of the rows in another order, and units that count
        frame(h, "rdm", np.array(IDS, "S")[turn], [(IDS, R[turn])])
        frame(h, "keys", np.arange(4), [(["key_0", "key_1", "key_2"], A.astype("f8"))])
    # one that lies on its side: images across
    with h5py.File(HERE / "frames_aside.h5", "w", libver="latest") as h:
        frame(h, "aside", np.arange(3), [([f"img_{k:02}" for k in range(4)], A.T.astype("f8"))])
    tell("frames_aside.h5", [], "its columns are named like ids (img_00)")
    turned = [IDS[k] for k in turn]
    expect(
        "frames_named.h5",
        rdm=(R[np.ix_(turn, turn)], "float64", turned),
        keys=(A, "float64", [str(k) for k in range(4)]),
    )
    with h5py.File(HERE / "frames.h5", "w", libver="latest") as h:
        ids = np.array([7, 3, 2**60 + 1, 5])
        frame(h, "fixed", ids, [(["u0", "u1"], A[:, :2].astype("f8")), (["u2", "label"], np.array([[1, 0]] * 4))])
        frame(h, "counted", np.arange(4), [(["u0", "nsd_id"], np.array([[0.5, 30], [1, 10], [2, 20], [3, 40]]))])
        group = h.create_group("net/table_of")
        axes = "(lp0\n(I1\n(lp1\nVu0\np2\naVu1\np3\naVu2\np4\naVname\np5\natp6\na."
        group.attrs.update({"pandas_type": np.bytes_("frame_table"), "non_index_axes": np.bytes_(axes)})
        fields = [("index", "i8"), ("values_block_0", "f4", (2,)), ("values_block_1", "f8", (1,)), ("values_block_2", "S3", (1,))]
        table = np.zeros(4, dtype=fields)
        table["index"] = np.arange(4)
        table["values_block_0"], table["values_block_1"] = A[:, 1:], A[:, :1]
        table["values_block_2"] = np.array(IDS, "S")[:, None]
        group["table"] = table
        columns = [["u1", "u2"], ["u0"], ["name"]]
        for k, names in enumerate(columns):
            group["table"].attrs[f"values_block_{k}_kind"] = names_of(names)
        group["table"].attrs["index_kind"] = np.bytes_("integer")
        group.create_group("_i_table").attrs["CLASS"] = np.bytes_("TINDEX")
        group["_i_table/index"] = np.arange(100)
        h["plain"] = A
    expect(
        "frames.h5",
        fixed=(np.c_[np.ones(4), A[:, :2]], "float64", ["7", "3", str(2**60 + 1), "5"]),
        counted=(np.array([[0.5], [1], [2], [3]]), "float64", ["30", "10", "20", "40"]),
        net__table_of=(A, "float64", IDS),
        plain=(A, "float32", None),
    )
    # by pandas itself, where PyTables is there; else the file stays as it was
    try:
        dated = pandas.DataFrame(A[:, :1], columns=["u0"], index=pandas.date_range("2020-01-01", periods=4))
        dated.to_hdf(HERE / "frame_dates.h5", key="df", mode="w")
    except ImportError:
        pass
    refuse("frame_dates.h5", "pandas", "datetime64", "read_hdf", "to_csv")


def packed():
    """Numbers that are stored as others, with codes for missing ones."""
    stored = np.round((A.astype("f8") - 1) / 0.5).astype("i2")
    stored[1, 2] = -99
    for file, kind in [("packed4.nc", "NETCDF4"), ("packed3.nc", "NETCDF3_CLASSIC")]:
        with netCDF4.Dataset(HERE / file, "w", format=kind) as n:
            n.createDimension("stimulus", 4)
            n.createDimension("unit", 3)
            ids = n.createVariable("stimulus", "i4", ("stimulus",))
            ids[:] = [40, 10, 30, 20]
            layer = n.createVariable("layer", "i2", ("stimulus", "unit"), fill_value=-99)
            layer.set_auto_maskandscale(False)
            layer.scale_factor, layer.add_offset = 0.5, np.float32(1)
            layer[:] = stored
            # a float that was never written
            n.createVariable("hollow", "f4", ("stimulus", "unit"))
            wrong = n.createVariable("wrong", "f4", ("stimulus", "unit"))
            wrong[:] = A
            wrong.setncattr("scale_factor", "two")
        tell(file, ["layer", "hollow"], "wrong", "scale_factor", "finite number other than zero")


def hdf5():
    with h5py.File(HERE / "groups.h5", "w") as h:
        h["net/conv1"] = A.astype("f2")
        h.create_dataset("net/conv2", data=A.astype(">f4"), chunks=(2, 3), compression="gzip", shuffle=True)
        h["net/stimulus_ids"] = IDS
        h["other/mask"] = np.array([[True, False], [False, True]])
        h["other/table"] = np.zeros(3, dtype=[("a", "f4"), ("b", "i4")])
        # nothing, in more rows than can be counted
        h.create_dataset("other/nothing", shape=(1 << 60, 0), dtype="f4")
    expect(
        "groups.h5",
        net__conv1=(A, "float16", IDS),
        net__conv2=(A, "float32, big-endian", IDS),
        other__mask=(np.eye(2), "int8", None),
    )
    with h5py.File(HERE / "rsatoolbox.hdf5", "w") as h:
        h.attrs["dissimilarity_measure"] = "squared euclidean"
        h["dissimilarities"] = np.stack([PAIRS, 2 * PAIRS, 3 * PAIRS])
        h["pattern_descriptors/stimulus_id"] = np.array(IDS, "S")
        h["rdm_descriptors/subject"] = np.array(["s1", "s2", "s1"], "S")
        h["rdm_descriptors/roi"] = np.array(["IT", "IT", "V1"], "S")
    expect(
        "rsatoolbox.hdf5",
        **{
            "dissimilarities[IT]": (np.stack([PAIRS, 2 * PAIRS]), "float64", IDS),
            "dissimilarities[V1]": (3 * PAIRS[None], "float64", IDS),
        },
    )
    # more than is there: chunks that were never written
    with h5py.File(HERE / "hollow.h5", "w") as h:
        h.create_dataset("net/conv1", shape=(40_000, 40_000), chunks=(1000, 1000), dtype="f4", compression="gzip")
    refuse("hollow.h5", "declares")


def netcdf():
    with netCDF4.Dataset(HERE / "assembly.nc", "w") as n:
        n.createDimension("presentation", 4)
        n.createDimension("neuroid", 3)
        n.createVariable("stimulus_id", str, ("presentation",))[:] = np.array(IDS, dtype=object)
        n.createVariable("layer", str, ("neuroid",))[:] = np.array(["conv1"] * 3, dtype=object)
        n.createVariable("alexnet", "f4", ("presentation", "neuroid"), zlib=True)[:] = A
    expect("assembly.nc", alexnet=(A, "float32", IDS))
    with scipy.io.netcdf_file(HERE / "classic.nc", "w") as n:
        for name, size in [("subject", 2), ("stim_i", 4), ("stim_j", 4), ("width", 3)]:
            n.createDimension(name, size)
        n.createVariable("rdm", "d", ("subject", "stim_i", "stim_j"))[:] = np.stack([R, 2 * R])
        n.createVariable("stim_i", "c", ("stim_i", "width"))[:] = np.array([list(i) for i in IDS], "S1")
        n.createVariable("subject", "c", ("subject", "width"))[:] = np.array([list("s01"), list("s02")], "S1")
    expect("classic.nc", rdm=(np.stack([R, 2 * R]), "float64, big-endian", IDS))
    # records, which are interleaved, and texts of one axis
    with scipy.io.netcdf_file(HERE / "records.nc", "w") as n:
        n.createDimension("presentation", None)
        n.createDimension("neuroid", 3)
        n.createDimension("width", 3)
        n.createVariable("alexnet", "f4", ("presentation", "neuroid"))[:] = A
        n.createVariable("half", "i2", ("presentation", "neuroid"))[:] = (2 * A).astype("i2")
        n.createVariable("stimulus_id", "c", ("presentation", "width"))[:] = np.array([list(i) for i in IDS], "S1")
    expect("records.nc", alexnet=(A, "float32, big-endian", IDS), half=(2 * A, "int16, big-endian", IDS))
    with netCDF4.Dataset(HERE / "wide.nc", "w", format="NETCDF3_64BIT_DATA") as n:
        n.createDimension("presentation", 4)
        n.createDimension("neuroid", 3)
        n.createVariable("alexnet", "i8", ("presentation", "neuroid"))[:] = (2 * A).astype("i8")
    expect("wide.nc", alexnet=(2 * A, "int64, big-endian", None))
    with netCDF4.Dataset(HERE / "summary.roi=IT.nc", "w") as n:
        n.createDimension("neuroid", 4)
        n.createVariable("neuroid", "i8", ("neuroid",))[:] = [1, 2, 1, 1]
        for name, texts in [("model", "aabb"), ("node", "xxxy")]:
            n.createVariable(name, str, ("neuroid",))[:] = np.array(list(texts), dtype=object)
        n.createVariable("score", "f4", ("neuroid",))[:] = [0.5, 0.25, 0.75, -0.5]
    expect("summary.roi=IT.nc", alignment_IT=([0.5, 0.25, 0.75, -0.5], "float32", None))


def tensors():
    brain = (A.view("u4") >> 16).astype("u2")
    head = {
        "conv1": {"dtype": "F32", "shape": [4, 3], "data_offsets": [0, 48]},
        "conv2": {"dtype": "BF16", "shape": [4, 3], "data_offsets": [48, 72]},
    }
    text = json.dumps(head).encode()
    text += b" " * (-len(text) % 8)
    (HERE / "net.safetensors").write_bytes(struct.pack("<Q", len(text)) + text + A.tobytes() + brain.tobytes())
    expect("net.safetensors", conv1=(A, "float32", None), conv2=(A, "bfloat16", None))


def text(value):
    return b"X" + struct.pack("<I", len(value)) + value.encode()


def whole(number):
    return b"M" + struct.pack("<H", number)


def torch_zip(file, program, storages):
    # as torch.save writes it: stored, with fixed times
    with zipfile.ZipFile(HERE / file, "w") as z:
        for name, content in [("data.pkl", program), ("byteorder", b"little"), *storages]:
            z.writestr(zipfile.ZipInfo(f"net/{name}"), content)


def tensor(key, shape, strides, count=12):
    def tuple_(items):
        return b"(" + b"".join(items) + b"t"

    storage = tuple_([text("storage"), b"ctorch\nFloatStorage\n", text(key), text("cpu"), whole(count)]) + b"Q"
    sizes = [tuple_([whole(n) for n in axes]) for axes in (shape, strides)]
    hooks = b"ccollections\nOrderedDict\n)R"
    return b"ctorch._utils\n_rebuild_tensor_v2\n" + tuple_([storage, b"K\x00", *sizes, b"\x89", hooks]) + b"R"


def pytorch():
    pickle = b"\x80\x02}(" + text("conv1") + tensor("0", (4, 3), (3, 1))
    pickle += text("turned") + tensor("0", (3, 4), (1, 3)) + text("stimuli_name")
    pickle += b"(" + b"".join(text(name) for name in IDS) + b"tu."
    torch_zip("net.pt", pickle, [("data/0", A.tobytes())])
    expect("net.pt", conv1=(A, "float32", IDS), turned=(A.T, "float32", IDS))
    torch_zip("calls.pt", b"\x80\x02cposix\nsystem\n(" + text("true") + b"tR.", [])
    refuse("calls.pt", "posix.system", "Python")
    torch_zip("beyond.pt", b"\x80\x02" + tensor("0", (200, 200), (3, 1)) + b".", [("data/0", A.tobytes())])
    refuse("beyond.pt", "declares")


def pickles():
    """Arrays of NumPy in torch.save's archive, as each protocol writes them."""
    for protocol in (2, 4, 5):
        arrays = {
            "conv1": A,
            "turned": np.asfortranarray(A),
            "big": A.astype(">f8"),
            "ids": np.array(IDS, dtype=object),
            "epoch": np.int64(3),
        }
        torch_zip(f"numpy{protocol}.pt", pickle.dumps(arrays, protocol=protocol), [])
        expect(
            f"numpy{protocol}.pt",
            conv1=(A, "float32", IDS),
            turned=(A, "float32", IDS),
            big=(A, "float64, big-endian", IDS),
        )


def gzipped():
    """Files packed by gzip, an archive of Windows, and types that few arrays have."""
    content = io.BytesIO()
    np.save(content, A)
    (HERE / "layer.npy.gz").write_bytes(gzip.compress(content.getvalue(), mtime=0))
    expect("layer.npy.gz", **{"": (A, "float32", None)})
    (HERE / "layer.csv.gz").write_bytes(gzip.compress(b"1,2\n3,4\n5,6\n", mtime=0))
    expect("layer.csv.gz", **{"": (np.arange(1, 7).reshape(3, 2), "text", None)})
    with zipfile.ZipFile(HERE / "windows.zip", "w") as z:
        # zipfile itself would turn them
        info = zipfile.ZipInfo("net")
        info.filename = "net\\conv1.npy"
        z.writestr(info, content.getvalue())
    expect("windows.zip", **{"net__conv1.npy": (A, "float32", None)})
    np.save(HERE / "long.npy", A.astype("longdouble"))
    expect("long.npy", **{"": (A, "float128", None)})


def net2brain():
    with zipfile.ZipFile(HERE / "net2brain.npz", "w") as z:
        meta = np.array({"distance": "cosine"}, dtype=object)
        arrays = {"rdm": PAIRS.astype("f4"), "stimuli_name": np.array(IDS), "layer_name": np.array("layer4"), "meta": meta}
        for name, values in arrays.items():
            content = io.BytesIO()
            np.save(content, values)
            z.writestr(zipfile.ZipInfo(f"{name}.npy"), content.getvalue())
    expect("net2brain.npz", rdm=(PAIRS.astype("f4"), "float32", IDS))
    np.savetxt(HERE / "spaces.txt", A)
    expect("spaces.txt", **{"": (A, "text", None)})


def tables():
    """Tables as pandas, numpy and Excel write them."""
    ids = [17, 4, 230, 9]
    np.savetxt(HERE / "commented.txt", np.c_[ids, A], fmt=["%06d"] + ["%.2f"] * A.shape[1], header="image_id u0 u1 u2")
    expect("commented.txt", **{"": (A, "text", ["000017", "000004", "000230", "000009"])})
    frame = pandas.DataFrame(A, index=pandas.Index(IDS), columns=[3, 17, 4])
    wide = frame.to_csv(sep=";", decimal=",", lineterminator="\r\n").encode("utf-16")
    (HERE / "wide.txt").write_bytes(wide)
    expect("wide.txt", **{"": (A, "text", IDS)})
    pandas.DataFrame(R, columns=ids).to_csv(HERE / "labelled.txt", index=False)
    expect("labelled.txt", **{"": (R, "text", [str(i) for i in ids])})


def mixed():
    """The study of the case plain in the formats of as many tools, rows in another order in each."""
    plain = HERE.parent / "plain" / "study"
    study = HERE.parent / "mixed" / "study"
    study.mkdir(parents=True, exist_ok=True)
    load = {path.stem: np.load(path) for path in sorted(plain.glob("*.npy"))}
    ids = np.array([f"im{i:02}" for i in range(40)])
    turn = [np.roll(np.arange(40), 7 * k) for k in range(5)]
    with h5py.File(study / "a.h5", "w") as h:
        h["conv1"] = load["activations_a__conv1"][turn[0]]
        h["conv2"] = load["activations_a__conv2"][turn[0]]
        h["stimulus_ids"] = [str(name) for name in ids[turn[0]]]
    cell = ids[turn[1]].astype(object).reshape(1, -1)
    b = {"conv1": load["activations_b__conv1"][turn[1]], "stimulus_ids": cell}
    scipy.io.savemat(study / "b.mat", b, do_compression=True)
    c = load["activations_c__fc"][turn[2]]
    pickle = b"\x80\x02}(" + text("fc") + tensor("0", c.shape, (10, 1), c.size) + text("stimuli_name")
    pickle += b"(" + b"".join(text(str(name)) for name in ids[turn[2]]) + b"tu."
    torch_zip(study / "c.pt", pickle, [("data/0", c.tobytes())])
    subjects = ["sub-01", "sub-02"]
    with h5py.File(study / "W.hdf5", "w") as h:
        upper = np.triu_indices(40, 1)
        rdms = [load[f"rdm_W__{name}"][np.ix_(turn[3], turn[3])][upper] for name in subjects]
        h.attrs["dissimilarity_measure"] = "correlation"
        h["dissimilarities"] = np.stack(rdms)
        h["pattern_descriptors/stimulus_id"] = ids[turn[3]].astype("S")
        h["rdm_descriptors/subject"] = np.array(subjects, "S")
        h["rdm_descriptors/roi"] = np.array(["W", "W"], "S")
    for name in subjects:
        with h5py.File(study / f"V_{name}.hdf5", "w") as h:
            h["measurements"] = load[f"responses_V__{name}"][turn[4]]
            h["obs_descriptors/stimulus_id"] = ids[turn[4]].astype("S")
            h.create_group("descriptors").attrs.update({"roi": "V", "subject": name})


HERE.mkdir(parents=True, exist_ok=True)
for part in (matlab, matlab_parts, hdf5, links, frames, netcdf, packed, tensors, pytorch, pickles, gzipped, net2brain, tables, mixed):
    part()
(HERE / "manifest.json").write_text(json.dumps(manifest, indent=1) + "\n")
