# Things that are few and are lent out.
import threading
import time
from contextlib import contextmanager


class Connections:
    def __init__(self, connect, most):
        self._connect = connect
        self._most = most
        self._free = []
        self._lent = 0
        self._condition = threading.Condition()

    def take(self):
        with self._condition:
            while not self._free and self._lent >= self._most:
                self._condition.wait()
            self._lent += 1
            return self._free.pop() if self._free else self._connect()

    def give_back(self, connection):
        with self._condition:
            self._lent -= 1
            self._free.append(connection)
            self._condition.notify()

    def close(self):
        with self._condition:
            for connection in self._free:
                connection.close()
            self._free = []

    @contextmanager
    def lent(self):
        connection = self.take()
        try:
            yield connection
        finally:
            self.give_back(connection)


class Limit:
    """So many calls in a minute."""

    def __init__(self, calls):
        self._calls = calls
        self._left = calls
        self._since = time.monotonic()
        self._lock = threading.Lock()

    def try_one(self):
        with self._lock:
            self._refill()
            if self._left == 0:
                return False
            self._left -= 1
            return True

    def _refill(self):
        now = time.monotonic()
        if now - self._since >= 60:
            self._since = now
            self._left = self._calls

    def left(self):
        with self._lock:
            self._refill()
            return self._left

    def give(self, more):
        with self._lock:
            self._left += more


class Numbers:
    """Gives out numbers, each once."""

    _lock = threading.Lock()
    _next = 1
    _returned = []

    @classmethod
    def take(cls):
        with cls._lock:
            if cls._returned:
                return cls._returned.pop()
            number = cls._next
            cls._next += 1
            return number

    @classmethod
    def give_back(cls, number):
        with cls._lock:
            cls._returned.append(number)

    @classmethod
    def start_at(cls, number):
        with cls._lock:
            cls._next = number
            cls._returned.clear()
