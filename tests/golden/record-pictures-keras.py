"""Records what Keras computes of pictures:
python3 record-pictures-keras.py [pictures-keras.txt]

Needs keras and jax, which does the arithmetic.
"""
import os
import sys

os.environ["KERAS_BACKEND"] = "jax"
os.environ["JAX_ENABLE_X64"] = "1"

import jax
import keras
from keras import layers, optimizers
from keras.src.backend.common import dtypes

from golden import *

# With JAX, Keras computes some layers in float32 whatever it is given, unless
# its table of types says otherwise.
dtypes.BIT64_TO_BIT32_DTYPE["float64"] = "float64"

# Our operand, and the layer that means the same.
MEANING = {
    "conv2d:3:3x2,stride=2x1": lambda: layers.Conv2D(3, (3, 2), (2, 1)),
    "conv2d:4:3,pad=same,stride=2,groups=2,bias=false": lambda: layers.Conv2D(
        4, 3, 2, "same", groups=2, use_bias=False),
    "conv2d:2:3,pad=same,dilation=2":
        lambda: layers.Conv2D(2, 3, padding="same", dilation_rate=2),
    "depthwise_conv2d:3,depth_multiplier=2,pad=same":
        lambda: layers.DepthwiseConv2D(3, 1, "same", 2),
    "separable_conv2d:4:3,depth_multiplier=2,stride=2":
        lambda: layers.SeparableConv2D(4, 3, 2, depth_multiplier=2),
    "conv2d_transpose:3:3,stride=2": lambda: layers.Conv2DTranspose(3, 3, 2),
    "conv2d_transpose:3:3,stride=2,pad=same":
        lambda: layers.Conv2DTranspose(3, 3, 2, "same"),
    "conv2d_transpose:2:2x3,stride=3,pad=same":
        lambda: layers.Conv2DTranspose(2, (2, 3), 3, "same"),
    "conv2d_transpose:2:2,stride=3":
        lambda: layers.Conv2DTranspose(2, 2, 3),
    "max_pool2d": lambda: layers.MaxPooling2D(),
    "max_pool2d:3x2,stride=2,pad=same":
        lambda: layers.MaxPooling2D((3, 2), 2, "same"),
    "avg_pool2d:2x3:1": lambda: layers.AveragePooling2D((2, 3), 1),
    "avg_pool2d:3,stride=2,pad=same":
        lambda: layers.AveragePooling2D(3, 2, "same"),
    "global_avg_pool": lambda: layers.GlobalAveragePooling2D(),
    "global_avg_pool,keepdims":
        lambda: layers.GlobalAveragePooling2D(keepdims=True),
    "global_max_pool": lambda: layers.GlobalMaxPooling2D(),
    "batch_norm": lambda: layers.BatchNormalization(),
    "batch_norm,epsilon=1e-5":
        lambda: layers.BatchNormalization(epsilon=1e-5),
    "batch_norm,center=false,scale=false":
        lambda: layers.BatchNormalization(center=False, scale=False),
    "frozen batch_norm": lambda: layers.BatchNormalization(),
    "layer_norm": lambda: layers.LayerNormalization(),
    "layer_norm,epsilon=1e-5":
        lambda: layers.LayerNormalization(epsilon=1e-5),
    "group_norm:2": lambda: layers.GroupNormalization(2),
    "group_norm:1,epsilon=1e-5":
        lambda: layers.GroupNormalization(1, epsilon=1e-5),
    "zero_padding:1x0x2x1": lambda: layers.ZeroPadding2D(((1, 0), (2, 1))),
    "cropping:1x0x2x1": lambda: layers.Cropping2D(((1, 0), (2, 1))),
    "upsample:2x3": lambda: layers.UpSampling2D((2, 3)),
    "upsample:2x3:bilinear":
        lambda: layers.UpSampling2D((2, 3), interpolation="bilinear"),
    "multiply": lambda: layers.Multiply(),
    "relu6": lambda: layers.Activation("relu6"),
    "hard_sigmoid": lambda: layers.Activation("hard_sigmoid"),
    "hard_swish": lambda: layers.Activation("hard_swish"),
    "prelu": lambda: layers.PReLU(),
    "prelu,shared=positions": lambda: layers.PReLU(shared_axes=[1, 2]),
    "dense:2": lambda: layers.Dense(2),
    "softmax": lambda: layers.Softmax(),
    "concat": lambda: layers.Concatenate(),
}


