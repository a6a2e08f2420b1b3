"""Records what PyTorch computes: python3 record-pytorch.py [pytorch.txt]"""
import sys

import torch
import torch.nn.functional as F

from golden import *

torch.set_default_dtype(torch.float64)


def from_numpy(array):
    return torch.tensor(np.asarray(array))


def softmax(x):
    return F.softmax(x, dim=-1)


# What a kind is in PyTorch: of the inputs and the parameters.
MEANING = {
    "dense:3": lambda x, p: x[0] @ p["kernel"] + p["bias"],
    "dense:2,bias=false": lambda x, p: x[0] @ p["kernel"],
    "flatten": lambda x, p: torch.flatten(x[0], 1),
    "reshape:3x2": lambda x, p: x[0].reshape(-1, 3, 2),
    "relu": lambda x, p: F.relu(x[0]),
    "leaky_relu": lambda x, p: F.leaky_relu(x[0], 0.3),
    "leaky_relu:0.1": lambda x, p: F.leaky_relu(x[0], 0.1),
    "elu": lambda x, p: F.elu(x[0]),
    "elu:0.7": lambda x, p: F.elu(x[0], 0.7),
    "gelu": lambda x, p: F.gelu(x[0]),
    "gelu,approximate": lambda x, p: F.gelu(x[0], approximate="tanh"),
    "silu": lambda x, p: F.silu(x[0]),
    "sigmoid": lambda x, p: torch.sigmoid(x[0]),
    "tanh": lambda x, p: torch.tanh(x[0]),
    "softplus": lambda x, p: F.softplus(x[0]),
    "softmax": lambda x, p: softmax(x[0]),
    "dropout:0": lambda x, p: F.dropout(x[0], 0.0),
    "add": lambda x, p: sum(x),
    "concat": lambda x, p: torch.cat(x, dim=-1),
}


def record_kinds(out):
    for operand, shapes, params in KINDS:
        x = [from_numpy(2 * tensor(X + i, s)).requires_grad_()
             for i, s in enumerate(shapes)]
        p = {name: from_numpy(tensor(PARAM + i, s)).requires_grad_()
             for i, (name, s) in enumerate(params.items())}
        y = MEANING[operand](x, p)
        y.backward(from_numpy(tensor(DY, tuple(y.shape))))
        out.line("kind", operand, "x".join(map(str, shapes[0])), len(shapes))
        out.values("y", y.detach())
        for i, v in enumerate(x):
            out.values("dx %d" % i, v.grad)
        for name, v in p.items():
            out.values("grad %s" % name, v.grad)


def ce(z, target, smoothing, fused):
    if not fused:
        z = torch.log(z / z.sum(dim=1, keepdim=True))
    return F.cross_entropy(z, target, reduction="none",
                           label_smoothing=smoothing)


def bce(z, target, fused):
    call = (F.binary_cross_entropy_with_logits if fused
            else F.binary_cross_entropy)
    return call(z, target, reduction="none").mean(dim=1)


def loss_of(operand, z, target, fused):
    name, _, setting = operand.replace(":", ",").partition(",")
    if name == "ce":
        return ce(z, target, float(setting.partition("=")[2] or 0), fused)
    if name == "bce":
        return bce(z, target, fused)
    if name == "mse":
        return F.mse_loss(z, target, reduction="none").mean(dim=1)
    if name == "mae":
        return F.l1_loss(z, target, reduction="none").mean(dim=1)
    return F.huber_loss(z, target, reduction="none",
                        delta=float(setting or 1)).mean(dim=1)


def record_losses(out):
    for operand, form, fused in LOSSES:
        z, target, label = loss_inputs(fused, "")
        z = from_numpy(z).requires_grad_()
        aim = from_numpy(label if form == "labels" else target)
        value = loss_of(operand, z, aim, fused)
        value.sum().backward()
        out.line("loss", operand, form, fused)
        out.values("value", value.detach())
        out.values("slope", z.grad)


# Our operand, decay, and the optimizer that means the same.
OPTIMIZERS = [
    ("sgd", 0, lambda w: torch.optim.SGD(w, RATE)),
    ("sgd", 0.1, lambda w: torch.optim.SGD(w, RATE, weight_decay=0.1)),
    ("sgd,momentum=0.9", 0, lambda w: torch.optim.SGD(w, RATE, 0.9)),
    ("sgd,momentum=0.9,nesterov", 0.1, lambda w: torch.optim.SGD(
        w, RATE, 0.9, nesterov=True, weight_decay=0.1)),
    ("adam,epsilon=1e-8,corrected_epsilon", 0,
     lambda w: torch.optim.Adam(w, RATE)),
    ("adam,beta1=0.8,beta2=0.9,epsilon=0.01,corrected_epsilon", 0.1,
     lambda w: torch.optim.Adam(w, RATE, (0.8, 0.9), 0.01, 0.1)),
    ("adamw,epsilon=1e-8,corrected_epsilon", 0.1,
     lambda w: torch.optim.AdamW(w, RATE, weight_decay=0.1)),
    ("rmsprop,rho=0.99,epsilon=1e-8,outer_epsilon", 0,
     lambda w: torch.optim.RMSprop(w, RATE)),
    ("rmsprop,epsilon=0.001,outer_epsilon,momentum=0.5", 0.1,
     lambda w: torch.optim.RMSprop(w, RATE, 0.9, 0.001, 0.1, 0.5)),
    ("rmsprop,epsilon=0.001,outer_epsilon,centered", 0,
     lambda w: torch.optim.RMSprop(w, RATE, 0.9, 0.001, centered=True)),
]


def record_optimizers(out):
    for operand, decay, make in OPTIMIZERS:
        w = from_numpy(numbers(W, COUNT)).requires_grad_()
        optimizer = make([w])
        out.line("optim", operand, RATE, decay)
        for step in range(STEPS):
            w.grad = from_numpy(numbers(G + step, COUNT))
            optimizer.step()
            out.values("w", w.detach())


def record_net(out):
    """In float32, as people run it."""
    p = [torch.tensor(w, requires_grad=True) for w in net_weights()]
    optimizer = torch.optim.Adam(p, 1e-3)
    losses = []
    for step in range(UPDATES):
        x, label = picture_batch(step)
        hidden = F.relu(torch.tensor(x) @ p[0] + p[1])
        loss = F.cross_entropy(hidden @ p[2] + p[3], torch.tensor(label))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    out.line("net", "adam,epsilon=1e-8,corrected_epsilon", 1e-3)
    out.values("losses", losses)


if __name__ == "__main__":
    writer = Writer(sys.argv[1] if len(sys.argv) > 1 else "pytorch.txt",
                    "PyTorch " + torch.__version__.partition("+")[0])
    record_kinds(writer)
    record_losses(writer)
    record_optimizers(writer)
    record_net(writer)
