# Adds and scales vectors through operators of a class.
class Vector:
    def __init__(self, x, y):
        self.x = x
        self.y = y

    def __add__(self, other):
        return Vector(self.x + other.x, self.y + other.y)

    def __mul__(self, factor):
        return Vector(self.x * factor, self.y * factor)


def task():
    position = Vector(0.0, 0.0)
    speed = Vector(1.0, 0.5)
    for _ in range(200_000):
        position = position + speed * 0.01
    return position.x
