# Merges nested settings, copy by copy.
def merge(base, extra):
    merged = dict(base)
    for key, value in extra.items():
        if isinstance(value, dict) and isinstance(merged.get(key), dict):
            merged[key] = merge(merged[key], value)
        else:
            merged[key] = value
    return merged


def task():
    base = {f"section{i}": {"a": 1, "b": 2, "c": {"d": 3}} for i in range(20)}
    extra = {f"section{i}": {"b": 5, "c": {"e": 6}} for i in range(20)}
    total = 0
    for _ in range(2_000):
        total += len(merge(base, extra))
    return total
