"""The formula of golden.py for recorders that want the standard library only,
in exact fractions."""
from fractions import Fraction


def number(salt, i):
    """Number i of -1..1 with 24 bits for that use."""
    x = i * 0x9E3779B1 & 0xFFFFFFFF ^ salt * 0x85EBCA6B & 0xFFFFFFFF
    x = (x ^ x >> 15) * 0x2C1B3C6D & 0xFFFFFFFF
    x = (x ^ x >> 12) * 0x297A2D39 & 0xFFFFFFFF
    x ^= x >> 15
    return Fraction(x >> 8, 1 << 23) - 1
