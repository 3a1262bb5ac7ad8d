# loop-to-process-pool: a loop with one large call in each turn.
def settled(row, size=1000):
    total = 0.0
    for column in range(size):
        rate = 3.0 + column / size
        share = (row + 1) / (size + 1)
        for _ in range(300):
            share = rate * share * (1.0 - share)
        total += share
    return total


def main():
    rows = []
    for row in range(560):
        rows.append(settled(row))
    print(sum(rows))


if __name__ == "__main__":
    main()
