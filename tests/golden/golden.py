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

# Kinds for pictures; a case that one of the two has not is left out there.
# "frozen" stands for the form that uses stored statistics.
NORM = {"gamma": (3,), "beta": (3,)}
STORED = {"moving_mean": (3,), "moving_variance": (3,)}
PICTURE_KINDS = [
    ("conv2d:3:3x2,stride=2x1", [(2, 6, 5, 2)],
     {"kernel": (3, 2, 2, 3), "bias": (3,)}),
    ("conv2d:4:3,pad=same,stride=2,groups=2,bias=false", [(2, 6, 5, 4)],
     {"kernel": (3, 3, 2, 4)}),
    ("conv2d:4:3,pad=1,stride=2,groups=2", [(2, 6, 5, 4)],
     {"kernel": (3, 3, 2, 4), "bias": (4,)}),
    ("conv2d:2:3,pad=same,dilation=2", [(2, 6, 5, 2)],
     {"kernel": (3, 3, 2, 2), "bias": (2,)}),
    ("conv2d:2:3,pad=0+1+2+1", [(2, 4, 3, 2)],
     {"kernel": (3, 3, 2, 2), "bias": (2,)}),
    ("depthwise_conv2d:3,depth_multiplier=2,pad=same", [(2, 5, 4, 3)],
     {"depthwise_kernel": (3, 3, 3, 2), "bias": (6,)}),
    ("separable_conv2d:4:3,depth_multiplier=2,stride=2", [(2, 6, 5, 2)],
     {"depthwise_kernel": (3, 3, 2, 2), "pointwise_kernel": (1, 1, 4, 4),
      "bias": (4,)}),
    ("conv2d_transpose:3:3,stride=2", [(2, 3, 2, 2)],
     {"kernel": (3, 3, 3, 2), "bias": (3,)}),
    ("conv2d_transpose:3:3,stride=2,pad=same", [(2, 3, 2, 2)],
     {"kernel": (3, 3, 3, 2), "bias": (3,)}),
    ("conv2d_transpose:2:2x3,stride=3,pad=same", [(2, 2, 3, 2)],
     {"kernel": (2, 3, 2, 2), "bias": (2,)}),
    ("conv2d_transpose:2:2,stride=3", [(2, 2, 3, 2)],
     {"kernel": (2, 2, 2, 2), "bias": (2,)}),
    ("conv2d_transpose:3:3,stride=2,pad=1,output_padding=1", [(2, 3, 2, 2)],
     {"kernel": (3, 3, 3, 2), "bias": (3,)}),
    ("max_pool2d", [(2, 5, 4, 3)], {}),
    ("max_pool2d:3x2,stride=2,pad=same", [(2, 6, 5, 2)], {}),
    ("max_pool2d:3,stride=2,pad=1", [(2, 6, 5, 2)], {}),
    ("avg_pool2d:2x3:1", [(2, 4, 5, 2)], {}),
    ("avg_pool2d:3,stride=2,pad=same", [(2, 6, 5, 2)], {}),
    ("avg_pool2d:3,stride=2,pad=1", [(2, 6, 5, 2)], {}),
    ("avg_pool2d:3,stride=2,pad=1,count_pad", [(2, 6, 5, 2)], {}),
    ("global_avg_pool", [(2, 3, 4, 3)], {}),
    ("global_avg_pool,keepdims", [(2, 3, 4, 3)], {}),
    ("global_max_pool", [(2, 3, 4, 3)], {}),
    ("batch_norm", [(3, 2, 2, 3)], NORM),
    ("batch_norm,epsilon=1e-5", [(6, 3)], NORM),
    ("batch_norm,center=false,scale=false", [(6, 3)], {}),
    ("frozen batch_norm", [(3, 2, 2, 3)], {**NORM, **STORED}),
    ("layer_norm", [(2, 3, 2, 3)], NORM),
    ("layer_norm,epsilon=1e-5", [(4, 3)], NORM),
    ("group_norm:2", [(2, 3, 2, 6)], {"gamma": (6,), "beta": (6,)}),
    ("group_norm:1,epsilon=1e-5", [(2, 3, 2, 3)], NORM),
    ("zero_padding:1x0x2x1", [(2, 3, 2, 2)], {}),
    ("cropping:1x0x2x1", [(2, 4, 5, 2)], {}),
    ("upsample:2x3", [(2, 3, 2, 2)], {}),
    ("upsample:2x3:bilinear", [(2, 3, 2, 2)], {}),
    ("multiply", [(2, 3)] * 3, {}),
    ("multiply", [(2, 3, 2, 4), (2, 1, 1, 4)], {}),
    ("multiply", [(2, 3, 2, 4), (2, 4)], {}),
    ("layer_scale", [(2, 3, 2, 3)], {"gamma": (3,)}),
    ("relu6", [(3, 7)], {}),
    ("hard_sigmoid", [(3, 7)], {}),
    ("hard_swish", [(3, 7)], {}),
    ("prelu", [(2, 3, 2, 3)], {"alpha": (3, 2, 3)}),
    ("prelu,shared=positions", [(2, 3, 2, 3)], {"alpha": (1, 1, 3)}),
    ("prelu,shared=all", [(2, 3, 2, 3)], {"alpha": (1, 1, 1)}),
    ("dense:2", [(2, 2, 3, 3)], {"kernel": (3, 2), "bias": (2,)}),
    ("softmax", [(2, 2, 2, 3)], {}),
    ("concat", [(2, 2, 3, 2), (2, 2, 3, 4)], {}),
]

# Batch norms: operand, shape and steps, after which the statistics count.
MOVES = [
    ("batch_norm", (4, 3, 3, 2), 50),
    ("batch_norm,momentum=0.9,unbiased", (4, 3, 3, 2), 50),
]

# A narrow ResNet-20: batches of 16 pictures of 8 x 8 x 3, a hundred steps.
RESNET_SHAPE, RESNET_WIDTHS, RESNET_RATE = (16, 8, 8, 3), (8, 16, 32), 0.02

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


def kind_inputs(operand, shapes):
    """Activations with kinks far out see numbers from beyond them."""
    far = operand in ("relu6", "hard_sigmoid", "hard_swish")
    return [(8 if far else 2) * tensor(X + i, s) for i, s in enumerate(shapes)]


def kind_params(params):
    return [tensor(PARAM + i, shape) + (name == "moving_variance") * 1.25
            for i, (name, shape) in enumerate(params.items())]


def kind_line(out, operand, shapes):
    """The kind's line; one shape stands for all inputs when they agree."""
    same = len(set(shapes)) == 1
    out.line(*([] if operand.startswith("frozen ") else ["kind"]), operand,
             "+".join("x".join(map(str, s))
                      for s in (shapes[:1] if same else shapes)), len(shapes))


def moving_input(step, shape):
    return 3 * tensor(IMAGE + step, shape) + 0.5


def resnet_batch(step):
    """Noise, and stripes that depend on the class."""
    n, pixels = RESNET_SHAPE[0], int(np.prod(RESNET_SHAPE[1:]))
    noise = numbers(IMAGE + step, n * pixels).reshape(n, pixels)
    label = np.arange(n) * 7 % CLASSES
    stripe = (np.arange(pixels)[None, :] + 3 * label[:, None]) % CLASSES == 0
    x = (noise + 0.5 * stripe).reshape(RESNET_SHAPE)
    return x.astype(np.float32), label


def resnet_kernel(index, shape):
    """Kernel number index (h w in out, or in out), He uniform by formula."""
    factor = np.sqrt(6 / np.prod(shape[:-1]))
    return (factor * tensor(PARAM + index, shape)).astype(np.float32)


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
