# Factorials that cost milliseconds each, held by the interpreter's lock.
import math


def task():
    digits = 0
    for n in range(4_000, 5_000, 2):
        digits += math.factorial(n).bit_length()
    return digits
