# Builds a list of strings and normalises each with three string methods.
def task():
    names = [f"  User-{i} Name  " for i in range(400_000)]
    cleaned = []
    for name in names:
        cleaned.append(name.strip().lower().replace("-", "_"))
    return cleaned
