"""Pure Python arithmetic: it holds the GIL from beginning to end."""

THROWS = 3_000_000


def total_of(seed):
    total = 0
    for _ in range(THROWS):
        seed = (seed * 1103515245 + 12345) % 2147483648
        total += seed % 6 + 1
    return total
