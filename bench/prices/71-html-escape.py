# Escapes texts and puts them into rows of a page.
import html


def row(number, text):
    return f"<tr><td>{number}</td><td>{html.escape(text)}</td></tr>"


def task():
    return len("".join(row(i, "a < b && c > 'd'") for i in range(150_000)))
