"""cnn-small as an ONNX file, with random weights: they cost what others cost.

onnx-export.py FILE"""
import sys

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

rng = np.random.default_rng(0)
weights = {
    "k1": (32, 1, 3, 3), "b1": (32,), "k2": (64, 32, 3, 3), "b2": (64,),
    "k3": (128, 7 * 7 * 64), "b3": (128,), "k4": (10, 128), "b4": (10,),
}
same = {"kernel_shape": [3, 3], "pads": [1, 1, 1, 1]}
half = {"kernel_shape": [2, 2], "strides": [2, 2]}
node = helper.make_node
nodes = [
    node("Conv", ["x", "k1", "b1"], ["c1"], **same),
    node("Relu", ["c1"], ["r1"]), node("MaxPool", ["r1"], ["p1"], **half),
    node("Conv", ["p1", "k2", "b2"], ["c2"], **same),
    node("Relu", ["c2"], ["r2"]), node("MaxPool", ["r2"], ["p2"], **half),
    node("Flatten", ["p2"], ["f"]),
    node("Gemm", ["f", "k3", "b3"], ["d"], transB=1), node("Relu", ["d"], ["h"]),
    node("Gemm", ["h", "k4", "b4"], ["z"], transB=1),
    node("Softmax", ["z"], ["y"]),
]
info = helper.make_tensor_value_info
graph = helper.make_graph(
    nodes, "cnn-small",
    [info("x", TensorProto.FLOAT, ["n", 1, 28, 28])],
    [info("y", TensorProto.FLOAT, ["n", 10])],
    [numpy_helper.from_array(
        rng.normal(0, 0.05, s).astype(np.float32), name)
     for name, s in weights.items()])
onnx.save(helper.make_model(
    graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8),
    sys.argv[1])
