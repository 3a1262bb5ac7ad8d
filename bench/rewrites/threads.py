# threads-to-process-pool: a list of threads that compute.
import threading


def primes(n):
    found = 0
    for i in range(2, n):
        k = 2
        while k * k <= i and i % k:
            k += 1
        found += k * k > i
    return found


def main():
    threads = [threading.Thread(target=primes, args=(560_000,)) for _ in range(4)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    print("done")


if __name__ == "__main__":
    main()
