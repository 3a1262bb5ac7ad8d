"""Fetches the pictures of new articles before the shop opens."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from .client import get_bytes


def save(url: str, folder: Path) -> Path:
    path = folder / url.rsplit("/", 1)[-1]
    path.write_bytes(get_bytes(url))
    return path


def save_all(urls: list[str], folder: Path) -> list[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    with ThreadPoolExecutor(max_workers=16) as pool:
        return list(pool.map(save, urls, [folder] * len(urls)))
