"""Thumbnails of product pictures."""

from pathlib import Path
from threading import Thread

from PIL import Image

SIZE = (320, 320)


def make_thumbnail(source: Path, target: Path) -> None:
    with Image.open(source) as image:
        small = image.resize(SIZE)
        small.save(target, quality=85)


def make_thumbnails(sources: list[Path], folder: Path) -> None:
    threads = [Thread(target=make_thumbnail, args=(source, folder / source.name)) for source in sources]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
