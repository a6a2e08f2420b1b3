"""python-pytorch.py MODEL PICTURES LOGITS: the net of samples-python.sh in
PyTorch, with the weights that samples/load-pytorch.py takes out of MODEL."""
import runpy
import sys

import torch
from torch import nn

lib = runpy.run_path(sys.path[0] + "/python-lib.py")


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv2d_1 = nn.Conv2d(1, 8, 3, stride=2, padding=1)
        self.batch_norm_1 = nn.BatchNorm2d(8, eps=1e-3)
        self.depth = nn.Module()
        self.depth.wise = nn.Conv2d(8, 16, 3, groups=8)
        self.dense_1 = nn.Linear(16 * 12 * 12, 32)
        self.dense_2 = nn.Linear(32, 10)

    def forward(self, x):
        x = torch.relu(self.batch_norm_1(self.conv2d_1(x)))
        x = self.depth.wise(x).permute(0, 2, 3, 1).flatten(1)
        return self.dense_2(torch.relu(self.dense_1(x)))


model, pictures, logits = sys.argv[1:]
net = Net()
state = lib["sample"]("load-pytorch.py").state_dict(model)
missing, unexpected = net.load_state_dict(state, strict=False)
assert not unexpected, unexpected
assert all(name.endswith("num_batches_tracked") for name in missing), missing
net.eval()
x = torch.tensor(lib["pictures"](pictures)).permute(0, 3, 1, 2)
with torch.no_grad():
    lib["compare"](net(x).numpy(), logits)
