# Waits in short steps and computes next to nothing.
import time


def task():
    for _ in range(10):
        time.sleep(0.03)
    return True
