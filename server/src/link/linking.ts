// The state of one link: the modules, what is known outside them, and every answer worked out so far, with who read it.

import type { Knowledge } from '../knowledge/load.js';
import { limits } from '../limits.js';
import type { Api, Chunk, Fn, QName, Region, Subject, Target, Value } from '../model.js';
import { type Arrivals, type Losses, newLosses } from './arrivals.js';
import { type Asked, type Cell, type Cells, type Hooks, hit, kill, newCell, newCells, newInput, read } from './cells.js';
import type { Flow } from './flows.js';
import { type Binding, type Class, classOf, type IndexedChunk, type Module, type Scope } from './index.js';
import { anything, distinct, isAnything, type Meaning } from './meanings.js';
import type { Spot } from './places.js';
import { type Question, question, sameItems } from './question.js';
import type { AnySaying, Kept } from './reverse.js';
import { newSizing, type Sizing } from './sizing.js';
import type { Telling } from './stalls.js';
import type { Starts } from './starts.js';

export interface Linking {
  /** Read one by name through `moduleNamed`. */
  readonly modules: Map<QName, Module>;
  /** The same in the order of their files; forgotten when one comes or goes. */
  sorted: readonly Module[] | undefined;
  readonly knowledge: Knowledge;
  readonly target: Target;
  readonly cells: Cells;
  readonly inputs: Inputs;
  /** By question and by what is asked about. */
  readonly answers: Map<object, WeakMap<object, Cell<unknown>>>;
  readonly named: Map<object, WeakMap<object, Map<string, Cell<unknown>>>>;
  /** What callers pass, by function and parameter. */
  readonly passed: WeakMap<Fn, Map<number, Arrivals>>;
  /** What is appended or stored into a container after its display, by its display. */
  readonly added: WeakMap<Value, Arrivals>;
  /** What the events of a chunk give. */
  readonly flows: WeakMap<Chunk, readonly Flow[]>;
  readonly losses: Losses;
  readonly starts: Starts;
  /** Slots of memory that somebody asked for, by home and id. */
  readonly spots: Map<string, Spot>;
  readonly telling: Telling;
  /** What chunks say about something, by the kind of saying; only kinds that somebody asked for. */
  readonly reverse: Map<AnySaying, Kept>;
  /** Is anybody waiting for the alarms of this file? */
  asked: (file: string) => boolean;
  /** Cells about one chunk or one function, which go with it. */
  readonly owned: WeakMap<object, Cell<unknown>[]>;
  /** Components of the call graph that are known, until a callee of any function among them changes. */
  readonly graph: Graph;
  /** Errors of the analysis itself, by the chunk they happened in. */
  readonly failures: Map<Chunk, string>;
  /** What the sizes of one question may still cost, and the binds under way. */
  sizing: Sizing;
}
interface Graph {
  readonly cell: Cell<unknown>;
  readonly components: Map<Fn, readonly Fn[]>;
}
function newGraph(): Graph {
  const components = new Map<Fn, readonly Fn[]>();
  let version = 0;
  const work = (): number => {
    components.clear();
    return ++version;
  };
  return { components, cell: newCell<number>({ kind: 'graph', fallback: 0, same: Object.is }, work) as unknown as Cell<unknown> };
}
/** What the source says, read by name: each cell changes when an edit changes that part of it. */
interface Inputs {
  readonly names: WeakMap<Scope, Map<string, Cell<readonly Binding[] | undefined>>>;
  readonly attributes: WeakMap<Class, Map<string, Cell<readonly Subject<'bind'>[] | undefined>>>;
  readonly modules: Map<QName, Cell<Module | undefined>>;
  /** Those of them that are not there. */
  readonly missing: Set<QName>;
  readonly stars: WeakMap<Module, Cell<number>>;
  readonly bodies: WeakMap<Fn, Cell<number>>;
  readonly contents: WeakMap<Module, Cell<number>>;
  /** The set of modules, and with it anything. */
  readonly all: Cell<number>;
  readonly asked: Cell<number>;
}

