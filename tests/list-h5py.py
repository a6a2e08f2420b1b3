"""Lists model files as list-model and read-model.py do, but reads them with h5py:
list-h5py.py FILE...  Without the identities."""
import hashlib
import sys

import h5py
import numpy

FLOATS = {(4, 23): "f32", (8, 52): "f64", (2, 10): "f16", (2, 7): "bf16"}


def type_name(d):
    t = d.id.get_type()
    if t.get_class() == h5py.h5t.STRING:
        return "text%d" % t.get_size()
    if t.get_class() == h5py.h5t.FLOAT:
        return FLOATS[t.get_size(), t.get_fields()[4]]
    signed = t.get_sign() == h5py.h5t.SGN_2
    return "%s%d" % ("i" if signed else "u", 8 * t.get_size())


def values(d, kind):
    if kind.startswith("text"):
        n = d.id.get_type().get_size()
        return b"".join(bytes(x).ljust(n, b"\0") for x in
                        numpy.ravel(d[()]))
    wide = "<f8" if "f" in kind else "<i8"
    return numpy.ascontiguousarray(d[()]).astype(wide).tobytes()


def text(value):
    return value.decode() if isinstance(value, bytes) else str(value)


def walk(group, path):
    # Other than visititems, this comes to a shared tensor by each of its links.
    for name in sorted(group, key=str.encode):
        o, at = group[name], path + "/" + name
        if isinstance(o, h5py.Group):
            walk(o, at)
            continue
        kind = type_name(o)
        print(at, kind, "x".join(map(str, o.shape)) or "scalar",
              text(o.attrs["sha256"]),
              hashlib.sha256(values(o, kind)).hexdigest(), sep="\t")


for file in sys.argv[1:]:
    with h5py.File(file, "r") as f:
        walk(f, "")
print("h5py %s, HDF5 %s" % (h5py.version.version, h5py.version.hdf5_version),
      file=sys.stderr)
