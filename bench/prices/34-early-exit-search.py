# Looks through a list in order and finds the element after a tenth of it.
def task():
    values = list(range(1_000_000))
    for value in values:
        if value * value > 10_000_000_000:
            return value
    return None
