// `npm run bench -- mutants [PACKAGE…]`: takes one `with lock:` away from classes that lock everything, and looks whether that is noticed.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Engine } from '../server/src/engine/engine.js';
import { namesBelow, nodeHost } from '../server/src/host/node.js';
import { loadKnowledge } from '../server/src/knowledge/load.js';
import { placeOf } from '../server/src/link/places.js';
import { sectionsOf } from '../server/src/link/sections.js';
import { sharedTouches, spotsIn, type Touched, writes } from '../server/src/link/touches.js';
import type { Alarm, Span } from '../server/src/model.js';
import { findFiles } from '../server/src/project/audit.js';
import { openWorkspace } from '../server/src/project/workspace.js';
import { rules } from '../server/src/rules/index.js';
import type { Parser } from '../server/src/syntax/load.js';
import { readPage } from '../server/test/page.js';
import { corpus, type Sources } from './corpus.js';
import { type Cut, cutWith } from './cut-with.js';
import { installedParser } from './parser.js';
import { round, table } from './table.js';
import { benchTarget } from './target.js';

/** Packages with classes that lock, where none is named. */
const usual = ['apscheduler', 'celery', 'distributed', 'gunicorn', 'kombu', 'luigi', 'octoprint', 'paramiko', 'salt', 'stdlib'];
const target = benchTarget(11);

/** Something whose texts can be changed and asked again. */
interface Program {
  readonly engine: Engine;
  write(file: string, text: string | undefined): Promise<void>;
}
/** One `with` of a class that locks every access of something. */
interface Mutant {
  readonly cls: string;
  readonly method: string;
  readonly file: string;
  readonly line: number;
  readonly cut: Cut;
  /** Places whose accesses lose their lock, with what is done to them there. */
  readonly places: readonly string[];
  /** Only plain reads lose their lock, each of which sees some value that was there, or single steps and stores beside such ones. */
  readonly harmless: boolean;
  /** Too few accesses stay behind to show what the author wanted. */
  readonly thin: boolean;
}
interface Tally {
  classes: Set<string>;
  mutants: number;
  caught: number;
  restored: number;
  /** Missed, and no two other methods show what the author wanted. */
  thin: number;
  /** Sections that were left alone, because nothing that matters would lose its lock. */
  harmless: number;
}

export async function mutants(names: readonly string[]): Promise<number> {
  const parser = await installedParser();
  const verbose = names.includes('--missed');
  const packages = names.filter((it) => !it.startsWith('--'));
  const rows: (string | number)[][] = [];
  let lost = 0;
  const add = (name: string, it: Tally): void => {
    if (it.classes.size === 0) return;
    lost += it.mutants - it.restored;
    rows.push([name, it.classes.size, it.mutants, it.caught, it.restored, percent(it.caught, it.mutants), it.thin, it.harmless]);
  };
  if (packages.length === 0 || packages.includes('own')) {
    for (const [name, programs] of ownPrograms(parser)) {
      const sum = newTally();
      for (const it of programs) await run(it, '', sum, verbose);
      add(name, sum);
    }
  }
  for (const { name, folder } of named(packages)) {
    const sum = newTally();
    await run(await opened(folder, parser), name, sum, verbose);
    process.stderr.write(`${name}: ${sum.mutants} mutants, ${sum.caught} caught\n`);
    add(name, sum);
  }
  const total = (column: number): number => rows.reduce((sum, row) => sum + Number(row[column]), 0);
  const share = percent(total(3), total(2));
  const head = ['from', 'classes', 'mutants', 'caught', 'restored', 'rate', 'missed: too few left', 'no harm'];
  const last = ['together', total(1), total(2), total(3), total(4), share, total(6), total(7)];
  process.stdout.write(`${table(head, [...rows, last])}\n`);
  return lost > 0 ? 1 : 0;
}
function named(packages: readonly string[]): readonly Sources[] {
  const wanted = packages.length > 0 ? packages.filter((it) => it !== 'own') : usual;
  return wanted.length > 0 ? corpus(wanted) : [];
}
const newTally = (): Tally => ({ classes: new Set(), mutants: 0, caught: 0, restored: 0, thin: 0, harmless: 0 });
const percent = (part: number, of: number): string => (of === 0 ? '-' : `${round((100 * part) / of)} %`);

