# Builds a table in a nested comprehension and transposes it.
def task():
    table = [[row * column % 11 for column in range(1_000)] for row in range(800)]
    return [sum(column) for column in zip(*table)]
