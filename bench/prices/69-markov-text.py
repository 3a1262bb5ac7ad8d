# Learns which word follows which and writes a text from that.
import random

TEXT = "one fish two fish red fish blue fish old fish new fish this one has a little star " * 2_000


def learn(words):
    chain = {}
    for first, second in zip(words, words[1:]):
        chain.setdefault(first, []).append(second)
    return chain


def task():
    random.seed(7)
    chain = learn(TEXT.split())
    word = "one"
    out = [word]
    for _ in range(100_000):
        word = random.choice(chain[word])
        out.append(word)
    return " ".join(out)
