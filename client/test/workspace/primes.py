"""Pure Python arithmetic: it holds the GIL from beginning to end."""


def count_primes(limit):
    count = 0
    for number in range(2, 500_000):
        divisor = 2
        while divisor * divisor <= number and number % divisor:
            divisor += 1
        count += number < limit and divisor * divisor > number
    return count
