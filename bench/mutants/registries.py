# Registries with a base class, a lock of the module, and a lock for two places.
import logging
import threading

log = logging.getLogger(__name__)


class Guarded:
    def __init__(self):
        self._lock = threading.RLock()


class Sessions(Guarded):
    def __init__(self):
        super().__init__()
        self._by_user = {}
        self._count = 0

    def login(self, user, session):
        with self._lock:
            old = self._by_user.get(user)
            if old is not None:
                old.close()
            self._by_user[user] = session
            self._count += 1

    def logout(self, user):
        with self._lock:
            session = self._by_user.pop(user, None)
            if session is not None:
                self._count -= 1
        return session

    def broadcast(self, message):
        with self._lock:
            for session in self._by_user.values():
                session.send(message)

    def how_many(self):
        with self._lock:
            return self._count


class Events:
    def __init__(self):
        self._handlers = {}
        self._lock = threading.Lock()

    def on(self, name, handler):
        with self._lock:
            self._handlers.setdefault(name, []).append(handler)

    def off(self, name, handler):
        with self._lock:
            left = [it for it in self._handlers.get(name, []) if it is not handler]
            self._handlers[name] = left

    def emit(self, name, *args):
        with self._lock:
            handlers = list(self._handlers.get(name, ()))
        for handler in handlers:
            handler(*args)

    def names(self):
        with self._lock:
            return [it for it in self._handlers]


class Settings:
    _lock = threading.Lock()

    def __init__(self, defaults):
        self._values = dict(defaults)
        self._version = 0

    def set(self, key, value):
        with self._lock:
            if self._values.get(key) == value:
                return
            self._values[key] = value
            self._version += 1

    def update(self, values):
        with self._lock:
            self._values.update(values)
            self._version += 1
            log.info("version %s", self._version)

    def snapshot(self):
        with self._lock:
            return self._version, dict(self._values)


class Jobs:
    def __init__(self):
        self.lock = threading.Lock()
        self.waiting = []
        self.running = {}

    def submit(self, job):
        with self.lock:
            self.waiting.append(job)

    def start_next(self, worker):
        with self.lock:
            if not self.waiting:
                return None
            job = self.waiting.pop(0)
            self.running[worker] = job
            return job

    def finish(self, worker):
        with self.lock:
            return self.running.pop(worker)

    def give_up(self):
        with self.lock:
            self.waiting.extend(self.running.values())
            self.running.clear()

    def idle(self):
        with self.lock:
            return not self.waiting and not self.running


class Metrics:
    def __init__(self):
        self._sums = {}
        self._counts = {}
        self._lock = threading.Lock()

    def add(self, name, value):
        with self._lock:
            self._sums[name] = self._sums.get(name, 0) + value
            self._counts[name] = self._counts.get(name, 0) + 1

    def mean(self, name):
        with self._lock:
            return self._sums[name] / self._counts[name]

    def drain(self):
        with self._lock:
            sums, self._sums = self._sums, {}
            self._counts = {}
        return sums
