// The open and the known files between a host and the engine; used by the language server and the command line alike.
import type { Engine, EngineOptions } from '../engine/engine.js';
import type { Scanned } from '../facts/scan.js';
import { loadKnowledge } from '../knowledge/load.js';
import { limits } from '../limits.js';
import type { Alarm, Failure, QName, Target } from '../model.js';
import type { Parser } from '../syntax/load.js';
import type { Host } from './host.js';
import { modulesOf } from './modules.js';
import { mostBytes, type PrepareAll, type Prepared, prepare } from './prepare.js';
import { judging, selectedRules } from './selection.js';
import { type Settings, sourceRoots } from './settings.js';

export type { PrepareAll } from './prepare.js';

/** What callers may ask of an engine; a test brings its own. */
export type AnyEngine = Pick<Engine, keyof Engine>;
/** `incomplete`: nothing of the file was analysed, and it could have mattered. */
export interface FileFailure extends Failure {
  readonly incomplete: boolean;
}
export interface WorkspaceOptions {
  readonly host: Host;
  readonly parser: Parser;
  /** Folders that hold the project. */
  readonly roots: readonly string[];
  readonly settings: Settings;
  readonly target: Target;
  makeEngine(options: EngineOptions): AnyEngine;
  /** Reads and scans many files, in threads for instance; by default one after the other. */
  readonly prepareAll?: PrepareAll;
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
  open(file: string, text: string): void;
  change(file: string, text: string): void;
  /** What is on disk counts again. */
  close(file: string): void;
  /** It changed on disk, appeared there, or went. */
  touch(file: string): void;
  /** Reads what is not open, filters and scans it. */
  load(files: readonly string[], options?: LoadOptions): Promise<void>;
  /** Gives the engine what it lacks. Answers of `engine` are good until the next change. */
  ensure(options?: { cancelled?(): boolean }): Promise<void>;
  /** As the settings want them, in the order of the engine; suppressed ones are included and say by what. */
  alarms(file?: string): readonly Alarm[];
  /** Sorted by file. */
  failures(): readonly FileFailure[];
  /** Was it given to the engine? */
  has(file: string): boolean;
}

