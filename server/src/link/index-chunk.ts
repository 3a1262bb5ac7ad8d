// One chunk → its regions, functions and scopes, and what it binds in the scopes around it.
import type { ScannedChunk } from '../facts/scan.js';
import type { Fn, FnId, FunctionFact, ImportFact, QName, Region, Subject } from '../model.js';
import type { Binding, Class, IndexedChunk, Inner, Module, Scope } from './index.js';
import { type Named, type Names, nameAll, signatureOf } from './naming.js';

type Writable<T> = { -readonly [K in keyof T]: T[K] };

interface Given {
  readonly module: Module;
  readonly scanned: ScannedChunk;
  readonly order: number;
  readonly header: IndexedChunk | null;
  readonly numbering: string;
  readonly names: Names;
  /** Functions of the old text that may go on under the same path. */
  readonly retained: Map<FnId, Fn>;
  /** Those that do. */
  readonly reused: Set<Fn>;
}

export function indexChunk(given: Given): IndexedChunk {
  const { module, scanned, header, names } = given;
  const { facts } = scanned;
  const inner = header?.inner ?? null;
  const named = nameAll(names, facts, module.name, inner?.prefix ?? '', inner?.cls.name ?? null);
  const regions: Writable<Region>[] = [];
  const functions: Fn[] = [];
  const events: Subject[] = [];
  const accesses: Subject<'access'>[] = [];
  const chunk: Writable<IndexedChunk> = {
    file: module.file,
    id: scanned.id,
    order: given.order,
    module: module.name,
    regions,
    functions,
    events: events as IndexedChunk['events'],
    accesses,
    facts,
    scopes: new Map(),
    own: new Map(),
    touches: new Map(),
    classes: [],
    bound: new Map(),
    attributes: new Map(),
    stars: [],
    header,
    inner: null,
    numbering: given.numbering,
    gone: false,
  };
  facts.functions.forEach((fact, at) => {
    functions.push(at === 0 ? module.body : functionOf(given, chunk, fact, named, at));
  });
  facts.regions.forEach((it) => {
    const parent = it.parent < 0 ? (inner?.region.parent ?? null) : (regions[it.parent] as Region);
    const fn = functions[it.fn] as Fn;
    regions.push({ kind: it.kind, parent, chunk, fn, span: it.span, ops: it.ops, guard: it.guard ?? null, lazy: it.lazy ?? false });
  });
  functions.forEach((fn, at) => {
    if (at === 0) return;
    (fn as Writable<Fn>).parent = regions[fn.fact.body]?.parent?.fn ?? null;
    chunk.own.set(fn, []);
  });
  chunk.own.set(module.body, []);
  facts.events.forEach((it) => {
    events.push({ ...it, in: regions[it.in] as Region } as Subject);
  });
  for (const it of facts.accesses) {
    const access: Subject<'access'> = { ...it, in: regions[it.in] as Region };
    accesses.push(access);
    push(chunk.touches, access.in.fn, access);
  }
  scopes(module, chunk, inner);
  bindings(module, chunk, named, inner);
  return chunk;
}

function functionOf(given: Given, chunk: IndexedChunk, fact: FunctionFact, named: Named, at: number): Fn {
  const path = named.paths[at] ?? '';
  const id = `${given.module.name}:${path}`;
  const owner = named.owners[at] ?? null;
  const old = given.retained.get(id);
  if (old && old.owner === owner && !given.reused.has(old) && signatureOf(old.fact) === signatureOf(fact)) {
    given.reused.add(old);
    return Object.assign(old, { fact, chunk });
  }
  return { id, name: path, fact, chunk, parent: null, owner };
}

function scopes(module: Module, chunk: IndexedChunk, inner: Inner | null): void {
  const split = chunk.scopes;
  chunk.regions.forEach((region, at) => {
    if (at === 0) {
      split.set(region, inner ? inner.cls.scope : module.scope);
      return;
    }
    const parent = region.parent ? (split.get(region.parent) as Scope) : module.scope;
    const kind = region.kind;
    if (kind === 'function' || kind === 'class' || kind === 'comprehension')
      split.set(region, { kind, parent, module, fn: region.fn, names: new Map(), stars: [], shared: false });
    else split.set(region, parent);
  });
}

function bindings(module: Module, chunk: Writable<IndexedChunk>, named: Named, inner: Inner | null): void {
  const { facts, scopes: all } = chunk;
  for (const fn of chunk.functions) {
    if (fn === module.body) continue;
    const scope = all.get(chunk.regions[fn.fact.body] as Region) as Scope;
    fn.fact.params.forEach((param, index) => {
      add(chunk, scope, param.name, { is: 'param', fn, index });
    });
  }
  for (const fact of facts.imports) {
    const region = chunk.regions[fact.in] as Region;
    const scope = all.get(region) as Scope;
    if (fact.member === '*') star(chunk, module, scope, fact);
    else add(chunk, target(module, scope, fact.local, region.fn), fact.local, { is: 'import', fact, region });
  }
  const split = facts.regions.length > 0 && chunk.header === null;
  for (const event of chunk.events) {
    chunk.own.get(event.in.fn)?.push(event);
    const scope = all.get(event.in) as Scope;
    if (event.kind === 'def') {
      const fn = chunk.functions[event.fn] as Fn;
      add(chunk, target(module, scope, event.name, event.in.fn), event.name, { is: 'def', fn, event });
    } else if (event.kind === 'class') addClass(module, chunk, scope, event, named, split);
    else if (event.kind === 'bind') bind(module, chunk, scope, event);
  }
  for (const event of chunk.events) if (event.kind === 'bind') attribute(chunk, event, inner);
}

