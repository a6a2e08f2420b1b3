"""ResNet-20 fine-tuned in PyTorch.

torch-finetune.py WHAT KEEP EPOCHS THREADS IMAGES LABELS: trains the "head",
the last "block" and the head, or "all"; KEEP is "keep" where what the frozen
part makes of the pictures is computed once and kept, else "again".  Prints
"first_ms MS", what the first epoch took with everything computed for it, and
"epoch_ms MS" for each further one.

The data lie in memory as uint8, activations are channels_last, the optimizer
is fused.  The frozen part is in evaluation mode and, scripted and frozen, has
its batch norms folded into its convolutions; it runs under no_grad,
and in batches of 256 where it runs once.  Three batches went through
everything before the clock starts."""
import sys
import time
import warnings

import torch
from torch import nn
from torch.nn import functional as F

import data
import torch_nets

BATCH = 32
MEAN = torch.tensor([0.485, 0.456, 0.406]).view(1, 3, 1, 1) * 255
SPREAD = torch.tensor([0.229, 0.224, 0.225]).view(1, 3, 1, 1) * 255
# What learns: that many of the layers of torch_nets.resnet20, from the end.
LAST = {"head": 1, "block": 4, "all": 0}


def pictures(x, rows):
    x = x[rows].contiguous(memory_format=torch.channels_last).float()
    return x.sub_(MEAN).div_(SPREAD)


def halves(what):
    """The part that is frozen, None if none is, and the part that learns."""
    net = torch_nets.resnet20().to(memory_format=torch.channels_last)
    at = len(net) - (LAST[what] or len(net))
    if at == 0:
        return None, net
    still = torch.jit.script(net[:at].eval())
    return torch.jit.optimize_for_inference(torch.jit.freeze(still)), net[at:]


def features(still, x, rows):
    with torch.no_grad():
        return still(pictures(x, rows))


def keep_features(still, x):
    return torch.cat([features(still, x, torch.arange(i, min(i + 256, len(x))))
                      for i in range(0, len(x), 256)])


def epoch(net, optimizer, order, inputs, y):
    for i in range(0, len(y), BATCH):
        rows = order[i:i + BATCH]
        loss = F.cross_entropy(net(inputs(rows)), y[rows])
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()


def main(what, keep, epochs, threads, *paths):
    torch.set_num_threads(int(threads))
    torch.manual_seed(0)
    x, y = data.load(*paths)
    # Channels last in memory, as the files have them.
    x = torch.from_numpy(x.copy()).permute(0, 3, 1, 2)
    y = torch.from_numpy(y.copy()).long()
    still, net = halves(what)
    optimizer = torch.optim.SGD(net.parameters(), lr=0.01, momentum=0.9,
                                fused=True)

    def inputs(rows):
        if still is None:
            return pictures(x, rows)
        return features(still, x, rows)

    for _ in range(3):
        epoch(net, optimizer, torch.arange(BATCH), inputs, y[:BATCH])
        if keep == "keep":
            keep_features(still, x[:256])
    figure = "first_ms"
    for i in range(int(epochs)):
        start = time.perf_counter()
        if i == 0 and keep == "keep":
            kept = keep_features(still, x)

            def inputs(rows):
                return kept[rows]

        epoch(net, optimizer, torch.randperm(len(y)), inputs, y)
        print(figure, (time.perf_counter() - start) * 1e3)
        figure = "epoch_ms"


warnings.filterwarnings("ignore", category=FutureWarning)
main(*sys.argv[1:])
