"""PNG files to labels: Pillow decodes on two threads, ONNX Runtime labels
batches of 250.

onnx-predict.py MODEL FILE|FOLDER prints a line a picture."""
import os
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import onnxruntime as ort
from PIL import Image

BATCH = 250


def read(path):
    with Image.open(path) as picture:
        return np.asarray(picture)


def label(session, files, pictures):
    x = np.stack(pictures)[:, None].astype(np.float32) / 255
    best = session.run(None, {"x": x})[0].argmax(1)
    sys.stdout.write("".join("%s\t%d\n" % row for row in zip(files, best)))


def main(model, path):
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1 if os.path.isfile(path) else 2
    session = ort.InferenceSession(
        model, options, providers=["CPUExecutionProvider"])
    if os.path.isfile(path):
        return label(session, [path], [read(path)])
    files = [os.path.join(path, f) for f in sorted(os.listdir(path))]
    with ThreadPoolExecutor(2) as pool:
        pictures = pool.map(read, files, chunksize=BATCH)
        for i in range(0, len(files), BATCH):
            some = files[i:i + BATCH]
            label(session, some, [next(pictures) for _ in some])


main(*sys.argv[1:])
