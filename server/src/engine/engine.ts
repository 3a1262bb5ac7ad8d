// The engine: the one mutable object. Files in, alarms and verified repairs out; synchronous and without IO.
import { type Rescanned, rescan, rescanChunk } from '../facts/rescan.js';
import { type Scanned, scan, unfitness } from '../facts/scan.js';
import type { Knowledge } from '../knowledge/load.js';
import { callGraph } from '../link/calls.js';
import { type Budget, write } from '../link/cells.js';
import { allEffects } from '../link/effects.js';
import { type Module, moduleOf, updateModule } from '../link/index.js';
import { wantsOf } from '../link/linking.js';
import { type Linked, newLinked } from '../link/program.js';
import { type Taker, takersOf } from '../link/takers.js';
import { addModule, changeModule, dropModule, settleAll } from '../link/update.js';
import type { Alarm, AnyRule, Chunk, Failure, Fix, Kind, Offered, QName, Repair, Span, Step, Subject, Target } from '../model.js';
import { rules as allRules } from '../rules/index.js';
import type { Parser } from '../syntax/load.js';
import { type OpenTree, openTree } from '../syntax/parse.js';
import { alarmsOf, areKnown, byKind, problemsIn, type RulesByKind, refactoringsIn, type Told } from './alarms.js';
import { type Directive, type DirectiveOptions, directivesIn, isDirective, mayHaveDirectives, repairOf } from './directives.js';
import { type ProgramMap, programMap } from './execution-map.js';
import { insightAt } from './insight.js';
import { keepAlarms } from './kept-alarms.js';
import { offersOf, repairAlarm } from './repair.js';
import { type Shared, sharedBy } from './shared.js';

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
export type { Budget } from '../link/cells.js';
export interface EngineOptions {
  readonly parser: Parser;
  readonly target: Target;
  readonly knowledge: Knowledge;
  /** Rules to run; all that are on by default when left out. */
  readonly rules?: ReadonlySet<string>;
  /** What the settings know of comments that accept findings; by default the rules that run. */
  readonly directives?: DirectiveOptions;
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
  /** Files by the name of their module, sorted: the first one has the name, the others are checked under names nobody imports. */
  private readonly named = new Map<QName, string[]>();
  private readonly gone = new Set<QName>();
  /** Files with comments that accept findings. */
  private readonly directed = new Set<string>();
  private readonly origins = new WeakMap<Alarm, Origin>();
  private rules: RulesByKind;
  private linked: Linked | undefined;
  /** Files whose modules the link does not have yet. */
  private readonly apart = new Set<string>();
  private readonly kept = keepAlarms(
    (file) => this.told(file),
    (told) => alarmsOf(told, this.held, this.origins),
  );
  /** The file that is being typed in, with its tree. */
  private typing: { readonly file: string; readonly tree: OpenTree } | undefined;
  /** Chunks whose facts were extracted, since the engine was made. */
  private extracted = 0;

  constructor(options: EngineOptions) {
    this.options = options;
    const { rules } = options;
    this.rules = byKind(allRules.filter((it) => (rules ? rules.has(it.id) : !it.optIn)));
  }

