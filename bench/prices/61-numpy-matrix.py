# Multiplies large matrices in native code, outside the interpreter's lock.
import numpy as np


def task():
    a = np.ones((900, 900))
    b = np.ones((900, 900))
    for _ in range(4):
        a = np.dot(a, b) / 900.0
    return float(a[0, 0])
