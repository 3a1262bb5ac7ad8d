# Moves many small objects by calling a method of each.
class Particle:
    def __init__(self, x, y):
        self.x = x
        self.y = y
        self.speed = 1.5

    def move(self, dt):
        self.x += self.speed * dt
        self.y -= self.speed * dt
        if self.x > 100:
            self.x = 0


def task():
    particles = [Particle(i % 100, i % 37) for i in range(1_000)]
    for _ in range(500):
        for particle in particles:
            particle.move(0.1)
    return particles[0].x
