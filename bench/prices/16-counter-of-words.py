# Counts words with the counter of the library, whose loop is in C.
from collections import Counter


def task():
    words = "alpha beta gamma delta epsilon zeta eta theta".split() * 200_000
    return Counter(words).most_common(3)
