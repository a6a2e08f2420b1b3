"""Files of tensors beside ours: formats.py LIBRARY JOB FILE [MEGABYTES].

A job prints "ms NUMBER" for its work without start-up.  load: every number is
in memory and has been looked at once; save: fsync included; verify: the SHA-256
of all the bytes, which none of these formats keeps, by hashlib.
"""
import hashlib
import os
import struct
import sys
import time
import zlib

TENSORS = 40


def numbers(megabytes):
    import numpy as np

    n = megabytes * 1000000 // 4 // TENSORS
    v = np.arange(n * TENSORS, dtype=np.int64) * 2654435761 % 16777213
    v = v.astype(np.float32).reshape(TENSORS, n)
    return {"layer_%02d/kernel" % i: v[i] for i in range(TENSORS)}


def synced(path):
    fd = os.open(path, os.O_RDONLY)
    os.fsync(fd)
    os.close(fd)


class Safetensors:
    def __init__(self):
        import safetensors
        import safetensors.numpy

        self.lib = safetensors

    def save(self, path, tensors):
        self.lib.numpy.save_file(tensors, path)
        synced(path)

    def open(self, path):
        with self.lib.safe_open(path, "np") as f:
            return len(list(f.keys()))

    def load(self, path):
        with self.lib.safe_open(path, "np") as f:
            return sum(f.get_tensor(k).sum() for k in f.keys())


class H5py:
    def __init__(self):
        import h5py

        self.lib = h5py

    def save(self, path, tensors):
        with self.lib.File(path, "w", libver="latest") as f:
            for k, v in tensors.items():
                f.create_dataset(k, data=v)
        synced(path)

    def names(self, f):
        found = []
        f.visititems(
            lambda k, o: found.append(o)
            if isinstance(o, self.lib.Dataset)
            else None
        )
        return found

    def open(self, path):
        with self.lib.File(path, "r") as f:
            return len([d.shape for d in self.names(f)])

    def load(self, path):
        with self.lib.File(path, "r") as f:
            return sum(d[...].sum() for d in self.names(f))


class Torch:
    mmap = False

    def __init__(self):
        import torch

        torch.set_num_threads(2)
        self.lib = torch

    def prepare(self, tensors):
        return {k: self.lib.from_numpy(v.copy()) for k, v in tensors.items()}

    def save(self, path, tensors):
        self.lib.save(tensors, path)
        synced(path)

    def open(self, path):
        return len(self.lib.load(path, weights_only=True, mmap=True))

    def load(self, path):
        tensors = self.lib.load(path, weights_only=True, mmap=self.mmap)
        return sum(float(v.sum()) for v in tensors.values())


class TorchMapped(Torch):
    mmap = True


LIBRARIES = {
    "safetensors": Safetensors,
    "h5py": H5py,
    "torch": Torch,
    "torch-mmap": TorchMapped,
}


def verify(path):
    with open(path, "rb") as f:
        hashlib.file_digest(f, "sha256")


def picture(path):
    """A grey PNG of 28x28, for the tools."""
    rows = b"".join(
        b"\0" + bytes((x * y) % 256 for x in range(28)) for y in range(28)
    )

    def chunk(kind, data):
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(
            ">I", zlib.crc32(body)
        )

    with open(path, "wb") as f:
        f.write(b"\x89PNG\r\n\x1a\n")
        f.write(chunk(b"IHDR", struct.pack(">IIBBBBB", 28, 28, 8, 0, 0, 0, 0)))
        f.write(chunk(b"IDAT", zlib.compress(rows)))
        f.write(chunk(b"IEND", b""))


def main(library, job, path, megabytes=None):
    if library == "png":
        return picture(path)
    lib = LIBRARIES[library]()
    arguments = [path]
    if job == "save":
        tensors = numbers(int(megabytes))
        prepare = getattr(lib, "prepare", lambda t: t)
        arguments.append(prepare(tensors))
        if os.path.exists(path):
            os.remove(path)
    run = verify if job == "verify" else getattr(lib, job)
    began = time.perf_counter()
    run(*arguments)
    print("ms %.3f" % ((time.perf_counter() - began) * 1e3))


main(*sys.argv[1:])
