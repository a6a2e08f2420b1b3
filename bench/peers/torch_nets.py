"""The nets of the benchmarks in PyTorch; inputs N C H W."""
import torch
from torch import nn
from torch.nn import functional as F


def mlp():
    return nn.Sequential(
        nn.Flatten(), nn.Linear(784, 128), nn.ReLU(), nn.Linear(128, 10))


def cnn_small():
    return nn.Sequential(
        nn.Conv2d(1, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(32, 64, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(7 * 7 * 64, 128), nn.ReLU(),
        nn.Linear(128, 10))


def vgg_small():
    layers, before = [], 3
    for width in 64, 128, 256:
        for _ in range(2):
            layers += [nn.Conv2d(before, width, 3, padding=1),
                       nn.ReLU(inplace=True)]
            before = width
        layers.append(nn.MaxPool2d(2))
    return nn.Sequential(
        *layers, nn.Flatten(), nn.Linear(4 * 4 * 256, 256),
        nn.ReLU(inplace=True), nn.Linear(256, 10))


class Block(nn.Module):
    def __init__(self, before, width, stride):
        super().__init__()
        self.a = nn.Conv2d(before, width, 3, stride, 1, bias=False)
        self.an = nn.BatchNorm2d(width)
        self.b = nn.Conv2d(width, width, 3, 1, 1, bias=False)
        self.bn = nn.BatchNorm2d(width)
        self.short = nn.Identity()
        if stride > 1 or before != width:
            self.short = nn.Sequential(
                nn.Conv2d(before, width, 1, stride, bias=False),
                nn.BatchNorm2d(width))

    def forward(self, x):
        y = F.relu(self.an(self.a(x)), inplace=True)
        return F.relu(self.bn(self.b(y)) + self.short(x), inplace=True)


def resnet20():
    layers = [nn.Conv2d(3, 16, 3, 1, 1, bias=False), nn.BatchNorm2d(16),
              nn.ReLU(inplace=True)]
    before = 16
    for width in 16, 32, 64:
        for i in range(3):
            layers.append(
                Block(before, width, 2 if i == 0 and width > 16 else 1))
            before = width
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(),
                         nn.Linear(64, 10))


def adam(p):
    return torch.optim.Adam(p, lr=1e-3, eps=1e-7, fused=True)


def sgd(p):
    return torch.optim.SGD(p, lr=0.01, momentum=0.9, fused=True)


# name: net, optimizer, batch
NETS = {
    "p1": (mlp, adam, 32),
    "p2": (cnn_small, adam, 64),
    "p3": (resnet20, sgd, 64),
    "vgg": (vgg_small, sgd, 64),
}
