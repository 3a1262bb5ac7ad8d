// The open and the known files between a host and the engine; used by the language server and the command line alike.
import type { Engine, EngineOptions } from '../engine/engine.js';
import { limits } from '../limits.js';
import type { Alarm, QName, Target } from '../model.js';
import type { Parser } from '../syntax/load.js';
import type { FactsCache } from './cache.js';
import { type FileFailure, type Given, givenTo } from './given.js';
import type { Host } from './host.js';
import { knowledgeFor } from './knowledge.js';
import { leftOut } from './left-out.js';
import { type Modules, modulesOf } from './modules.js';
import { nearest } from './nearest.js';
import type { SettingsByFile } from './nested.js';
import { type Cell, inCell, moduleOf } from './notebook.js';
import { deferredTo } from './peers.js';
import { type PrepareAll, type Prepared, prepare } from './prepare.js';
import { selectors } from './schema.js';
import { judgingByFile, rulesForAny, selectedRules } from './selection.js';
import { type Settings, sourceRoots } from './settings.js';
import { mostBytes } from './source.js';

export type { FileFailure } from './given.js';
export type { PrepareAll } from './prepare.js';

/** What callers may ask of an engine; a test brings its own. */
export type AnyEngine = Pick<Engine, keyof Engine>;
export interface WorkspaceOptions {
  readonly host: Host;
  readonly parser: Parser;
  /** Folders that hold the project. */
  readonly roots: readonly string[];
  /** Those of the project, or of each file. */
  readonly settings: Settings | SettingsByFile;
  readonly target: Target;
  makeEngine(options: EngineOptions): AnyEngine;
  /** Lets the engine settle bit by bit before it is asked; by default its answers wait until it has. */
  readonly settle?: (engine: AnyEngine, cancelled: () => boolean) => Promise<void>;
  /** Reads and scans many files, in threads for instance; by default one after the other. */
  readonly prepareAll?: PrepareAll;
  /** Facts of earlier runs. */
  readonly cache?: FactsCache;
  /** Awaited between two files that the cache knows. */
  breathe?(): Promise<void>;
}
export interface LoadOptions {
  /** Files that are read even if the filter has no interest in them. */
  readonly whole?: ReadonlySet<string>;
  progress?(done: number, all: number): void;
  cancelled?(): boolean;
}

export interface Workspace {
  readonly engine: AnyEngine;
  /** The editor has it: its text is what counts, until it is closed. Takes effect with the next `ensure`, as the four below. */
  open(file: string, text: string, cells?: readonly Cell[]): void;
  change(file: string, text: string, cells?: readonly Cell[]): void;
  /** What is on disk counts again. */
  close(file: string): void;
  /** It changed on disk, appeared there, or went. */
  touch(file: string): void;
  /** Reads what is not open and not given yet, filters and scans it. */
  load(files: readonly string[], options?: LoadOptions): Promise<void>;
  /** Gives the engine what it lacks. Answers of `engine` are good until the next change. */
  ensure(options?: { cancelled?(): boolean }): Promise<void>;
  /** As the settings want them, in the order of the engine; suppressed ones are included and say by what. */
  alarms(file?: string): readonly Alarm[];
  /** Those that `defer` leaves to another tool, which reports the same line: only their fixes are ours to offer. */
  deferred(file: string): readonly Alarm[];
  /** Somebody waits for the alarms of these files; those of open ones are always waited for. */
  ask(files: ReadonlySet<string>): void;
  /** Sorted by file. */
  failures(): readonly FileFailure[];
  /** What the text of a notebook was made from; undefined for any other file, and for a notebook whose cells the editor has. */
  cells(file: string): readonly Cell[] | undefined;
  /** Was it given to the engine? */
  has(file: string): boolean;
  /** How many files were. */
  size(): number;
  /** Bounds of `limits.ts` that were hit, and how often. */
  hits(): ReadonlyMap<string, number>;
}

/** Of several folders that hold a file the innermost counts: who asks for the examples wants to hear of them. */
function below(host: Host, folders: readonly string[], file: string): string | undefined {
  const ways = folders.flatMap((it) => host.below(it, file) ?? []);
  return ways.sort((a, b) => a.length - b.length)[0];
}

