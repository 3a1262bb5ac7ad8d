# Caches of a library: nobody here starts a thread.
import threading
import time
from collections import OrderedDict, defaultdict


class Cache:
    """Forgets what was of no use for longest."""

    def __init__(self, size):
        self.size = size
        self._lock = threading.Lock()
        self._items = OrderedDict()
        self._hits = 0
        self._misses = 0

    def get(self, key):
        with self._lock:
            if key not in self._items:
                self._misses += 1
                return None
            self._hits += 1
            self._items.move_to_end(key)
            return self._items[key]

    def put(self, key, value):
        with self._lock:
            self._items[key] = value
            self._items.move_to_end(key)
            while len(self._items) > self.size:
                self._items.popitem(last=False)

    def clear(self):
        with self._lock:
            self._items.clear()
            self._hits = 0
            self._misses = 0

    def statistics(self):
        with self._lock:
            return self._hits, self._misses, len(self._items)


class Expiring:
    """Entries are good for some seconds."""

    def __init__(self, seconds):
        self.seconds = seconds
        self._entries = {}
        self._lock = threading.Lock()

    def get(self, key, make):
        with self._lock:
            entry = self._entries.get(key)
            if entry is None or entry[0] < time.monotonic():
                entry = (time.monotonic() + self.seconds, make(key))
                self._entries[key] = entry
            return entry[1]

    def drop(self, key):
        with self._lock:
            self._entries.pop(key, None)

    def sweep(self):
        now = time.monotonic()
        with self._lock:
            for key in [it for it, (until, _) in self._entries.items() if until < now]:
                del self._entries[key]


class Index:
    """Which documents hold a word."""

    def __init__(self):
        self._lock = threading.Lock()
        self._words = defaultdict(set)
        self._documents = 0

    def add(self, name, words):
        with self._lock:
            self._documents += 1
            for word in words:
                self._words[word].add(name)

    def remove(self, name):
        with self._lock:
            self._documents -= 1
            for names in self._words.values():
                names.discard(name)

    def find(self, word):
        with self._lock:
            return sorted(self._words.get(word, ()))

    def __len__(self):
        with self._lock:
            return self._documents
