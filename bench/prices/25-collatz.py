# Follows each number down to one; how long that takes nobody can see in the source.
def steps(n):
    count = 0
    while n != 1:
        if n % 2 == 0:
            n //= 2
        else:
            n = 3 * n + 1
        count += 1
    return count


def task():
    best = 0
    for n in range(1, 60_000):
        best = max(best, steps(n))
    return best
