"""Price statistics per category, for the buyers' Monday report."""

from concurrent.futures import ThreadPoolExecutor

CATEGORIES = ("books", "games", "garden", "kitchen")
SALES_PER_CATEGORY = 3_000_000


def price(base: int, sale: int) -> float:
    """The price of one sale, in euros; stands for a row of the sales table."""
    return base + (sale * 7919) % 2_000 / 100


def statistics_of(category: str) -> tuple[str, float, float, float]:
    """Name, mean price, variance, and the largest step between two sales."""
    base = 5 + len(category)
    total = 0.0
    squares = 0.0
    step = 0.0
    previous = price(base, 0)
    for sale in range(SALES_PER_CATEGORY):
        current = price(base, sale)
        total += current
        squares += current * current
        step = max(step, abs(current - previous))
        previous = current
    mean = total / SALES_PER_CATEGORY
    return category, mean, squares / SALES_PER_CATEGORY - mean * mean, step


def report() -> list[str]:
    with ThreadPoolExecutor(max_workers=4) as pool:
        rows = pool.map(statistics_of, CATEGORIES)  # alarm: [cpu-bound-thread-pool]
        return [f"{name}: mean {mean:.2f}, variance {variance:.2f}, step {step:.2f}" for name, mean, variance, step in rows]


if __name__ == "__main__":
    print("\n".join(report()))
