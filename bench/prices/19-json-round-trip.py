# Writes and reads a list of small records as JSON.
import json


def task():
    records = [{"id": i, "name": "item", "price": 9.5, "tags": ["a", "b"]} for i in range(50_000)]
    text = json.dumps(records)
    return len(json.loads(text))
