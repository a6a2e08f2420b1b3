"""Records what Keras computes: python3 record-keras.py [keras.txt]

Needs keras and jax, which does the arithmetic.
"""
import os
import sys

os.environ["KERAS_BACKEND"] = "jax"
os.environ["JAX_ENABLE_X64"] = "1"

import jax
import keras
from keras import layers, losses, optimizers

from golden import *

# Our operand, and the layer that means the same.
MEANING = {
    "dense:3": lambda: layers.Dense(3),
    "dense:2,bias=false": lambda: layers.Dense(2, use_bias=False),
    "flatten": lambda: layers.Flatten(),
    "reshape:3x2": lambda: layers.Reshape((3, 2)),
    "relu": lambda: layers.ReLU(),
    "leaky_relu": lambda: layers.LeakyReLU(),
    "leaky_relu:0.1": lambda: layers.LeakyReLU(0.1),
    "elu": lambda: layers.ELU(),
    "elu:0.7": lambda: layers.ELU(0.7),
    "gelu": lambda: layers.Activation(
        lambda x: keras.activations.gelu(x, approximate=False)),
    "gelu,approximate": lambda: layers.Activation(
        lambda x: keras.activations.gelu(x, approximate=True)),
    "silu": lambda: layers.Activation("silu"),
    "sigmoid": lambda: layers.Activation("sigmoid"),
    "tanh": lambda: layers.Activation("tanh"),
    "softplus": lambda: layers.Activation("softplus"),
    "softmax": lambda: layers.Softmax(),
    "dropout:0": lambda: layers.Dropout(0.0),
    "add": lambda: layers.Add(),
    "concat": lambda: layers.Concatenate(),
}


def record_kinds(out):
    for operand, shapes, params in KINDS:
        x = [2 * tensor(X + i, s) for i, s in enumerate(shapes)]
        p = [tensor(PARAM + i, s) for i, s in enumerate(params.values())]
        layer = MEANING[operand]()
        layer.build(shapes if len(shapes) > 1 else shapes[0])

        def call(p, x):
            given = x if len(x) > 1 else x[0]
            return layer.stateless_call(p, [], given)[0]

        y, back = jax.vjp(call, p, x)
        # Keras computes tanh in float32 whatever it is given.
        grad, dx = back(jax.numpy.asarray(tensor(DY, y.shape), y.dtype))
        out.line("kind", operand, "x".join(map(str, shapes[0])), len(shapes))
        out.values("y", y)
        for i, v in enumerate(dx):
            out.values("dx %d" % i, v)
        for name, v in zip(params, grad):
            out.values("grad %s" % name, v)


def loss_of(operand, form, fused):
    name, _, setting = operand.replace(":", ",").partition(",")
    smoothing = float(setting.partition("=")[2] or 0) if "=" in setting else 0
    if name == "ce" and form == "labels":
        return lambda t, z: losses.sparse_categorical_crossentropy(
            t, z, from_logits=bool(fused))
    if name == "ce":
        return lambda t, z: losses.categorical_crossentropy(
            t, z, from_logits=bool(fused), label_smoothing=smoothing)
    if name == "bce":
        return lambda t, z: losses.binary_crossentropy(
            t, z, from_logits=bool(fused))
    if name == "mse":
        return losses.mean_squared_error
    if name == "mae":
        return losses.mean_absolute_error
    return lambda t, z: losses.huber(t, z, delta=float(setting or 1))


def record_losses(out):
    for operand, form, fused in LOSSES:
        if form == "labels" and "smoothing" in operand:
            continue  # Keras has no smoothing for class indices
        z, target, label = loss_inputs(fused, "")
        aim = label if form == "labels" else target
        call = loss_of(operand, form, fused)
        value, back = jax.vjp(lambda z: call(aim, z), z)
        out.line("loss", operand, form, fused)
        out.values("value", value)
        out.values("slope", back(jax.numpy.ones_like(value))[0])


# Our operand, decay, and the optimizer that means the same.
OPTIMIZERS = [
    ("sgd", 0, lambda: optimizers.SGD(RATE)),
    ("sgd,momentum=0.9", 0, lambda: optimizers.SGD(RATE, 0.9)),
    ("sgd,momentum=0.9,nesterov", 0,
     lambda: optimizers.SGD(RATE, 0.9, nesterov=True)),
    ("adam", 0, lambda: optimizers.Adam(RATE)),
    ("adam,beta1=0.8,beta2=0.9,epsilon=0.01", 0,
     lambda: optimizers.Adam(RATE, 0.8, 0.9, 0.01)),
    ("adamw", 0.1, lambda: optimizers.AdamW(RATE, weight_decay=0.1)),
    ("rmsprop", 0, lambda: optimizers.RMSprop(RATE)),
    ("rmsprop,rho=0.8,momentum=0.5", 0,
     lambda: optimizers.RMSprop(RATE, 0.8, 0.5)),
    ("rmsprop,centered,epsilon=0.001", 0,
     lambda: optimizers.RMSprop(RATE, centered=True, epsilon=0.001)),
    ("rmsprop,centered,epsilon=0.001,momentum=0.5", 0,
     lambda: optimizers.RMSprop(RATE, 0.9, 0.5, 0.001, True)),
]


def record_optimizers(out):
    for operand, decay, make in OPTIMIZERS:
        w = keras.Variable(numbers(W, COUNT), dtype="float64")
        optimizer = make()
        out.line("optim", operand, RATE, decay)
        for step in range(STEPS):
            optimizer.apply([numbers(G + step, COUNT)], [w])
            out.values("w", w.numpy())


def record_net(out):
    """The tutorial's own words, in float32."""
    keras.config.set_floatx("float32")
    keras.config.set_dtype_policy("float32")
    model = keras.Sequential([
        keras.Input((28, 28)),
        layers.Flatten(),
        layers.Dense(HIDDEN, activation="relu"),
        layers.Dense(CLASSES, activation="softmax"),
    ])
    model.set_weights(net_weights())
    model.compile(optimizer="adam", loss="sparse_categorical_crossentropy")
    seen = []
    for step in range(UPDATES):
        x, label = picture_batch(step)
        model.reset_metrics()
        seen.append(float(model.train_on_batch(
            x.reshape(BATCH, 28, 28), label)))
    out.line("net", "adam", 1e-3)
    out.values("losses", seen)


if __name__ == "__main__":
    keras.config.set_floatx("float64")
    keras.config.set_dtype_policy("float64")
    writer = Writer(sys.argv[1] if len(sys.argv) > 1 else "keras.txt",
                    "Keras " + keras.__version__)
    record_kinds(writer)
    record_losses(writer)
    record_optimizers(writer)
    record_net(writer)
