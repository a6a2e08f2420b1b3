"""Data for the peers, and what both sides read.

data.py idx FOLDER N IMAGES LABELS: pictures of a folder a class, evenly over
the classes, as IDX files.
data.py png IMAGES FOLDER: the first 10,000 pictures of an IDX file as PNGs."""
import gzip
import os
import sys

import numpy as np


def idx(path):
    with open(path, "rb") as f:
        packed = f.read(2) == b"\x1f\x8b"
    with (gzip.open if packed else open)(path, "rb") as f:
        head = f.read(4)
        dims = np.frombuffer(f.read(4 * head[3]), ">i4")
        return np.frombuffer(f.read(), np.uint8).reshape(dims)


def load(images, labels):
    """u8 N H W C, and labels."""
    x = idx(images)
    return x.reshape(*x.shape[:3], -1), idx(labels)


def idx_write(path, a):
    with open(path, "wb") as f:
        f.write(bytes([0, 0, 8, a.ndim]))
        f.write(np.array(a.shape, ">i4").tobytes())
        f.write(a.tobytes())


def make_idx(folder, n, images, labels):
    from PIL import Image

    classes = sorted(os.listdir(folder))
    rows = [[(os.path.join(folder, c, f), k)
             for f in sorted(os.listdir(os.path.join(folder, c)))]
            for k, c in enumerate(classes)]
    rows = [r for some in zip(*rows) for r in some][:int(n)]
    idx_write(images, np.stack(
        [np.asarray(Image.open(f).convert("RGB")) for f, _ in rows]))
    idx_write(labels, np.array([k for _, k in rows], np.uint8))


def make_png(images, folder):
    from PIL import Image

    os.makedirs(folder, exist_ok=True)
    for i, x in enumerate(idx(images)[:10000]):
        Image.fromarray(x).save(os.path.join(folder, "%05d.png" % i))


if __name__ == "__main__":
    {"idx": make_idx, "png": make_png}[sys.argv[1]](*sys.argv[2:])
