// The knowledge files are well formed, cite their evidence, agree with each other, and say what users rely on.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { describe, expect, test } from 'vitest';
import { knowledgeSchema, schemaFile } from '../../scripts/knowledge-schema.js';
import { isGiven, isLimit } from '../src/knowledge/given.js';
import { libraries } from '../src/knowledge/libraries.js';
import { type Declared, loadKnowledge } from '../src/knowledge/load.js';
import { type Entry, type Library, parseLibrary, parsePrice } from '../src/knowledge/schema.js';
import type { Arg, LiteralType, Target } from '../src/model.js';

const folder = new URL('../src/knowledge/data/', import.meta.url);
const files = readdirSync(folder).filter((file) => file.endsWith('.json'));
const read = (file: string) => readFileSync(new URL(file, folder), 'utf8');

function target(from: number, to = from): Target {
  return { python: { from, to }, gil: 'on', start: 'any', origin: { python: 'test', gil: 'test', start: 'test' } };
}
const today = loadKnowledge(target(9, 14));
const hasMembers = (module: string) => today.names().some((name) => name.startsWith(`${module}.`));

function library(apis: Record<string, Entry>): Library {
  return { library: 'acme', evidence: 'https://example.org/acme', apis };
}

describe.each(files)('%s', (file) => {
  const json = JSON.parse(read(file)) as Library;
  const entries = Object.entries(json.apis);

  test('has the shape the schema asks for', () => {
    expect(parseLibrary(json)).not.toHaveProperty('problems');
    expect(json.$schema).toBe('../schema.json');
  });
  test('holds one entry per line, sorted by name', () => {
    const names = [...read(file).matchAll(/^ {4}"([^"]+)": \{(?: .* )?\},?$/gm)].map((line) => line[1]);
    expect(names).toEqual(entries.map(([name]) => name));
    expect(names).toEqual([...names].sort());
    expect(read(file).split('\n')).toHaveLength(entries.length + 8);
  });
  test('is named for its library, and so is every entry, without a pattern', () => {
    expect(basename(file, '.json')).toBe(json.library.toLowerCase());
    expect(entries.map(([name]) => name).filter((name) => !`${name}.`.startsWith(`${json.library}.`) || name.includes('*'))).toEqual([]);
  });
  test('cites a page, and a probe, a measurement or a source file behind every claim about the GIL', () => {
    expect(json.evidence).toMatch(/^https:\/\/\S+$/);
    const claims = entries.flatMap(([name, entry]) => [
      { name, by: entry.by, gil: entry.gil },
      ...(entry.unless ?? []).map((it) => ({ name, by: it.by ?? entry.by, gil: it.gil })),
    ]);
    const unproved = claims.filter(
      (it) => it.gil !== undefined && !/(?:probed?|measured) .*\d|\.(?:cc?|pp|cpp|h|hpp|py|pyx|rs|in)\b/.test(it.by ?? ''),
    );
    expect(unproved).toEqual([]);
  });
  test('cites a page of its own where it warns of sharing an object, of a fork, or of native threads', () => {
    const warns = (it: Partial<Entry>) => /incompatible|compatible|distinct/.test(it.safety ?? '') || it.fork || it.ownThreads;
    const bare = entries.filter(([, it]) => (warns(it) || it.unless?.some(warns)) && !it.evidence?.startsWith('https://'));
    expect(bare.map(([name]) => name)).toEqual([]);
  });
  test('says what it is to lock, to wait and to signal only of what has such methods', () => {
    const held = entries.filter(([, it]) => it.acquires || it.releases || it.signals).map(([name]) => name);
    const odd = held.filter((name) => today.api(name.slice(0, name.lastIndexOf('.')))?.is === undefined);
    expect(odd).toEqual([]);
    const strange = entries.filter(([, it]) => it.kind !== 'class' && (it.is || it.family || it.fork));
    expect(strange.map(([name]) => name)).toEqual([]);
  });
  test('prices and waits say what kind of time they are', () => {
    const plain = entries.filter(([, it]) => it.costs !== undefined && it.gil === undefined && it.coroutine !== true);
    expect(plain.map(([name]) => name)).toEqual([]);
    const endless = entries.filter(
      ([, it]) => it.bounded !== undefined && it.gil !== 'waits' && it.coroutine !== true && it.topic === undefined,
    );
    expect(endless.map(([name]) => name).filter((name) => name !== 'asyncio.as_completed')).toEqual([]);
  });
  test('points only at names that exist where the other library is covered', () => {
    const covered = new Set(libraries.map((it) => it.library));
    const isCovered = (name: string) => name.split('.').some((_, i, parts) => covered.has(parts.slice(0, i).join('.')));
    const dangling = entries.flatMap(([name, it]) =>
      [it.returns, it.base, it.alias, it.twin, ...(it.unless ?? []).flatMap((x) => [x.returns, x.twin])]
        .filter(
          (goal) => goal !== undefined && isCovered(goal) && (it.kind === 'module' ? !hasMembers(goal) : today.api(goal) === undefined),
        )
        .map((goal) => `${name} -> ${goal}`),
    );
    expect(dangling).toEqual([]);
  });
  test('names as `returns` and `base` only classes, under their usual name', () => {
    const odd = entries.flatMap(([name, it]) =>
      [it.returns, it.base].flatMap((goal) => {
        const api = goal === undefined ? undefined : today.api(goal);
        return api === undefined || (api.kind === 'class' && api.alias === undefined) ? [] : [`${name} -> ${goal}`];
      }),
    );
    expect(odd).toEqual([]);
  });
});

