"""Records what PyTorch computes of pictures:
python3 record-pictures-pytorch.py [pictures-pytorch.txt]

PyTorch's pictures are N C H W, ours N H W C.
"""
import sys

import torch
import torch.nn.functional as F

from golden import *


def from_numpy(array):
    return torch.tensor(np.asarray(array))


def chw(x):
    return x.movedim(-1, 1)


def hwc(x):
    return x.movedim(1, -1)


def filters(kernel):
    return kernel.permute(3, 2, 0, 1)


def conv(x, p, **settings):
    return hwc(F.conv2d(chw(x[0]), filters(p["kernel"]), p.get("bias"),
                        **settings))


def depthwise(x, kernel, bias=None, **settings):
    h, w, c, m = kernel.shape
    return F.conv2d(chw(x), kernel.permute(2, 3, 0, 1).reshape(c * m, 1, h, w),
                    bias, groups=c, **settings)


def separable(x, p):
    y = depthwise(x[0], p["depthwise_kernel"], stride=2)
    return hwc(F.conv2d(y, filters(p["pointwise_kernel"]), p["bias"]))


def transposed(x, p, **settings):
    return hwc(F.conv_transpose2d(chw(x[0]), filters(p["kernel"]), p["bias"],
                                  **settings))


def avg(x, *size, **settings):
    return hwc(F.avg_pool2d(chw(x[0]), *size, **settings))


def batch_norm(x, p, epsilon, frozen=False):
    return hwc(F.batch_norm(
        chw(x[0]), p.get("moving_mean"), p.get("moving_variance"),
        p.get("gamma"), p.get("beta"), not frozen, eps=epsilon))


def layer_norm(x, p, epsilon):
    return F.layer_norm(x[0], (3,), p["gamma"], p["beta"], epsilon)


def group_norm(x, p, groups, epsilon):
    return hwc(F.group_norm(chw(x[0]), groups, p["gamma"], p["beta"],
                            epsilon))


def upsample(x, mode, **settings):
    return hwc(F.interpolate(chw(x[0]), scale_factor=(2, 3), mode=mode,
                             **settings))


MEANING = {
    "conv2d:3:3x2,stride=2x1": lambda x, p: conv(x, p, stride=(2, 1)),
    "conv2d:4:3,pad=1,stride=2,groups=2":
        lambda x, p: conv(x, p, stride=2, padding=1, groups=2),
    "conv2d:2:3,pad=same,dilation=2":
        lambda x, p: conv(x, p, padding="same", dilation=2),
    "conv2d:2:3,pad=0+1+2+1": lambda x, p: hwc(F.conv2d(
        F.pad(chw(x[0]), (2, 1, 0, 1)), filters(p["kernel"]), p["bias"])),
    "depthwise_conv2d:3,depth_multiplier=2,pad=same": lambda x, p: hwc(
        depthwise(x[0], p["depthwise_kernel"], p["bias"], padding="same")),
    "separable_conv2d:4:3,depth_multiplier=2,stride=2": separable,
    "conv2d_transpose:3:3,stride=2": lambda x, p: transposed(x, p, stride=2),
    "conv2d_transpose:3:3,stride=2,pad=1,output_padding=1":
        lambda x, p: transposed(x, p, stride=2, padding=1, output_padding=1),
    "max_pool2d": lambda x, p: hwc(F.max_pool2d(chw(x[0]), 2)),
    "max_pool2d:3,stride=2,pad=1":
        lambda x, p: hwc(F.max_pool2d(chw(x[0]), 3, 2, 1)),
    "avg_pool2d:2x3:1": lambda x, p: avg(x, (2, 3), 1),
    "avg_pool2d:3,stride=2,pad=1":
        lambda x, p: avg(x, 3, 2, 1, count_include_pad=False),
    "avg_pool2d:3,stride=2,pad=1,count_pad": lambda x, p: avg(x, 3, 2, 1),
    "global_avg_pool": lambda x, p: x[0].mean((1, 2)),
    "global_avg_pool,keepdims":
        lambda x, p: hwc(F.adaptive_avg_pool2d(chw(x[0]), 1)),
    "global_max_pool":
        lambda x, p: F.adaptive_max_pool2d(chw(x[0]), 1).flatten(1),
    "batch_norm": lambda x, p: batch_norm(x, p, 1e-3),
    "batch_norm,epsilon=1e-5": lambda x, p: batch_norm(x, p, 1e-5),
    "batch_norm,center=false,scale=false":
        lambda x, p: batch_norm(x, p, 1e-3),
    "frozen batch_norm": lambda x, p: batch_norm(x, p, 1e-3, True),
    "layer_norm": lambda x, p: layer_norm(x, p, 1e-3),
    "layer_norm,epsilon=1e-5": lambda x, p: layer_norm(x, p, 1e-5),
    "group_norm:2": lambda x, p: group_norm(x, p, 2, 1e-3),
    "group_norm:1,epsilon=1e-5": lambda x, p: group_norm(x, p, 1, 1e-5),
    "zero_padding:1x0x2x1": lambda x, p: F.pad(x[0], (0, 0, 2, 1, 1, 0)),
    "cropping:1x0x2x1": lambda x, p: F.pad(x[0], (0, 0, -2, -1, -1, 0)),
    "upsample:2x3": lambda x, p: upsample(x, "nearest"),
    "upsample:2x3:bilinear":
        lambda x, p: upsample(x, "bilinear", align_corners=False),
    "layer_scale": lambda x, p: x[0] * p["gamma"],
    "relu6": lambda x, p: F.relu6(x[0]),
    # F.hardsigmoid and F.hardswish multiply by 1/6 as float32 has it.
    "hard_sigmoid": lambda x, p: F.relu6(x[0] + 3) / 6,
    "hard_swish": lambda x, p: x[0] * F.relu6(x[0] + 3) / 6,
    "prelu,shared=positions":
        lambda x, p: hwc(F.prelu(chw(x[0]), p["alpha"].flatten())),
    "prelu,shared=all": lambda x, p: F.prelu(x[0], p["alpha"].flatten()),
    "dense:2": lambda x, p: x[0] @ p["kernel"] + p["bias"],
    "softmax": lambda x, p: F.softmax(x[0], dim=-1),
    "concat": lambda x, p: torch.cat(x, dim=-1),
}


