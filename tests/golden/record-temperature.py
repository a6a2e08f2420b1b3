#!/usr/bin/env python3
"""Records the layer temperature, y = x / by, which PyTorch and Keras lack:
temperature.txt, in the lines of pytorch.txt.  Exact fractions, rounded once;
nothing but the standard library.
"""
from fractions import Fraction

from plain import number

X, DY, ROWS, COLUMNS = 1, 50, 3, 5


def line(name, values):
    print(name, *(f"{float(v):.12g}" for v in values))


for operand, by in (("temperature:1.5", Fraction(3, 2)), ("temperature:0.7", Fraction(7, 10)),
                    ("temperature", Fraction(1))):
    print(f"kind {operand} {ROWS}x{COLUMNS} 1")
    line("y", (2 * number(X, i) / by for i in range(ROWS * COLUMNS)))
    line("dx 0", (number(DY, i) / by for i in range(ROWS * COLUMNS)))