export function openWorkspace(options: WorkspaceOptions): Workspace {
  const { host, parser, roots, target, cache, breathe } = options;
  const byFile = 'of' in options.settings ? options.settings : sameForAll(options.settings);
  const settings = byFile.main;
  const rulesOf = once(selectedRules);
  let rules = rulesForAny(byFile);
  const directives = {
    // Without the GIL the rules about it are silent, and the comments that accept them elsewhere are right all the same.
    runs: (rule: string, file: string) => rulesOf(byFile.of(file)).has(rule) && (target.gil === 'on' || !aboutGil.has(rule)),
    meant: (name: string) => nearest(name, selectors),
  };
  const engine = options.makeEngine({ parser, target, knowledge: knowledgeFor(settings, target), rules, directives });
  const modules = modulesOf(host, roots, sourceRoots(settings, host));
  const judge = judgingByFile(byFile, host);
  const deferred = deferredByFile(byFile);
  /** A configuration further down may ask for rules that nobody asked for before. */
  const look = async (files: readonly string[]) => {
    await byFile.prepare(files);
    const wanted = rulesForAny(byFile);
    if ([...wanted].some((it) => !rules.has(it))) engine.select(wanted);
    rules = wanted;
  };
  const prepareRest = options.prepareAll ?? oneByOne(host, parser);
  const prepareAll = cache?.before(prepareRest, breathe) ?? prepareRest;
  const given = givenTo(engine, modules, (file) => below(host, roots, file));
  const opened = new Map<string, { readonly text: string; readonly cells?: readonly Cell[] }>();
  const scanOne = async (file: string) => prepare(parser, file, await host.read(file, mostBytes(file)), true);
  const read = (file: string) => cache?.prepare(file, () => scanOne(file)) ?? scanOne(file);
  const settle = (cancelled: () => boolean) => options.settle?.(engine, cancelled) ?? Promise.resolve();
  const wants = wantsOf({ engine, modules, given, read, settle, text: (file) => opened.get(file)?.text });

  /** Changed since the last `ensure`. */
  const stale = new Set<string>();
  /** May folders hold other files than they did? */
  let moved = false;
  const refresh = async () => {
    const files = [...stale];
    stale.clear();
    if (moved) modules.forget();
    moved = false;
    await look(files);
    for (const file of files) {
      const open = opened.get(file);
      if (open !== undefined) await given.give(file, open.text, open);
      else if ((await host.kind(file)) === 'file') await given.accept(file, await read(file));
      else given.drop(file);
    }
  };
  /** Left out by the filter, which knows no names of the project. */
  const left = leftOut({ host, given, takers: () => engine.takers(), read });
  /** How often reading what linking asks for came to no end. */
  let unread = 0;
  const ensure = async (cancelled: () => boolean) => {
    for (let round = 0; round < limits.wantRounds && !cancelled(); round++) {
      if (stale.size > 0) await refresh();
      if (await wants(cancelled)) continue;
      if (!(await left.take(cancelled)) && stale.size === 0) return;
    }
    if (!cancelled()) unread++;
  };
  const load = async (files: readonly string[], it: LoadOptions) => {
    modules.forget();
    await look(files);
    const prepared = await preparedFiles(
      prepareAll,
      // What another file has asked for is there already, whatever the filter thinks of it.
      files.filter((file) => !opened.has(file) && !given.names.has(file)),
      it,
    );
    for (const [file, one] of prepared) if (!opened.has(file)) await given.accept(file, one);
    left.look(prepared.flatMap(([file, one]) => (one.is === 'skipped' ? [file] : [])));
  };
  const queued = oneAtATime();
  let asked: ReadonlySet<string> = new Set();
  const ask = (): void => engine.ask((file) => opened.has(file) || asked.has(file));
  const store = (file: string, text: string, cells?: readonly Cell[]): void => {
    moved ||= !given.names.has(file);
    const isNew = !opened.has(file);
    opened.set(file, cells === undefined ? { text } : { text, cells });
    if (isNew) ask();
    stale.add(file);
  };
  return {
    engine,
    open: store,
    change: store,
    close(file) {
      opened.delete(file);
      ask();
      stale.add(file);
      moved = true;
    },
    touch(file) {
      moved = true;
      if (!opened.has(file)) stale.add(file);
    },
    load: (files, it = {}) => queued(() => load(files, it)),
    ensure: ({ cancelled } = {}) => queued(() => ensure(cancelled ?? (() => false))),
    alarms: (file) => merged(judge(engine.alarms(file)), judge(engine.directives(file))).filter((it) => !deferred(it)),
    deferred: (file) => judge(engine.alarms(file)).filter(deferred),
    ask(files) {
      asked = files;
      ask();
    },
    failures: () => failuresOf(engine, given),
    cells: (file) => (opened.has(file) ? opened.get(file)?.cells : given.cells.get(file)),
    has: (file) => given.names.has(file),
    size: () => given.names.size,
    hits: () => new Map([...engine.hits(), ...(unread > 0 ? [['wantRounds', unread] as const] : [])]),
  };
}

/** Rules that are silent on a build without the GIL. */
const aboutGil: ReadonlySet<string> = new Set(['cpu-bound-thread', 'cpu-bound-thread-pool', 'gil-holding-call']);

function once<K extends object, V>(answer: (of: K) => V): (of: K) => V {
  const known = new WeakMap<K, V>();
  return (of) => {
    const value = known.get(of) ?? answer(of);
    known.set(of, value);
    return value;
  };
}

/** By file, position and rule. */
function merged(alarms: readonly Alarm[], more: readonly Alarm[]): readonly Alarm[] {
  if (more.length === 0) return alarms;
  const inOrder = (a: Alarm, b: Alarm) =>
    a.at.file !== b.at.file ? (a.at.file < b.at.file ? -1 : 1) : a.at.span.start - b.at.span.start || (a.rule < b.rule ? -1 : 1);
  return [...alarms, ...more].sort(inOrder);
}

