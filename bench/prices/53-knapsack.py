# Fills a table of best values, item by item.
WEIGHTS = [3, 4, 5, 9, 14, 7, 8, 2, 6, 11, 13, 17, 19, 23, 10, 12, 15, 16, 18, 21]
VALUES = [30, 14, 16, 36, 50, 20, 25, 8, 22, 40, 44, 60, 58, 70, 31, 37, 45, 47, 52, 66]
CAPACITY = 40_000


def task():
    best = [0] * (CAPACITY + 1)
    for weight, value in zip(WEIGHTS, VALUES):
        for room in range(CAPACITY, weight - 1, -1):
            with_item = best[room - weight] + value
            if with_item > best[room]:
                best[room] = with_item
    return best[CAPACITY]
