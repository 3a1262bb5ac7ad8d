"""Threads that fill a list they share, which separate processes cannot."""

from concurrent.futures import ThreadPoolExecutor

found = []


def search(offset):
    total = 0
    for number in range(5_000_000):
        total += (number + offset) * number % 7
    found.append(total)


def main():
    with ThreadPoolExecutor(max_workers=4) as pool:
        list(pool.map(search, [1, 2, 3, 4]))
    print(found)


if __name__ == "__main__":
    main()
