# Throws random points at a circle.
import random


def task():
    inside = 0
    for _ in range(2_000_000):
        x = random.random()
        y = random.random()
        if x * x + y * y <= 1.0:
            inside += 1
    return inside
