"""A coroutine that leaves the event loop without knowing it."""

from service import load_page


async def handler(url):
    page = load_page(url)
    return page.upper()
