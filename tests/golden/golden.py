"""What both recorders share: numbers by formula, the cases, the text format.

The inputs of every case follow from a formula that tests/test-golden.c knows
as well, so that the files hold results only.
"""
import numpy as np


def numbers(salt, count):
    """count numbers of -1..1 with 24 bits, the same in C and here."""
    x = np.arange(count, dtype=np.uint32) * np.uint32(0x9E3779B1)
    x ^= np.uint32((salt * 0x85EBCA6B) & 0xFFFFFFFF)
    for shift, factor in ((15, 0x2C1B3C6D), (12, 0x297A2D39)):
        x ^= x >> np.uint32(shift)
        x *= np.uint32(factor)
    x ^= x >> np.uint32(15)
    return (x >> np.uint32(8)).astype(np.float64) / (1 << 23) - 1


def tensor(salt, shape):
    return numbers(salt, int(np.prod(shape))).reshape(shape)


# Salts: what a number is for.
X, DY, PARAM, Z, TARGET, W, G, IMAGE = 1, 50, 60, 100, 110, 120, 200, 1000

# Kinds: operand, shapes of the inputs, shapes of the parameters.
KINDS = [
    ("dense:3", [(2, 4)], {"kernel": (4, 3), "bias": (3,)}),
    ("dense:2,bias=false", [(2, 3, 4)], {"kernel": (4, 2)}),
    ("flatten", [(2, 3, 2, 2)], {}),
    ("reshape:3x2", [(2, 6)], {}),
    ("relu", [(2, 5)], {}),
    ("leaky_relu", [(2, 5)], {}),
    ("leaky_relu:0.1", [(2, 5)], {}),
    ("elu", [(2, 5)], {}),
    ("elu:0.7", [(2, 5)], {}),
    ("gelu", [(2, 5)], {}),
    ("gelu,approximate", [(2, 5)], {}),
    ("silu", [(2, 5)], {}),
    ("sigmoid", [(2, 5)], {}),
    ("tanh", [(2, 5)], {}),
    ("softplus", [(2, 5)], {}),
    ("softmax", [(3, 4)], {}),
    ("dropout:0", [(3, 4)], {}),
    ("add", [(2, 3)] * 3, {}),
    ("concat", [(2, 2, 3)] * 2, {}),
]

# Losses: operand, form (labels, dense), fused with its activation.
LOSSES = [
    ("ce", "labels", 1),
    ("ce", "dense", 1),
    ("ce,label_smoothing=0.1", "labels", 1),
    ("ce,label_smoothing=0.1", "dense", 1),
    ("ce", "labels", 0),
    ("ce", "dense", 0),
    ("bce", "dense", 1),
    ("bce", "dense", 0),
    ("mse", "dense", 0),
    ("mae", "dense", 0),
    ("huber", "dense", 0),
    ("huber:0.3", "dense", 0),
]
SAMPLES, WIDTH = 3, 4

# Optimizers: five parameters, twenty steps at this rate.
COUNT, STEPS, RATE = 5, 20, 0.05

# The tutorial's net: batches of 32 pictures of 28 x 28, a hundred steps.
BATCH, PIXELS, HIDDEN, CLASSES, UPDATES = 32, 784, 128, 10, 100


def loss_inputs(fused, dense):
    """z (logits when fused, else shares), targets and labels."""
    z = tensor(Z, (SAMPLES, WIDTH))
    z = 3 * z if fused else 0.5 + 0.4 * z
    target = 0.5 + 0.5 * tensor(TARGET, (SAMPLES, WIDTH))
    if dense == "sums to one":
        target = target / target.sum(axis=1, keepdims=True)
    return z, target, np.arange(SAMPLES) % WIDTH


def picture_batch(step):
    """Noise, and stripes that depend on the class."""
    noise = numbers(IMAGE + step, BATCH * PIXELS).reshape(BATCH, PIXELS)
    label = np.arange(BATCH) * 7 % CLASSES
    stripe = (np.arange(PIXELS)[None, :] + 3 * label[:, None]) % CLASSES == 0
    return (0.25 * (noise + 1) + 0.5 * stripe).astype(np.float32), label


def net_weights():
    return [
        (0.0625 * tensor(PARAM, (PIXELS, HIDDEN))).astype(np.float32),
        np.zeros(HIDDEN, np.float32),
        (0.125 * tensor(PARAM + 1, (HIDDEN, CLASSES))).astype(np.float32),
        np.zeros(CLASSES, np.float32),
    ]


class Writer:
    def __init__(self, path, comment):
        self.file = open(path, "w")
        self.file.write("# %s\n# One result a line; tests/test-golden.c and "
                        "golden.py say what they are results of.\n" % comment)

    def line(self, *words):
        self.file.write(" ".join(str(w) for w in words) + "\n")

    def values(self, name, array):
        flat = np.asarray(array, dtype=np.float64).reshape(-1)
        self.line(name, *("%.12g" % v for v in flat))
