"""Between the report and the arithmetic."""

from primes import count_primes


def measure(limit):
    return count_primes(limit)
