"""Measures which calls give up the GIL, and what calls cost. `npm run probe` runs it and compares with the knowledge files.

    python3 scripts/probe-gil.py [--only TEXT] [ROW…]      one JSON object per line: this Python, then each row
    python3 scripts/probe-gil.py --prices [--only TEXT]    prices; exit code 1 when one is off by more than 4

How a class is found. A second thread counts while the call under test runs in this one. In the strict pass the interpreter
is told to switch threads every 1000 seconds, and the counter gives the GIL away by itself after every step. Byte code then
never hands over, so the counter moves during the call only if the call itself releases the GIL. What is measured is the
longest time the counter stood still, as a share of the call: it does not depend on how many cores are free. In the open
pass the switch interval is the usual one, which tells byte code (stands still for milliseconds) from one long C call
(stands still throughout). A call that releases the GIL and uses no processor time waits.

Python code around many short releases also lets the counter move, at a slow pace: that is `partly`, and judges nobody.

A row is run until enough runs in a row agree whether it holds or releases. One that never does is inconclusive.
"""

import argparse
import importlib
import json
import os
import pathlib
import statistics
import sys
import tempfile
import threading
import time
import timeit

from probe_cases import CLASSES, PRICES

for _pool in ("OMP", "OPENBLAS", "MKL", "NUMEXPR", "POLARS"):
    os.environ.setdefault(_pool + "_NUM_THREADS", "1")

DATA = pathlib.Path(__file__).resolve().parent.parent / "server" / "src" / "knowledge" / "data"
LIBRARIES = ("numpy", "pandas", "PIL", "scipy", "lxml", "orjson", "bcrypt", "yaml")
STANDS = 0.95  # share of the call from which the counter counts as stopped: a call that holds the GIL comes to all of it
MOVES = 0.35  # share of the call up to which it counts as running
IDLE = 0.1  # share of processor time below which a releasing call waits
FREELY = 0.3  # pace of the counter, as a share of its pace when nothing else runs, below which many short releases are not one
LARGEST = 1 << 20  # size of the work beyond which a call is not scaled
SIDES = {"holds": "hold", "interprets": "hold", "releases": "release", "waits": "release"}


class Counter(threading.Thread):
    """Counts, and remembers the longest time it could not."""

    def __init__(self, polite):
        super().__init__(daemon=True)
        self.polite = polite
        self.steps = 0
        self.longest = 0.0
        self.mark = None
        self.stopped = False
        self.start()

    def run(self):
        clock, rest = time.perf_counter, time.sleep
        last = clock()
        while not self.stopped:
            now = clock()
            if self.mark is not None and last > self.mark:
                self.longest = max(self.longest, now - last)
            last = now
            self.steps += 1
            if self.polite:
                rest(0)

    def during(self, call):
        """Longest standstill, duration and own processor time of one call, in seconds, and steps per second meanwhile."""
        self.longest = 0.0
        begin, cpu, first = time.perf_counter(), time.thread_time(), self.steps
        self.mark = begin - 1.0
        call()
        cpu, end, last = time.thread_time() - cpu, time.perf_counter(), self.steps
        while self.steps < last + 3:
            time.sleep(0.001)  # a standstill shows only once the counter runs again
        self.mark = None
        took = end - begin
        return min(self.longest, took), took, cpu, (last - first) / took

    def finish(self):
        self.stopped = True
        self.join()


def observe(call, interval, polite):
    """What `during` says, with the pace of the counter as a share of its pace when nothing else runs."""
    usual = sys.getswitchinterval()
    counter = Counter(polite)
    sys.setswitchinterval(interval)
    try:
        free = counter.during(lambda: time.sleep(0.02))[3]
        still, took, cpu, pace = counter.during(call)
        return still, took, cpu, pace / max(free, 1.0)
    finally:
        sys.setswitchinterval(usual)
        counter.finish()


usual_interval = sys.getswitchinterval()


def classify(call, least, strict_only):
    """(`holds`, `interprets`, `releases`, `waits`, `partly` or `too-short`, seconds); holds stands for both when strict only."""
    still, took, cpu, pace = observe(call, 1000.0, True)
    if took < least:
        return "too-short", took
    if still / took <= MOVES:
        if cpu / took < IDLE:
            return "waits", took
        return ("releases" if strict_only or pace >= FREELY else "partly"), took
    if still / took < STANDS:
        return "partly", took
    if strict_only:
        return "holds", took
    still, again, _, _ = observe(call, usual_interval, False)
    return ("holds" if still / again >= 0.5 else "interprets"), took


