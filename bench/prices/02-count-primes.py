# Counts primes by trial division that leaves the inner loop early.
LIMIT = 60_000


def is_prime(n):
    if n < 2:
        return False
    d = 2
    while d * d <= n:
        if n % d == 0:
            return False
        d += 1
    return True


def count_primes(limit):
    return sum(1 for n in range(limit) if is_prime(n))


def task():
    return count_primes(LIMIT)
