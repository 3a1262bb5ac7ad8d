"""Fetches one page and waits for it."""

import requests


def fetch(url):
    return requests.get(url, timeout=5).text
