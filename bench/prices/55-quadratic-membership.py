# Tests membership in a list, a hidden loop in C per test.
def task():
    seen = []
    for i in range(5_000):
        value = i * 31 % 4_999
        if value not in seen:
            seen.append(value)
    return len(seen)