async function run(program: Program, name: string, sum: Tally, verbose: boolean): Promise<void> {
  for (const it of mutantsOf(program.engine)) {
    sum.classes.add(`${name} ${it.file} ${it.cls}`);
    const file = `${name === '' ? '' : `${name} `}${it.file}:${it.line}`;
    if (it.harmless) {
      sum.harmless++;
      continue;
    }
    const text = program.engine.text(it.file) as string;
    const before = program.engine.alarms(it.file);
    await program.write(it.file, it.cut.text);
    const caught = program.engine.alarms(it.file).filter((one) => isNoticed(one) && isInside(one.at.span, it.cut.span));
    await program.write(it.file, undefined);
    if (program.engine.text(it.file) !== text) throw new Error(`${it.file} is not what it was`);
    sum.mutants++;
    if (caught.length > 0) sum.caught++;
    else {
      if (it.thin) sum.thin++;
      if (verbose)
        process.stdout.write(`missed${it.thin ? ', too few left' : ''}: ${file} ${it.cls}.${it.method}: ${it.places.join(', ')}\n`);
    }
    if (sameAlarms(before, program.engine.alarms(it.file))) sum.restored++;
    else process.stdout.write(`not restored: ${file}\n`);
  }
}
const ofOwner: ReadonlySet<string> = new Set(rules.filter((it) => it.law === 'owner').map((it) => it.id));
/** A condition that is waited for without its lock is told by a rule of its own. */
const isNoticed = (it: Alarm): boolean => it.suppressed === null && (ofOwner.has(it.rule) || it.rule === 'condition-misuse');
const isInside = (it: Span, of: Span): boolean => it.start >= of.start && it.start < of.end;
const sameAlarms = (a: readonly Alarm[], b: readonly Alarm[]): boolean =>
  a.map((it) => `${it.rule} ${it.at.span.start}`).join() === b.map((it) => `${it.rule} ${it.at.span.start}`).join();

// ── Programs ─────────────────────────────────────────────────────────────────────────────────────

/** Our classes, and the sections of all pages. */
function ownPrograms(parser: Parser): readonly (readonly [string, readonly Program[]])[] {
  const classes = readdirSync('bench/mutants').filter((it) => it.endsWith('.py'));
  const own = classes.map((it) => alone(parser, new Map([[it, readFileSync(join('bench/mutants', it), 'utf8')]])));
  const pages = ['docs/rules', 'test-fixtures/rules', 'test-fixtures/fixes', 'test-fixtures/analysis'].flatMap((folder) =>
    readdirSync(folder)
      .filter((it) => it.endsWith('.md'))
      .map((it) => join(folder, it)),
  );
  const sections = pages
    .flatMap((it) => readPage(it, readFileSync(it, 'utf8')).sections)
    .filter((it) => it.files.some(({ text }) => /^\s*with .*lock/im.test(text)))
    .map((it) => alone(parser, new Map(it.files.map((one) => [one.path, one.text]))));
  return [
    ['bench/mutants', own],
    ['pages', sections],
  ];
}
const knowledge = loadKnowledge(target);
function alone(parser: Parser, files: ReadonlyMap<string, string>): Program {
  const engine = new Engine({ parser, target, knowledge });
  const set = (file: string, text: string): void => {
    const module = file
      .replace(/\.(?:py|ipynb)$/, '')
      .replace(/\/__init__$/, '')
      .replaceAll('/', '.');
    engine.set({ file, text, module, package: file.endsWith('__init__.py') });
  };
  for (const [file, text] of files) set(file, text);
  for (const it of engine.wanted()) engine.absent(it);
  return { engine, write: async (file, text) => set(file, text ?? (files.get(file) as string)) };
}
async function opened(folder: string, parser: Parser): Promise<Program> {
  const host = nodeHost(namesBelow(folder));
  const { files } = await findFiles(host, ['.'], []);
  const settings = { layers: [] };
  const workspace = openWorkspace({ host, parser, roots: ['.'], settings, target, makeEngine: (it) => new Engine(it) });
  await workspace.load(files);
  await workspace.ensure();
  workspace.ask(new Set(files));
  const write = async (file: string, text: string | undefined): Promise<void> => {
    if (text === undefined) workspace.close(file);
    else workspace.open(file, text);
    await workspace.ensure();
  };
  return { engine: workspace.engine as Engine, write };
}