/** State of layers above this one, made with the link. */
export interface Parts {
  starts(link: () => Linking): Starts;
  telling(): Telling;
}
export function emptyLinking(knowledge: Knowledge, target: Target, parts: Parts): Linking {
  const counter = (): Cell<number> => newInput(0);
  const link: Linking = {
    modules: new Map(),
    sorted: undefined,
    knowledge,
    target,
    cells: newCells(),
    inputs: {
      names: new WeakMap(),
      attributes: new WeakMap(),
      modules: new Map(),
      missing: new Set(),
      stars: new WeakMap(),
      bodies: new WeakMap(),
      contents: new WeakMap(),
      all: counter(),
      asked: counter(),
    },
    answers: new Map(),
    named: new Map(),
    passed: new WeakMap(),
    added: new WeakMap(),
    flows: new WeakMap(),
    losses: newLosses(),
    starts: parts.starts(() => link),
    spots: new Map(),
    telling: parts.telling(),
    reverse: new Map(),
    asked: () => true,
    owned: new WeakMap(),
    graph: newGraph(),
    failures: new Map(),
    sizing: newSizing(undefined),
  };
  return link;
}

/** Answers a question once, until something it read changes. `owner` is what the answer dies with: a chunk, or a function. */
export function once<K extends object, T>(link: Linking, asked: Question<K, T>, key: K, owner: object | null, work: () => T): T {
  if (owner !== null && isGone(owner)) return asked.fallback;
  return read(link.cells, cellFor(link, asked, key, owner, work));
}
/** A chunk, or a function of one, that an edit has removed: who asks has not been worked out again yet. */
function isGone(owner: { readonly gone?: boolean; readonly chunk?: { readonly gone?: boolean } }): boolean {
  return owner.gone === true || owner.chunk?.gone === true;
}
export function cellFor<K extends object, T>(
  link: Linking,
  asked: Question<K, T>,
  key: K,
  owner: object | null,
  work: () => T,
  hooks: Hooks<T> | null = null,
): Cell<T> {
  let all = link.answers.get(asked) as WeakMap<K, Cell<T>> | undefined;
  if (!all) {
    all = new WeakMap<K, Cell<T>>();
    link.answers.set(asked, all as unknown as WeakMap<object, Cell<unknown>>);
  }
  const known = all.get(key);
  if (known && known.state !== 'dead') return known;
  const made = newCell(asked, work, hooks);
  all.set(key, made);
  if (owner) own(link, owner, made);
  return made;
}
/** What is known without asking; undefined where nobody asked. */
export const answerOf = <K extends object, T>(link: Linking, asked: Question<K, T>, key: K): Cell<T> | undefined =>
  answersTo(link, asked)?.get(key);
/** The same for who looks up many. */
export const answersTo = <K extends object, T>(link: Linking, asked: Question<K, T>): WeakMap<K, Cell<T>> | undefined =>
  link.answers.get(asked) as WeakMap<K, Cell<T>> | undefined;
/** The same for what is asked by name about something; it dies with `owner`. */
export function onceIn<K extends object, T>(
  link: Linking,
  asked: Question<K, T>,
  key: K,
  name: string,
  work: () => T,
  owner: object = key,
): T {
  let all = link.named.get(asked);
  if (!all) {
    all = new WeakMap();
    link.named.set(asked, all);
  }
  let known = all.get(key) as Map<string, Cell<T>> | undefined;
  if (!known) {
    known = new Map<string, Cell<T>>();
    all.set(key, known as Map<string, Cell<unknown>>);
  }
  let cell = known.get(name);
  if (!cell || cell.state === 'dead') {
    if (isGone(owner)) return asked.fallback;
    cell = newCell(asked, work);
    known.set(name, cell);
    own(link, owner, cell);
  }
  return read(link.cells, cell);
}
function own<T>(link: Linking, owner: object, cell: Cell<T>): void {
  const known = link.owned.get(owner);
  if (known) known.push(cell as Cell<unknown>);
  else link.owned.set(owner, [cell as Cell<unknown>]);
}
/** The answers about a chunk or a function that is gone. */
export function killOwned(link: Linking, owner: object): void {
  for (const it of link.owned.get(owner) ?? []) kill(link.cells, it);
  link.owned.delete(owner);
}
/** Without repeats; more alternatives than anybody follows are `anything`. */
export function few(link: Linking, all: readonly Meaning[]): readonly Meaning[] {
  const found = distinct(all, limits.alternatives);
  if (found === anything && !isAnything(all)) hitBound(link, 'alternatives');
  return found;
}
export const hitBound = (link: Linking, bound: keyof typeof limits): void => hit(link.cells, bound);

