# Gives each record a digest of its JSON.
import hashlib
import json


def digest(record):
    return hashlib.sha256(json.dumps(record, sort_keys=True).encode()).hexdigest()


def task():
    records = [{"id": i, "name": f"user{i}", "active": i % 2 == 0} for i in range(30_000)]
    return len({digest(record) for record in records})
