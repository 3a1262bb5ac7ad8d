# Hashes blocks of one mebibyte, which happens outside the interpreter's lock.
import hashlib


def task():
    block = b"x" * (1024 * 1024)
    digest = hashlib.sha256()
    for _ in range(200):
        digest.update(block)
    return digest.hexdigest()
