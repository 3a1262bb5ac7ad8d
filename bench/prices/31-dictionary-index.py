# Groups records under a key and then reads every group.
from collections import defaultdict


def task():
    index = defaultdict(list)
    for i in range(500_000):
        index[i % 1_000].append(i)
    total = 0
    for group in index.values():
        total += sum(group)
    return total
