# The same as a comprehension, through map, filter and lambdas.
def task():
    values = range(1_500_000)
    return sum(map(lambda x: x * 3 + 1, filter(lambda x: x % 3 == 0, values)))
