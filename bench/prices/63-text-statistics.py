# Reads a text in one pass with several counters and a translation table.
import string

TEXT = "It was the best of times, it was the worst of times; nothing more. " * 6_000


def task():
    vowels = consonants = others = 0
    for char in TEXT.lower():
        if char in "aeiou":
            vowels += 1
        elif char in string.ascii_lowercase:
            consonants += 1
        else:
            others += 1
    plain = TEXT.translate(str.maketrans("", "", string.punctuation))
    return vowels, consonants, others, len(plain.split())