// ── Classes that lock ────────────────────────────────────────────────────────────────────────────

/** Every `with` under which a class does something to what it only ever touches with that lock held. */
function mutantsOf(engine: Engine): readonly Mutant[] {
  const { link } = engine.inspect();
  const found = new Map<string, Mutant>();
  const modules = [...link.modules.values()].sort((a, b) => (a.file < b.file ? -1 : 1));
  const spots = new Set(modules.flatMap((it) => it.chunks.flatMap((chunk) => spotsIn(link, chunk))));
  for (const spot of spots) {
    if (!('cls' in spot.holder)) continue;
    for (const part of ['slot', 'contents'] as const) {
      const place = placeOf(link, spot, part);
      const touches = sharedTouches(link, spot, place).filter((it) => it.event.in.fn.fact.kind !== 'module');
      const lock = commonLock(touches);
      if (!lock) continue;
      const steps = areSteps(touches);
      for (const fn of new Set(touches.map((it) => it.event.in.fn))) {
        for (const section of sectionsOf(link, fn)) {
          const { by, chunk, span } = section;
          if (section.lock.id !== lock || by.kind !== 'with' || section.inherited || by.items.length > 1) continue;
          const inside = touches.filter(({ event }) => event.in.fn === fn && event.in.chunk === chunk && isInside(event.span, span));
          const text = engine.text(chunk.file) as string;
          const start = engine.startOf(chunk);
          const cut = inside.length > 0 ? cutWith(text, { start: start + span.start, end: start + span.end }) : null;
          if (!cut) continue;
          const key = `${chunk.file} ${start + span.start}`;
          const known = found.get(key);
          const left = touches.filter((it) => !inside.includes(it));
          found.set(key, {
            cls: spot.holder.cls.name,
            method: fn.fact.name,
            file: chunk.file,
            line: text.slice(0, start + by.span.start).split('\n').length,
            cut,
            places: [...(known?.places ?? []), `${place.name} (${[...new Set(inside.map((it) => it.op))].join(', ')})`],
            harmless: (known?.harmless ?? true) && (steps || inside.every((it) => it.op === 'read')),
            thin: (known?.thin ?? true) && new Set(left.map((it) => it.event.in.fn)).size < 2,
          });
        }
      }
    }
  }
  return [...found.values()].sort((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : a.line - b.line));
}
/** Each access is one step or store, which the GIL makes whole, and no function makes two. */
function areSteps(all: readonly Touched[]): boolean {
  return (
    all.every((it) => it.op === 'step' || it.op === 'read' || it.op === 'write') &&
    new Set(all.map((it) => it.event.in.fn)).size === all.length
  );
}
/** The lock of threads that all accesses hold, where something is written. */
function commonLock(all: readonly Touched[]): string | undefined {
  const [first] = all;
  if (!first || !all.some((it) => writes(it.op))) return undefined;
  const common = first.locks.find((lock) => all.every((it) => it.locks.some((one) => one.id === lock.id)));
  return common?.exact && common.family === 'thread' && common.lives !== 'call' ? common.id : undefined;
}
