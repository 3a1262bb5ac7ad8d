# Splits a text and counts its words in a dictionary.
TEXT = "the quick brown fox jumps over the lazy dog and runs away from it " * 20_000


def task():
    counts = {}
    for word in TEXT.split():
        counts[word] = counts.get(word, 0) + 1
    return counts
