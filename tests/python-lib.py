"""What the tests of the Python samples share: a sample as a module, pictures,
and a comparison with what nn-predict said."""
import gzip
import importlib.util
import os
import sys

import numpy


def sample(name):
    path = os.path.join(os.environ["SAMPLES"], name)
    spec = importlib.util.spec_from_file_location("sample", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def pictures(path):
    """An IDX file as N 28 28 1 in 0..1."""
    with gzip.open(path) as f:
        raw = numpy.frombuffer(f.read(), numpy.uint8, offset=16)
    return raw.reshape(-1, 28, 28, 1).astype("f4") / 255


def compare(ours, path):
    theirs = numpy.load(path)
    assert ours.shape == theirs.shape, (ours.shape, theirs.shape)
    worst = float(abs(ours - theirs).max())
    spread = float(theirs.std())
    print(f"{len(ours)} pictures, at most {worst:.2g} apart, "
          f"spread of the outputs {spread:.3g}")
    sys.exit(not (worst < 1e-4 < spread))
