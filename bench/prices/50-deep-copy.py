# Copies a nested structure, a walk in Python inside the library.
import copy


def task():
    tree = {f"key{i}": [{"a": j, "b": [1, 2, 3]} for j in range(20)] for i in range(200)}
    return len(copy.deepcopy(tree))
