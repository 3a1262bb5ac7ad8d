// The state of one link: the modules, what is known outside them, and what has been worked out so far.

import type { Knowledge } from '../knowledge/load.js';
import { limits } from '../limits.js';
import type { Api, Count, Fn, Pool, QName, Region, Subject, Target, Value } from '../model.js';
import type { Class, Module, Scope } from './index.js';
import type { Meaning } from './meanings.js';

export interface Linking {
  readonly modules: ReadonlyMap<QName, Module>;
  readonly knowledge: Knowledge;
  readonly target: Target;
  /** Modules looked for and not found; the engine asks for them. */
  readonly wants: Set<QName>;
  /** What callers pass, per parameter; grows from round to round. */
  readonly flows: Map<Fn, Map<number, Meaning[]>>;
  /** What is appended or stored into a container after its display, by key (`''` where there is none). */
  readonly added: Map<Value, Map<string, Meaning[]>>;
  readonly values: Map<Value, readonly Meaning[]>;
  readonly members: Map<string, readonly Meaning[]>;
  readonly returns: Map<Fn, readonly Meaning[]>;
  readonly attributes: Map<string, readonly Meaning[]>;
  readonly classes: ReadonlyMap<QName, Class>;
  /** The elements of a container, by its display. */
  readonly elements: Map<Value, readonly Meaning[]>;
  /** How often a call starts something, and the pool an object is. */
  readonly counts: Map<Subject<'call'>, Count>;
  readonly pools: Map<Subject<'call'>, Pool>;
  /** Is a generator expression run where it is written? By its scope. */
  readonly eager: Map<Region, boolean>;
  /** Files in which the analysis itself failed somewhere, with the error. */
  readonly failures: Map<string, string>;
  readonly mros: Map<Class, readonly (Class | QName)[]>;
}

export function newLinking(modules: ReadonlyMap<QName, Module>, knowledge: Knowledge, target: Target): Linking {
  const classes = new Map<QName, Class>();
  for (const module of modules.values()) for (const cls of module.classes) classes.set(cls.name, cls);
  return {
    modules,
    knowledge,
    target,
    wants: new Set(),
    flows: new Map(),
    added: new Map(),
    values: new Map(),
    members: new Map(),
    returns: new Map(),
    attributes: new Map(),
    classes,
    elements: new Map(),
    counts: new Map(),
    pools: new Map(),
    eager: new Map(),
    failures: new Map(),
    mros: new Map(),
  };
}
/** Forgets every answer but what has flowed, which the next round starts from. */
export function nextRound(link: Linking): void {
  for (const it of [
    link.values,
    link.members,
    link.returns,
    link.attributes,
    link.mros,
    link.elements,
    link.counts,
    link.pools,
    link.eager,
  ])
    it.clear();
}

export const moduleAt = (link: Linking, at: Region): Module => link.modules.get(at.chunk.module) as Module;
export const scopeAt = (link: Linking, at: Region): Scope => moduleAt(link, at).scopes.get(at) as Scope;
export const bodyOf = (fn: Fn): Region | undefined => fn.chunk.regions[fn.fact.body];

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
export function attempt<T>(link: Linking, at: Subject, fallback: T, ask: () => T): T {
  try {
    return ask();
  } catch (error) {
    link.failures.set(at.in.chunk.file, error instanceof Error ? error.message : String(error));
    return fallback;
  }
}

const pending = Symbol('under way');
/** Answers a question once; asked again while under way it is `fallback`. */
export function once<K, T>(memo: Map<K, T>, key: K, fallback: T, answer: () => T): T {
  const known = memo.get(key);
  if (known !== undefined) return known === (pending as unknown) ? fallback : known;
  if (depth > limits.questions) return fallback;
  memo.set(key, pending as unknown as T);
  depth++;
  try {
    const found = answer();
    memo.set(key, found);
    return found;
  } finally {
    depth--;
  }
}
/** Questions that wait for the answers of others; a deeper one has none. */
let depth = 0;
