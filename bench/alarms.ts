// `npm run bench -- alarms [PACKAGE…]`: audits real packages and writes one line per finding, never the text of a source.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { corpus, linesOf, pythonFiles, type Sources } from './corpus.js';
import { round, table } from './table.js';

/** What `check --output-format json` prints, as far as it is read here. */
interface Answer {
  readonly findings: readonly {
    readonly rule: string;
    readonly severity: string;
    readonly confidence: string;
    readonly path: string;
    readonly range: { readonly start: { readonly line: number; readonly column: number } };
  }[];
  readonly summary: {
    readonly files: number;
    readonly analysed: number;
    readonly failed: readonly { readonly path: string; readonly reason: string }[];
  };
}
/** What a run counts exactly: two runs over the same sources give the same. */
interface Counters {
  readonly files: number;
  readonly lines: number;
  readonly analysed: number;
  readonly failed: number;
  readonly findings: Readonly<Record<string, number>>;
}

/** Milliseconds for one package; an audit that takes longer is stuck. */
const patience = 5 * 60_000;
const folder = 'bench/alarms';
const countersFile = 'bench/counters.json';

export async function alarms(names: readonly string[]): Promise<number> {
  mkdirSync(folder, { recursive: true });
  const counters = readCounters();
  const rows: (string | number)[][] = [];
  const crashed: string[] = [];
  const wanted = corpus(names);
  for (const sources of wanted) {
    const from = performance.now();
    const answer = audit(sources);
    if (typeof answer === 'string') {
      crashed.push(`${sources.name}: ${answer}`);
      process.stderr.write(`${crashed.at(-1)}\n`);
      continue;
    }
    const seconds = (performance.now() - from) / 1000;
    writeAlarms(sources.name, answer);
    const found = countersOf(sources, answer);
    counters[sources.name] = found;
    writeFileSync(countersFile, `${JSON.stringify(sorted(counters), null, 2)}\n`);
    rows.push(rowOf(sources.name, found, seconds));
    process.stderr.write(`${rows.at(-1)?.join(' ')}\n`);
    for (const it of answer.summary.failed) process.stderr.write(`  ${it.path}: ${it.reason}\n`);
  }
  if (names.length === 0) dropStale(new Set(wanted.map((it) => it.name)), counters);
  process.stdout.write(`${table(['package', 'files', 'lines', 'parsed', 'failed', 'seconds', 'findings'], [...rows, totals(rows)])}\n`);
  process.stdout.write(`\n${perRule(wanted.flatMap((it) => counters[it.name] ?? []))}\n`);
  if (crashed.length > 0) process.stdout.write(`\nnot audited:\n${crashed.join('\n')}\n`);
  return crashed.length > 0 ? 1 : 0;
}

/** Runs the built command line, as a user would; a text says why that failed. */
function audit(sources: Sources): Answer | string {
  const args = [resolve('dist/cli.js'), 'check', '.', '--output-format', 'json', '--exit-zero', '--no-cache'];
  const { stdout, stderr, status, error } = spawnSync(process.execPath, args, {
    cwd: sources.folder,
    encoding: 'utf8',
    maxBuffer: 1 << 29,
    timeout: patience,
  });
  if (error) return error.message;
  // A file that could not be analysed makes it 2, with the results printed all the same.
  if (status !== 0 && !stdout.startsWith('{')) return `exit code ${status}: ${stderr.trim().slice(-2000)}`;
  return JSON.parse(stdout) as Answer;
}

function writeAlarms(name: string, answer: Answer): void {
  const path = join(folder, `${name}.txt`);
  const lines = [...answer.findings]
    .sort((a, b) => compare(a.path, b.path) || a.range.start.line - b.range.start.line || a.range.start.column - b.range.start.column)
    .map((it) => `${it.path}:${it.range.start.line} ${it.rule} ${it.severity} ${it.confidence}\n`);
  if (lines.length > 0) writeFileSync(path, lines.join(''));
  else rmSync(path, { force: true });
}
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function countersOf(sources: Sources, { findings, summary }: Answer): Counters {
  const perRuleCount: Record<string, number> = {};
  for (const { rule } of findings) perRuleCount[rule] = (perRuleCount[rule] ?? 0) + 1;
  return {
    files: summary.files,
    lines: pythonFiles(sources.folder).reduce((sum, path) => sum + linesOf(join(sources.folder, path)), 0),
    analysed: summary.analysed,
    failed: summary.failed.length,
    findings: sorted(perRuleCount),
  };
}

function rowOf(name: string, it: Counters, seconds: number): (string | number)[] {
  return [name, it.files, it.lines, it.analysed, it.failed, round(seconds), count(it)];
}
const count = (it: Counters): number => Object.values(it.findings).reduce((sum, n) => sum + n, 0);

function totals(rows: readonly (readonly (string | number)[])[]): (string | number)[] {
  return ['together', ...[1, 2, 3, 4, 5, 6].map((column) => round(rows.reduce((sum, row) => sum + Number(row[column]), 0)))];
}

function perRule(all: readonly Counters[]): string {
  const sums: Record<string, number> = {};
  for (const { findings } of all) for (const [rule, n] of Object.entries(findings)) sums[rule] = (sums[rule] ?? 0) + n;
  return table(['rule', 'findings'], Object.entries(sorted(sums)));
}

function readCounters(): Record<string, Counters> {
  return existsSync(countersFile) ? JSON.parse(readFileSync(countersFile, 'utf8')) : {};
}
/** A package that left the corpus leaves nothing behind. */
function dropStale(names: ReadonlySet<string>, counters: Record<string, Counters>): void {
  for (const name of Object.keys(counters)) if (!names.has(name)) delete counters[name];
  writeFileSync(countersFile, `${JSON.stringify(sorted(counters), null, 2)}\n`);
  for (const file of readdirSync(folder)) if (!names.has(file.replace(/\.txt$/, ''))) rmSync(join(folder, file));
}
function sorted<T>(record: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => compare(a, b)));
}
