"""What our suppliers have in stock."""

from . import client


def stock_of(article: str) -> int:
    """Pieces that can be ordered today, over all warehouses."""
    warehouses = client.get_json(f"articles/{article}/stock")
    return sum(warehouses.values())


def picture_of(article: str) -> bytes:
    """The large product picture."""
    article_page = client.get_json(f"articles/{article}")
    return client.get_bytes(article_page["picture"])
