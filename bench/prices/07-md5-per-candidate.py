# Tries every word of four letters against a digest, one tiny hash per word.
import hashlib
import itertools

LETTERS = "abcdefghijklmnopqrstuvwxyz"


def task():
    wanted = hashlib.md5(b"no such word").hexdigest()
    for letters in itertools.product(LETTERS, repeat=4):
        word = "".join(letters)
        if hashlib.md5(word.encode()).hexdigest() == wanted:
            return word
    return None
