# Walks a grid breadth first with a queue and a set of what was seen.
from collections import deque

SIDE = 400


def task():
    queue = deque([(0, 0, 0)])
    seen = {(0, 0)}
    far = 0
    while queue:
        x, y, depth = queue.popleft()
        far = max(far, depth)
        for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1)):
            nx, ny = x + dx, y + dy
            if 0 <= nx < SIDE and 0 <= ny < SIDE and (nx, ny) not in seen:
                seen.add((nx, ny))
                queue.append((nx, ny, depth + 1))
    return far
