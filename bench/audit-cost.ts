// `npm run bench -- audit [--rounds N] [PACKAGE…]`: processor time of an audit beside a full parse of the same files and beside ruff, in turns.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { scan } from '../server/src/facts/scan.js';
import { defaultExcludes } from '../server/src/project/host.js';
import { parse } from '../server/src/syntax/parse.js';
import { concerns } from '../server/src/syntax/prefilter.js';
import { cache, corpus, linesOf, pythonFiles, type Sources } from './corpus.js';
import { installedParser } from './parser.js';
import { median, round, table } from './table.js';

const python = process.env.THREADWISE_PYTHON ?? 'python3';
const usual = 5;
/** Of the sample that is audited where no package is named. */
const sampleLines = 1_000_000;
/** What the ratios are meant to be at most. */
const goals = { parse: 0.35, ruff: 1 } as const;

export async function auditCost(args: readonly string[]): Promise<number> {
  const at = args.indexOf('--rounds');
  const rounds = at < 0 ? usual : Number(args[at + 1]);
  const names = at < 0 ? args : args.toSpliced(at, 2);
  const ruff = installedRuff();
  for (const { name, folder } of names.length > 0 ? corpus(names) : [sample()]) {
    const isSource = (path: string) => !path.split('/').some((it) => defaultExcludes.has(it));
    const files = pythonFiles(folder).flatMap((path) => (isSource(path) ? [join(folder, path)] : []));
    const lines = files.reduce((sum, path) => sum + linesOf(path), 0);
    process.stdout.write(`${name}: ${files.length} files, ${lines} lines, processor seconds of ${rounds} rounds\n`);
    const seen = { parse: [] as number[], cold: [] as number[], warm: [] as number[], ruff: [] as number[] };
    for (let nth = 0; nth < rounds; nth++) {
      seen.parse.push(await parseCost(files));
      const { cold, warm } = audits(folder);
      seen.cold.push(cold);
      seen.warm.push(warm);
      if (ruff !== undefined) seen.ruff.push(cpuOf([ruff, 'check', '--isolated', '--no-cache', '--exit-zero', '--quiet', '.'], folder));
    }
    const spread = (all: readonly number[]) => [median(all), Math.min(...all), Math.max(...all)].map((it) => round(it, 2));
    const rows = Object.entries(seen).map(([what, all]) => [
      words[what as keyof typeof seen],
      ...(all.length > 0 ? spread(all) : ['-', '-', '-']),
    ]);
    process.stdout.write(`${table(['', 'median', 'least', 'most'], rows)}\n`);
    const ratio = (by: readonly number[]) => round(median(seen.cold.map((it, at) => it / by[at]!)), 2);
    process.stdout.write(`cold / parse: ${ratio(seen.parse)}, meant to be at most ${goals.parse}\n`);
    if (ruff !== undefined) process.stdout.write(`cold / ruff: ${ratio(seen.ruff)}, meant to be at most ${goals.ruff}\n`);
    await steps(files, median(seen.cold));
  }
  return 0;
}
const words = { parse: 'parse every file in full', cold: 'audit, cold', warm: 'audit, warm', ruff: 'ruff check' } as const;

/** Where the time of a cold audit goes: its first steps done one after the other, and what is left of it. */
async function steps(files: readonly string[], cold: number): Promise<void> {
  const parser = await installedParser();
  let texts: (readonly [path: string, text: string])[] = [];
  const read = timed(() => {
    texts = files.map((path) => [path, readFileSync(path, 'utf8')]);
  });
  let kept: typeof texts = [];
  const filter = timed(() => {
    kept = texts.filter(([, text]) => concerns(text));
  });
  const parsing = timed(() => {
    for (const [, text] of kept) parse(parser, text);
  });
  const scanning = timed(() => {
    for (const [, text] of kept) scan(parser, text);
  });
  const start = cpuOf([process.execPath, '--eval', '0'], '.');
  const size = (all: typeof texts) => all.reduce((sum, [, text]) => sum + text.length, 0);
  const rows = [
    ['an empty Node.js process', start],
    ['reading', read],
    ['the filter', filter],
    [`parsing the ${kept.length} files behind it, ${round((100 * size(kept)) / size(texts), 0)}% of the text`, parsing],
    ['their facts', scanning - parsing],
    ['files that they import, linking, rules, packing, threads', cold - start - read - filter - scanning],
  ] as const;
  process.stdout.write(
    `${table(
      ['where the time goes', 's', '% of the cold audit'],
      rows.map(([what, s]) => [what, round(s, 2), round((100 * s) / cold, 0)]),
    )}\n`,
  );
}

