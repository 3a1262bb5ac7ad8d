# Derives keys with many rounds, outside the interpreter's lock.
import hashlib


def task():
    keys = []
    for i in range(4):
        keys.append(hashlib.pbkdf2_hmac("sha256", b"password", b"salt%d" % i, 100_000))
    return keys
