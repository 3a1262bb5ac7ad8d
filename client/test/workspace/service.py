"""Between the coroutine and the network."""

from client import fetch


def load_page(url):
    return fetch(url).strip()
