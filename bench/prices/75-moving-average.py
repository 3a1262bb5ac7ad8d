# Averages a window over a series of numbers.
import math


def task():
    series = [math.sin(i / 50) + i % 7 for i in range(200_000)]
    window = 30
    out = []
    total = sum(series[:window])
    for i in range(window, len(series)):
        out.append(total / window)
        total += series[i] - series[i - window]
    return max(out)
