#!/usr/bin/env python3
"""Records what Pillow and OpenCV make of pictures: resize.txt.

Lines: name of the input, HEIGHT WIDTH CHANNELS, HEIGHT WIDTH of the output,
the method of the step resize, the numbers of the output, 0..255.
"""
import sys

import cv2
import numpy as np
import PIL
from PIL import Image

from golden import IMAGE, numbers


def picture(height, width, channels):
    u = numbers(IMAGE, height * width * channels)
    return np.floor((u + 1) * 128).astype(np.uint8).reshape(height, width, channels)


def pillow(x, size, how):
    """Channel by channel, as Pillow has no type for any number of them."""
    planes = [np.asarray(Image.fromarray(x[:, :, c]).resize(size[::-1], how))
              for c in range(x.shape[2])]
    return np.stack(planes, axis=2)


def opencv(x, size, how):
    return cv2.resize(x, size[::-1], interpolation=how).reshape(*size, x.shape[2])


CASES = [
    # Whole factors: what Pillow calls box, and reduce.
    ((8, 12, 1), (4, 4), "area", "pillow", Image.BOX),
    ((12, 6, 3), (3, 3), "area", "pillow", Image.BOX),
    # Any factor: pixels are cut.
    ((7, 10, 1), (3, 4), "area", "opencv", cv2.INTER_AREA),
    ((28, 28, 1), (20, 20), "area", "opencv", cv2.INTER_AREA),
    ((15, 11, 3), (8, 7), "area", "opencv", cv2.INTER_AREA),
    # Growing.
    ((5, 6, 1), (11, 9), "bilinear", "pillow", Image.BILINEAR),
    ((4, 3, 3), (8, 12), "bilinear", "opencv", cv2.INTER_LINEAR),
    ((1, 2, 1), (3, 5), "bilinear", "pillow", Image.BILINEAR),
    # Shrinking without smoothing, and with it.
    ((9, 12, 1), (4, 5), "bilinear", "opencv", cv2.INTER_LINEAR),
    ((20, 13, 1), (7, 5), "triangle", "pillow", Image.BILINEAR),
    ((16, 16, 3), (6, 9), "triangle", "pillow", Image.BILINEAR),
    ((6, 5, 1), (9, 11), "triangle", "pillow", Image.BILINEAR),
]


def main():
    out = open(sys.argv[1] if len(sys.argv) > 1 else "resize.txt", "w")
    print("# Pillow", PIL.__version__, "OpenCV", cv2.__version__, file=out)
    for shape, size, method, who, how in CASES:
        y = {"pillow": pillow, "opencv": opencv}[who](picture(*shape), size, how)
        print(who, *shape, *size, method, *y.ravel(), file=out)


main()
