"""Measures which calls give up the GIL and what they cost, and compares both with the knowledge files.

    python3 scripts/probe-gil.py [--only TEXT] [--repeat N]     classes; exit code 1 when one differs from the files
    python3 scripts/probe-gil.py --prices [--only TEXT]         prices; exit code 1 when one is off by more than 4

How a class is found. A second thread counts while the call under test runs in this one. In the strict pass the interpreter
is told to switch threads every 1000 seconds, and the counter gives the GIL away by itself after every step. Byte code then
never hands over, so the counter moves during the call only if the call itself releases the GIL. What is measured is the
longest time the counter stood still, as a share of the call: it does not depend on how many cores are free. In the open
pass the switch interval is the usual one, which tells byte code (stands still for milliseconds) from one long C call
(stands still throughout). A call that releases the GIL and uses no processor time waits.

Libraries that are not installed are skipped in words. Calls that end too fast to judge are reported as such.
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

for _pool in ("OMP", "OPENBLAS", "MKL", "NUMEXPR", "POLARS"):
    os.environ.setdefault(_pool + "_NUM_THREADS", "1")

DATA = pathlib.Path(__file__).resolve().parent.parent / "server" / "src" / "knowledge" / "data"
SHORTEST = 0.02  # seconds a call must last to be judged
LONG_CALL = 0.06  # seconds a call is scaled to
STANDS = 0.85  # share of the call from which the counter counts as stopped
MOVES = 0.35  # share of the call up to which it counts as running
IDLE = 0.25  # share of processor time below which a releasing call waits


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
        """Longest standstill, duration and own processor time of one call, in seconds."""
        self.longest = 0.0
        begin, cpu = time.perf_counter(), time.thread_time()
        self.mark = begin - 1.0
        call()
        cpu, end = time.thread_time() - cpu, time.perf_counter()
        seen = self.steps
        while self.steps < seen + 3:
            time.sleep(0.001)  # a standstill shows only once the counter runs again
        self.mark = None
        return min(self.longest, end - begin), end - begin, cpu

    def finish(self):
        self.stopped = True
        self.join()


def observe(call, interval, polite):
    usual = sys.getswitchinterval()
    counter = Counter(polite)
    time.sleep(0.01)
    sys.setswitchinterval(interval)
    try:
        return counter.during(call)
    finally:
        sys.setswitchinterval(usual)
        counter.finish()


def classify(call):
    """`holds`, `interprets`, `releases`, `waits`, `partly` or `too-short`."""
    still, took, cpu = observe(call, 1000.0, True)
    if took < SHORTEST:
        return "too-short"
    if still / took <= MOVES:
        return "waits" if cpu / took < IDLE else "releases"
    if still / took < STANDS:
        return "partly"
    still, took, _ = observe(call, usual_interval, False)
    return "holds" if still / took >= 0.5 else "interprets"


usual_interval = sys.getswitchinterval()


def scaled(make):
    """The call at the first size that lasts long enough to be judged."""
    size = 1
    while True:
        call = make(size)
        begin = time.perf_counter()
        call()
        took = time.perf_counter() - begin
        if took >= LONG_CALL or size >= 1 << 20:
            return call
        size *= max(2, min(32, int(LONG_CALL / max(took, 1e-6)) + 1))


# ── Cases ────────────────────────────────────────────────────────────────────────────────────────
# (name in the knowledge files, setup with `n` as the size, the call). `given:` after the name picks a variant, `loop:`
# marks small calls repeated in a Python loop, where a call that holds the GIL shows as byte code.

TEXT = "words = 'the quick brown fox jumps over the lazy dog 0123456789 ' * (500 * n); raw = words.encode()"
NOISE = "import os; raw = os.urandom(50_000 * n)"
ROWS = "rows = [{'id': i, 'name': 'n%d' % i, 'v': [i, i * 1.5, None, True]} for i in range(500 * n)]"
ARRAY = "import numpy; a = numpy.random.default_rng(1).random(100_000 * n)"
PICTURE = "from PIL import Image, ImageFilter; im = Image.effect_noise((400 + 40 * n, 400), 50).convert('RGB')"
FRAME = "import numpy, pandas; r = numpy.random.default_rng(1); d = pandas.DataFrame({'k': r.integers(0, 99, 9000 * n), 'v': r.random(9000 * n)})"

CLASSES = [
    ("time.sleep", "", "time.sleep(0.1)"),
    ("threading.Event.wait", "import threading; e = threading.Event()", "e.wait(0.1)"),
    ("threading.Lock.acquire", "import threading; l = threading.Lock(); l.acquire()", "l.acquire(timeout=0.1)"),
    ("threading.Condition.wait", "import threading; c = threading.Condition()", "with c: c.wait(0.1)"),
    ("queue.Queue.get", "import queue; q = queue.Queue()", "try: q.get(timeout=0.1)\nexcept queue.Empty: pass"),
    ("concurrent.futures.Future.result", "import concurrent.futures as c; f = c.Future()", "try: f.result(0.1)\nexcept c.TimeoutError: pass"),
    ("select.select", "import select", "select.select([], [], [], 0.1)"),
    ("socket.socket.recv", "import socket; a, b = socket.socketpair(); a.settimeout(0.1)", "try: a.recv(1)\nexcept OSError: pass"),
    ("subprocess.run", "import subprocess, sys", "subprocess.run([sys.executable, '-c', 'import time; time.sleep(0.2)'])"),
    ("os.system", "import os", "os.system('sleep 0.1')"),
    ("zlib.compress", "import zlib; " + TEXT, "zlib.compress(raw)"),
    ("zlib.crc32", "import zlib; " + NOISE, "zlib.crc32(raw)"),
    ("bz2.compress", "import bz2; " + TEXT, "bz2.compress(raw)"),
    ("bz2.decompress", "import bz2; " + NOISE + "; raw = bz2.compress(raw)", "bz2.decompress(raw)"),
    ("lzma.compress", "import lzma; " + NOISE, "lzma.compress(raw)"),
    ("gzip.compress", "import gzip; " + TEXT, "gzip.compress(raw)"),
    ("hashlib.md5", "import hashlib; " + NOISE, "hashlib.md5(raw)"),
    ("hashlib.sha256", "import hashlib; " + NOISE, "hashlib.sha256(raw)"),
    ("hashlib.sha3_256", "import hashlib; " + NOISE, "hashlib.sha3_256(raw)"),
    ("hashlib.blake2b", "import hashlib; " + NOISE, "hashlib.blake2b(raw)"),
    ("hashlib.sha256 loop:", "import hashlib; raw = b'a' * 1024", "for _ in range(500 * n): hashlib.sha256(raw)"),
    ("hashlib.md5 loop:", "import hashlib; raw = b'a' * 16", "for _ in range(500 * n): hashlib.md5(raw)"),
    ("hashlib.pbkdf2_hmac", "import hashlib", "hashlib.pbkdf2_hmac('sha256', b'pw', b'salt', 1000 * n)"),
    ("hashlib.scrypt", "import hashlib", "hashlib.scrypt(b'pw', salt=b'saltsalt', n=1 << 15, r=8, p=1, maxmem=1 << 27)"),
    ("hmac.digest", "import hmac; " + NOISE, "hmac.digest(b'k', raw, 'sha256')"),
    ("os.urandom", "import os", "os.urandom(100_000 * n)"),
    ("sqlite3.Connection.execute", "import sqlite3; c = sqlite3.connect(':memory:', check_same_thread=False)",
     "c.execute('with recursive c(x) as (select 1 union all select x+1 from c where x<%d) select sum(x) from c' % (9000 * n)).fetchone()"),
    ("json.dumps", "import json; " + ROWS, "json.dumps(rows)"),
    ("json.dumps given:indent", "import json; " + ROWS, "json.dumps(rows, indent=2)"),
    ("json.loads", "import json; " + ROWS + "; words = json.dumps(rows)", "json.loads(words)"),
    ("pickle.dumps", "import pickle; " + ROWS, "pickle.dumps(rows)"),
    ("pickle.loads", "import pickle; " + ROWS + "; raw = pickle.dumps(rows)", "pickle.loads(raw)"),
    ("marshal.dumps", "import marshal; " + ROWS, "marshal.dumps(rows)"),
    ("base64.b64encode", "import base64; " + NOISE, "base64.b64encode(raw)"),
    ("binascii.hexlify", "import binascii; " + NOISE, "binascii.hexlify(raw)"),
    ("csv.reader", "import csv; rows = ['a,b,\"c d\",%d' % i for i in range(900 * n)]", "list(csv.reader(rows))"),
    ("struct.pack", "import struct; v = [1.5] * (9000 * n)", "struct.pack('%dd' % len(v), *v)"),
    ("re.Pattern.findall", "import re; p = re.compile(r'\\b(\\w+) (\\d+)\\b'); " + TEXT, "p.findall(words)"),
    ("re.Pattern.sub", "import re; p = re.compile(r'o\\w'); " + TEXT, "p.sub('X', words)"),
    ("builtins.str.split", TEXT, "words.split()"),
    ("builtins.str.replace", TEXT, "words.replace('fox', 'wolf')"),
    ("builtins.str.upper", TEXT, "words.upper()"),
    ("builtins.str.join", "v = ['abc'] * (90_000 * n)", "''.join(v)"),
    ("builtins.str.encode", "words = 'ä€' * (90_000 * n)", "words.encode()"),
    ("builtins.bytes.find", NOISE, "raw.find(b'absent from it')"),
    ("builtins.sorted", "import random; v = [random.random() for _ in range(9000 * n)]", "sorted(v)"),
    ("builtins.sum", "v = list(range(90_000 * n))", "sum(v)"),
    ("builtins.set", "v = list(range(9000 * n))", "set(v)"),
    ("builtins.compile", "words = 'x = f(a + 1, b[2])\\n' * (90 * n)", "compile(words, 'x', 'exec')"),
    ("math.factorial", "import math", "math.factorial(4000 * n)"),
    ("math.fsum", "import math; v = [0.1] * (9000 * n)", "math.fsum(v)"),
    ("itertools.permutations", "import itertools, collections", "collections.deque(itertools.permutations(range(10)), 0)"),
    ("collections.Counter", "import collections; " + TEXT, "collections.Counter(words)"),
    ("ast.parse", "import ast; words = 'x = f(a + 1, b[2])\\n' * (90 * n)", "ast.parse(words)"),
    ("gc.collect", "import gc; v = [[i] for i in range(90_000 * n)]", "gc.collect()"),
    ("ssl.RAND_bytes", "import ssl", "ssl.RAND_bytes(100_000 * n)"),
    ("unicodedata.normalize", "import unicodedata; words = 'éàü€' * (2000 * n)", "unicodedata.normalize('NFKD', words)"),
    ("decimal.Decimal.sqrt", "import decimal; c = decimal.Context(prec=900 * n)", "c.sqrt(decimal.Decimal(2))"),
    ("xml.etree.ElementTree.fromstring", "import xml.etree.ElementTree as E; words = '<r>' + '<a><b>t</b></a>' * (900 * n) + '</r>'", "E.fromstring(words)"),
    ("xml.etree.ElementTree.tostring", "import xml.etree.ElementTree as E; e = E.fromstring('<r>' + '<a><b>t</b></a>' * (900 * n) + '</r>')", "E.tostring(e)"),
    ("copy.deepcopy", "import copy; " + ROWS, "copy.deepcopy(rows)"),
    ("difflib.SequenceMatcher.ratio", "import difflib; a = list('abcdefgh') * (20 * n); b = a[::-1]", "difflib.SequenceMatcher(None, a, b).ratio()"),
    ("statistics.mean", "import statistics; v = [0.5] * (900 * n)", "statistics.mean(v)"),
    ("random.shuffle", "import random; v = list(range(900 * n))", "random.shuffle(v)"),
    ("heapq.nsmallest", "import heapq; v = list(range(9000 * n, 0, -1))", "heapq.nsmallest(900, v)"),
    ("textwrap.wrap", "import textwrap; " + TEXT, "textwrap.wrap(words)"),
    ("datetime.datetime.strptime loop:", "from datetime import datetime", "for _ in range(90 * n): datetime.strptime('2020-01-02', '%Y-%m-%d')"),
    ("numpy.sin", ARRAY, "numpy.sin(a)"),
    ("numpy.sqrt", ARRAY, "for _ in range(9): numpy.sqrt(a)"),
    ("numpy.sort", ARRAY, "numpy.sort(a)"),
    ("numpy.dot", "import numpy; a = numpy.random.default_rng(1).random((90 * n, 400)); b = a.T.copy()", "numpy.dot(a, b)"),
    ("numpy.linalg.inv", "import numpy; a = numpy.random.default_rng(1).random((100 + 20 * n, 100 + 20 * n))", "numpy.linalg.inv(a)"),
    ("numpy.fft.fft", ARRAY, "numpy.fft.fft(a)"),
    ("numpy.unique", "import numpy; a = numpy.random.default_rng(1).integers(0, 999, 90_000 * n)", "numpy.unique(a)"),
    ("numpy.cumsum", ARRAY, "for _ in range(9): numpy.cumsum(a)"),
    ("numpy.where", ARRAY + "; m = a > 0.5", "for _ in range(9): numpy.where(m, a, 0.0)"),
    ("numpy.array", "import numpy; v = [0.5] * (90_000 * n)", "numpy.array(v)"),
    ("numpy.ndarray.tolist", ARRAY, "a.tolist()"),
    ("numpy.vectorize", "import numpy; f = numpy.vectorize(lambda x: x + 1); a = numpy.arange(9000 * n)", "f(a)"),
    ("numpy.apply_along_axis", "import numpy; a = numpy.ones((900 * n, 4))", "numpy.apply_along_axis(lambda r: r[0], 1, a)"),
    ("numpy.sin loop:", "import numpy; a = numpy.ones(100)", "for _ in range(900 * n): numpy.sin(a)"),
    ("PIL.Image.Image.resize", PICTURE, "im.resize((900, 900), Image.LANCZOS)"),
    ("PIL.Image.Image.rotate", PICTURE, "im.rotate(33, Image.BICUBIC)"),
    ("PIL.Image.Image.filter", PICTURE, "im.filter(ImageFilter.GaussianBlur(9))"),
    ("PIL.Image.Image.convert", PICTURE, "for _ in range(9): im.convert('L').convert('RGB')"),
    ("PIL.Image.Image.getpixel loop:", PICTURE, "for x in range(900 * n): im.getpixel((x % 400, 9))"),
    ("pandas.DataFrame.sort_values", FRAME, "d.sort_values('v')"),
    ("pandas.DataFrame.iterrows", FRAME, "for _ in d.iterrows(): pass"),
    ("pandas.DataFrame.apply", FRAME, "d.apply(lambda row: row['k'] + 1, axis=1)"),
    ("pandas.DataFrame.to_dict", FRAME, "d.to_dict('records')"),
    ("scipy.ndimage.gaussian_filter", "import numpy, scipy.ndimage; a = numpy.ones((200, 100 * n))", "scipy.ndimage.gaussian_filter(a, 4)"),
    ("scipy.fft.fft", "import scipy.fft; " + ARRAY, "scipy.fft.fft(a)"),
    ("scipy.signal.lfilter", "import scipy.signal; " + ARRAY, "scipy.signal.lfilter([1, 0.5], [1, 0.1], a)"),
    ("lxml.etree.fromstring", "import lxml.etree as E; raw = b'<r>' + b'<a><b>t</b></a>' * (900 * n) + b'</r>'", "E.fromstring(raw)"),
    ("lxml.etree.tostring", "import lxml.etree as E; e = E.fromstring(b'<r>' + b'<a><b>t</b></a>' * (900 * n) + b'</r>')", "E.tostring(e)"),
    ("orjson.dumps", "import orjson; " + ROWS, "orjson.dumps(rows)"),
    ("orjson.loads", "import orjson; " + ROWS + "; raw = orjson.dumps(rows)", "orjson.loads(raw)"),
    ("bcrypt.hashpw", "import bcrypt; salt = bcrypt.gensalt(10)", "bcrypt.hashpw(b'pw', salt)"),
    ("yaml.safe_load", "import yaml; words = yaml.safe_dump([{'a': i, 'b': 'x'} for i in range(20 * n)])", "yaml.safe_load(words)"),
]

# (name, setup with `n` as the size of argument 0 or of the receiver, the call, sizes)
PRICES = [
    ("builtins.abs", "x = -5", "abs(x)", (1,)),
    ("builtins.len", "x = [1]", "len(x)", (1,)),
    ("builtins.isinstance", "x = 5", "isinstance(x, int)", (1,)),
    ("builtins.int", "x = '12345'", "int(x)", (1,)),
    ("builtins.float", "x = '3.25'", "float(x)", (1,)),
    ("builtins.str", "x = 3.25", "str(x)", (1,)),
    ("builtins.print", "import os; f = open(os.devnull, 'w')", "print('hello world', file=f)", (1,)),
    ("builtins.sum", "x = list(range(n))", "sum(x)", (100, 100_000)),
    ("builtins.max", "x = list(range(n))", "max(x)", (100, 100_000)),
    ("builtins.any", "x = [0] * n", "any(x)", (100, 100_000)),
    ("builtins.list", "x = dict.fromkeys(range(n))", "list(x)", (100, 100_000)),
    ("builtins.set", "x = list(range(n))", "set(x)", (100, 100_000)),
    ("builtins.sorted", "import random; x = [random.random() for _ in range(n)]", "sorted(x)", (100, 1000, 100_000)),
    ("builtins.str.replace", "x = ('a fox ran ' * n)[:n]", "x.replace('fox', 'wolf')", (100, 100_000)),
    ("builtins.str.lower", "x = 'A' * n", "x.lower()", (100, 100_000)),
    ("builtins.str.split", "x = ('a fox ran ' * n)[:n]", "x.split()", (100, 100_000)),
    ("builtins.str.strip", "x = '  abc  '", "x.strip()", (1,)),
    ("builtins.str.find", "x = ('a fox ran ' * n)[:n]", "x.find('zebra')", (100, 100_000)),
    ("builtins.str.format", "x = 5", "'{} {}'.format(x, x)", (1,)),
    ("builtins.bytes.decode", "x = b'a' * n", "x.decode()", (100, 100_000)),
    ("builtins.list.append", "x = []", "x.append(1)", (1,)),
    ("builtins.list.index", "x = list(range(n))", "x.index(n - 1)", (100, 100_000)),
    ("builtins.dict.get", "x = {1: 1}", "x.get(1)", (1,)),
    ("builtins.set.add", "x = set()", "x.add(1)", (1,)),
    ("math.sqrt", "import math", "math.sqrt(5.5)", (1,)),
    ("math.log", "import math", "math.log(5.5)", (1,)),
    ("math.factorial", "import math", "math.factorial(n)", (20, 100, 1000, 10_000)),
    ("math.comb", "import math", "math.comb(n, n // 2)", (100, 1000, 10_000)),
    ("math.fsum", "import math; x = [0.1] * n", "math.fsum(x)", (100, 100_000)),
    ("re.Pattern.search", "import re; p = re.compile(r'\\d+'); x = 'a' * n", "p.search(x)", (100, 100_000)),
    ("re.Pattern.findall", "import re; p = re.compile(r'\\w+'); x = ('a fox ran ' * n)[:n]", "p.findall(x)", (100, 100_000)),
    ("re.Pattern.sub", "import re; p = re.compile(r'o\\w'); x = ('a fox ran ' * n)[:n]", "p.sub('X', x)", (100, 100_000)),
    ("json.dumps", "import json; x = [{'id': i, 'name': 'n'} for i in range(n)]", "json.dumps(x)", (10, 10_000)),
    ("json.loads", "import json; x = json.dumps([{'id': i} for i in range(n // 10)])[:n - 1].rsplit(',', 1)[0] + ']'", "json.loads(x)", (1000, 100_000)),
    ("pickle.dumps", "import pickle; x = [(i, 'n') for i in range(n)]", "pickle.dumps(x)", (10, 10_000)),
    ("hashlib.md5", "import hashlib; x = b'a' * n", "hashlib.md5(x)", (8, 1000, 100_000)),
    ("hashlib.sha256", "import hashlib; x = b'a' * n", "hashlib.sha256(x)", (8, 1000, 100_000)),
    ("hashlib.HASH.hexdigest", "import hashlib; h = hashlib.md5(b'a')", "h.hexdigest()", (1,)),
    ("struct.pack", "import struct", "struct.pack('<IHd', 1, 2, 3.5)", (1,)),
    ("random.random", "import random", "random.random()", (1,)),
    ("random.randint", "import random", "random.randint(1, 100)", (1,)),
    ("random.choice", "import random; x = list(range(100))", "random.choice(x)", (1,)),
    ("random.shuffle", "import random; x = list(range(n))", "random.shuffle(x)", (100, 10_000)),
    ("datetime.datetime.now", "import datetime", "datetime.datetime.now()", (1,)),
    ("datetime.datetime.strptime", "import datetime", "datetime.datetime.strptime('2020-01-02', '%Y-%m-%d')", (1,)),
    ("decimal.Decimal", "import decimal", "decimal.Decimal('1.25')", (1,)),
    ("fractions.Fraction", "import fractions", "fractions.Fraction(1, 3)", (1,)),
    ("collections.Counter", "import collections; x = list(range(n))", "collections.Counter(x)", (100, 10_000)),
    ("heapq.heappop", "import heapq; x = list(range(1000))", "heapq.heapreplace(x, 1000)", (1,)),
    ("copy.deepcopy", "import copy; x = [[i] for i in range(n)]", "copy.deepcopy(x)", (100, 10_000)),
    ("statistics.mean", "import statistics; x = [0.5] * n", "statistics.mean(x)", (100, 10_000)),
    ("base64.b64encode", "import base64; x = b'a' * n", "base64.b64encode(x)", (100, 100_000)),
    ("zlib.compress", "import zlib, os; x = os.urandom(n // 2) + b'a' * (n // 2)", "zlib.compress(x)", (1000, 100_000)),
    ("uuid.uuid4", "import uuid", "uuid.uuid4()", (1,)),
    ("os.path.join", "import os", "os.path.join('a', 'b')", (1,)),
    ("threading.Lock.acquire", "import threading; l = threading.Lock()", "l.acquire(); l.release()", (1,)),
    ("time.time", "import time", "time.time()", (1,)),
]


# ── What the files claim ─────────────────────────────────────────────────────────────────────────


def read_claims():
    claims = {}
    for file in sorted(DATA.glob("*.json")):
        claims.update(json.loads(file.read_text("utf-8"))["apis"])
    return claims


def holds_here(bound):
    minor = int(bound.split(".")[1])
    return sys.version_info.minor < minor if bound.startswith("<") else sys.version_info.minor >= minor


def claim_of(claims, name, given=""):
    entry = dict(claims[name])
    for other in entry.pop("unless", []):
        if other.get("given", given) == given and ("python" not in other or holds_here(other["python"])):
            entry.update({key: value for key, value in other.items() if key not in ("given", "python")})
    return entry


def agrees(claimed, found, loop):
    if claimed == "releases-above":
        claimed = "holds" if loop else "releases"
    if claimed == "waits":
        return found in ("waits", "releases")  # how idle a wait is depends on the case
    if loop:
        return found == "interprets" if claimed in ("holds", "interprets") else found == claimed
    return claimed == found


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


def missing(setup):
    for name in ("numpy", "PIL", "pandas", "scipy", "lxml", "orjson", "bcrypt", "yaml"):
        if name in setup:
            try:
                importlib.import_module(name)
            except ImportError:
                return name
    return None


def compiled(setup, code):
    def make(size):
        scope = {"n": size, "time": time}
        exec(setup, scope)
        body = compile(code, "case", "exec")
        return lambda: exec(body, scope)

    return make


def run_classes(cases, claims, repeat):
    wrong = 0
    for label, setup, code in cases:
        name, _, marks = label.partition(" ")
        absent = missing(setup)
        if absent:
            print(f"{label:42} skipped: `{absent}` is not installed")
            continue
        call = scaled(compiled(setup, code))
        found = statistics.mode(classify(call) for _ in range(repeat))
        claimed = claim_of(claims, name, marks[6:] if marks.startswith("given:") else "").get("gil", "nothing")
        settled = found not in ("partly", "too-short")
        differs = settled and not agrees(claimed, found, marks == "loop:")
        wrong += differs
        print(f"{label:42} claimed {claimed:15} found {found:11}{'  DIFFERS' if differs else ''}", flush=True)
    return wrong


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
            claimed = prices_at(claim_of(claims, name)["costs"], size)
            differs = not 0.25 <= found / claimed <= 4
            wrong += differs
            print(f"{name:34} size {size:8} claimed {claimed:12.0f} ns found {found:12.0f} ns{'  DIFFERS' if differs else ''}", flush=True)
    return wrong


def main():
    parser = argparse.ArgumentParser(description="Compares the knowledge files with what this Python does.")
    parser.add_argument("--only", default="", help="cases whose name contains this")
    parser.add_argument("--prices", action="store_true", help="measure prices instead of GIL classes")
    parser.add_argument("--repeat", type=int, default=3, help="observations per class; the most frequent one counts")
    options = parser.parse_args()
    if not getattr(sys, "_is_gil_enabled", lambda: True)():
        parser.error("this Python runs without a GIL")
    claims = read_claims()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        if options.prices:
            wrong = run_prices([case for case in PRICES if options.only in case[0]], claims)
        else:
            wrong = run_classes([case for case in CLASSES if options.only in case[0]], claims, options.repeat)
        os.chdir(DATA)
    print(f"{wrong} differ on Python {sys.version.split()[0]}")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