  /** Other rules from now on; what is known of the program is worked out anew. */
  select(rules: ReadonlySet<string>): void {
    this.rules = byKind(allRules.filter((it) => rules.has(it.id)));
    this.linked = undefined;
    for (const file of this.held.keys()) this.kept.doubt(file);
  }
  /** Adds or replaces a file. */
  set(source: SourceFile): void {
    const known = this.held.get(source.file);
    if (known?.source.text === source.text && sameIdentity(known.source, source)) return;
    this.gone.delete(source.module);
    if (mayHaveDirectives(source.text)) this.directed.add(source.file);
    else this.directed.delete(source.file);
    if (known && sameIdentity(known.source, source)) {
      const scanned = source.scanned ?? this.rescanned(known, source.text);
      const change = updateModule(known.module, scanned);
      this.held.set(source.file, { source, scanned, module: known.module });
      this.kept.moved(source.file);
      if (this.linked && !this.apart.has(source.file)) changeModule(this.linked.link, known.module, change);
      return;
    }
    if (known) this.drop(source.file);
    const scanned = source.scanned ?? (known?.source.text === source.text ? known.scanned : this.scanned(source.text));
    this.held.set(source.file, { source, scanned, module: moduleOf({ ...source, name: `${source.module}~${source.file}` }, scanned) });
    const files = [...(this.named.get(source.module) ?? []), source.file].sort();
    this.named.set(source.module, files);
    this.name(source.module, files, source.file);
  }
  drop(file: string): void {
    const known = this.held.get(file);
    if (!known) return;
    if (this.typing?.file === file) this.stopTyping();
    this.held.delete(file);
    this.kept.moved(file);
    this.part(file, known.module);
    const { module } = known.source;
    const files = (this.named.get(module) ?? []).filter((it) => it !== file);
    if (files.length > 0) this.named.set(module, files);
    else this.named.delete(module);
    this.name(module, files, undefined);
  }
  text(file: string): string | undefined {
    return this.held.get(file)?.source.text;
  }
  /** Whose alarms somebody waits for: of the calls that lead to one wait, one in such a file speaks. All files by default. */
  ask(asked: (file: string) => boolean): void {
    this.asked = asked;
    if (!this.linked) return;
    const { link } = this.linked;
    link.asked = asked;
    write(link.cells, link.inputs.asked, link.inputs.asked.value + 1);
  }
  private asked: (file: string) => boolean = () => true;

  /** Modules that linking looked for and that no file provides. Answer each with `set` or `absent`. */
  wanted(): readonly QName[] {
    const missing = (all: ReadonlySet<QName>): readonly QName[] => [...all].filter((it) => !this.gone.has(it)).sort();
    this.alarms(); // rules look for sizes in further modules
    return missing(wantsOf(this.link().link));
  }
  /** Names of the project under which a file may give something to runners without a word that says so. */
  takers(): readonly Taker[] {
    return takersOf(this.link().link);
  }
  /** The workspace has no such module: it is not asked for again until a file of that name is set. */
  absent(module: QName): void {
    this.gone.add(module);
  }

  /** Sorted by file, position and rule; suppressed ones are included and say by what. */
  alarms(file?: string): readonly Alarm[] {
    this.link();
    return file === undefined ? this.kept.all() : this.kept.of(file);
  }
  /** Comments that accept nothing, as findings of their own: apart from the others, as a repair is not held against them. Cheap. */
  directives(file?: string): readonly Alarm[] {
    const files = file === undefined ? [...this.directed].sort() : [file];
    return files.flatMap((it) => this.directivesOf(it).map((one) => one.alarm));
  }
  /**
   * Works out what `alarms` will say, what was asked for first, until the budget is spent; `more` when something is left. Whoever asks
   * before all is done is answered all the same, and waits for it.
   */
  settle(budget: Budget): 'done' | 'more' {
    const linked = this.linking();
    if (this.join(linked, budget) === 'more' || settleAll(linked.link, budget) === 'more') return 'more';
    const files = this.kept.doubted();
    const asked = files.filter(this.asked);
    for (const file of asked.length < files.length ? new Set([...asked, ...files]) : files) {
      for (const chunk of this.held.get(file)?.module.chunks ?? []) {
        if (areKnown(linked, chunk)) continue;
        if (budget.spent()) return 'more';
        problemsIn(linked, this.rules, [chunk], this.kept.doubt);
      }
      this.kept.of(file);
    }
    return this.kept.doubted().length > 0 ? 'more' : 'done';
  }
  /** Files that could not be analysed, or only in part. */
  failures(): readonly Failure[] {
    const failed = [...this.held.values()].flatMap((it) =>
      it.scanned.failure ? [{ file: it.source.file, reason: it.scanned.failure }] : [],
    );
    const own = new Map<string, string>();
    for (const [chunk, error] of this.linked?.link.failures ?? []) own.set(chunk.file, `an error of the analysis: ${error}`);
    const more = [...own].filter(([file]) => !failed.some((one) => one.file === file)).map(([file, reason]) => ({ file, reason }));
    return [...failed, ...more].sort((a, b) => (a.file < b.file ? -1 : 1));
  }

