# run-in-process-pool: coroutines that hand what they compute to threads.
import asyncio


def triangle(n):
    total = 0
    for a in range(1, n):
        for b in range(a, n):
            c = a * a + b * b
            total += c % 7
    return total


async def main():
    print(await asyncio.gather(*(asyncio.to_thread(triangle, n) for n in (6_400, 6_410, 6_420, 6_430))))


if __name__ == "__main__":
    asyncio.run(main())
