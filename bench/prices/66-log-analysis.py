# Reads log lines, keeps the slow requests and groups them by path.
from collections import defaultdict


def parse(line):
    parts = line.split(" ")
    return parts[0], parts[1], int(parts[2])


def task():
    lines = [f"GET /page/{i % 50} {i % 900}" for i in range(200_000)]
    slow = defaultdict(list)
    for line in lines:
        method, path, took = parse(line)
        if method == "GET" and took > 500:
            slow[path].append(took)
    return {path: sum(values) / len(values) for path, values in slow.items()}
