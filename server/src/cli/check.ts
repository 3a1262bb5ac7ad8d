// `check`, `audit` and `fix`: files in, a report in each wanted format out, and the exit code.
import { createTwoFilesPatch } from 'diff';
import type { Alarm } from '../model.js';
import { type Audited, audit, audited, type Wanted } from '../project/audit.js';
import { selectedRules } from '../project/selection.js';
import { acceptedBy } from '../project/settings.js';
import { mostBytes, rewritten, type Source, sourceOf } from '../project/source.js';
import type { Workspace } from '../project/workspace.js';
import { acceptAll } from './accept.js';
import { shrink } from './baseline.js';
import { type Changed, changedLines } from './changed.js';
import { bytesAfter, type Changed as ChangedText, type Fixed, fitting, fixAll, writeBack } from './fix.js';
import { formatOf } from './formats.js';
import { type Opened, openPaths, refuseMissing, refuseProblems } from './open.js';
import type { CheckOptions, OutputTo } from './options.js';
import { progressOn, useColor } from './progress.js';
import { type Readiness, readinessOf } from './readiness.js';
import { linesOfFiles, printable, type Report, type Shown } from './report.js';
import { counted, fails } from './summary.js';
import { exit, Refusal, type Terminal } from './terminal.js';
import { watch } from './watch.js';

/** Resolves to the exit code. */
export async function check(terminal: Terminal, typed: readonly string[], options: CheckOptions, byLaw: boolean): Promise<number> {
  refuseContradictions(typed, options);
  // Whoever forgets the reason would have comments written everywhere.
  if (options.addIgnore && (await terminal.host.kind(terminal.host.resolve('.', options.addIgnore))) !== undefined)
    throw new Refusal(`\`--add-ignore\` takes a reason, and \`${options.addIgnore}\` is a path; \`--add-ignore ''\` gives none`);
  if (options.watch === true) return watch(terminal, typed, options, (opened) => report(terminal, opened, options, byLaw));
  const input = typed.includes('-') ? await readStdin(terminal, stdinName(terminal, options)) : undefined;
  const changed = await changedLines(terminal, options);
  const opened = input === undefined ? await openPaths(terminal, pathsOf(typed), options) : await openStdin(terminal, input, options);
  return report(terminal, opened, options, byLaw, input, changed);
}

/** @throws Refusal naming options that make no sense together. */
function refuseContradictions(typed: readonly string[], options: CheckOptions): void {
  const fromStdin = typed.includes('-');
  const writing = options.addIgnore !== undefined ? '--add-ignore' : '--fix';
  const fixing = options.fix === true || options.diff === true || options.addIgnore !== undefined;
  if (fromStdin && typed.length > 1) throw new Refusal('`-` is the only path where it is given');
  const among = (option: string, others: Readonly<Record<string, boolean>>) => {
    for (const [other, given] of Object.entries(others)) if (given) throw new Refusal(`\`${option}\` and \`${other}\` exclude each other`);
  };
  if (options.watch === true)
    among('--watch', { '-': fromStdin, [writing]: fixing, '--since': options.since !== undefined, '--staged': options.staged === true });
  if (options.staged === true)
    among('--staged', { '-': fromStdin, [writing]: fixing && options.diff !== true, '--since': options.since !== undefined });
  if (options.since !== undefined) among('--since', { '-': fromStdin });
  if (options.addIgnore !== undefined) among('--add-ignore', { '--fix': options.fix === true });
}

