"""A coroutine that leaves the event loop without knowing it."""

import logging

from service import load_page

log = logging.getLogger(__name__)


async def handler(url):
    page = load_page(url)
    log.info("%s has %d characters", url, len(page))
    return page
