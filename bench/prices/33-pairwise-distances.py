# Compares every point with every other one.
import math


def task():
    points = [(i * 37 % 1_000, i * 91 % 1_000) for i in range(700)]
    nearest = 1e9
    for i, (x1, y1) in enumerate(points):
        for x2, y2 in points[i + 1 :]:
            d = math.sqrt((x1 - x2) ** 2 + (y1 - y2) ** 2)
            if d < nearest:
                nearest = d
    return nearest
