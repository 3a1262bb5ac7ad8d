# Parses dates from text and formats the day after.
from datetime import datetime, timedelta


def task():
    out = []
    for i in range(30_000):
        day = datetime.strptime(f"2024-01-{i % 28 + 1:02d}", "%Y-%m-%d")
        out.append((day + timedelta(days=1)).strftime("%d.%m.%Y"))
    return out
