"""Between the report and the arithmetic."""

from dice import THROWS, total_of


def measure(seed):
    return total_of(seed) / THROWS
