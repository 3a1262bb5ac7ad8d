"""The one place that speaks HTTP to suppliers."""

import requests

SUPPLIERS = "https://suppliers.example"


def get_json(path: str) -> dict:
    response = requests.get(f"{SUPPLIERS}/{path}", timeout=10)
    response.raise_for_status()
    return response.json()


def get_bytes(url: str) -> bytes:
    response = requests.get(url, timeout=30)
    response.raise_for_status()
    return response.content
