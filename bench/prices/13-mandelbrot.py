# Iterates a complex formula per point and leaves early where it escapes.
WIDTH = 160
HEIGHT = 120
STEPS = 60


def escape(re, im):
    zr = zi = 0.0
    for step in range(STEPS):
        zr, zi = zr * zr - zi * zi + re, 2 * zr * zi + im
        if zr * zr + zi * zi > 4.0:
            return step
    return STEPS


def task():
    rows = []
    for y in range(HEIGHT):
        rows.append([escape(x / WIDTH * 3 - 2, y / HEIGHT * 2 - 1) for x in range(WIDTH)])
    return rows
