# Converts texts, one in ten of which is not a number.
def task():
    texts = ["x" if i % 10 == 0 else str(i) for i in range(400_000)]
    good = bad = 0
    for text in texts:
        try:
            good += int(text)
        except ValueError:
            bad += 1
    return good, bad
