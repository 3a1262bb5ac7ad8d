# Multiplies two matrices held as lists of lists.
SIZE = 140


def multiply(a, b, n):
    result = [[0] * n for _ in range(n)]
    for i in range(n):
        for j in range(n):
            total = 0
            for k in range(n):
                total += a[i][k] * b[k][j]
            result[i][j] = total
    return result


def task():
    a = [[i + j for j in range(SIZE)] for i in range(SIZE)]
    b = [[i - j for j in range(SIZE)] for i in range(SIZE)]
    return multiply(a, b, SIZE)
