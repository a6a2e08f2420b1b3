#!/usr/bin/env python3
"""load-keras.py MODEL NET.keras OUT.keras: a Keras net with the weights of a
model file.

    load(net, "model.h5nn")

for a net whose layers have the names of the layers in the file ("enc/conv2d_1"
is "enc.conv2d_1", as Keras allows no slash).  Layouts are the same, nothing is
transposed; batch_norm has the epsilon of Keras.
"""
import hashlib
import sys

import h5py
import keras


def numbers(dataset):
    a = dataset[()]
    if hashlib.sha256(a.tobytes()).hexdigest() != dataset.attrs["sha256"].decode():
        raise ValueError(dataset.name + ": the numbers are damaged")
    return a


def either(group, name, other):
    return group[name if name in group else other]


def load(net, path):
    with h5py.File(path, "r") as f:
        for layer in net.layers:
            if layer.weights:
                group = either(f["weights"], layer.name,
                               layer.name.replace(".", "/"))
                layer.set_weights([
                    numbers(either(group, w.name, "depthwise_" + w.name))
                    for w in layer.weights])


if __name__ == "__main__":
    net = keras.saving.load_model(sys.argv[2])
    load(net, sys.argv[1])
    net.save(sys.argv[3])
