"""PNG files to labels: Pillow decodes in two worker processes, PyTorch labels
batches of 250 in channels_last.

torch-predict.py FILE|FOLDER prints a line a picture."""
import os
import sys

import numpy as np
import torch
from PIL import Image

import torch_nets

BATCH = 250


class Pictures(torch.utils.data.Dataset):
    def __init__(self, files):
        self.files = files

    def __len__(self):
        return len(self.files)

    def __getitem__(self, i):
        with Image.open(self.files[i]) as picture:
            return torch.from_numpy(np.array(picture))[None]


def main(path):
    torch.manual_seed(0)
    files = [path]
    if os.path.isdir(path):
        files = [os.path.join(path, f) for f in sorted(os.listdir(path))]
    net = torch_nets.cnn_small().eval().to(memory_format=torch.channels_last)
    feed = torch.utils.data.DataLoader(
        Pictures(files), BATCH, num_workers=2 if len(files) > 1 else 0)
    at = 0
    with torch.inference_mode():
        for x in feed:
            x = x.to(memory_format=torch.channels_last).float().div_(255)
            for best in net(x).argmax(1).tolist():
                print(files[at], best, sep="\t")
                at += 1


main(*sys.argv[1:])