/** Analyses what was opened, and reports it; resolves to the exit code. */
async function report(
  terminal: Terminal,
  opened: Opened,
  options: CheckOptions,
  byLaw: boolean,
  input?: Source,
  changed?: Changed,
): Promise<number> {
  const { stderr } = terminal;
  const { workspace, wanted } = opened;
  const started = performance.now();
  const fixing = options.fix === true || options.diff === true || options.addIgnore !== undefined;
  refuseMissing(wanted);
  if (fixing) refuseProblems(opened);
  stage(opened, changed);

  const progress = progressOn(terminal, options.quiet === true);
  let result = await audit(workspace, wanted, { progress: progress.at });
  progress.done();
  await opened.cache?.save();
  const lines = linesOfFiles(workspace);
  const kept = new Set(result.alarms.filter((it) => changed?.concerns(it, lines) !== false).map(identity));
  const isAsked = (alarm: Alarm) => changed === undefined || kept.has(identity(alarm));
  const limited = (it: Audited): Audited => ({ ...it, alarms: it.alarms.filter(isAsked) });
  const gate = gateOf(limited(result), options);
  const fixed =
    options.addIgnore !== undefined
      ? await acceptAll(workspace, await terminal.parser(), limited(result).alarms, options.addIgnore)
      : fixing
        ? await fixAll(workspace, new Set(wanted.files), options.unsafeFixes === true, isAsked)
        : undefined;
  if (fixed !== undefined && options.diff !== true) result = audited(workspace, wanted);
  const unwritten = fixed === undefined ? false : await deliver(terminal, workspace, fixed, options, input);

  const readiness = byLaw ? await readinessOf(opened, limited(result)) : undefined;
  const shown = reportOf(opened, limited(result), options, readiness);
  if (options.diff !== true)
    await render(input !== undefined && fixing ? { ...terminal, stdout: stderr } : terminal, shown, options, byLaw);
  warn(terminal, shown, wanted, options.quiet === true);
  await shrinkBaseline(terminal, opened, result, options, input === undefined && changed === undefined);
  if (options.verbose === true)
    stderr.write(
      `${boundsHit(workspace.hits())}${leftOut(workspace.engine.dropped())}${told(opened)}${((performance.now() - started) / 1000).toFixed(2)} s\n`,
    );
  if (opened.problems.length > 0) stderr.write('threadwise: the configuration is wrong, only what is right of it was used\n');
  if (!result.complete || unwritten || opened.problems.length > 0) return exit.failed;
  const failing = fixed !== undefined && options.diff !== true ? gateOf(limited(result), options) : gate;
  return failing && options.exitZero !== true ? exit.findings : exit.fine;
}

const pathsOf = (typed: readonly string[]): readonly string[] => (typed.length > 0 ? typed : ['.']);
const identity = ({ rule, at, fingerprint }: Alarm): string => [at.file, rule, fingerprint].join('\n');

/** What is staged counts, where it is not what lies on disk. */
function stage({ workspace }: Opened, changed: Changed | undefined): void {
  for (const [file, bytes] of changed?.texts ?? []) {
    const source = sourceOf(file, bytes);
    if (!('problem' in source)) workspace.open(file, source.text, source.cells);
  }
}

/** A run that sees less than the project's own settings want knows nothing about what is no longer there. */
async function shrinkBaseline(terminal: Terminal, opened: Opened, result: Audited, options: CheckOptions, whole: boolean): Promise<void> {
  const baseline = acceptedBy(opened.settings);
  const narrowed = (['select', 'ignore', 'extendSelect', 'minConfidence', 'pythonVersion', 'gil', 'startMethod', 'exclude'] as const).some(
    (it) => options[it] !== undefined,
  );
  if (baseline === undefined || !whole || narrowed || options.diff === true || !result.complete || opened.problems.length > 0) return;
  await shrink(terminal, baseline, result, !terminal.env.CI);
}

/** Where the analysis gave up looking further, which can only have cost findings. */
function boundsHit(hits: ReadonlyMap<string, number>): string {
  const told = [...hits].sort(([a], [b]) => (a < b ? -1 : 1)).map(([bound, times]) => `${bound} ${times}`);
  return told.length > 0 ? `bounds hit: ${told.join(', ')}\n` : '';
}

