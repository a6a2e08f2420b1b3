#!/usr/bin/env python3
"""load-pytorch.py MODEL: a model file's weights as a PyTorch state dict.

    net.load_state_dict(state_dict("model.h5nn"))

for a net whose modules have the names of the layers ("enc/conv2d_1" is
enc.conv2d_1).  Pictures are N H W C in a model file and N C H W in PyTorch, so
a net that flattens says x.permute(0, 2, 3, 1).flatten(1); batch_norm has
eps=1e-3 unless its layer says otherwise.
"""
import hashlib
import sys

import h5py
import torch

NAMES = {"kernel": "weight", "depthwise_kernel": "weight", "bias": "bias",
         "gamma": "weight", "beta": "bias", "alpha": "weight",
         "moving_mean": "running_mean", "moving_variance": "running_var"}


def tensors(group, path=""):
    """Every (path, dataset); tied tensors come under each of their names."""
    for name, o in group.items():
        if isinstance(o, h5py.Group):
            yield from tensors(o, path + name + "/")
        else:
            yield path + name, o


def numbers(dataset):
    a = dataset[()]
    if hashlib.sha256(a.tobytes()).hexdigest() != dataset.attrs["sha256"].decode():
        raise ValueError(dataset.name + ": the numbers are damaged")
    return a


def as_pytorch(name, a):
    if name == "kernel" and a.ndim == 2:  # in out
        return a.T
    if name == "kernel" and a.ndim == 4:  # height width in out
        return a.transpose(3, 2, 0, 1)
    if name == "depthwise_kernel":  # height width in multiplier
        return a.transpose(2, 3, 0, 1).reshape(-1, 1, *a.shape[:2])
    return a


def state_dict(path):
    out = {}
    with h5py.File(path, "r") as f:
        for name, dataset in tensors(f["weights"]):
            *layer, param = name.split("/")
            a = as_pytorch(param, numbers(dataset))
            out[".".join([*layer, NAMES[param]])] = torch.tensor(a)
    return out


if __name__ == "__main__":
    for name, tensor in state_dict(sys.argv[1]).items():
        print(name, *tensor.shape)