test('every file is built in, and no name is described twice', () => {
  expect(libraries.map((it) => it.library.toLowerCase()).sort()).toEqual(files.map((file) => basename(file, '.json')).sort());
  const names = libraries.flatMap((it) => Object.keys(it.apis));
  expect(new Set(names).size).toBe(names.length);
  expect(today.names()).toEqual([...names].sort());
});

test('every entry has evidence once loaded', () => {
  const bare = today.names().filter((name) => !today.api(name)?.evidence.startsWith('https://'));
  expect(bare).toEqual([]);
});

test('class hierarchies and second names come to an end', () => {
  for (const name of today.names()) {
    let at: string | undefined = name;
    for (let hops = 0; at !== undefined; hops++) {
      expect(hops, name).toBeLessThan(8);
      const api = today.api(at);
      at = api?.alias ?? api?.base;
    }
  }
});

test('schema.json is generated from the schema', () => {
  const current = knowledgeSchema();
  if (process.env.UPDATE === '1') writeFileSync(schemaFile, current);
  expect(readFileSync(schemaFile, 'utf8'), 'run `npm run gen` and commit schema.json').toBe(current);
});

describe('prices', () => {
  test.each([
    ['50 ms', { fixed: 50e6, each: 0, of: null, arg: 0, power: 1 }],
    ['40 ns', { fixed: 40, each: 0, of: null, arg: 0, power: 1 }],
    ['1 s/value of 0', { fixed: 0, each: 1e9, of: 'value', arg: 0, power: 1 }],
    ['200 ns + 5 ns/length of 0', { fixed: 200, each: 5, of: 'length', arg: 0, power: 1 }],
    ['1 us + 3 ns/bytes of self', { fixed: 1000, each: 3, of: 'bytes', arg: -1, power: 1 }],
    ['0.5 ns/value of 0 ^1.6', { fixed: 0, each: 0.5, of: 'value', arg: 0, power: 1.6 }],
  ])('`%s` is read', (text, price) => {
    expect(parsePrice(text)).toEqual(price);
  });
  test.each([
    '50',
    '50ms',
    '50 minutes',
    '-5 ns',
    '5 ns/row of 0',
    '5 ns/length',
    '5 ns/length of 0 + 2 ns',
    '5 ns + 2 ns',
    '',
    '5 ns/value of 0 ^',
  ])('`%s` is refused', (text) => {
    expect(parsePrice(text)).toBeUndefined();
    expect(parseLibrary(library({ 'acme.f': { costs: text } }))).toHaveProperty('problems');
  });
});

