# Sums a remainder over a long range, with nothing but arithmetic in the loop.
def task():
    total = 0
    for i in range(10_000_000):
        total += i * i % 7
    return total
