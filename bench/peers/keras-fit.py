"""P1 or P2 in Keras: compile and fit.

keras-fit.py NET EPOCHS SAMPLES IMAGES LABELS prints "step_ms MS" for each
epoch but the first, which compiles.  KERAS_BACKEND says on what."""
import os
import sys
import time

os.environ.setdefault("KERAS_BACKEND", "jax")

import keras
from keras import layers

import data


def p1():
    return [layers.Flatten(), layers.Dense(128, "relu"),
            layers.Dense(10, "softmax")]


def p2():
    return [layers.Conv2D(32, 3, padding="same", activation="relu"),
            layers.MaxPooling2D(),
            layers.Conv2D(64, 3, padding="same", activation="relu"),
            layers.MaxPooling2D(), layers.Flatten(),
            layers.Dense(128, "relu"), layers.Dense(10, "softmax")]


class Clock(keras.callbacks.Callback):
    def on_epoch_begin(self, epoch, logs=None):
        self.begun, self.steps = time.perf_counter(), 0

    def on_train_batch_end(self, batch, logs=None):
        self.steps += 1

    def on_epoch_end(self, epoch, logs=None):
        if epoch > 0:
            print("step_ms",
                  1e3 * (time.perf_counter() - self.begun) / self.steps)


def main(name, epochs, samples, *paths):
    x, y = data.load(*paths)
    x, y = x[:int(samples)].astype("float32") / 255, y[:int(samples)]
    net = keras.Sequential(
        [keras.Input(x.shape[1:])] + {"p1": p1, "p2": p2}[name]())
    net.compile("adam", "sparse_categorical_crossentropy",
                metrics=["accuracy"])
    net.fit(x, y, batch_size={"p1": 32, "p2": 64}[name], epochs=int(epochs),
            verbose=0, callbacks=[Clock()])


main(*sys.argv[1:])
