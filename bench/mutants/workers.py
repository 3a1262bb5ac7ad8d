# Objects that start threads of their own.
import queue
import threading
import time


class Progress:
    def __init__(self, total):
        self._lock = threading.Lock()
        self.total = total
        self.done = 0
        self.failed = []

    def advance(self, name, ok):
        with self._lock:
            self.done += 1
            if not ok:
                self.failed.append(name)

    def share(self):
        with self._lock:
            return self.done / self.total

    def report(self):
        with self._lock:
            return f"{self.done} of {self.total}, failed: {', '.join(self.failed)}"

    def reset(self, total):
        with self._lock:
            self.total = total
            self.done = 0
            self.failed = []


class Crawler:
    def __init__(self, count):
        self.count = count
        self.todo = queue.Queue()
        self.seen = set()
        self.lock = threading.Lock()
        self.progress = Progress(0)

    def offer(self, address):
        with self.lock:
            if address in self.seen:
                return
            self.seen.add(address)
        self.todo.put(address)

    def known(self):
        with self.lock:
            return sorted(self.seen)

    def forget(self, address):
        with self.lock:
            self.seen.discard(address)

    def work(self):
        while True:
            address = self.todo.get()
            if address is None:
                return
            time.sleep(0.01)
            self.progress.advance(address, len(address) < 40)
            self.offer(address + "/next")

    def run(self):
        threads = [threading.Thread(target=self.work) for _ in range(self.count)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return self.progress.report()


class Ticker:
    """Listeners are told twice a second."""

    def __init__(self):
        self._mutex = threading.Lock()
        self._listeners = []
        self._ticks = 0
        self._running = True
        threading.Thread(target=self._loop, daemon=True).start()

    def subscribe(self, listener):
        with self._mutex:
            self._listeners.append(listener)

    def unsubscribe(self, listener):
        with self._mutex:
            if listener in self._listeners:
                self._listeners.remove(listener)

    def ticks(self):
        with self._mutex:
            return self._ticks

    def _loop(self):
        while self._running:
            time.sleep(0.5)
            with self._mutex:
                self._ticks += 1
                for listener in self._listeners:
                    listener(self._ticks)

    def stop(self):
        self._running = False
