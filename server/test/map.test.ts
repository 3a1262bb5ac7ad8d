// The execution map: who starts whom and what they share, as `print map` shows it.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { folderWith } from './terminal.js';

const mapOf = async (files: Readonly<Record<string, string>>) => (await folderWith(files).run(['print', 'map', '.'])).stdout;

const projects = join(import.meta.dirname, '../../test-fixtures/projects');
const sourcesOf = (project: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    readdirSync(join(projects, project), { recursive: true, encoding: 'utf8' })
      .filter((path) => /\.(?:py|toml)$/.test(path))
      .map((path) => [path, readFileSync(join(projects, project, path), 'utf8')]),
  );

const jobs = `import asyncio
import queue
import threading
from concurrent.futures import ProcessPoolExecutor

CACHE = {}
LOCK = threading.Lock()
JOBS = queue.Queue()


class Feed:
    def __init__(self):
        self.stop = threading.Event()
        self.worker = threading.Thread(target=self.run)

    def start(self):
        self.worker.start()

    def run(self):
        while not self.stop.is_set():
            JOBS.put(1)

    def close(self):
        self.stop.set()


def consume():
    while True:
        job = JOBS.get()
        with LOCK:
            CACHE[job] = 1


def crunch(x):
    return sum(i * i for i in range(x))


async def tick():
    CACHE.get(1)
    await asyncio.to_thread(consume)


async def main():
    asyncio.create_task(tick())
    loop = asyncio.get_running_loop()
    with ProcessPoolExecutor(4) as pool:
        await loop.run_in_executor(pool, crunch, 10)


if __name__ == "__main__":
    Feed().start()
    for _ in range(3):
        threading.Thread(target=consume, daemon=True).start()
    asyncio.run(main())
`;