def scaled(make, size, length):
    """The first size from here on at which the call lasts long enough."""
    while True:
        begin = time.perf_counter()
        make(size)()
        took = time.perf_counter() - begin
        if took >= length or size >= LARGEST:
            return size
        size *= max(2, min(32, int(length / max(took, 1e-6)) + 1))


def judge(make, options):
    """All runs of a row, and what as many of them as asked for agree on, one after the other."""
    size = scaled(make, 1, 2 * options.least)
    runs, took = [], []
    for _ in range(options.tries):
        found, seconds = classify(make(size), options.least, options.strict_only)
        runs.append(found)
        took.append(seconds)
        if found == "too-short" and size < LARGEST:
            size *= 2
        last = runs[-options.runs :]
        sides = {SIDES.get(it) for it in last}
        if len(last) == options.runs and len(sides) == 1 and None not in sides:
            return {"found": statistics.mode(last), "runs": runs, "least": min(took[-options.runs :])}
    return {"found": None, "runs": runs, "least": min(took)}


# ── What the files claim ─────────────────────────────────────────────────────────────────────────


def read_claims():
    """Entries as they stand in the files."""
    claims = {}
    for file in sorted(DATA.glob("*.json")):
        claims.update(json.loads(file.read_text("utf-8"))["apis"])
    return claims


def prices_at(text, size):
    """Nanoseconds that a price such as `1 us + 3 ns/length of 0 ^1.3` comes to."""
    total = 0.0
    for part in text.split(" + "):
        amount, _, growth = part.partition("/")
        number, unit = amount.split(" ")
        nanoseconds = float(number) * {"ns": 1, "us": 1e3, "ms": 1e6, "s": 1e9}[unit]
        power = float(growth.partition("^")[2] or 1)
        total += nanoseconds * size**power if growth else nanoseconds
    return total


# ── Runs ─────────────────────────────────────────────────────────────────────────────────────────


def missing(text):
    """Libraries that the row needs and this Python has not."""
    return [name for name in LIBRARIES if name in text and not importable(name)]


def importable(name):
    try:
        importlib.import_module(name)
    except ImportError:
        return False
    return True


def compiled(setup, code):
    def make(size):
        scope = {"n": size, "time": time}
        exec(setup, scope)
        body = compile(code, "case", "exec")
        return lambda: exec(body, scope)

    return make


def tell(**row):
    print(json.dumps(row), flush=True)


def run_classes(cases, options):
    gil = getattr(sys, "_is_gil_enabled", lambda: True)()
    tell(python=sys.version.split()[0], minor=sys.version_info.minor, gil=gil)
    if not gil:
        return
    for label, setup, code in cases:
        absent = missing(setup)
        if absent:
            tell(row=label, missing=absent)
            continue
        try:
            tell(row=label, **judge(compiled(setup, code), options))
        except Exception as error:  # a library that does not have the call any more
            tell(row=label, failed=f"{type(error).__name__}: {error}")


def run_prices(cases, claims):
    wrong = 0
    for name, setup, code, sizes in cases:
        for size in sizes:
            timer = timeit.Timer(code, f"n = {size}\n{setup}")
            count, took = 1, 0.0
            while took < 0.005:
                count *= 4
                took = timer.timeit(count)
            found = min(timer.repeat(5, count)) / count * 1e9
            claimed = prices_at(claims[name]["costs"], size)
            differs = not 0.25 <= found / claimed <= 4
            wrong += differs
            print(f"{name:34} size {size:8} claimed {claimed:12.0f} ns found {found:12.0f} ns{'  DIFFERS' if differs else ''}", flush=True)
    print(f"{wrong} differ on Python {sys.version.split()[0]}")
    return wrong


def main():
    parser = argparse.ArgumentParser(description="Measures GIL classes and prices on this Python.")
    parser.add_argument("rows", nargs="*", help="rows by their whole label; default: all")
    parser.add_argument("--only", default="", help="rows whose label contains this")
    parser.add_argument("--prices", action="store_true", help="measure prices instead of GIL classes")
    parser.add_argument("--runs", type=int, default=3, help="runs in a row that have to agree")
    parser.add_argument("--tries", type=int, default=9, help="runs after which a row is inconclusive")
    parser.add_argument("--least", type=float, default=0.03, help="seconds a call has to last")
    parser.add_argument("--strict-only", action="store_true", help="hold or release, without telling byte code from C")
    options = parser.parse_args()
    wanted = [case for case in (PRICES if options.prices else CLASSES) if options.only in case[0] and case[0] in (options.rows or [case[0]])]
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        wrong = run_prices(wanted, read_claims()) if options.prices else run_classes(wanted, options)
        os.chdir(DATA)
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
