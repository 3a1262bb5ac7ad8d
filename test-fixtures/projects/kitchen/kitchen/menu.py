"""Which dishes sell best together, worked out in processes."""

from concurrent.futures import ProcessPoolExecutor


def affinity(pair: tuple[int, int]) -> int:
    first, second = pair
    total = 0
    for day in range(2_000_000):
        total += (first * day + second) % 11
    return total


def best_pairs(pairs: list[tuple[int, int]]) -> list[int]:
    with ProcessPoolExecutor(max_workers=2) as pool:
        return list(pool.map(affinity, pairs))
