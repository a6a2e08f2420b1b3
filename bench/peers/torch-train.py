"""A net of the benchmarks trained in PyTorch.

torch-train.py NET STEPS THREADS f32|bf16 IMAGES LABELS prints "step_ms MEAN"
of all steps but the first fifth.  The data lie in memory as uint8, batches
are gathered by index; activations channels_last; fused optimizers."""
import sys
import time

import torch
from torch.nn import functional as F

import data
import torch_nets


def step(net, optimizer, x, y, bf16):
    with torch.autocast("cpu", torch.bfloat16, enabled=bf16):
        loss = F.cross_entropy(net(x), y)
    optimizer.zero_grad(set_to_none=True)
    loss.backward()
    optimizer.step()
    return loss


def gather(x, rows):
    return (x[rows].contiguous(memory_format=torch.channels_last)
            .float().div_(255))


def main(name, steps, threads, numbers, *paths):
    torch.set_num_threads(int(threads))
    torch.manual_seed(0)
    x, y = data.load(*paths)
    # Channels last in memory, as the files have them.
    x = torch.from_numpy(x.copy()).permute(0, 3, 1, 2)
    y = torch.from_numpy(y.copy()).long()
    make, optimizer, batch = torch_nets.NETS[name]
    net = make().to(memory_format=torch.channels_last)
    optimizer = optimizer(net.parameters())
    steps, first = int(steps), max(int(steps) // 5, 1)
    order = torch.cat([torch.randperm(len(x))[:len(x) // batch * batch]
                       for _ in range(1 + steps * batch // len(x))])
    for i in range(steps):
        if i == first:
            start = time.perf_counter()
        rows = order[i * batch:(i + 1) * batch]
        loss = step(net, optimizer, gather(x, rows), y[rows],
                    numbers == "bf16")
    print("step_ms", (time.perf_counter() - start) * 1e3 / (steps - first))
    print("loss", loss.item())


main(*sys.argv[1:])
