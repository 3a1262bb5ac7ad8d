# Passes numbers through three generators that feed each other.
def numbers(limit):
    for i in range(limit):
        yield i


def squares(source):
    for value in source:
        yield value * value


def odd(source):
    for value in source:
        if value % 2:
            yield value


def task():
    return sum(odd(squares(numbers(1_500_000))))
