# Builds a document as text and parses it.
import xml.etree.ElementTree as ET


def task():
    items = "".join(f'<item id="{i}"><name>thing {i}</name></item>' for i in range(60_000))
    root = ET.fromstring(f"<items>{items}</items>")
    return sum(len(item.find("name").text) for item in root)
