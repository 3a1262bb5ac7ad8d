# Pushes and pops through a heap.
import heapq


def task():
    heap = []
    for i in range(200_000):
        heapq.heappush(heap, i * 7919 % 100_003)
    total = 0
    while heap:
        total += heapq.heappop(heap)
    return total
