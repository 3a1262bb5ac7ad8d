# Factorials of a thousand small numbers: one C call each, cheap in sum.
import math


def task():
    return [math.factorial(n) for n in range(1, 1000)]