describe('exceptions', () => {
  const extra = library({
    'acme.dumps': {
      gil: 'holds',
      by: 'probe 3.11',
      costs: '1 us',
      unless: [
        { python: '<3.12', gil: 'interprets', costs: '9 us' },
        { given: 'indent', gil: 'releases' },
        { given: 'sort', python: '<3.12', gil: 'waits' },
      ],
    },
  });
  test('a version bound that covers the whole target changes the entry', () => {
    const old = loadKnowledge(target(10, 11), [extra]).api('acme.dumps');
    expect(old).toMatchObject({ gil: 'interprets', costs: { fixed: 9000 } });
  });
  test('a version bound outside the target changes nothing', () => {
    expect(loadKnowledge(target(12, 14), [extra]).api('acme.dumps')).toMatchObject({ gil: 'holds', costs: { fixed: 1000 } });
  });
  test('a target on both sides of a bound makes the class unknown, and nothing else', () => {
    expect(loadKnowledge(target(11, 12), [extra]).api('acme.dumps')).toMatchObject({ gil: 'unknown', costs: { fixed: 1000 } });
  });
  test('what an argument changes is listed as a variant, where its version applies', () => {
    const variants = (from: number, to: number) =>
      loadKnowledge(target(from, to), [extra])
        .api('acme.dumps')
        ?.variants?.map((it) => [it.given, it.api.gil]);
    expect(variants(12, 12)).toEqual([['indent', 'releases']]);
    expect(variants(11, 11)).toEqual([
      ['indent', 'releases'],
      ['sort', 'waits'],
    ]);
    expect(variants(11, 12)).toEqual([
      ['indent', 'releases'],
      ['sort', 'unknown'],
    ]);
  });
});

describe('an argument', () => {
  const arg = (name: string | null, type: LiteralType, value: string | number | boolean | null): Arg => ({
    name,
    value: { is: 'literal', type, value },
    span: { start: 0, end: 0 },
  });
  const none = arg('timeout', 'none', null);
  test.each<[string, readonly Arg[], boolean]>([
    ['timeout', [], false],
    ['timeout', [arg('timeout', 'int', 5)], true],
    ['timeout', [none], false],
    ['timeout', [{ name: 'timeout', value: { is: 'name', name: 'limit' }, span: { start: 0, end: 0 } }], true],
    ['1', [arg(null, 'bool', true), arg(null, 'int', 5)], true],
    ['1', [arg(null, 'bool', true), arg('timeout', 'int', 5)], false],
    [
      '1',
      [{ name: null, value: { is: 'star', of: { is: 'unknown' }, twice: false }, span: { start: 0, end: 0 } }, arg(null, 'int', 5)],
      false,
    ],
    ['blocking=False', [arg('blocking', 'bool', false)], true],
    ['blocking=False', [arg('blocking', 'bool', true)], false],
    ['0=False', [arg(null, 'bool', false)], true],
    ['mode=rb', [arg('mode', 'str', 'rb')], true],
    ['mode=rb', [arg('mode', 'str', 'r')], false],
    ['default', [], false],
    ['default', [arg('default', 'str', 'x')], true],
  ])('`%s` is found where it is given', (spec, args, given) => {
    expect(isGiven(spec, args)).toBe(given);
  });
  test('that the library limits by itself is a limit until the call takes it away', () => {
    expect(isLimit('default', [])).toBe(true);
    expect(isLimit('default', [none])).toBe(false);
    expect(isLimit('timeout', [])).toBe(false);
  });
});

