# vectorize-loop: one formula for each element.
from concurrent.futures import ThreadPoolExecutor

import numpy as np


def scaled(a: np.ndarray):
    out = np.empty_like(a)
    for i in range(len(a)):
        out[i] = a[i] * a[i] * 0.5 + 2.0
    return out


def main():
    parts = [np.linspace(0.0, 1.0, 6_000_000) * n for n in range(4)]
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(scaled, parts))
    print([part[-3:].tolist() for part in found])


if __name__ == "__main__":
    main()
