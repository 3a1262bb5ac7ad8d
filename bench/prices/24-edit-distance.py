# Fills the table of an edit distance row by row.
LEFT = "kitten sitting on the mat " * 18
RIGHT = "sitting kitten at the mall " * 18


def distance(a, b):
    previous = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        current = [i]
        for j, y in enumerate(b, 1):
            cost = 0 if x == y else 1
            current.append(min(previous[j] + 1, current[j - 1] + 1, previous[j - 1] + cost))
        previous = current
    return previous[-1]


def task():
    return distance(LEFT, RIGHT)