describe('a project file', () => {
  test('adds names and replaces built-in ones', () => {
    const knowledge = loadKnowledge(target(11), [
      library({ 'acme.db.query': { gil: 'waits', by: 'probe 3.11', topic: 'database', twin: 'acme.adb.query' } }),
      { library: 'time', evidence: 'https://example.org/time', apis: { 'time.sleep': { evidence: 'https://example.org/sleep' } } },
    ]);
    expect(knowledge.api('acme.db.query')).toMatchObject({ topic: 'database', evidence: 'https://example.org/acme' });
    expect(knowledge.api('time.sleep')).toEqual({ evidence: 'https://example.org/sleep' });
  });
  test('with mistakes is refused with a sentence for each', () => {
    const result = parseLibrary({ ...library({}), apis: { 'acme.f': { gil: 'holds' }, 'acme.g': { gil: 'sometimes', by: 'probe 3.11' } } });
    const problems = 'problems' in result ? result.problems : [];
    expect(problems.map((it) => it.entry)).toEqual(['acme.f', 'acme.g']);
    expect(problems[0]?.message).toContain('`gil` without `by`');
    expect(problems[1]?.message).toMatch(/^`acme\.g`: `gil` is `"sometimes"`; it takes .*`holds`.*`waits`/);
  });
  test.each([
    [{ ...library({}), apis: { 'acme.f': { gill: 'holds' } } }, /^`acme\.f`: `gill` is no key; there are `kind`, .*`gil`/],
    [{ ...library({}), apis: { 'acme f': {} } }, /^`acme f`: not a dotted Python name/],
    [{ ...library({}), lib: 'acme' }, /^`lib` is no key; there are .*`library`/],
    [{ library: 'acme', apis: {} }, /^`evidence` is missing/],
    ['acme', /^the file is `"acme"`; it takes an object/],
    [{ ...library({}), apis: { 'acme.f': { unless: [{ if: 'x' }] } } }, /^`acme\.f`: `unless\.0\.if` is no key; there are `given`/],
  ])('that is wrong in another way is told so: %#', (json, says) => {
    const result = parseLibrary(json);
    expect('problems' in result ? result.problems.map((it) => it.message) : []).toEqual([expect.stringMatching(says)]);
  });
  test('may speak of many names at once; a name wins over a pattern', () => {
    const knowledge = loadKnowledge(target(11), [
      library({ 'acme.fetch*': { topic: 'http' }, 'acme.fetch_now': { topic: 'file' }, 'acme.db.**': { topic: 'database' } }),
    ]);
    const topics = ['acme.fetch', 'acme.fetch_one', 'acme.fetch_now', 'acme.fetch_one.close', 'acme.db.orm.Session.get', 'acme.prefetch'];
    expect(topics.map((it) => knowledge.api(it)?.topic)).toEqual(['http', 'http', 'file', undefined, 'database', undefined]);
  });
  test('whose names chase each other is answered with silence', () => {
    const knowledge = loadKnowledge(target(11), [
      library({ 'acme.a': { alias: 'acme.b' }, 'acme.b': { alias: 'acme.a' }, 'acme.C': { base: 'acme.C' } }),
    ]);
    expect(knowledge.api('acme.a')?.gil).toBeUndefined();
    expect(knowledge.api('acme.C.method')).toBeUndefined();
  });
});

describe('what a project declares', () => {
  const declared = (...all: Omit<Declared, 'evidence'>[]) =>
    loadKnowledge(
      target(11),
      [],
      all.map((it) => ({ ...it, evidence: 'pyproject.toml:4' })),
    );
  test('to be blocking waits, on a topic of its own, with its twin', () => {
    const knowledge = declared({ name: 'myorm.fetch*', as: 'blocking', twin: 'myorm.afetch' });
    expect(knowledge.api('myorm.fetch_one')).toEqual({
      gil: 'waits',
      topic: 'other',
      twin: 'myorm.afetch',
      ownTwin: 'myorm.afetch',
      evidence: 'pyproject.toml:4',
    });
    expect(knowledge.api('myorm.store')).toBeUndefined();
  });
  test('to be blocking keeps the topic that is known, and leaves coroutines alone', () => {
    const knowledge = declared({ name: 'requests.*', as: 'blocking' }, { name: 'asyncio.sleep', as: 'blocking' });
    expect(knowledge.api('requests.get')).toMatchObject({ topic: 'http', twin: 'httpx.AsyncClient.get' });
    expect(knowledge.api('asyncio.sleep')).toEqual(today.api('asyncio.sleep'));
  });
  test('to be safe or unsafe changes who may share an object, and leaves its methods as they are', () => {
    const knowledge = declared({ name: 'requests.Session', as: 'thread-safe' }, { name: 'acme.Client', as: 'thread-unsafe' });
    expect(knowledge.api('requests.Session')).toMatchObject({ safety: 'shared', returns: 'requests.Session' });
    expect(knowledge.api('requests.Session.get')).toEqual(today.api('requests.Session.get'));
    expect(knowledge.api('acme.Client')).toMatchObject({ safety: 'distinct', kind: 'class', returns: 'acme.Client' });
  });
  test('to keep tasks does', () => {
    expect(declared({ name: 'acme.background', as: 'keeps' }).api('acme.background')).toMatchObject({ keeps: true });
  });
});