function timed(work: () => void): number {
  const from = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(from);
  return (user + system) / 1e6;
}

/** Without facts of earlier runs, and with them. */
function audits(folder: string): { readonly cold: number; readonly warm: number } {
  const kept = mkdtempSync(join(tmpdir(), 'threadwise-bench-'));
  const args = [process.execPath, resolve('dist/cli.js'), 'check', '.', '--output-format', 'json', '--exit-zero', '--cache-dir', kept];
  try {
    rmSync(kept, { recursive: true });
    const cold = cpuOf(args, folder);
    return { cold, warm: cpuOf(args, folder) };
  } finally {
    rmSync(kept, { recursive: true, force: true });
  }
}

/** Seconds of processor time of a program with all of its threads, its start included; Python tells what its children took. */
function cpuOf(command: readonly string[], cwd: string): number {
  const script =
    'import resource, subprocess, sys; subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL); used = resource.getrusage(resource.RUSAGE_CHILDREN); print(used.ru_utime + used.ru_stime)';
  return Number(spawnSync(python, ['-c', script, ...command], { cwd, encoding: 'utf8' }).stdout);
}

/** Seconds of processor time for reading and parsing every file in full, the parser warm. */
async function parseCost(files: readonly string[]): Promise<number> {
  const parser = await installedParser();
  const one = (path: string): void => parser.parse(readFileSync(path, 'utf8')).delete();
  for (const path of files.slice(0, 20)) one(path);
  return timed(() => {
    for (const path of files) one(path);
  });
}

/** Files of all packages in an order that says nothing about them, each in the folder of its package, until there are enough lines. */
function sample(): Sources {
  const folder = join(cache, 'sample');
  if (!existsSync(folder)) {
    const part = `${folder}.part`;
    rmSync(part, { recursive: true, force: true });
    mkdirSync(part, { recursive: true });
    const files = corpus([]).flatMap(({ name, folder: from }) =>
      pythonFiles(from).map((path) => ({ from: join(from, path), to: join(name, path) })),
    );
    const order = (it: (typeof files)[number]) => createHash('sha256').update(it.to).digest('hex');
    let lines = 0;
    for (const { from, to } of files.sort((a, b) => (order(a) < order(b) ? -1 : 1))) {
      if (lines >= sampleLines) break;
      lines += linesOf(from);
      mkdirSync(dirname(join(part, to)), { recursive: true });
      cpSync(from, join(part, to));
    }
    renameSync(part, folder);
  }
  return { name: 'a sample of the corpus', folder };
}

/** Beside the corpus; undefined where it cannot be installed. */
function installedRuff(): string | undefined {
  const home = join(cache, 'ruff');
  const program = join(home, process.platform === 'win32' ? 'Scripts/ruff.exe' : 'bin/ruff');
  if (!existsSync(program)) {
    spawnSync(python, ['-m', 'venv', home], { stdio: ['ignore', 2, 2] });
    spawnSync(program.replace(/ruff(\.exe)?$/, 'python$1'), ['-m', 'pip', 'install', '--quiet', 'ruff'], { stdio: ['ignore', 2, 2] });
  }
  if (existsSync(program)) return program;
  process.stderr.write('ruff could not be installed, and is left out\n');
  return undefined;
}
