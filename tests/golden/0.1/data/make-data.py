#!/usr/bin/env python3
"""Makes the data that the models of this folder learned: pictures of 8 x 8 in
three classes (bars, bright corners, noise), as IDX, and a table."""
import random
import struct
import sys

random.seed(1)
out = sys.argv[1]


def picture(kind):
    dots = [[random.randrange(60) for x in range(8)] for y in range(8)]
    at = random.randrange(6)
    for y in range(8):
        for x in range(8):
            if kind == 0 and at <= x < at + 2:
                dots[y][x] = 200 + random.randrange(56)
            if kind == 1 and (x < 4) == (y < 4):
                dots[y][x] = 150 + random.randrange(100)
            if kind == 2:
                dots[y][x] = random.randrange(256)
    return bytes(sum(dots, []))


def write(name, n):
    labels = [i % 3 for i in range(n)]
    with open(f"{out}/{name}-images-idx3-ubyte", "wb") as f:
        f.write(struct.pack(">IIII", 0x803, n, 8, 8))
        f.write(b"".join(map(picture, labels)))
    with open(f"{out}/{name}-labels-idx1-ubyte", "wb") as f:
        f.write(struct.pack(">II", 0x801, n) + bytes(labels))


write("train", 48)
write("other", 24)
with open(f"{out}/table.csv", "w") as f:
    f.write("a,b,c,y\n")
    for i in range(24):
        a, b, c = (random.randrange(100) / 10 for _ in range(3))
        f.write(f"{a},{b},{c},{a + 2 * b - c:.1f}\n")
