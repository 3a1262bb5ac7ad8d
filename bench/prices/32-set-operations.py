# Intersects and subtracts large sets, one C call each.
def task():
    left = set(range(0, 1_000_000, 2))
    right = set(range(0, 1_000_000, 3))
    return len(left & right) + len(left - right) + len(left | right)