function star(chunk: IndexedChunk, module: Module, scope: Scope, fact: ImportFact): void {
  if (scope === module.scope) chunk.stars.push(fact);
  else scope.stars = [...scope.stars, fact];
}
function bind(module: Module, chunk: IndexedChunk, scope: Scope, event: Subject<'bind'>): void {
  if (event.target.is !== 'name' || event.from === 'del') return;
  const holder = event.from === 'walrus' ? outOfComprehension(scope) : scope;
  const { name } = event.target;
  add(chunk, target(module, holder, name, event.in.fn), name, { is: 'bind', event });
}
function outOfComprehension(scope: Scope): Scope {
  let it = scope;
  while (it.kind === 'comprehension' && it.parent) it = it.parent;
  return it;
}
/** `global` and `nonlocal` send a binding to another scope. */
function target(module: Module, scope: Scope, name: string, fn: Fn): Scope {
  if (scope.kind === 'comprehension' || scope.kind === 'module') return scope;
  if (fn.fact?.globals.includes(name)) return module.scope;
  if (!fn.fact?.nonlocals.includes(name)) return scope;
  for (let it = scope.parent; it; it = it.parent) if (it.kind === 'function' && it.names.has(name)) return it;
  return scope;
}
/** Scopes of the chunk alone are filled at once; shared ones when all chunks are there. */
function add(chunk: IndexedChunk, scope: Scope, name: string, binding: Binding): void {
  if (!scope.shared) {
    push(scope.names as Map<string, Binding[]>, name, binding);
    return;
  }
  const bound = chunk.bound.get(scope) ?? new Map<string, Binding[]>();
  chunk.bound.set(scope, bound);
  push(bound, name, binding);
}
function push<K, T>(into: Map<K, T[]>, name: K, it: T): void {
  const known = into.get(name);
  if (known) known.push(it);
  else into.set(name, [it]);
}

/** A class at the top of its file whose members may be chunks of their own has a shared scope. */
function addClass(
  module: Module,
  chunk: Writable<IndexedChunk>,
  scope: Scope,
  event: Subject<'class'>,
  named: Named,
  outermost: boolean,
): void {
  const region = chunk.regions[event.body] as Region;
  const path = named.classes.get(event.body) ?? event.name;
  const name: QName = `${module.name}.${path}`;
  const top = outermost && region.parent === chunk.regions[0];
  const own = chunk.scopes.get(region) as Scope;
  if (top) (own as Writable<Scope>).shared = true;
  const cls: Class = { name, module, event, scope: own, attributes: new Map() };
  if (top) {
    for (const [bound, bindings] of own.names) for (const it of bindings) add(chunk, own, bound, it);
    own.names.clear();
    chunk.inner = { region, cls, prefix: `${path}.` };
  }
  chunk.classes.push(cls);
  classOf.set(own, cls);
  add(chunk, target(module, scope, event.name, event.in.fn), event.name, { is: 'class', cls });
}
/** The class whose body a scope is. */
export const classOf = new WeakMap<Scope, Class>();

/** `self.x = …` in a method belongs to the class around it. */
function attribute(chunk: IndexedChunk, event: Subject<'bind'>, _inner: Inner | null): void {
  const { target } = event;
  if (target.is !== 'attr' || target.of.is !== 'name' || event.from === 'del') return;
  const cls = receiverClass(chunk, event.in, target.of.name);
  if (!cls) return;
  if (!cls.scope.shared) {
    push(cls.attributes as Map<string, Subject<'bind'>[]>, target.name, event);
    return;
  }
  const known = chunk.attributes.get(cls) ?? new Map<string, Subject<'bind'>[]>();
  chunk.attributes.set(cls, known);
  push(known, target.name, event);
}
/** The class whose instance `name` is, where it is the first parameter of the method around the region. */
function receiverClass(chunk: IndexedChunk, at: Region, name: string): Class | undefined {
  for (let scope: Scope | null | undefined = chunk.scopes.get(at); scope; scope = scope.parent) {
    const bound = scope.kind === 'class' || scope.shared ? undefined : scope.names.get(name);
    if (!bound) continue;
    const [only] = bound;
    if (bound.length !== 1 || only?.is !== 'param' || only.index !== 0 || !only.fn.owner) return undefined;
    return scope.parent ? classOf.get(scope.parent) : undefined;
  }
  return undefined;
}
