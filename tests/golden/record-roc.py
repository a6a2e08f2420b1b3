#!/usr/bin/env python3
"""Records areas and corners of ROC curves: roc.txt.

By the definition, slowly and in exact fractions: the area is the share of
pairs in the right order, ties counted half; the curve is every threshold
tried, and what lies on the line of its neighbours left out.  Nothing but the
standard library.

Lines: "auc" or "roc", outputs of a sample, samples, levels that probabilities
have, the class; the area, or thresholds with their two rates.
"""
from fractions import Fraction

from plain import number

SCORE, LABEL = 300, 301


def below(salt, i, n):
    return int((number(salt, i) + 1) / 2 * n)


def samples(width, n, levels):
    """Rows of a label and probabilities in steps of 1 / (levels + 1); the
    true class has a step more."""
    for i in range(n):
        label = below(LABEL, i, max(width, 2))
        yield label, [
            Fraction(below(SCORE, i * width + k, levels) + (label == (1 if width == 1 else k)),
                     levels + 1) for k in range(width)]


def split(width, n, levels, klass):
    """Probabilities of the class: of its own samples, and of the rest."""
    sides = [], []
    for label, p in samples(width, n, levels):
        if width == 1:
            p = [1 - p[0], p[0]]
        sides[label != klass].append(p[klass])
    return sides


def area(own, rest):
    pairs = sum(Fraction((a > b) * 2 + (a == b), 2) for a in own for b in rest)
    return pairs / (len(own) * len(rest))


def curve(own, rest):
    points = [(None, Fraction(0), Fraction(0))]
    for t in sorted(set(own + rest), reverse=True):
        points.append((t, Fraction(sum(b >= t for b in rest), len(rest)),
                       Fraction(sum(a >= t for a in own), len(own))))

    def corner(a, b, c):
        return (b[1] - a[1]) * (c[2] - b[2]) != (c[1] - b[1]) * (b[2] - a[2])

    inner = [b for a, b, c in zip(points, points[1:], points[2:]) if corner(a, b, c)]
    return points[:1] + inner + points[-1:]


def main():
    for width, n, levels in ((1, 40, 7), (1, 60, 3), (3, 50, 7), (5, 80, 15)):
        for klass in range(max(width, 2)):
            own, rest = split(width, n, levels, klass)
            case = f"{width} {n} {levels} {klass}"
            print(f"auc {case} {float(area(own, rest)):.17g}")
            print(f"roc {case}", *(
                "nan" if v is None else f"{float(v):.17g}" for p in curve(own, rest) for v in p))


main()
