# Reads an array element by element, which is slower than a list.
import numpy as np


def task():
    values = np.arange(1_000_000)
    total = 0
    for i in range(1_000_000):
        total += values[i] * 2
    return int(total)
