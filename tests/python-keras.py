"""python-keras.py MODEL PICTURES LOGITS: the net of samples-python.sh in Keras,
with the weights that samples/load-keras.py takes out of MODEL."""
import runpy
import sys

import keras
from keras import layers

lib = runpy.run_path(sys.path[0] + "/python-lib.py")
model, pictures, logits = sys.argv[1:]
net = keras.Sequential([
    layers.Input((28, 28, 1)),
    layers.ZeroPadding2D(1),
    layers.Conv2D(8, 3, strides=2, name="conv2d_1"),
    layers.BatchNormalization(name="batch_norm_1"),
    layers.ReLU(),
    layers.DepthwiseConv2D(3, depth_multiplier=2, name="depth.wise"),
    layers.Flatten(),
    layers.Dense(32, "relu", name="dense_1"),
    layers.Dense(10, name="dense_2"),
])
lib["sample"]("load-keras.py").load(net, model)
lib["compare"](net.predict(lib["pictures"](pictures), verbose=0), logits)
