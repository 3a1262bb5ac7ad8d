"""Counts primes below several limits."""

from concurrent.futures import ThreadPoolExecutor

from pipeline import measure

LIMITS = [200_000, 300_000, 400_000, 500_000]


def main():
    with ThreadPoolExecutor(max_workers=4) as pool:
        for count in pool.map(measure, LIMITS):
            print(count)


if __name__ == "__main__":
    main()