/** What may be a defect and was not told, because it is not certain. */
function leftOut(dropped: ReadonlyMap<string, ReadonlyMap<string, number>>): string {
  return [...dropped]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([what, reasons]) => {
      const all = [...reasons].sort(([a], [b]) => (a < b ? -1 : 1));
      const sum = all.reduce((total, [, times]) => total + times, 0);
      return `left out as uncertain: ${what} ${sum} (${all.map(([why, times]) => `${why} ${times}`).join(', ')})\n`;
    })
    .join('');
}

/** How much of the work was done by earlier runs. */
function told({ cache }: Opened): string {
  if (cache === undefined) return '';
  const { found, scanned } = cache.counts();
  return `${counted(scanned, 'file')} scanned, ${found} as they were; `;
}

async function readStdin(terminal: Terminal, name: string): Promise<Source> {
  const bytes = await terminal.stdin();
  const most = mostBytes(name);
  const source = bytes.length > most ? { problem: `larger than ${most / 1_000_000} MB` } : sourceOf(name, bytes);
  if ('problem' in source) throw new Refusal(`the standard input is refused: ${source.problem}`);
  return source;
}
const stdinName = ({ host }: Terminal, { stdinFilename }: CheckOptions): string => host.resolve('.', stdinFilename ?? 'stdin.py');

/** The text goes by a name that decides its settings and its module, and that need not exist. */
async function openStdin(terminal: Terminal, input: Source, options: CheckOptions): Promise<Opened> {
  const name = stdinName(terminal, options);
  const opened = await openPaths(terminal, [], { ...options, near: name });
  opened.workspace.open(name, input.text, input.cells);
  return { ...opened, wanted: { ...opened.wanted, files: [name], named: new Set([name]) } };
}

/** Is there a finding at or above the gate? */
function gateOf(result: Audited, { failOn }: CheckOptions): boolean {
  return result.alarms.some((it) => fails(it.severity, failOn) && it.suppressed === null);
}

function reportOf(opened: Opened, result: Audited, options: CheckOptions, readiness: Readiness | undefined): Report {
  const { workspace, target, settings } = opened;
  const wantsOffers = outputsOf(options).some((it) => formatOf(it.format).offers === true);
  const asked = new Set(opened.wanted.files);
  const lines = linesOfFiles(workspace);
  const hidden = (by: 'comment' | 'baseline') =>
    result.alarms.filter((it) => options.showSuppressed !== true && it.suppressed?.by === by).length;
  const shown = result.alarms
    .filter((it) => options.showSuppressed === true || it.suppressed === null)
    .map((alarm): Shown => {
      const offers = wantsOffers || options.fixes === true ? workspace.engine.offers(alarm) : [];
      const verified = once(() =>
        workspace.engine
          .offers(alarm)
          .map((it) => (it.tier === null ? { ...it, edits: [] } : fitting(workspace, workspace.engine.repair(alarm, it.id)))),
      );
      return { alarm, offers, repairs: options.fixes === true ? verified() : undefined, verified };
    });
  return {
    shown,
    audited: result,
    target,
    hidden: { comment: hidden('comment'), baseline: hidden('baseline') },
    rulesOn: selectedRules(settings).size,
    problems: opened.told,
    readiness,
    lines,
    text: (file) => workspace.engine.text(file) ?? '',
    cells: workspace.cells,
    map: () => workspace.engine.executionMap((file) => asked.has(file)),
    tool: __VERSION__,
  };
}
function once<T>(work: () => T): () => T {
  let known: { readonly value: T } | undefined;
  return () => {
    known ??= { value: work() };
    return known.value;
  };
}

const outputsOf = ({ outputFormat }: CheckOptions): readonly OutputTo[] => outputFormat ?? [{ format: 'full', file: undefined }];

