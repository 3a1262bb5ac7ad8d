# Takes numbers apart into primes.
def factors(n):
    found = []
    d = 2
    while d * d <= n:
        while n % d == 0:
            found.append(d)
            n //= d
        d += 1
    if n > 1:
        found.append(n)
    return found


def task():
    return sum(len(factors(n)) for n in range(2, 30_000))