export function openWorkspace(options: WorkspaceOptions): Workspace {
  const { host, parser, roots, settings, target } = options;
  const rules = selectedRules(settings);
  const engine = options.makeEngine({ parser, target, knowledge: loadKnowledge(target), rules });
  const modules = modulesOf(host, roots, sourceRoots(settings, host));
  const judge = judging(settings, host);
  const prepareAll = options.prepareAll ?? oneByOne(host, parser);

  const opened = new Map<string, string>();
  /** Module name of each file that the engine has. */
  const given = new Map<string, QName>();
  const failed = new Map<string, FileFailure>();
  /** Dotted names that some file imports. */
  const imported = new Set<string>();
  /** Changed since the last `ensure`. */
  const stale = new Set<string>();
  /** Modules of the same package that files given since then import: linking will ask for them, so they are read before it does. */
  const ahead = new Set<QName>();
  /** May folders hold other files than they did? */
  let moved = false;

  const give = async (file: string, text: string, scanned?: Scanned, name?: QName) => {
    const own = await modules.nameOf(file);
    const module = name ?? (given.has(file) ? given.get(file)! : own.module);
    for (const it of importsIn(text)) imported.add(it);
    failed.delete(file);
    given.set(file, module);
    const place = roots.map((root) => host.below(root, file)).find((it) => it !== undefined);
    engine.set({
      file,
      text,
      module,
      package: own.package,
      ...(place === undefined ? {} : { place }),
      ...(scanned === undefined ? {} : { scanned }),
    });
    if (scanned !== undefined) for (const it of importedModules(scanned, module, own.package)) ahead.add(it);
  };
  const drop = (file: string) => {
    failed.delete(file);
    if (given.delete(file)) engine.drop(file);
  };
  const accept = async (file: string, prepared: Prepared, name?: QName): Promise<boolean> => {
    if (prepared.is === 'scanned') {
      await give(file, prepared.text, prepared.scanned, name);
      return true;
    }
    drop(file);
    if (prepared.is === 'failed') failed.set(file, { file, reason: prepared.reason, incomplete: prepared.incomplete });
    return false;
  };
  const read = async (file: string) => prepare(parser, await host.read(file, mostBytes), true);

  const refresh = async () => {
    const files = [...stale];
    stale.clear();
    if (moved) modules.forget();
    moved = false;
    for (const file of files) {
      const text = opened.get(file);
      if (text !== undefined) await give(file, text);
      else if ((await host.kind(file)) === 'file') await accept(file, await read(file));
      else drop(file);
    }
  };

  /** A file without packages above it may be known under a short name that nobody imports: it takes the one that is asked for. */
  const answer = async (module: QName) => {
    const file = await modules.find(module);
    const name = file === undefined ? undefined : given.get(file);
    if (file === undefined || (name !== undefined && (name === module || importedAs(imported, name)))) {
      engine.absent(module);
      return;
    }
    const text = opened.get(file) ?? (name === undefined ? undefined : engine.text(file));
    if (text !== undefined) await give(file, text, undefined, module);
    else if (!(await accept(file, await read(file), module))) engine.absent(module);
  };

  /** Linking starts afresh with each file that it lacked: whole chains of imports are read in one go. */
  const readAhead = async (cancelled: () => boolean) => {
    for (const module of ahead) {
      if (cancelled()) return;
      const file = await modules.find(module);
      if (file !== undefined && !given.has(file) && !failed.has(file)) await accept(file, await read(file), module);
    }
    ahead.clear();
  };

  const ensure = async (cancelled: () => boolean) => {
    for (let round = 0; round < limits.wantRounds; round++) {
      if (stale.size > 0) await refresh();
      await readAhead(cancelled);
      const wanted = engine.wanted();
      if (wanted.length === 0 && stale.size === 0) return;
      for (const module of wanted) {
        if (cancelled()) return;
        await answer(module);
      }
    }
  };

  // One at a time: two that interleave would give the engine a text that is already old.
  let last: Promise<void> = Promise.resolve();
  const queued = (work: () => Promise<void>): Promise<void> => {
    const next = last.then(work);
    last = next.catch(() => undefined);
    return next;
  };

  return {
    engine,
    open(file, text) {
      moved ||= !given.has(file);
      opened.set(file, text);
      stale.add(file);
    },
    change(file, text) {
      opened.set(file, text);
      stale.add(file);
    },
    close(file) {
      opened.delete(file);
      stale.add(file);
      moved = true;
    },
    touch(file) {
      moved = true;
      if (!opened.has(file)) stale.add(file);
    },
    load: (files, { whole, progress, cancelled } = {}) =>
      queued(async () => {
        modules.forget();
        const wanted = files.filter((file) => !opened.has(file));
        const prepared = new Map<string, Prepared>();
        await prepareAll(wanted, {
          whole: (file) => whole?.has(file) === true,
          done(file, it) {
            prepared.set(file, it);
            progress?.(prepared.size, wanted.length);
          },
          ...(cancelled === undefined ? {} : { cancelled }),
        });
        // In the order of the names, so that nothing depends on which thread was faster.
        for (const file of [...prepared.keys()].sort()) if (!opened.has(file)) await accept(file, prepared.get(file)!);
      }),
    ensure: ({ cancelled } = {}) => queued(() => ensure(cancelled ?? (() => false))),
    alarms: (file) => judge(engine.alarms(file)),
    failures() {
      const partly = engine.failures().map((it): FileFailure => ({ ...it, incomplete: false }));
      const known = new Map([...partly.map((it) => [it.file, it] as const), ...failed]);
      return [...known.values()].sort((a, b) => (a.file < b.file ? -1 : 1));
    },
    has: (file) => given.has(file),
  };
}

/** Files that are read at once: enough to keep the disk busy. */
const batch = 16;

function oneByOne(host: Host, parser: Parser): PrepareAll {
  return async (files, { whole, done, cancelled }) => {
    for (let at = 0; at < files.length; at += batch) {
      if (cancelled?.()) return;
      const some = files.slice(at, at + batch);
      const reads = await Promise.all(some.map((file) => host.read(file, mostBytes)));
      for (const [index, file] of some.entries()) done(file, prepare(parser, reads[index]!, whole(file)));
    }
  };
}

/** Absolute names within the same package, without what is imported for type checkers alone; a member may be a module as well. */
function importedModules(scanned: Scanned, module: QName, isPackage: boolean): readonly QName[] {
  return scanned.chunks.flatMap(({ facts }) =>
    facts.imports.flatMap((it): QName[] => {
      for (let region = facts.regions[it.in]; region !== undefined; region = facts.regions[region.parent])
        if (region.guard === 'typing') return [];
      const parts = module.split('.');
      const up = it.dots - (isPackage ? 1 : 0);
      if (it.dots > 0 && up > parts.length) return [];
      const base = it.dots === 0 ? it.module : [...parts.slice(0, parts.length - up), it.module].filter((part) => part !== '').join('.');
      if (base.split('.')[0] !== parts[0]) return [];
      return it.member === null || it.member === '*' ? [base] : [base, `${base}.${it.member}`];
    }),
  );
}

const importLines = /^[ \t]*(?:from[ \t]+([\w.]+)[ \t]+import\b|import[ \t]+([\w.]+))/gm;

function* importsIn(text: string): Generator<string> {
  for (const [, from, whole] of text.matchAll(importLines)) yield (from ?? whole)!;
}

/** `from pkg import mod` may mean the module `pkg.mod`. */
const importedAs = (imported: ReadonlySet<string>, module: QName): boolean =>
  imported.has(module) || imported.has(module.slice(0, Math.max(0, module.lastIndexOf('.'))));
