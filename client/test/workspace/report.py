"""Prints the average throw for several seeds."""

from concurrent.futures import ThreadPoolExecutor

from pipeline import measure

SEEDS = [11, 23, 42, 97]


def main():
    with ThreadPoolExecutor(max_workers=4) as pool:
        for average in pool.map(measure, SEEDS):
            print(average)


if __name__ == "__main__":
    main()
