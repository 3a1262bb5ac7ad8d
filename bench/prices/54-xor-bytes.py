# Encrypts a block byte by byte with a repeating key.
KEY = b"secret"


def task():
    block = bytes(range(256)) * 4_000
    out = bytearray(len(block))
    for i in range(len(block)):
        out[i] = block[i] ^ KEY[i % len(KEY)]
    return bytes(out)
