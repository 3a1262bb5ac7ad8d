# Compares every word with every other by a recursive distance behind a cache.
from functools import lru_cache

WORDS = ["kitten", "sitting", "mitten", "bitten", "fitting", "knitting", "written", "smitten"]


def distance(a, b):
    @lru_cache(maxsize=None)
    def step(i, j):
        if i == 0 or j == 0:
            return i + j
        if a[i - 1] == b[j - 1]:
            return step(i - 1, j - 1)
        return 1 + min(step(i - 1, j), step(i, j - 1), step(i - 1, j - 1))

    return step(len(a), len(b))


def task():
    return sum(distance(a, b) for a in WORDS for b in WORDS for _ in range(10))
