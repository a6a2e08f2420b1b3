# A model file as h5py would leave it: tool-h5py.py WAY IN OUT.  Exits with 77
# where there is no h5py.
import sys

try:
    import h5py
except ImportError:
    sys.exit(77)


def strings(data):
    return [s.decode() for s in data]


def copy_attributes(old, new):
    for name, value in old.attrs.items():
        new.attrs[name] = value.decode() if isinstance(value, bytes) else value


# Every dataset written anew as h5py writes what it read: text as strings of
# variable length, numbers big-endian, in chunks, shuffled and compressed.
def rewrite(old, new):
    copy_attributes(old, new)
    for name, o in old.items():
        if isinstance(o, h5py.Group):
            rewrite(o, new.create_group(name, track_order=True))
            continue
        data = o[()]
        if data.dtype.kind == 'S':
            d = new.create_dataset(name, data=strings(data),
                                   dtype=h5py.string_dtype())
        elif data.dtype == 'u1':
            d = new.create_dataset(name, data=data.tobytes().decode())
        else:
            data = data.astype(data.dtype.newbyteorder('>'))
            packed = {'compression': 'gzip', 'shuffle': True,
                      'fletcher32': True} if data.ndim else {}
            d = new.create_dataset(name, data=data, **packed)
        copy_attributes(o, d)


# The same objects in another file.
def copy(old, new):
    copy_attributes(old, new)
    for name in old:
        old.copy(name, new)


ways = {
    'rewrite-earliest': (rewrite, 'earliest'),
    'rewrite-latest': (rewrite, 'latest'),
    'copy-earliest': (copy, 'earliest'),
    'copy-latest': (copy, 'latest'),
}
way, libver = ways[sys.argv[1]]
with h5py.File(sys.argv[2]) as old, \
        h5py.File(sys.argv[3], 'w', libver=libver, track_order=True) as new:
    way(old, new)
