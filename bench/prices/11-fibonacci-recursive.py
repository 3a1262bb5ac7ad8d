# Two calls of itself per call, without a memory.
def fib(n):
    if n < 2:
        return n
    return fib(n - 1) + fib(n - 2)


def task():
    return fib(27)
