# Squares every element of a list in a comprehension.
def task():
    data = list(range(3_000_000))
    return [x ** 2 for x in data]
