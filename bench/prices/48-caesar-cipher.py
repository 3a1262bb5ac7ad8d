# Shifts each letter of a text, one character at a time.
TEXT = "Attack at dawn, retreat at dusk! " * 12_000


def shift(text, by):
    out = []
    for char in text:
        if char.isalpha():
            base = ord("A") if char.isupper() else ord("a")
            out.append(chr((ord(char) - base + by) % 26 + base))
        else:
            out.append(char)
    return "".join(out)


def task():
    return shift(TEXT, 3)
