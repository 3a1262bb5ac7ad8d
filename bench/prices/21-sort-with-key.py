# Sorts pairs by their second element with a key function.
def task():
    pairs = [(i, i * 7919 % 100_003) for i in range(200_000)]
    pairs.sort(key=lambda pair: pair[1])
    return pairs[0]
