"""Guests order all at once; how many there were is counted."""

from concurrent.futures import ThreadPoolExecutor

from .orders import ORDERS

guests = 0


def seat(dish: str) -> None:
    global guests
    guests = guests + len(dish.split(","))  # alarm: [unguarded-read-modify-write]
    ORDERS.put(dish)


def seat_all(dishes: list[str]) -> int:
    with ThreadPoolExecutor(max_workers=4) as waiters:
        list(waiters.map(seat, dishes))
    return guests
