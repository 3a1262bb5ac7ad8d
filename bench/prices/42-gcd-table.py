# Asks for the greatest common divisor of every pair.
from math import gcd


def task():
    coprime = 0
    for a in range(1, 1_200):
        for b in range(1, 1_200):
            if gcd(a, b) == 1:
                coprime += 1
    return coprime
