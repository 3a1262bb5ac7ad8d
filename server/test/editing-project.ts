// A small project with a bit of everything that travels between files, and edits to it as people make them, breaking ones among them.

export type Texts = Map<string, string>;
export type Next = (below: number) => number;

/** Numbers that look random and are the same in each run. */
export function sequence(seed: number): Next {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

export const project: Readonly<Record<string, string>> = {
  'shop/__init__.py': 'from .jobs import run_all, start\nfrom .store import Cached, Store\n',
  'shop/config.py': 'ROUNDS = 3_000_000\nTHREADS = 4\nPATHS = ["a", "b", "c"]\n',
  'shop/base.py': `import threading
import time


class Base:
    def __init__(self, name="base"):
        self.name = name
        self.items = []
        self._lock = threading.Lock()

    def add(self, item):
        with self._lock:
            self.items.append(item)

    def flush(self):
        time.sleep(1)
        return len(self.items)
`,
  'shop/store.py': `from .base import Base
from .tools import logged


class Store(Base):
    limit = 100

    @property
    def size(self):
        return len(self.items)

    @logged
    def save(self, item):
        self.add(item)
        return self.flush()


class Cached(Store):
    def __init__(self):
        super().__init__("cached")
        self.cache = {}

    def flush(self):
        self.cache.clear()
        return 0

    def __enter__(self):
        self.flush()
        return self

    def __exit__(self, *exc):
        return None
`,
  'shop/tools.py': `import functools
import time

import requests


def logged(fn):
    @functools.wraps(fn)
    def wrapper(*args, **kwargs):
        return fn(*args, **kwargs)

    return wrapper


def slow(seconds=2):
    time.sleep(seconds)


def fetch(url):
    return requests.get(url, timeout=5).text


def retry(fn, times=3):
    for _ in range(times):
        fn()
`,
  'shop/calc.py': `from .config import ROUNDS


def crunch(seed):
    total = seed
    for i in range(ROUNDS):
        total += i * i % 7
    return total


def even(n):
    return n == 0 or odd(n - 1)


def odd(n):
    return n != 0 and even(n - 1)


def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)
`,
  'shop/state.py': `import threading

COUNT = 0
REGISTRY = {}
lock = threading.Lock()


def bump(by=1):
    global COUNT
    COUNT += by
    return COUNT


def register(name, value):
    with lock:
        REGISTRY[name] = value
`,
  'shop/jobs.py': `import threading
from concurrent.futures import ThreadPoolExecutor

from .calc import crunch, fib
from .config import THREADS
from .state import bump, register


def run_all():
    with ThreadPoolExecutor(max_workers=THREADS) as pool:
        return list(pool.map(crunch, range(4)))


def worker(n):
    register(n, fib(30))
    bump()


def start():
    threads = []
    for n in range(THREADS):
        thread = threading.Thread(target=worker, args=(n,))
        threads.append(thread)
        thread.start()
    for thread in threads:
        thread.join()


class Poller(threading.Thread):
    def run(self):
        while True:
            bump()
`,
  'shop/web.py': `import asyncio
import time

from . import Store, tools
from .store import Cached
from .tools import fetch, retry, slow

store = Store()


async def handler(url):
    time.sleep(1)
    return fetch(url)


async def save(item):
    store.save(item)
    with Cached() as cached:
        cached.add(item)
    retry(slow)


def later():
    tools.slow(3)


async def main():
    loop = asyncio.get_running_loop()
    loop.call_soon(later)
    task = asyncio.create_task(handler("u"))
    await asyncio.to_thread(slow, 1)
    await task
`,
  'shop/serve.py': `import atexit
import asyncio
import signal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from flask import Flask
from joblib import Parallel, delayed

from .calc import crunch
from .jobs import Poller, start
from .state import bump
from .web import handler

app = Flask(__name__)


@app.route("/")
def index():
    start()
    return "ok"


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.reply()

    def reply(self):
        bump()


def produce():
    yield bump()


def serve():
    ThreadingHTTPServer(("", 80), Handler).serve_forever()
    Parallel(n_jobs=2)(delayed(crunch)(n) for n in range(4))
    for it in produce():
        print(it)


async def fan(urls):
    await asyncio.gather(*[handler(url) for url in urls], handler("last"))


def stop(number, frame):
    Poller().start()


atexit.register(bump)
signal.signal(signal.SIGTERM, stop)
callbacks = {"stop": stop}
`,
  'main.py': `from multiprocessing import Pool

from shop import run_all, start
from shop.calc import crunch


def many():
    with Pool(4) as pool:
        return pool.map(crunch, range(8))


if __name__ == "__main__":
    start()
    run_all()
    many()
`,
};
const files = Object.keys(project);

/** As the engine wants it. */
export function sourceOf(file: string, text: string): { file: string; text: string; module: string; package: boolean } {
  const path = file.replace(/\.py$/, '').replace(/\/__init__$/, '');
  return { file, text, module: path.replaceAll('/', '.'), package: file.endsWith('__init__.py') };
}

const lines = [
  '    time.sleep(2)',
  '    return fetch(url',
  'ROUNDS = 10',
  'THREADS = 1',
  'def load(url): return url',
  '"""',
  'async def more(): fetch(1)',
  '',
  '# threadwise: ignore-file',
  '    threading.Thread(target=bump).start()',
  '    global COUNT',
  '    COUNT = 1',
  'from .tools import *',
  'from .state import bump as count',
  '    x = lambda: slow()',
  '  )',
  'class Store: pass',
  'asyncio.run(main())',
  'threading.Thread(target=start).start()',
  '    for _ in range(3): start()',
  '    callbacks.append(bump)',
];
const bases = ['Base', 'Store', 'Cached', 'object', 'threading.Thread', 'Poller', ''];
const decorators = [
  '@property',
  '@staticmethod',
  '@classmethod',
  '@logged',
  '@functools.lru_cache',
  '@contextmanager',
  '@app.route("/x")',
  '@atexit.register',
];
const names = ['slow', 'fetch', 'bump', 'flush', 'add', 'crunch', 'worker', 'handler', 'later', 'unknown'];
const letters = ['x', '0', ' ', '.', '(', ')', '"', '#', ':', '\n', ',', '    ', 'é'];

type Kind = (texts: Texts, file: string, next: Next) => void;
const one = <T>(all: readonly T[], next: Next): T => all[next(all.length)] as T;
const byLines = (change: (all: string[], at: number, next: Next) => void): Kind => {
  return (texts, file, next) => {
    const all = (texts.get(file) ?? '').split('\n');
    change(all, next(all.length), next);
    texts.set(file, all.join('\n'));
  };
};
/** The lines of a function or class that starts at or after a line. */
function definition(all: readonly string[], from: number): { readonly start: number; readonly end: number } | undefined {
  const start = all.findIndex((line, at) => at >= from && /^\s*(?:async )?(?:def|class) /.test(line));
  if (start < 0) return undefined;
  const indent = /^\s*/.exec(all[start] as string)?.[0].length ?? 0;
  const rest = all.findIndex((line, at) => at > start && line.trim() !== '' && (/^\s*/.exec(line)?.[0].length ?? 0) <= indent);
  return { start, end: rest < 0 ? all.length : rest };
}

/** By what they are called in a report of a difference. */
export const kinds: Readonly<Record<string, Kind>> = {
  'removes a line': byLines((all, at) => all.splice(at, 1)),
  'adds a line': byLines((all, at, next) => all.splice(at, 0, one(lines, next))),
  'replaces a line': byLines((all, at, next) => {
    all[at] = one(lines, next);
  }),
  'types a character': (texts, file, next) => {
    const text = texts.get(file) ?? '';
    const at = next(text.length + 1);
    texts.set(file, text.slice(0, at) + one(letters, next) + text.slice(at));
  },
  'deletes a character': (texts, file, next) => {
    const text = texts.get(file) ?? '';
    const at = next(text.length);
    texts.set(file, text.slice(0, at) + text.slice(at + 1));
  },
  'moves a definition to another file': (texts, file, next) => {
    const all = (texts.get(file) ?? '').split('\n');
    const found = definition(all, next(all.length));
    const to = one(files, next);
    if (!found || to === file || !texts.has(to)) return;
    const moved = all.splice(found.start, found.end - found.start);
    texts.set(file, all.join('\n'));
    texts.set(to, `${texts.get(to) ?? ''}\n\n${moved.join('\n')}\n`);
  },
  'repeats a definition': byLines((all, at) => {
    const found = definition(all, at);
    if (found) all.splice(found.end, 0, ...all.slice(found.start, found.end));
  }),
  'changes the bases of a class': byLines((all, at, next) => {
    const found = definition(all, at);
    if (found) all[found.start] = (all[found.start] as string).replace(/^(\s*class \w+)(?:\(.*?\))?:/, `$1(${one(bases, next)}):`);
  }),
  'decorates a definition': byLines((all, at, next) => {
    const found = definition(all, at);
    const indent = found ? (/^\s*/.exec(all[found.start] as string)?.[0] ?? '') : '';
    if (found) all.splice(found.start, 0, indent + one(decorators, next));
  }),
  'makes a function a coroutine or a plain one': byLines((all, at) => {
    const found = definition(all, at);
    if (!found) return;
    const line = all[found.start] as string;
    all[found.start] = line.includes('async def') ? line.replace('async def', 'def') : line.replace(/\bdef /, 'async def ');
  }),
  'renames a definition': byLines((all, at, next) => {
    const found = definition(all, at);
    if (found) all[found.start] = (all[found.start] as string).replace(/\b(def|class) \w+/, `$1 ${one(names, next)}`);
  }),
  'adds a parameter': byLines((all, at) => {
    const found = definition(all, at);
    if (found) all[found.start] = (all[found.start] as string).replace(/(def \w+\()(?=\w|\))/, '$1extra=None, ');
  }),
  'calls something else': byLines((all, at, next) => {
    const line = all.findIndex((it, here) => here >= at && /^\s+\w.*\w\(/.test(it) && !/\b(?:def|class) /.test(it));
    if (line >= 0) all[line] = (all[line] as string).replace(/\w+\(/, `${one(names, next)}(`);
  }),
  'puts a statement under a lock': byLines((all, at, next) => {
    const line = all.findIndex((it, here) => here >= at && /^ {4,}\w/.test(it));
    if (line < 0) return;
    const indent = /^\s*/.exec(all[line] as string)?.[0] ?? '';
    all.splice(line, 1, `${indent}with ${one(['lock', 'self._lock', 'state.lock'], next)}:`, `    ${all[line] as string}`);
  }),
  'moves a name of an import': byLines((all, at, next) => {
    const line = all.findIndex((it, here) => here >= at && /^from .* import /.test(it));
    if (line >= 0) all[line] = (all[line] as string).replace(/import .*/, `import ${one(names, next)}`);
  }),
  'drops a file': (texts, file) => {
    texts.delete(file);
  },
  'restores a file': (texts, file) => {
    texts.set(file, project[file] as string);
  },
};

/** One edit, mostly to a file that is there; gives its kind. */
export function edit(texts: Texts, next: Next): string {
  const file = one(files, next);
  const kind = texts.has(file) && next(6) > 0 ? one(Object.keys(kinds), next) : 'restores a file';
  kinds[kind]?.(texts, file, next);
  return `${kind}: ${file}`;
}