async function render(terminal: Terminal, report: Report, options: CheckOptions, byLaw: boolean): Promise<void> {
  for (const { format, file } of outputsOf(options)) {
    const text = formatOf(format).render(report, {
      color: useColor(terminal, options.color, file === undefined ? terminal.stdout : undefined),
      ascii: options.ascii === true,
      width: Math.max(40, terminal.stdout.columns ?? 120),
      verbose: options.verbose === true,
      quiet: options.quiet === true,
      byLaw,
      failOn: options.failOn,
    });
    if (file === undefined) terminal.stdout.write(text);
    else await saved(terminal, file, text);
  }
}

/** @throws Refusal with the reason where the file cannot be written. */
async function saved(terminal: Terminal, file: string, text: string): Promise<void> {
  try {
    await terminal.save(file, text);
  } catch (error) {
    throw new Refusal(`\`${file}\` was not written: ${(error as Error).message}`);
  }
}

/** Writes or shows the changes; true where a file could not be written. */
async function deliver(
  terminal: Terminal,
  workspace: Workspace,
  fixed: Fixed,
  options: CheckOptions,
  input: Source | undefined,
): Promise<boolean> {
  const { stdout, stderr } = terminal;
  for (const { file, reason } of fixed.kept) stderr.write(`threadwise: \`${printable(file)}\` was not fixed, because ${reason}\n`);
  if (options.diff === true) {
    stdout.write(fixed.changed.flatMap(patches).join(''));
    if (options.quiet !== true)
      stderr.write(`${fixes(fixed.made, options)} in ${counted(fixed.changed.length, 'file')}; nothing was written\n`);
    return false;
  }
  if (input !== undefined) {
    const [only] = fixed.changed;
    const bytes = only === undefined ? rewritten(input, input) : bytesAfter(input, only);
    stdout.write(bytes ?? only?.after ?? input.text);
    return false;
  }
  const write = () => writeAll(terminal, workspace, fixed, options);
  return terminal.whole === undefined ? write() : terminal.whole(write);
}

/** A fix may be one of several files, so no file is left out but for a problem, which is told; true where there was one. */
async function writeAll({ host, stderr }: Terminal, workspace: Workspace, fixed: Fixed, options: CheckOptions): Promise<boolean> {
  let written = 0;
  for (const it of fixed.changed) {
    const problem = await writeBack(workspace, host, it);
    if (problem === undefined) written++;
    else stderr.write(`threadwise: \`${printable(it.file)}\` was not written: ${problem}\n`);
  }
  if (options.quiet !== true && fixed.made > 0) stderr.write(`Made ${fixes(fixed.made, options)} in ${counted(written, 'file')}.\n`);
  return written < fixed.changed.length;
}

/** Of a notebook each cell is a text of its own. */
function patches({ file, before, after, cells }: ChangedText): readonly string[] {
  const patch = (name: string, old: string, now: string) =>
    createTwoFilesPatch(`a/${name}`, `b/${name}`, old, now, undefined, undefined, { context: 3 }).replace(/^=+\n/, '');
  if (cells === undefined) return [patch(file, before, after)];
  return cells.before.flatMap(({ number, source }, nth) => {
    const now = cells.after[nth]!.source;
    return now === source ? [] : [patch(`${file}:cell ${number}`, `${source}\n`, `${now}\n`)];
  });
}

const fixes = (count: number, { addIgnore }: CheckOptions): string =>
  addIgnore === undefined ? `${count} ${count === 1 ? 'fix' : 'fixes'}` : `comments for ${counted(count, 'finding')}`;

/** What a reader of the findings has to know about what is missing from them. */
function warn({ stderr }: Terminal, { audited: { files, failed } }: Report, wanted: Wanted, quiet: boolean): void {
  for (const { file, reason, incomplete } of failed) {
    if (incomplete || !quiet) stderr.write(`${incomplete ? 'error' : 'warning'}: ${printable(file)}: ${printable(reason)}\n`);
  }
  if (files.length === 0 && wanted.failed.length === 0 && !quiet) stderr.write('warning: there is no Python file in what was named\n');
}
