# loop-to-process-pool: a loop with one large call in each turn.
def mandelbrot(row, size=280):
    inside = 0
    for column in range(size):
        x = y = 0.0
        cx, cy = 3.0 * column / size - 2.0, 2.0 * row / size - 1.0
        steps = 0
        while x * x + y * y <= 4.0 and steps < 2000:
            x, y = x * x - y * y + cx, 2.0 * x * y + cy
            steps += 1
        inside += steps
    return inside


def main():
    rows = []
    for row in range(280):
        rows.append(mandelbrot(row))
    print(sum(rows))


if __name__ == "__main__":
    main()