describe('lookup', () => {
  test('a second name has the answer of the usual name, which it tells', () => {
    expect(today.api('concurrent.futures.thread.ThreadPoolExecutor')).toMatchObject({
      alias: 'concurrent.futures.ThreadPoolExecutor',
      pool: { kind: 'thread' },
    });
    expect(today.api('requests.sessions.Session.get')).toMatchObject({ alias: 'requests.Session.get', topic: 'http' });
  });
  test('methods are inherited', () => {
    expect(today.api('threading.Timer.join')).toMatchObject({ topic: 'wait' });
    expect(today.api('concurrent.futures.ThreadPoolExecutor.shutdown')).toMatchObject({ gil: 'waits' });
    expect(today.api('threading.Timer.nothing')).toBeUndefined();
  });
  test('unknown names have no answer', () => {
    for (const name of ['', 'nowhere', 'nowhere.at.all', 'time', 'time.nothing', 'toString', '__proto__', 'constructor.name'])
      expect(today.api(name), name).toBeUndefined();
  });
  test('a class makes objects of itself', () => {
    expect(today.api('threading.Lock')?.returns).toBe('threading.Lock');
    expect(today.api('requests.Session')?.returns).toBe('requests.Session');
  });
});

/** What people meet first; each line is a sentence of the product. */
describe('says', () => {
  test('that hashing holds the GIL below 2048 bytes and releases it above', () => {
    expect(today.api('hashlib.md5')).toMatchObject({ gil: 'releases-above', above: 2048, returns: 'hashlib.HASH' });
    expect(today.api('hashlib.pbkdf2_hmac')?.gil).toBe('releases');
  });
  test('that string methods hold it', () => {
    for (const name of ['strip', 'lower', 'replace', 'split', 'join']) expect(today.api(`builtins.str.${name}`)?.gil).toBe('holds');
  });
  test('which blocking calls have an awaitable twin', () => {
    expect(today.api('time.sleep')).toMatchObject({ topic: 'sleep', twin: 'asyncio.sleep', costs: { each: 1e9, of: 'value' } });
    expect(today.api('requests.get')).toMatchObject({ topic: 'http', twin: 'httpx.AsyncClient.get', bounded: ['timeout'] });
    expect(today.api('queue.Queue.get')).toMatchObject({ topic: 'wait', twin: 'asyncio.Queue.get' });
  });
  test('how threads, pools and tasks take their work', () => {
    expect(today.api('threading.Thread')?.spawns).toEqual({
      on: 'thread',
      target: ['target', 1],
      args: 'tuple',
      from: ['args', 3],
      starts: 'start',
    });
    expect(today.api('concurrent.futures.ThreadPoolExecutor.submit')?.spawns).toMatchObject({ on: 'thread', args: 'rest', pool: 'self' });
    expect(today.api('multiprocessing.dummy.Pool')).toMatchObject({ returns: 'multiprocessing.pool.ThreadPool', pool: { kind: 'thread' } });
    expect(today.api('asyncio.to_thread')).toMatchObject({ coroutine: true, spawns: { on: 'thread', pool: 'default' } });
    expect(today.api('asyncio.AbstractEventLoop.run_in_executor')?.spawns).toMatchObject({ target: [1, 'func'], pool: 0 });
  });
  test('that a factorial grows faster than its argument', () => {
    const price = today.api('math.factorial')?.costs;
    expect(price).toMatchObject({ of: 'value', arg: 0 });
    expect(price?.power).toBeGreaterThan(1.5);
  });
  test('that pictures, arrays and compression leave the GIL to others', () => {
    for (const name of ['PIL.Image.Image.resize', 'numpy.linalg.inv', 'zlib.compress', 'bcrypt.hashpw'])
      expect(today.api(name)?.gil, name).toBe('releases');
    expect(today.api('numpy.sin')).toMatchObject({ gil: 'releases-above', above: 4000 });
    expect(today.api('numpy.vectorize')?.gil).toBe('interprets');
  });
  test('that `json.dumps(indent=)` became one long C call in 3.13', () => {
    const indented = (from: number, to = from) =>
      loadKnowledge(target(from, to))
        .api('json.dumps')
        ?.variants?.find((it) => it.given === 'indent')?.api.gil ?? 'as without';
    expect(indented(12)).toBe('interprets');
    expect(indented(13)).toBe('as without');
    expect(indented(12, 13)).toBe('unknown');
  });
  test('that plain `json.dumps` is one long C call, and one with `default=` calls back', () => {
    const variant = (...args: Arg[]) => today.api('json.dumps')?.variants?.find((it) => isGiven(it.given, args))?.api.gil;
    expect(variant()).toBeUndefined();
    expect(variant({ name: 'default', value: { is: 'name', name: 'encode' }, span: { start: 0, end: 0 } })).toBe('interprets');
  });
  test('that asynchronous clients make coroutines and their blocking twins wait', () => {
    for (const [blocking, twin] of [
      ['redis.Redis.get', 'redis.asyncio.Redis.get'],
      ['sqlalchemy.orm.Session.execute', 'sqlalchemy.ext.asyncio.AsyncSession.execute'],
      ['psycopg.Connection.execute', 'psycopg.AsyncConnection.execute'],
      ['pymongo.collection.Collection.find_one', 'pymongo.asynchronous.collection.AsyncCollection.find_one'],
    ] as const) {
      expect(today.api(blocking), blocking).toMatchObject({ gil: 'waits', topic: 'database', twin });
      expect(today.api(twin)?.coroutine, twin).toBe(true);
    }
  });
  test('that `def` endpoints run in threads and `async def` ones on the loop', () => {
    for (const name of ['fastapi.FastAPI.get', 'flask.Flask.route', 'fastapi.routing.APIRouter.post'])
      expect(today.api(name)?.decorates, name).toEqual({ on: 'task', sync: 'handler', many: true });
  });
  test('nothing against work on names, texts and open windows', () => {
    for (const name of [
      'builtins.print',
      'os.path.join',
      'posixpath.join',
      'pathlib.Path',
      'urllib.parse.urljoin',
      'io.StringIO.write',
      'sys.stdout.write',
    ])
      expect(today.api(name)?.topic, name).toBeUndefined();
  });
  test('what the methods of common objects are', () => {
    for (const [call, type] of [
      ['builtins.open', 'io.TextIOWrapper'],
      ['sqlite3.connect', 'sqlite3.Connection'],
      ['hashlib.md5', 'hashlib.HASH'],
      ['PIL.Image.open', 'PIL.Image.Image'],
      ['multiprocessing.Pool', 'multiprocessing.pool.Pool'],
      ['multiprocessing.get_context', 'multiprocessing.context.BaseContext'],
      ['asyncio.get_running_loop', 'asyncio.AbstractEventLoop'],
      ['concurrent.futures.ThreadPoolExecutor.submit', 'concurrent.futures.Future'],
      ['builtins.str.split', 'builtins.list'],
    ] as const)
      expect(today.api(call)?.returns, call).toBe(type);
  });
});