const sameForAll = (settings: Settings): SettingsByFile => ({
  main: settings,
  prepare: async () => {},
  of: () => settings,
  all: () => [settings],
  problems: () => [],
});

/** What each file's own settings leave to another tool. */
function deferredByFile(settings: SettingsByFile): (alarm: Alarm) => boolean {
  const deferring = once(deferredTo);
  return (alarm) => deferring(settings.of(alarm.at.file))(alarm) !== undefined;
}

/** In the order of the names, so that nothing depends on which thread was faster. */
async function preparedFiles(
  prepareAll: PrepareAll,
  files: readonly string[],
  { whole, progress, cancelled }: LoadOptions,
): Promise<readonly (readonly [string, Prepared])[]> {
  const prepared = new Map<string, Prepared>();
  await prepareAll(files, {
    whole: (file) => whole?.has(file) === true,
    done(file, it) {
      prepared.set(file, it);
      progress?.(prepared.size, files.length);
    },
    ...(cancelled === undefined ? {} : { cancelled }),
  });
  return [...prepared].sort(([a], [b]) => (a < b ? -1 : 1));
}

function failuresOf(engine: AnyEngine, given: Given): readonly FileFailure[] {
  const partly = engine
    .failures()
    .map(({ file, reason }): FileFailure => ({ file, reason: inItsCell(reason, given.cells.get(file)), incomplete: false }));
  const known = new Map([...partly.map((it) => [it.file, it] as const), ...given.failed]);
  return [...known.values()].sort((a, b) => (a.file < b.file ? -1 : 1));
}

/** A line of the module is no line of a notebook. */
function inItsCell(reason: string, cells: readonly Cell[] | undefined): string {
  return reason.replace(/in line (\d+)/, (whole, line: string) => {
    const before =
      cells &&
      moduleOf(cells)
        .text.split('\n', Number(line) - 1)
        .join('\n');
    const at = before !== undefined && cells !== undefined ? inCell(cells, before === '' ? 0 : before.length + 1) : undefined;
    return at === undefined ? whole : `in line ${at.cell.source.slice(0, at.offset).split('\n').length} of cell ${at.cell.number}`;
  });
}

/** Two works that interleave would give the engine a text that is already old. */
function oneAtATime(): (work: () => Promise<void>) => Promise<void> {
  let last: Promise<void> = Promise.resolve();
  return (work) => {
    const next = last.then(work);
    last = next.catch(() => undefined);
    return next;
  };
}

interface Wanting {
  readonly engine: AnyEngine;
  readonly modules: Modules;
  readonly given: Given;
  read(file: string): Promise<Prepared>;
  settle(cancelled: () => boolean): Promise<void>;
  /** The text that the editor has. */
  text(file: string): string | undefined;
}

/** One round of answers to what linking looks for; false where it looks for nothing. */
function wantsOf({ engine, modules, given, read, settle, text }: Wanting): (cancelled: () => boolean) => Promise<boolean> {
  const renamed = new Set<string>();
  /** A file without packages above it may be known under a short name that nobody imports: it takes the one that is asked for. */
  const answer = async (module: QName) => {
    const file = await modules.find(module);
    const name = file === undefined ? undefined : given.names.get(file);
    if (file === undefined || (name !== undefined && (name === module || given.imports(name)))) {
      engine.absent(module);
      return;
    }
    if (name !== undefined && (await modules.lengthen(file, module))) {
      await given.rename();
      return;
    }
    // Another name once more would be asked for in turn by those that know it under the first.
    if (name !== undefined && renamed.has(file)) {
      engine.absent(module);
      return;
    }
    if (name !== undefined) renamed.add(file);
    const known = text(file) ?? (name === undefined ? undefined : engine.text(file));
    if (known !== undefined) await given.give(file, known, { name: module });
    else if (!(await given.accept(file, await read(file), module))) engine.absent(module);
  };
  /** Linking starts afresh with each file that it lacked, so whole chains of imports are read in one go. */
  const readAhead = async (cancelled: () => boolean) => {
    for (const module of given.ahead) {
      if (cancelled()) return;
      const file = await modules.find(module);
      if (file === undefined || given.names.has(file) || given.failed.has(file)) continue;
      await given.accept(file, await read(file), module);
    }
    given.ahead.clear();
  };
  return async (cancelled) => {
    await readAhead(cancelled);
    await settle(cancelled);
    if (cancelled()) return true;
    const wanted = engine.wanted();
    for (const module of wanted) {
      if (cancelled()) return true;
      await answer(module);
    }
    return wanted.length > 0;
  };
}

/** Files that are read at once: enough to keep the disk busy. */
const batch = 16;

function oneByOne(host: Host, parser: Parser): PrepareAll {
  return async (files, { whole, done, cancelled }) => {
    for (let at = 0; at < files.length; at += batch) {
      if (cancelled?.()) return;
      const some = files.slice(at, at + batch);
      const reads = await Promise.all(some.map((file) => host.read(file, mostBytes(file))));
      for (const [index, file] of some.entries()) done(file, prepare(parser, file, reads[index]!, whole(file)));
    }
  };
}
