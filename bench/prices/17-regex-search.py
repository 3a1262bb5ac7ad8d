# Runs one compiled expression over many short lines.
import re

PATTERN = re.compile(r"(\d+)-(\w+)@(\w+)\.com")


def task():
    lines = [f"entry {i} of 12-user{i}@example.com in the log" for i in range(60_000)]
    found = []
    for line in lines:
        match = PATTERN.search(line)
        if match:
            found.append(match.group(2))
    return found