def record_kind(out, operand, shapes, params):
    x = kind_inputs(operand, shapes)
    p = kind_params(params)
    frozen = operand.startswith("frozen ")
    training = {} if "batch_norm" not in operand else {
        "training": not frozen}
    layer = MEANING[operand]()
    layer.build(shapes if len(shapes) > 1 else shapes[0])
    n = len(layer.trainable_variables)
    stored = [v.value for v in layer.non_trainable_variables]
    if frozen:
        stored = p[n:]

    def call(p, x):
        given = x if len(x) > 1 else x[0]
        return layer.stateless_call(p, stored, given, **training)[0]

    y, back = jax.vjp(call, p[:n], x)
    grad, dx = back(jax.numpy.asarray(tensor(DY, y.shape), y.dtype))
    kind_line(out, operand, shapes)
    out.values("y", y)
    for i, v in enumerate(dx):
        out.values("dx %d" % i, v)
    for name, v in zip(params, grad):
        if not frozen:
            out.values("grad %s" % name, v)


def record_kinds(out):
    for operand, shapes, params in PICTURE_KINDS:
        if operand in MEANING:
            record_kind(out, operand, shapes, params)


def record_moves(out):
    operand, shape, steps = MOVES[0]
    layer = layers.BatchNormalization()
    for step in range(steps):
        layer(moving_input(step, shape), training=True)
    out.line("moves", operand, "x".join(map(str, shape)), steps)
    out.values("moving_mean", layer.moving_mean.numpy())
    out.values("moving_variance", layer.moving_variance.numpy())


class Made(list):
    """Layers with kernels, in the order of our net."""

    def add(self, layer):
        self.append(layer)
        return layer


def conv_bn(made, x, width, size=3, stride=1):
    x = made.add(layers.Conv2D(width, size, stride, "same",
                               use_bias=False))(x)
    return layers.BatchNormalization()(x)


def block(made, x, width, stride):
    y = layers.ReLU()(conv_bn(made, x, width, 3, stride))
    y = conv_bn(made, y, width)
    if stride > 1:
        x = conv_bn(made, x, width, 1, stride)
    return layers.ReLU()(layers.Add()([y, x]))


def resnet(made):
    start = keras.Input(RESNET_SHAPE[1:])
    x = layers.ReLU()(conv_bn(made, start, RESNET_WIDTHS[0]))
    for stage, width in enumerate(RESNET_WIDTHS):
        for i in range(3):
            x = block(made, x, width, 2 if stage > 0 and i == 0 else 1)
    x = layers.GlobalAveragePooling2D()(x)
    x = made.add(layers.Dense(CLASSES, activation="softmax"))(x)
    return keras.Model(start, x)


def record_resnet(out):
    """In float64: float32 leaves the path after some fifteen steps."""
    made = Made()
    model = resnet(made)
    for index, layer in enumerate(made):
        layer.kernel.assign(resnet_kernel(index, tuple(layer.kernel.shape)))
    model.compile(optimizer=optimizers.SGD(RESNET_RATE, 0.9),
                  loss="sparse_categorical_crossentropy")
    seen = []
    for step in range(UPDATES):
        x, label = resnet_batch(step)
        model.reset_metrics()
        seen.append(float(model.train_on_batch(
            x.astype(np.float64), label)))
    out.line("resnet", "sgd,momentum=0.9", RESNET_RATE, "same", "batch_norm")
    out.values("losses", seen)


if __name__ == "__main__":
    keras.config.set_floatx("float64")
    keras.config.set_dtype_policy("float64")
    writer = Writer(sys.argv[1] if len(sys.argv) > 1 else
                    "pictures-keras.txt", "Keras " + keras.__version__)
    record_kinds(writer)
    record_moves(writer)
    record_resnet(writer)