// ── Reading what the source says ─────────────────────────────────────────────────────────────────

function inputOf<K extends object, T>(
  all: WeakMap<K, Map<string, Cell<T>>>,
  key: K,
  name: string,
  now: () => T,
  asked?: Asked<T>,
): Cell<T> {
  let known = all.get(key);
  if (!known) {
    known = new Map();
    all.set(key, known);
  }
  const found = known.get(name);
  if (found) return found;
  const made = newInput(now(), asked);
  known.set(name, made);
  return made;
}
/** A definition with an equal signature is the same to its readers, and so is a list of such. */
function sameBindings(a: readonly Binding[] | undefined, b: readonly Binding[] | undefined): boolean {
  if (!a || !b) return a === b;
  return a.length === b.length && a.every((it, at) => sameBinding(it, b[at] as Binding));
}
function sameBinding(a: Binding, b: Binding): boolean {
  if (a.is === 'def') return b.is === 'def' && a.fn === b.fn;
  if (a.is === 'class') return b.is === 'class' && a.cls === b.cls;
  if (a.is === 'bind') return b.is === 'bind' && a.event === b.event;
  if (a.is === 'param') return b.is === 'param' && a.fn === b.fn && a.index === b.index;
  return b.is === 'import' && a.fact === b.fact && a.region === b.region;
}
const names: Asked<readonly Binding[] | undefined> = { kind: 'input', fallback: undefined, same: sameBindings };
/** What a name is bound to in a scope itself. */
export function namesIn(link: Linking, scope: Scope, name: string): readonly Binding[] | undefined {
  if (!scope.shared) return scope.names.get(name);
  return read(
    link.cells,
    inputOf(link.inputs.names, scope, name, () => scope.names.get(name), names),
  );
}
/** `self.name = …` in the methods of a class. */
export function attributesIn(link: Linking, cls: Class, name: string): readonly Subject<'bind'>[] | undefined {
  if (!cls.scope.shared) return cls.attributes.get(name);
  return read(
    link.cells,
    inputOf(link.inputs.attributes, cls, name, () => cls.attributes.get(name)),
  );
}
/** A module of the workspace; one that is not there is wanted as long as somebody asks for it. */
export function moduleNamed(link: Linking, name: QName): Module | undefined {
  return read(link.cells, moduleInput(link, name));
}
export function moduleInput(link: Linking, name: QName): Cell<Module | undefined> {
  const known = link.inputs.modules.get(name);
  if (known) return known;
  const made = newInput(link.modules.get(name));
  link.inputs.modules.set(name, made);
  if (name && !made.value) link.inputs.missing.add(name);
  return made;
}
/** Modules that somebody looks for and that are not there. */
export function wantsOf(link: Linking): ReadonlySet<QName> {
  const found = new Set<QName>();
  for (const name of link.inputs.missing) if (moduleInput(link, name).users.some((it) => it.state !== 'dead')) found.add(name);
  return found;
}
export function versionOf<K extends object>(all: WeakMap<K, Cell<number>>, key: K): Cell<number> {
  const known = all.get(key);
  if (known) return known;
  const made = newInput(0);
  all.set(key, made);
  return made;
}
export function starsOf(link: Linking, module: Module): Scope['stars'] {
  read(link.cells, versionOf(link.inputs.stars, module));
  return module.scope.stars;
}
/** Says that the answer under way depends on the body of a function. */
export function dependOnBody(link: Linking, fn: Fn): void {
  if (link.cells.stack.length > 0) read(link.cells, versionOf(link.inputs.bodies, fn));
}
/** Says that the answer under way depends on anything in a module. */
export function dependOnModule(link: Linking, module: Module): void {
  if (link.cells.stack.length > 0) read(link.cells, versionOf(link.inputs.contents, module));
}
/** Every module in the order of the files; the answer under way depends on which there are. */
export function everyModule(link: Linking): readonly Module[] {
  if (link.cells.stack.length > 0) read(link.cells, link.inputs.all);
  link.sorted ??= [...link.modules.values()].sort((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : 0));
  return link.sorted;
}

