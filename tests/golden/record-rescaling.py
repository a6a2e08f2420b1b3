#!/usr/bin/env python3
"""Records the layer rescaling, y = scale x, by its formula: rescaling.txt, in
the lines of pytorch.txt.  Exact fractions, rounded once; nothing but the
standard library.
"""
from fractions import Fraction

from plain import number

X, DY, ROWS, COLUMNS = 1, 50, 3, 5


def line(name, values):
    print(name, *(f"{float(v):.12g}" for v in values))


for operand, scale in (("rescaling:2", Fraction(2)), ("rescaling:-0.3", Fraction(-3, 10))):
    print(f"kind {operand} {ROWS}x{COLUMNS} 1")
    line("y", (2 * number(X, i) * scale for i in range(ROWS * COLUMNS)))
    line("dx 0", (number(DY, i) * scale for i in range(ROWS * COLUMNS)))