  /** The fixes of an alarm, cheap: nothing is verified yet. */
  offers(alarm: Alarm): readonly Offered[] {
    const directive = this.directive(alarm);
    if (directive) return [directive.offer];
    const origin = this.origin(alarm);
    return origin ? offersOf(origin, alarm, this.link().program, (file) => this.held.get(file), this.options.parser) : [];
  }
  /** Makes and verifies the edits of one offered fix. Never throws; a failed verification is a refusal. */
  repair(alarm: Alarm, fix: string): Repair {
    const directive = this.directive(alarm);
    if (directive) return repairOf(directive);
    const origin = this.origin(alarm);
    const none: Repair = { id: fix, title: fix, tier: null, says: 'the alarm is no longer there', edits: [] };
    if (!origin) return none;
    return repairAlarm(origin, alarm, fix, {
      program: this.link().program,
      parser: this.options.parser,
      held: (file) => this.held.get(file),
      alarms: () => this.alarms(),
      failures: () => this.failures(),
      during: (changed, look) => this.during(changed, look),
    });
  }
  /** The memory that an alarm about sharing is about; undefined for any other alarm. */
  shared(alarm: Alarm): Shared | undefined {
    return sharedBy(this.origin(alarm)?.subject, (chunk) => this.startOf(chunk));
  }
  /**
   * Places of a file that no rule speaks of and that could be rewritten, in the form of findings that are never told: `offers` and `repair`
   * take them.
   */
  refactorings(file: string): readonly Alarm[] {
    const { link, program } = this.link();
    const told = (this.held.get(file)?.module.chunks ?? []).flatMap((chunk) => refactoringsIn(link, program, chunk));
    return alarmsOf(told, this.held, this.origins).alarms;
  }
  /** `offset` counts UTF-16 units from the start of the file. */
  insight(file: string, offset: number): Insight | undefined {
    const held = this.held.get(file);
    return held ? insightAt(this.link(), held, offset) : undefined;
  }
  /** For `print calls`. */
  callGraph(): Record<string, string[]> {
    return callGraph(this.link().link);
  }
  /** Who runs what, and what they share, in the files that are asked for. */
  executionMap(asked: (file: string) => boolean): ProgramMap {
    return programMap(this.link(), asked, (chunk) => this.startOf(chunk));
  }
  /** For `print effects`. */
  effects(): ReturnType<typeof allEffects> {
    return allEffects(this.link().link);
  }
  /** Where a chunk stands in its file, in UTF-16 units; 0 for one that is gone. */
  startOf(chunk: Chunk): number {
    return this.stands(chunk) ? (this.held.get(chunk.file)?.scanned.chunks[chunk.order]?.start ?? 0) : 0;
  }
  /** The linked program, for printing and measuring. */
  inspect(): Linked {
    return this.link();
  }
  /** The line that a step of a witness stands on, from 1. */
  lineOf(step: Step): number {
    const held = this.held.get(step.chunk.file);
    const at = (held?.scanned.chunks[step.chunk.order]?.start ?? 0) + step.span.start;
    return held?.source.text.slice(0, at).split('\n').length ?? 1;
  }
  /** What was worked out since the engine was made, by kind: exact, and the same for the same edits. */
  counts(): ReadonlyMap<string, number> {
    return new Map([['extract', this.extracted], ...(this.linked?.link.cells.counts ?? [])]);
  }
  /** Bounds of `limits.ts` that were hit, and how often. */
  hits(): ReadonlyMap<string, number> {
    return this.linked?.link.cells.hits ?? new Map();
  }
  /** What was left out because it is not certain, by kind; how often, by reason. */
  dropped(): ReadonlyMap<string, ReadonlyMap<string, number>> {
    return this.linked?.link.cells.dropped ?? new Map();
  }

