# Splits source text into tokens by one expression with many branches.
import re

TOKEN = re.compile(r"\s*(?:(\d+)|([A-Za-z_]\w*)|([-+*/()=]))")
SOURCE = "total = price * (amount + 12) - rebate / 7 " * 4_000


def tokens(text):
    at = 0
    while at < len(text):
        match = TOKEN.match(text, at)
        if match is None:
            break
        yield match.lastindex, match.group(match.lastindex)
        at = match.end()


def task():
    return sum(kind for kind, _ in tokens(SOURCE))
