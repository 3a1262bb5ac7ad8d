"""Pillow resizes in native code, which runs beside other threads."""

from concurrent.futures import ThreadPoolExecutor

from PIL import Image


def shrink(path):
    with Image.open(path) as picture:
        picture.resize((800, 600)).save(path + ".small.jpg")


def main():
    with ThreadPoolExecutor(max_workers=4) as pool:
        list(pool.map(shrink, ["a.jpg", "b.jpg", "c.jpg", "d.jpg"]))


if __name__ == "__main__":
    main()
