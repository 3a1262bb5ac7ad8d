# Marks the multiples of each prime with a slice assignment.
LIMIT = 4_000_000


def task():
    marks = bytearray([1]) * (LIMIT + 1)
    marks[0:2] = b"\0\0"
    for n in range(2, int(LIMIT ** 0.5) + 1):
        if marks[n]:
            marks[n * n :: n] = bytes(len(range(n * n, LIMIT + 1, n)))
    return sum(marks)
