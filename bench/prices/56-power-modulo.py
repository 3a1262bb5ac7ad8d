# Tests numbers for primality with modular powers of big integers.
def probable_prime(n):
    return pow(2, n - 1, n) == 1


def task():
    base = 10 ** 80
    found = 0
    for offset in range(1, 4_000, 2):
        if probable_prime(base + offset):
            found += 1
    return found