def meaning(operand, shapes):
    if operand != "multiply":
        return MEANING.get(operand)
    if len({len(s) for s in shapes}) > 1:
        return None  # PyTorch aligns ranks from the right
    return lambda x, p: torch.stack(torch.broadcast_tensors(*x)).prod(0)


def record_kinds(out):
    for operand, shapes, params in PICTURE_KINDS:
        call = meaning(operand, shapes)
        if call is None:
            continue
        x = [from_numpy(v).requires_grad_()
             for v in kind_inputs(operand, shapes)]
        p = dict(zip(params, map(from_numpy, kind_params(params))))
        frozen = operand.startswith("frozen ")
        for v in p.values():
            v.requires_grad_(not frozen)
        y = call(x, p)
        y.backward(from_numpy(tensor(DY, tuple(y.shape))))
        kind_line(out, operand, shapes)
        out.values("y", y.detach())
        for i, v in enumerate(x):
            out.values("dx %d" % i, v.grad)
        for name, v in p.items():
            if not frozen:
                out.values("grad %s" % name, v.grad)


def record_moves(out):
    operand, shape, steps = MOVES[1]
    layer = torch.nn.BatchNorm2d(shape[-1])
    for step in range(steps):
        layer(chw(from_numpy(moving_input(step, shape))))
    out.line("moves", operand, "x".join(map(str, shape)), steps)
    out.values("moving_mean", layer.running_mean)
    out.values("moving_variance", layer.running_var)


class Block(torch.nn.Module):
    def __init__(self, width, out, stride):
        super().__init__()
        self.a = torch.nn.Conv2d(width, out, 3, stride, 1, bias=False)
        self.bn_a = torch.nn.BatchNorm2d(out)
        self.b = torch.nn.Conv2d(out, out, 3, 1, 1, bias=False)
        self.bn_b = torch.nn.BatchNorm2d(out)
        self.short = None
        if stride > 1:
            self.short = torch.nn.Conv2d(width, out, 1, stride, bias=False)
            self.bn_short = torch.nn.BatchNorm2d(out)

    def forward(self, x):
        y = self.bn_b(self.b(F.relu(self.bn_a(self.a(x)))))
        if self.short is not None:
            x = self.bn_short(self.short(x))
        return F.relu(y + x)


class ResNet(torch.nn.Module):
    def __init__(self):
        super().__init__()
        widths = (RESNET_WIDTHS[0],) + RESNET_WIDTHS
        self.first = torch.nn.Conv2d(3, widths[0], 3, 1, 1, bias=False)
        self.bn = torch.nn.BatchNorm2d(widths[0])
        self.blocks = torch.nn.Sequential(*[
            Block(widths[s + (i > 0)], widths[s + 1],
                  2 if s > 0 and i == 0 else 1)
            for s in range(3) for i in range(3)])
        self.last = torch.nn.Linear(widths[3], CLASSES)

    def forward(self, x):
        y = self.blocks(F.relu(self.bn(self.first(x))))
        return self.last(y.mean((2, 3)))


def set_kernels(net):
    """In the order of the layers."""
    index = 0
    for p in net.parameters():
        if p.dim() == 4:
            p.data = filters(from_numpy(resnet_kernel(
                index, [p.shape[i] for i in (2, 3, 1, 0)]))).double().contiguous()
        elif p.dim() == 2:
            p.data = from_numpy(resnet_kernel(
                index, [p.shape[1], p.shape[0]])).double().t().contiguous()
        index += p.dim() > 1
    net.last.bias.data.zero_()


def record_resnet(out):
    """In float64: float32 leaves the path after some fifteen steps."""
    net = ResNet()
    set_kernels(net)
    optimizer = torch.optim.SGD(net.parameters(), RESNET_RATE, 0.9)
    losses = []
    for step in range(UPDATES):
        x, label = resnet_batch(step)
        y = net(chw(from_numpy(x).double()))
        loss = F.cross_entropy(y, torch.tensor(label))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    out.line("resnet", "sgd,momentum=0.9", RESNET_RATE, 1,
             "batch_norm,momentum=0.9,epsilon=1e-5,unbiased")
    out.values("losses", losses)


if __name__ == "__main__":
    torch.set_default_dtype(torch.float64)
    writer = Writer(sys.argv[1] if len(sys.argv) > 1 else
                    "pictures-pytorch.txt",
                    "PyTorch " + torch.__version__.partition("+")[0])
    record_kinds(writer)
    record_moves(writer)
    record_resnet(writer)
