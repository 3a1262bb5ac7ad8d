# Sorts random numbers without a key.
import random


def task():
    random.seed(4)
    values = [random.random() for _ in range(500_000)]
    return sorted(values)
