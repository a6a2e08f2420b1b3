#!/usr/bin/env python3
"""Records the layer average, the mean of its inputs: average.txt, in the lines
of pytorch.txt.  Exact fractions, rounded once; nothing but the standard
library.
"""
from plain import number

X, DY, ROWS, COLUMNS = 1, 50, 3, 5


def line(name, values):
    print(name, *(f"{float(v):.12g}" for v in values))


for inputs in (2, 3, 7):
    print(f"kind average {ROWS}x{COLUMNS} {inputs}")
    line("y", (sum(2 * number(X + k, i) for k in range(inputs)) / inputs for i in range(ROWS * COLUMNS)))
    for k in range(inputs):
        line(f"dx {k}", (number(DY, i) / inputs for i in range(ROWS * COLUMNS)))
