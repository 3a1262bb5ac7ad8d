# Compresses large blocks, which happens outside the interpreter's lock.
import zlib


def task():
    block = b"one line of a log file, much like the line before it\n" * 20_000
    sizes = []
    for _ in range(40):
        sizes.append(len(zlib.compress(block)))
    return sizes
