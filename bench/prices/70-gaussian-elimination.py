# Solves a system of linear equations in place.
SIZE = 120


def solve(matrix, n):
    for column in range(n):
        pivot = matrix[column][column] or 1e-9
        for row in range(column + 1, n):
            factor = matrix[row][column] / pivot
            for k in range(column, n + 1):
                matrix[row][k] -= factor * matrix[column][k]
    result = [0.0] * n
    for row in range(n - 1, -1, -1):
        total = matrix[row][n]
        for k in range(row + 1, n):
            total -= matrix[row][k] * result[k]
        result[row] = total / (matrix[row][row] or 1e-9)
    return result


def task():
    matrix = [[float((i * j + i + 1) % 17 + 1) for j in range(SIZE + 1)] for i in range(SIZE)]
    return solve(matrix, SIZE)[0]
