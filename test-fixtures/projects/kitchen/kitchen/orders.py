"""The counter takes orders, the kitchen cooks them, the board shows what is ready."""

import queue
import threading
import time

ORDERS: queue.Queue[str] = queue.Queue()
READY: dict[str, int] = {}
READY_LOCK = threading.Lock()


class Till:
    """What was sold today."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.sold = 0
        self.last: str | None = None

    def book(self, dish: str) -> None:
        with self._lock:
            self.sold += 1
            self.last = dish

    def report(self) -> str:
        with self._lock:
            return f"{self.sold} sold, {self.last} last"

    def correct(self, by: int) -> None:
        self.sold -= by  # alarm: [inconsistent-lock-use]


class Kitchen:
    """Cooks in the background until it is closed."""

    def __init__(self, till: Till) -> None:
        self.till = till
        self.closing = threading.Event()
        self.cooks = [threading.Thread(target=self.cook) for _ in range(3)]

    def open(self) -> None:
        for it in self.cooks:
            it.start()

    def cook(self) -> None:
        while not self.closing.is_set():
            try:
                dish = ORDERS.get(timeout=1)
            except queue.Empty:
                continue
            time.sleep(0.1)
            self.till.book(dish)
            with READY_LOCK:
                READY[dish] = READY.get(dish, 0) + 1

    def close(self) -> None:
        self.closing.set()
        for it in self.cooks:
            it.join()
