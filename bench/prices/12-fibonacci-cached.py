# The same recursion behind a cache is over at once, so it is repeated.
from functools import lru_cache


@lru_cache(maxsize=None)
def fib(n):
    if n < 2:
        return n
    return fib(n - 1) + fib(n - 2)


def task():
    total = 0
    for _ in range(600):
        fib.cache_clear()
        total += fib(80)
    return total