describe('the demo project `kitchen`', () => {
  it('has findings on the lines that say so and on no other', async () => {
    const files = sourcesOf('kitchen');
    const marked = Object.entries(files).flatMap(([path, text]) =>
      text.split('\n').flatMap((line, at) => [...line.matchAll(/# alarm: \[([\w-]+)\]/g)].map((it) => `${path}:${at + 1} ${it[1]}`)),
    );
    const { stdout } = await folderWith(files).run(['check', '.', '--output-format', 'json']);
    const found = JSON.parse(stdout).findings.map(
      (it: { path: string; range: { start: { line: number } }; rule: string }) => `${it.path}:${it.range.start.line} ${it.rule}`,
    );
    expect(found.length).toBeGreaterThan(1);
    expect(found.sort()).toEqual(marked.sort());
  });

  it('has no start and no lock that is missing on its map', async () => {
    const map = await mapOf(sourcesOf('kitchen'));
    for (const it of [
      'pool waiters: pool of 4 threads',
      'thread Kitchen.cook: 3 threads',
      'task show(): task',
      'lock READY_LOCK',
      'channel ORDERS',
    ])
      expect(map).toContain(`\n${it}`);
  });
});

describe('the execution map', () => {
  it('leads from entry points over pools, threads and tasks to locks, channels and memory', async () => {
    expect(await mapOf({ 'jobs.py': jobs })).toBe(
      `entry Feed: for others to call  jobs.py:23
  writes channel Feed.stop  jobs.py:24
entry jobs: run as a program  jobs.py:1
  starts task main()  jobs.py:54
  starts thread Feed.run  jobs.py:14
  starts thread consume  jobs.py:53
pool pool: pool of 4 processes  jobs.py:46
  starts process crunch  jobs.py:47
pool the default executor: pool of threads
  starts thread consume  jobs.py:40
thread Feed.run: thread  jobs.py:14
  reads channel Feed.stop  jobs.py:20
  writes channel JOBS  jobs.py:21
thread consume: 3 threads  jobs.py:27
  reads channel JOBS  jobs.py:29
  takes lock LOCK  jobs.py:30
  writes state CACHE, holding LOCK  jobs.py:31
thread consume: a job of the pool  jobs.py:27
  reads channel JOBS  jobs.py:29
  takes lock LOCK  jobs.py:30
  writes state CACHE, holding LOCK  jobs.py:31
process crunch: a job of the pool  jobs.py:34
task main(): task  jobs.py:43
  starts pool pool  jobs.py:47
  starts task tick()  jobs.py:44
task tick(): task  jobs.py:38
  starts pool the default executor  jobs.py:40
  reads state CACHE  jobs.py:39
lock LOCK: lock of threads  jobs.py:7
channel Feed.stop: threading.Event  jobs.py:13
channel JOBS: queue.Queue  jobs.py:8
state CACHE: global variable  jobs.py:6
`,
    );
  });

  it('names the framework that calls handlers, and leaves tests and what nobody shares aside', async () => {
    const app = `from aiohttp import web

SEEN = {}
OWN = {}


async def index(request):
    SEEN[request.path] = SEEN.get(request.path, 0) + 1
    return web.Response()


def prepare():
    OWN["a"] = 1


def make():
    prepare()
    app = web.Application()
    app.router.add_get("/", index)
    return app
`;
    const test = 'import threading\n\nfrom app import prepare\n\n\ndef test_prepare():\n    threading.Thread(target=prepare).start()\n';
    expect(await mapOf({ 'app.py': app, 'tests/test_app.py': test })).toBe(
      `entry aiohttp: calls what it is given
  starts task handlers in app  app.py:19
task handlers in app: tasks  app.py:7
  writes state SEEN  app.py:8
state SEEN: global variable  app.py:3
`,
    );
  });

  it('a lock that a call gives is no lock that anybody is known to share', async () => {
    const text = `import threading


def fresh():
    return threading.Lock()


def work():
    with fresh():
        pass
    local = threading.Lock()
    with local:
        pass


for _ in range(2):
    threading.Thread(target=work).start()
`;
    expect(await mapOf({ 'a.py': text })).toBe(
      `entry a: runs on import  a.py:1
  starts thread work  a.py:17
thread work: 2 threads  a.py:8
  takes lock local  a.py:12
lock local: lock of threads  a.py:11
`,
    );
  });

  it('has an answer where there is nothing to draw', async () => {
    expect(await mapOf({ 'a.py': 'x = 1\n' })).toBe('nothing here starts a runner or shares memory with one\n');
  });

  it('is the same as JSON, with ranges and notes', async () => {
    const at = folderWith({ 'jobs.py': jobs });
    const [one, two] = [await at.run(['print', 'map', '--json', '.']), await at.run(['print', 'map', '--json', '.'])];
    expect(one.stdout).toBe(two.stdout);
    const { nodes, edges } = JSON.parse(one.stdout);
    expect(nodes).toContainEqual({
      id: 'thread jobs:consume',
      kind: 'thread',
      title: 'consume',
      says: '3 threads',
      many: true,
      module: 'jobs',
      names: ['jobs:consume'],
      at: [
        { path: 'jobs.py', range: { start: { line: 27, column: 5 }, end: { line: 27, column: 12 } }, text: '`consume`' },
        { path: 'jobs.py', range: { start: { line: 53, column: 9 }, end: { line: 53, column: 54 } }, text: '3 threads run `consume`' },
      ],
    });
    expect(edges).toContainEqual({
      from: 'thread jobs:consume',
      to: 'state jobs:CACHE',
      kind: 'writes',
      under: ['lock jobs:LOCK'],
      count: 1,
      at: [expect.objectContaining({ path: 'jobs.py', text: '`consume` changes `CACHE`, holding `LOCK`' })],
    });
    const ids = new Set(nodes.map((it: { id: string }) => it.id));
    expect(edges.filter((it: { from: string; to: string }) => !ids.has(it.from) || !ids.has(it.to))).toEqual([]);
  });
});
