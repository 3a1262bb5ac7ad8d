# Plays generations of a cellular automaton on a list of lists.
SIDE = 64


def neighbours(grid, row, column):
    total = 0
    for dr in (-1, 0, 1):
        for dc in (-1, 0, 1):
            if dr or dc:
                total += grid[(row + dr) % SIDE][(column + dc) % SIDE]
    return total


def step(grid):
    fresh = []
    for row in range(SIDE):
        line = []
        for column in range(SIDE):
            n = neighbours(grid, row, column)
            line.append(1 if n == 3 or (n == 2 and grid[row][column]) else 0)
        fresh.append(line)
    return fresh


def task():
    grid = [[(row * 7 + column * 13) % 3 == 0 for column in range(SIDE)] for row in range(SIDE)]
    for _ in range(20):
        grid = step(grid)
    return sum(map(sum, grid))
