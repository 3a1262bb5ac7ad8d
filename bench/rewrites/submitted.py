# swap-thread-pool-for-process-pool: submitted one by one, taken as they come.
from concurrent.futures import ThreadPoolExecutor, as_completed


def digits(n, base=10):
    total = 0
    for i in range(n):
        while i:
            total += i % base
            i //= base
    return n, total


def main():
    found = {}
    with ThreadPoolExecutor(4) as pool:
        futures = [pool.submit(digits, n, base=3) for n in (2_000_000, 2_010_000, 2_020_000, 2_030_000)]
        for future in as_completed(futures):
            n, total = future.result()
            found[n] = total
    print(sorted(found.items()))


if __name__ == "__main__":
    main()
