# swap-thread-pool-for-multiprocessing-pool: the pool of threads of multiprocessing.
from multiprocessing.pool import ThreadPool


def spectral(n):
    total = 0.0
    for i in range(n):
        for j in range(n):
            total += 1.0 / ((i + j) * (i + j + 1) // 2 + i + 1)
    return total


def main():
    with ThreadPool(4) as pool:
        print(pool.map(spectral, [3_200, 3_210, 3_220, 3_230]))


if __name__ == "__main__":
    main()
