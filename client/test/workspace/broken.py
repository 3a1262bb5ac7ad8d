"""Half typed: the server has to live with it."""

import time


async def tick(:
    time.sleep(1
