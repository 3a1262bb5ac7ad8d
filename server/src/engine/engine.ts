// The engine: the one mutable object. Files in, alarms and verified repairs out; synchronous and without IO.
import { type Scanned, scan } from '../facts/scan.js';
import type { Knowledge } from '../knowledge/load.js';
import { discover } from '../link/discover.js';
import { type Module, moduleOf } from '../link/index.js';
import { callGraph, effects, type Linked, linkProgram } from '../link/program.js';
import type { Alarm, AnyRule, Failure, Fix, Kind, Offered, QName, Repair, Span, Subject, Target } from '../model.js';
import { rules as allRules } from '../rules/index.js';
import type { Parser } from '../syntax/load.js';
import { type Found, findAlarms, judgedFiles } from './alarms.js';
import { insightAt } from './insight.js';
import { offersOf, repairAlarm } from './repair.js';

/** One file as its caller found it. `module` is its import path, `package` true for an `__init__.py`. */
export interface SourceFile {
  readonly file: string;
  readonly text: string;
  readonly module: QName;
  readonly package: boolean;
  /** Its path below the folder that is open or was asked for; tells tests and examples from the rest. The module's name where left out. */
  readonly place?: string;
  /** The facts, where a worker has made them already. */
  readonly scanned?: Scanned;
}
/** What the editor shows on hover at a place that starts a runner, alarm or not. */
export interface Insight {
  readonly file: string;
  readonly span: Span;
  readonly title: string;
  /** Sentences, in order; plain text with names in backticks. */
  readonly says: readonly string[];
}
export interface EngineOptions {
  readonly parser: Parser;
  readonly target: Target;
  readonly knowledge: Knowledge;
  /** Rules to run; all that are on by default when left out. */
  readonly rules?: ReadonlySet<string>;
}

/** A file with its facts, as linking takes it. */
export interface Held {
  readonly source: SourceFile;
  readonly scanned: Scanned;
  readonly module: Module;
}

/** Answers are those of a fresh engine over the same files, whatever was set and dropped before. */
export class Engine {
  private readonly options: EngineOptions;
  private readonly held = new Map<string, Held>();
  private readonly gone = new Set<QName>();
  private linked: Linked | undefined;
  private found: Found | undefined;

  constructor(options: EngineOptions) {
    this.options = options;
  }

  /** Adds or replaces a file. */
  set(source: SourceFile): void {
    const known = this.held.get(source.file);
    if (known?.source.text === source.text && known.source.module === source.module) return;
    const scanned = source.scanned ?? scan(this.options.parser, source.text);
    this.held.set(source.file, { source, scanned, module: moduleOf({ ...source, name: source.module }, scanned) });
    this.gone.delete(source.module);
    this.forget();
  }
  drop(file: string): void {
    if (this.held.delete(file)) this.forget();
  }
  text(file: string): string | undefined {
    return this.held.get(file)?.source.text;
  }

  /** Modules that linking looked for and that no file provides. Answer each with `set` or `absent`. */
  wanted(): readonly QName[] {
    const missing = (all: ReadonlySet<QName>): readonly QName[] => [...all].filter((it) => !this.gone.has(it)).sort();
    const first = this.linked ? [] : missing(discover(this.modules(), this.options.knowledge, this.options.target));
    if (first.length > 0) return first;
    this.find(); // rules look for sizes in further modules
    return missing(this.link().wants);
  }
  /** The workspace has no such module: it is not asked for again until a file of that name is set. */
  absent(module: QName): void {
    this.gone.add(module);
  }

