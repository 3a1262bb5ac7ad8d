# swap-thread-pool-for-process-pool: a map over a few large tasks.
from concurrent.futures import ThreadPoolExecutor


def collatz(start):
    longest = 0
    for n in range(start, start + 200_000):
        steps = 0
        while n != 1:
            n = n // 2 if n % 2 == 0 else 3 * n + 1
            steps += 1
        longest = max(longest, steps)
    return longest


def main():
    with ThreadPoolExecutor(max_workers=4) as pool:
        print(list(pool.map(collatz, [1, 200_001, 400_001, 600_001])))


if __name__ == "__main__":
    main()