const moduleFunctions = question<Module, readonly Fn[]>({ kind: 'functions', fallback: [], same: sameItems });
/** The functions of a module, its body first; the answer under way depends on which there are. */
export function functionsOf(link: Linking, module: Module): readonly Fn[] {
  return once(link, moduleFunctions, module, null, () => {
    dependOnModule(link, module);
    return module.functions;
  });
}

export const moduleAt = (link: Linking, at: Region): Module => link.modules.get(at.chunk.module) as Module;
export const scopeAt = (_link: Linking, at: Region): Scope => (at.chunk as IndexedChunk).scopes.get(at) as Scope;
export const classAt = (link: Linking, at: Region): Class | undefined => classOf.get(scopeAt(link, at));
export const bodyOf = (fn: Fn): Region | undefined => fn.chunk.regions[fn.fact.body];
/** The events of a function, in source order; nested functions and lambdas have their own. */
export function eventsOf(link: Linking, fn: Fn): readonly Subject[] {
  dependOnBody(link, fn);
  if (fn.parent === null && fn.id.endsWith(':')) return link.modules.get(fn.id.slice(0, -1))?.events ?? [];
  return (fn.chunk as IndexedChunk).own.get(fn) ?? [];
}

// ── Reading knowledge ────────────────────────────────────────────────────────────────────────────

/** The entry of a name, second names followed. */
export function apiOf(link: Linking, name: QName): Api | undefined {
  const api = link.knowledge.api(name);
  return api?.alias ? (link.knowledge.api(api.alias) ?? api) : api;
}
/** The name an entry stands under once second names are followed. */
export const canonical = (link: Linking, name: QName): QName => link.knowledge.api(name)?.alias ?? name;

/** The entry of a method, looked for along the base classes of an outside type. */
export function methodName(link: Linking, type: QName, name: string): QName {
  let at: QName | undefined = canonical(link, type);
  for (let hops = 0; at && hops < 8; hops++) {
    if (link.knowledge.api(`${at}.${name}`)) return hops === 0 ? `${type}.${name}` : `${at}.${name}`;
    at = apiOf(link, at)?.base;
  }
  return `${type}.${name}`;
}
/** Is an outside type this class or one of its subclasses? */
export function isA(link: Linking, type: QName, wanted: QName): boolean {
  let at: QName | undefined = canonical(link, type);
  for (let hops = 0; at && hops < 8; hops++) {
    if (at === wanted) return true;
    at = apiOf(link, at)?.base;
  }
  return false;
}

/** An error in the analysis of one event costs that event, is remembered for its file, and nothing else. */
export const attempt = <T>(link: Linking, at: Subject, fallback: T, ask: () => T): T => attemptIn(link, at.in.chunk, fallback, ask);
/** The same for what is asked about a whole chunk. */
export function attemptIn<T>(link: Linking, chunk: Chunk, fallback: T, ask: () => T): T {
  try {
    return ask();
  } catch (error) {
    noteFailure(link, chunk, error);
    return fallback;
  }
}
export function noteFailure(link: Linking, chunk: Chunk, error: unknown): void {
  link.failures.set(chunk, error instanceof Error ? error.message : String(error));
}