/** Answers that rules about shared state, locks and waits rest on. */
describe('of concurrent code, says', () => {
  const is = (name: string) => {
    const api = today.api(name);
    const made = api?.returns === undefined || api.is !== undefined ? api : today.api(api.returns);
    return made === undefined ? 'nothing' : `${made.family} ${made.is}`;
  };
  test.each([
    ['threading.Lock', 'thread lock'],
    ['_thread.allocate_lock', 'thread lock'],
    ['threading.BoundedSemaphore', 'thread semaphore'],
    ['threading.Timer', 'thread thread'],
    ['asyncio.Lock', 'task lock'],
    ['asyncio.PriorityQueue', 'task queue'],
    ['asyncio.create_task', 'task task'],
    ['multiprocessing.Lock', 'process lock'],
    ['multiprocessing.JoinableQueue', 'process queue'],
    ['multiprocessing.Array', 'process value'],
    ['multiprocessing.dummy.Queue', 'thread queue'],
    ['multiprocessing.managers.SyncManager.dict', 'process proxy'],
    ['multiprocessing.managers.SyncManager.RLock', 'process rlock'],
    ['concurrent.futures.ThreadPoolExecutor.submit', 'thread future'],
    ['trio.Lock', 'task lock'],
    ['builtins.list', 'undefined undefined'],
  ])('what `%s` is: %s', (name, answer) => {
    expect(is(name)).toBe(answer);
  });
  test('that locks of every library are taken and given back, and wait until they are free', () => {
    for (const lock of ['threading.Lock', 'threading.Condition', 'asyncio.Semaphore', 'multiprocessing.synchronize.RLock', 'anyio.Lock']) {
      expect(today.api(`${lock}.acquire`), lock).toMatchObject({ acquires: 'self', waits: 'lock' });
      expect(today.api(`${lock}.release`), lock).toMatchObject({ releases: 'self' });
    }
  });
  test.each([
    ['threading.Timer.join', 'thread', ['timeout', '0']],
    ['multiprocessing.Process.join', 'process', ['timeout', '0']],
    ['concurrent.futures.Future.result', 'future', ['timeout', '0']],
    ['queue.PriorityQueue.get', 'queue', ['block=False', 'timeout', '0=False', '1']],
    ['multiprocessing.pool.ThreadPool.join', 'pool', undefined],
    ['threading.Event.wait', 'event', ['timeout', '0']],
    ['subprocess.Popen.wait', 'process', ['timeout', '0']],
  ])('what `%s` stops for, and what limits it', (name, waits, bounded) => {
    expect(today.api(name)).toMatchObject({ waits, ...(bounded === undefined ? {} : { bounded }) });
  });
  test('who wakes whom', () => {
    expect(today.api('threading.Event.set')?.signals).toBe('event');
    expect(today.api('asyncio.Condition.notify_all')?.signals).toBe('condition');
    expect(today.api('queue.LifoQueue.task_done')?.signals).toBe('queue');
    expect(today.api('queue.Queue.get')?.signals).toBeUndefined();
  });
  test('that a waiting method of a class with timeouts is told apart from one that only looks', () => {
    for (const name of ['queue.Queue.qsize', 'threading.Event.is_set', 'concurrent.futures.Future.done', 'threading.Lock.locked'])
      expect(today.api(name)?.waits, name).toBeUndefined();
  });
  test('which changes of a container are one step', () => {
    for (const name of ['list.append', 'list.pop', 'dict.setdefault', 'set.add'])
      expect(today.api(`builtins.${name}`)?.mutates, name).toBe('step');
    expect(today.api('collections.deque.popleft')?.mutates).toBe('step');
    expect(today.api('collections.defaultdict.setdefault')?.mutates).toBe('step');
    for (const name of ['list.extend', 'list.sort', 'dict.update']) expect(today.api(`builtins.${name}`)?.mutates, name).toBe('bulk');
    expect(today.api('collections.Counter.update')?.mutates).toBe('bulk');
  });
  test('that taking an element from the front of a list moves all others', () => {
    const front = today.api('builtins.list.pop')?.variants?.filter(({ given }) => isGiven(given, [literal(0)]));
    expect(front?.map((it) => it.api.mutates)).toEqual(['bulk', 'bulk']);
  });
  test.each([
    ['sqlite3.Connection', 'incompatible'],
    ['sqlite3.connect', 'incompatible'],
    ['tkinter.Button', 'incompatible'],
    ['asyncio.PriorityQueue', 'incompatible'],
    ['sqlalchemy.orm.Session', 'distinct'],
    ['boto3.resource', 'distinct'],
    ['boto3.client', 'shared'],
    ['redis.client.PubSub', 'distinct'],
    ['redis.Redis', 'shared'],
    ['requests.Session', 'compatible'],
    ['psycopg2.extras.RealDictCursor', 'distinct'],
    ['numpy.random.default_rng', 'shared'],
    ['queue.LifoQueue', 'shared'],
  ])('how far threads may share what `%s` makes: %s', (name, safety) => {
    const api = today.api(name);
    expect(api?.safety ?? today.api(api?.returns ?? '')?.safety).toBe(safety);
  });
  test('that a connection with `check_same_thread=False` needs a lock and no thread of its own', () => {
    const loose = today.api('sqlite3.connect')?.variants?.find((it) => it.given === 'check_same_thread=False');
    expect(loose?.api.safety).toBe('distinct');
  });
  test('which connections must not cross a fork', () => {
    const made = [
      'sqlite3.connect',
      'psycopg2.connect',
      'pymongo.MongoClient',
      'sqlalchemy.create_engine',
      'requests.Session',
      'grpc.insecure_channel',
    ];
    for (const name of made) expect(today.api(today.api(name)?.returns ?? name)?.fork, name).toBe('unsafe');
    // It notices the fork by itself and connects anew.
    expect(today.api('redis.Redis')?.fork).toBeUndefined();
  });
  test('which calls change what the whole process shares', () => {
    for (const [name, state] of [
      ['os.chdir', 'cwd'],
      ['os.environ', 'environ'],
      ['locale.setlocale', 'locale'],
      ['warnings.catch_warnings', 'warnings'],
      ['contextlib.redirect_stdout', 'stdout'],
      ['socket.setdefaulttimeout', 'socket.defaulttimeout'],
      ['signal.signal', 'signals'],
      ['random.seed', 'random'],
      ['numpy.random.shuffle', 'numpy.random'],
      ['matplotlib.pyplot.title', 'matplotlib.pyplot'],
    ])
      expect(today.api(name!)?.touches, name).toBe(state);
    for (const name of ['numpy.random.default_rng', 'numpy.random.Generator', 'os.getcwd', 'random.Random.seed'])
      expect(today.api(name)?.touches, name).toBeUndefined();
  });
  test('which calls bring native threads of their own', () => {
    for (const name of ['numpy.dot', 'scipy.linalg.svd', 'torch.matmul', 'cv2.resize', 'polars.LazyFrame.collect'])
      expect(today.api(name)?.ownThreads, name).toBe(true);
    for (const name of ['numpy.sin', 'zlib.compress', 'PIL.Image.Image.resize']) expect(today.api(name)?.ownThreads, name).toBeUndefined();
    const forest = (jobs: number) =>
      today
        .api('sklearn.ensemble.RandomForestClassifier')
        ?.variants?.find((it) => isGiven(it.given, [{ ...literal(jobs), name: 'n_jobs' }]))?.api.ownThreads;
    expect([forest(1), forest(8)]).toEqual([false, true]);
  });
  test('which looks at a container stay open while others write', () => {
    expect(today.api('builtins.dict.items')?.reads).toBe('iterate');
    expect(today.api('builtins.dict.copy')?.reads).toBe('bulk');
    expect(today.api('builtins.dict.get')?.reads).toBe('step');
  });
});

const literal = (value: number): Arg => ({ name: null, value: { is: 'literal', type: 'int', value }, span: { start: 0, end: 0 } });
