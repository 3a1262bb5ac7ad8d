// `npm run bench -- ruff [PACKAGE…]`: what of `ruff check --select ASYNC` is not told here, and why. Fails where no reason is known.
import { spawnSync } from 'node:child_process';
import { readFileSync, realpathSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { isDemonstrationPath } from '../server/src/link/demonstration.js';
import { corpus, type Sources } from './corpus.js';
import { table } from './table.js';

/** Packages with many coroutines, and those in whose findings every reason occurs. */
const some = [
  'aiohttp',
  'buildbot',
  'crawlee',
  'distributed',
  'gunicorn',
  'jupyter-server',
  'python-telegram-bot',
  'scrapy',
  'starlette',
  'uvicorn',
];

interface Place {
  readonly row: number;
}
interface Told {
  readonly code: string;
  readonly filename: string;
  readonly location: Place;
  readonly end_location: Place;
}
interface Span {
  readonly start: { readonly line: number };
}
interface Finding {
  readonly rule: string;
  readonly path: string;
  readonly range: Span;
  readonly witnesses: readonly (readonly { readonly path: string; readonly range: Span }[])[];
}

export async function ruff(names: readonly string[]): Promise<number> {
  const rows: (string | number)[][] = [];
  let left = 0;
  for (const source of corpus(names.length > 0 ? names : some)) {
    const own = new Found(source, ours(source.folder));
    const counts = new Map<string, number>();
    for (const it of theirs(source.folder)) {
      const path = relative(realpathSync(source.folder), it.filename).replaceAll('\\', '/');
      const why = own.tells(path, it) ? 'told' : (own.silence(path, it) ?? 'left');
      counts.set(why, (counts.get(why) ?? 0) + 1);
      if (why !== 'left') continue;
      left++;
      process.stderr.write(`${source.name}: ${it.code} ${path}:${it.location.row} is told by ruff alone\n`);
    }
    rows.push([source.name, ...columns.map((it) => counts.get(it) ?? 0)]);
  }
  process.stdout.write(`${table(['package', ...columns], rows)}\n`);
  return left > 0 ? 1 : 0;
}

/** In this order: found here as well, the reasons for silence, and what has none. */
const columns = ['told', 'opinion', 'in tests', 'no question', 'told once', 'no flag', 'known', 'left'] as const;
type Why = (typeof columns)[number];
/** A timeout parameter, sleeps of nothing or for ever, and the idioms of trio: nothing that is wrong under load. */
const opinions = /^ASYNC(?:1(?:00|05|09|15|16))$/;
/** What was read and is silent with good reason. */
const known: readonly { readonly package: string; readonly path: string; readonly because: string }[] = [
  { package: 'prefect', path: 'src/prefect/runner/_workspace_runtime_bootstrap.py', because: 'one `asyncio.run` with a single task' },
  { package: 'salt', path: 'salt/utils/process.py', because: 'a flag of the coroutine says whether it awaits or sleeps' },
];
/** Works on the text of a path, or asks the process where it is. */
const text = /\b(?:abspath|absolute|basename|dirname|expanduser|join|normpath|relpath|split|splitext|cwd)\(/;

class Found {
  readonly #source: Sources;
  readonly #lines = new Set<string>();
  readonly #functions = new Set<string>();
  readonly #texts = new Map<string, readonly string[]>();

  constructor(source: Sources, findings: readonly Finding[]) {
    this.#source = source;
    for (const { rule, path, range, witnesses } of findings) {
      const steps = witnesses.flat().map((it) => `${it.path}:${it.range.start.line}`);
      for (const it of [`${path}:${range.start.line}`, ...steps]) this.#lines.add(it);
      if (rule === 'blocking-file-metadata' || rule === 'blocking-file-io')
        this.#functions.add(`${path}:${this.#coroutine(path, range.start.line)}`);
    }
  }
  /** On one of its lines there is a finding, or a step of its evidence. */
  tells(path: string, { location, end_location }: Told): boolean {
    for (let line = location.row; line <= end_location.row; line++) if (this.#lines.has(`${path}:${line}`)) return true;
    return false;
  }
  silence(path: string, { code, location, end_location }: Told): Why | undefined {
    if (opinions.test(code)) return 'opinion';
    if (isDemonstrationPath(path)) return 'in tests';
    const lines = this.#text(path)
      .slice(location.row - 1, end_location.row)
      .join('\n');
    if (code === 'ASYNC110') return 'no flag'; // `busy-wait` wants a flag that another function sets
    if (code === 'ASYNC240' && text.test(lines)) return 'no question';
    if (code === 'ASYNC240' && this.#functions.has(`${path}:${this.#coroutine(path, location.row)}`)) return 'told once';
    return known.some((it) => it.package === this.#source.name && it.path === path) ? 'known' : undefined;
  }
  /** The line of the nearest `async def` above. */
  #coroutine(path: string, line: number): number {
    const lines = this.#text(path);
    for (let at = line - 1; at >= 0; at--) if (/^\s*async def /.test(lines[at] ?? '')) return at + 1;
    return 0;
  }
  #text(path: string): readonly string[] {
    const known = this.#texts.get(path) ?? readFileSync(join(this.#source.folder, path), 'utf8').split('\n');
    this.#texts.set(path, known);
    return known;
  }
}

function ours(folder: string): readonly Finding[] {
  const args = [
    resolve('dist/cli.js'),
    'check',
    '--isolated',
    '--select',
    'all',
    '--no-cache',
    '--exit-zero',
    '--output-format',
    'json',
    '.',
  ];
  const { stdout, stderr } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8', maxBuffer: 1e9 });
  if (stdout === '') throw new Error(`nothing was checked in ${folder}: ${stderr}`);
  return (JSON.parse(stdout) as { readonly findings: readonly Finding[] }).findings;
}
/** `THREADWISE_RUFF` names the command. Files that ruff cannot read have findings of no rule; they are left out. */
function theirs(folder: string): readonly Told[] {
  const args = ['check', '--isolated', '--no-cache', '--exit-zero', '--ignore-noqa', '--select', 'ASYNC', '--output-format', 'json', '.'];
  const { stdout, error } = spawnSync(process.env.THREADWISE_RUFF ?? 'ruff', args, { cwd: folder, encoding: 'utf8', maxBuffer: 1e9 });
  if (error) throw new Error('ruff is not found; `THREADWISE_RUFF` may name its command');
  return (JSON.parse(stdout) as readonly Told[]).filter((it) => it.code?.startsWith('ASYNC'));
}
