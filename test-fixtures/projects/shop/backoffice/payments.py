"""Captures payments; the gateway is slow on Mondays, so it is asked again."""

import asyncio
import time
from typing import Protocol


class Gateway(Protocol):
    async def capture(self, order: str) -> bool: ...

    async def settled(self, order: str) -> bool: ...


async def capture(gateway: Gateway, order: str, attempts: int = 4) -> bool:
    for attempt in range(attempts):
        if await gateway.capture(order):
            return True
        time.sleep(2**attempt)  # alarm: [blocking-sleep]
    return False


async def wait_until_settled(gateway: Gateway, order: str, polls: int = 60) -> bool:
    for _ in range(polls):
        if await gateway.settled(order):
            return True
        await asyncio.sleep(5)
    return False