  /** Sorted by file, position and rule; suppressed ones are included and say by what. */
  alarms(file?: string): readonly Alarm[] {
    const { alarms } = this.find();
    return file === undefined ? alarms : alarms.filter((it) => it.at.file === file);
  }
  /** Files that could not be analysed, or only in part. */
  failures(): readonly Failure[] {
    const failed = [...this.held.values()].flatMap((it) =>
      it.scanned.failure ? [{ file: it.source.file, reason: it.scanned.failure }] : [],
    );
    const own = [...(this.linked?.link.failures ?? [])].map(([file, error]) => ({ file, reason: `an error of the analysis: ${error}` }));
    return [...failed, ...own.filter((it) => !failed.some((one) => one.file === it.file))].sort((a, b) => (a.file < b.file ? -1 : 1));
  }

  /** The fixes of an alarm, cheap: nothing is verified yet. */
  offers(alarm: Alarm): readonly Offered[] {
    const origin = this.origin(alarm);
    return origin ? offersOf(origin, alarm, this.link().program, (file) => this.held.get(file), this.options.parser) : [];
  }
  /** Makes and verifies the edits of one offered fix. Never throws; a failed verification is a refusal. */
  repair(alarm: Alarm, fix: string): Repair {
    const origin = this.origin(alarm);
    const none: Repair = { id: fix, title: fix, tier: null, says: 'the alarm is no longer there', edits: [] };
    if (!origin) return none;
    return repairAlarm(origin, alarm, fix, {
      program: this.link().program,
      parser: this.options.parser,
      held: (file) => this.held.get(file),
      alarms: () => this.alarms(),
      with: (changed) => this.copyWith(changed),
    });
  }
  /** `offset` counts UTF-16 units from the start of the file. */
  insight(file: string, offset: number): Insight | undefined {
    const held = this.held.get(file);
    return held ? insightAt(this.link(), held, offset) : undefined;
  }
  /** For `print calls`. */
  callGraph(): Record<string, string[]> {
    return callGraph(this.link());
  }
  /** For `print effects`. */
  effects(): ReturnType<typeof effects> {
    return effects(this.link());
  }
  /** The linked program, for printing and measuring. */
  inspect(): Linked {
    return this.link();
  }

  private link(): Linked {
    this.linked ??= linkProgram(this.modules(), this.options.knowledge, this.options.target);
    return this.linked;
  }
  private modules(): ReadonlyMap<QName, Module> {
    const modules = new Map<QName, Module>();
    for (const it of [...this.held.values()].sort((a, b) => (a.source.file < b.source.file ? -1 : 1))) {
      if (!modules.has(it.module.name)) modules.set(it.module.name, it.module);
      else {
        const name = `${it.module.name}~${it.source.file}`; // two files of one name: both are checked, the first is imported
        modules.set(name, moduleOf({ ...it.source, name }, it.scanned));
      }
    }
    return modules;
  }
  private find(): Found {
    this.found ??= findAlarms(this.link(), this.rules(), judgedFiles(this.held));
    return this.found;
  }
  private rules(): readonly AnyRule[] {
    const { rules } = this.options;
    return allRules.filter((it) => (rules ? rules.has(it.id) : !it.optIn));
  }
  private origin(alarm: Alarm): Origin | undefined {
    const { alarms, origins } = this.find();
    const same =
      origins.get(alarm) ??
      origins.get(
        alarms.find((it) => it.fingerprint === alarm.fingerprint && it.rule === alarm.rule && it.at.file === alarm.at.file) as Alarm,
      );
    return same;
  }
  private forget(): void {
    this.linked = undefined;
    this.found = undefined;
  }
  /** An engine over the same files but these. */
  private copyWith(changed: ReadonlyMap<string, string>): Engine {
    const copy = new Engine(this.options);
    for (const it of this.held.values()) copy.held.set(it.source.file, it);
    for (const it of this.gone) copy.gone.add(it);
    for (const [file, text] of changed) {
      const old = this.held.get(file);
      if (!old) continue;
      const { scanned: _stale, ...source } = old.source;
      copy.set({ ...source, text });
    }
    return copy;
  }
}

/** The rule that spoke and the subject it spoke about. */
export interface Origin {
  readonly rule: AnyRule;
  readonly subject: Subject<Kind>;
}
export type AnyFix = Fix<Kind>;