  private link(): Linked {
    const linked = this.linking();
    this.join(linked);
    settleAll(linked.link);
    return linked;
  }
  /** The link, perhaps without some of the modules yet. */
  private linking(): Linked {
    if (!this.linked) {
      this.linked = newLinked(this.options.knowledge, this.options.target);
      this.linked.link.asked = this.asked;
      for (const file of [...this.held.keys()].sort()) this.apart.add(file);
    }
    return this.linked;
  }
  /** Gives the link the modules that it lacks. */
  private join({ link }: Linked, budget?: Budget): 'done' | 'more' {
    for (const file of this.apart) {
      if (budget?.spent()) return 'more';
      this.apart.delete(file);
      const it = this.held.get(file);
      if (it) addModule(link, it.module);
    }
    return 'done';
  }
  private told(file: string): readonly Told[] {
    return problemsIn(this.link(), this.rules, this.held.get(file)?.module.chunks ?? [], this.kept.doubt);
  }
  /** Gives the files of one module name their names; `added` is new to the link. */
  private name(module: QName, files: readonly string[], added: string | undefined): void {
    for (const [at, file] of files.entries()) {
      const it = this.held.get(file);
      if (!it) continue;
      const name = at === 0 ? module : `${module}~${file}`;
      if (it.module.name === name && file !== added) continue;
      if (file !== added) this.part(file, it.module);
      const now = it.module.name === name ? it.module : moduleOf({ ...it.source, name }, it.scanned);
      this.held.set(file, { ...it, module: now });
      this.kept.moved(file);
      if (this.linked) addModule(this.linked.link, now);
    }
  }
  private part(file: string, module: Module): void {
    if (!this.apart.delete(file) && this.linked) dropModule(this.linked.link, module);
  }

  private scanned(text: string): Scanned {
    const found = scan(this.options.parser, text);
    this.extracted += found.chunks.length;
    return found;
  }
  /** The facts of a new text of a file: only what changed is extracted. */
  private rescanned(known: Held, text: string): Scanned {
    const { file, text: before } = known.source;
    const unfit = unfitness(text) !== null || unfitness(before) !== null;
    if (unfit || this.typing?.file !== file) this.stopTyping();
    if (unfit) return this.scanned(text);
    const found = rescanChunk(this.options.parser, known.scanned, before, text) ?? this.rescannedWhole(known, text);
    this.extracted += found.extracted;
    return found.scanned;
  }
  /** The tree may be that of an earlier text, as edits inside of one chunk do without it. */
  private rescannedWhole({ source: { file, text: before }, scanned }: Held, text: string): Rescanned {
    const tree = this.typing ? this.typing.tree.edited(text) : openTree(this.options.parser, text);
    this.typing = { file, tree };
    return rescan(scanned, before, tree);
  }
  private stopTyping(): void {
    this.typing?.tree.free();
    this.typing = undefined;
  }

  private origin(alarm: Alarm): Origin | undefined {
    const known = this.origins.get(alarm);
    if (known && this.stands(known.subject.in.chunk)) return known;
    const same = [...this.alarms(alarm.at.file), ...this.refactorings(alarm.at.file)].find(
      (it) => it.fingerprint === alarm.fingerprint && it.rule === alarm.rule,
    );
    return same && this.origins.get(same);
  }
  private directivesOf(file: string): readonly Directive[] {
    const held = this.held.get(file);
    if (!held || held.scanned.failure || !this.directed.has(file)) return [];
    const { directives } = this.options;
    const options = directives ?? { runs: () => true, meant: () => undefined };
    return directivesIn(file, held.source.text, held.scanned, () => this.alarms(), options);
  }
  private directive(alarm: Alarm): Directive | undefined {
    if (!isDirective(alarm)) return undefined;
    return this.directivesOf(alarm.at.file).find((it) => it.alarm.fingerprint === alarm.fingerprint && it.alarm.rule === alarm.rule);
  }
  private stands(chunk: Chunk): boolean {
    return this.held.get(chunk.file)?.module.chunks[chunk.order] === chunk;
  }
  /** Looks at the program as it would be with other texts of known files, and sets the old ones back. */
  during<T>(changed: ReadonlyMap<string, string>, look: () => T): T {
    const before = [...changed.keys()].flatMap((file) => this.held.get(file) ?? []);
    for (const { source } of before) {
      const { scanned: _stale, ...rest } = source;
      this.set({ ...rest, text: changed.get(source.file) ?? '' });
    }
    try {
      return look();
    } finally {
      for (const { source, scanned } of before) this.set({ ...source, scanned });
    }
  }
}
const sameIdentity = (a: SourceFile, b: SourceFile): boolean => a.module === b.module && a.package === b.package && a.place === b.place;

/** The rule that spoke and the subject it spoke about. */
export interface Origin {
  readonly rule: AnyRule;
  readonly subject: Subject<Kind>;
}
export type AnyFix = Fix<Kind>;
