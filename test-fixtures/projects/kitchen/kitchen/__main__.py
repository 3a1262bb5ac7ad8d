"""Opens the kitchen, seats the guests, and shows what is ready."""

import asyncio

from .guests import seat_all
from .menu import best_pairs
from .orders import READY, Kitchen, Till


async def show(till: Till) -> None:
    for _ in range(3):
        print(dict(READY), till.report())
        await asyncio.sleep(0.3)


async def evening(till: Till) -> None:
    board = asyncio.create_task(show(till))
    await asyncio.to_thread(seat_all, ["soup", "fish,chips", "pie", "soup"])
    await board


def main() -> None:
    till = Till()
    kitchen = Kitchen(till)
    kitchen.open()
    asyncio.run(evening(till))
    kitchen.close()
    print(best_pairs([(1, 2), (3, 4)]))


if __name__ == "__main__":
    main()
