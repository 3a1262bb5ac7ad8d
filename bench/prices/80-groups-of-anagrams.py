# Groups words by their sorted letters.
from itertools import product


def task():
    groups = {}
    for letters in product("abcdefgh", repeat=5):
        word = "".join(letters)
        groups.setdefault("".join(sorted(word)), []).append(word)
    return max(groups.values(), key=len)[0]
