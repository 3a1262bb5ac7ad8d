// Facts of files → modules, scopes, classes and functions, joined but not yet resolved.
import type { Scanned } from '../facts/scan.js';
import type { Chunk, Fn, ImportFact, QName, Region, Subject } from '../model.js';

/** What a name of a scope is bound to, once per place that binds it. */
export type Binding =
  | { readonly is: 'bind'; readonly event: Subject<'bind'> }
  | { readonly is: 'def'; readonly fn: Fn; readonly event: Subject<'def'> }
  | { readonly is: 'class'; readonly cls: Class }
  | { readonly is: 'import'; readonly fact: ImportFact; readonly region: Region }
  | { readonly is: 'param'; readonly fn: Fn; readonly index: number };

export interface Scope {
  readonly kind: 'module' | 'function' | 'class' | 'comprehension';
  readonly parent: Scope | null;
  readonly module: Module;
  readonly fn: Fn;
  readonly names: Map<string, Binding[]>;
  readonly stars: ImportFact[];
}
export interface Class {
  readonly name: QName;
  readonly module: Module;
  readonly event: Subject<'class'>;
  readonly scope: Scope;
  /** `self.x = …` in its methods, by attribute. */
  readonly attributes: Map<string, Subject<'bind'>[]>;
}
export interface Module {
  readonly name: QName;
  readonly file: string;
  /** Its path below the open folder; the path of its name where there is none. */
  readonly place: string;
  readonly package: boolean;
  readonly chunks: readonly Chunk[];
  readonly body: Fn;
  readonly scope: Scope;
  readonly functions: readonly Fn[];
  readonly classes: readonly Class[];
  readonly scopes: ReadonlyMap<Region, Scope>;
  /** Events of each function, in source order; the module body's come from all chunks. */
  readonly events: ReadonlyMap<Fn, readonly Subject[]>;
}

interface Open {
  chunks: Chunk[];
  functions: Fn[];
  classes: Class[];
  scopes: Map<Region, Scope>;
  events: Map<Fn, Subject[]>;
  taken: Map<string, number>;
  lambdas: Map<string, number>;
  classNames: Map<Region, QName>;
}
type Writable<T> = { -readonly [K in keyof T]: T[K] };

export interface Identity {
  readonly name: QName;
  readonly file: string;
  readonly package: boolean;
  readonly place?: string;
}
/** Depends on one file alone, so the result is kept until the file changes. */
export function moduleOf(identity: Identity, scanned: Scanned): Module {
  const { name, file } = identity;
  const open: Open = {
    chunks: [],
    functions: [],
    classes: [],
    scopes: new Map(),
    events: new Map(),
    taken: new Map(),
    lambdas: new Map(),
    classNames: new Map(),
  };
  const body = { id: `${name}:`, name, parent: null, owner: null } as unknown as Writable<Fn>;
  const place = identity.place ?? name.replaceAll('.', '/');
  const module = { name, file, place, package: identity.package, ...open, body } as unknown as Writable<Module>;
  module.scope = { kind: 'module', parent: null, module, fn: body, names: new Map(), stars: [] };
  open.functions.push(body);
  open.events.set(body, []);
  scanned.chunks.forEach((it, order) => {
    addChunk(open, module, it.id, order, it.facts);
  });
  if (!body.chunk) {
    const empty: Chunk = { file, id: 'empty', order: 0, module: name, events: [], regions: [], functions: [body] };
    Object.assign(body, { chunk: empty, fact: emptyModule });
  }
  return module;
}
const emptyModule = {
  kind: 'module',
  name: '',
  parent: -1,
  async: false,
  generator: false,
  params: [],
  decorators: [],
  returns: null,
  body: 0,
  globals: [],
  nonlocals: [],
  span: { start: 0, end: 0 },
  broken: false,
} as const;

function addChunk(open: Open, module: Module, id: string, order: number, facts: Scanned['chunks'][number]['facts']): void {
  const regions: Writable<Region>[] = [];
  const functions: Fn[] = [];
  const events: Subject[] = [];
  const chunk = { file: module.file, id, order, module: module.name, regions, functions, events } as unknown as Chunk;
  open.chunks.push(chunk);
  facts.functions.forEach((fact, at) => {
    if (at > 0) functions.push({ id: '', name: fact.name, fact, chunk, parent: null, owner: null });
    else {
      const body = module.body as Writable<Fn>;
      body.chunk ??= chunk;
      body.fact ??= fact;
      functions.push(body);
    }
  });
  for (const it of facts.regions) {
    const parent = it.parent < 0 ? null : (regions[it.parent] as Region);
    const fn = functions[it.fn] as Fn;
    regions.push({ kind: it.kind, parent, chunk, fn, span: it.span, ops: it.ops, guard: it.guard ?? null, lazy: it.lazy ?? false });
  }
  facts.events.forEach((it) => {
    events.push({ ...it, in: regions[it.in] as Region } as Subject);
  });
  name(open, module, chunk);
  scopes(open, module, chunk);
  bindings(open, module, chunk, facts.imports);
}

/** Gives functions their ids: the path through classes and functions, lambdas numbered in each scope. */
function name(open: Open, module: Module, chunk: Chunk): void {
  const prefixes = new Map<Region, string>();
  const owners = new Map<Region, QName>();
  const classAt = new Map<Region, Subject<'class'>>();
  for (const it of chunk.events) if (it.kind === 'class') classAt.set(chunk.regions[it.body] as Region, it);
  const bodies = new Map<Region, Fn>();
  for (const fn of chunk.functions) {
    const region = chunk.regions[fn.fact.body];
    if (region && fn !== module.body) bodies.set(region, fn);
  }
  for (const region of chunk.regions) {
    const prefix = region.parent ? (prefixes.get(region.parent) ?? '') : '';
    const owner = region.parent ? owners.get(region.parent) : undefined;
    const cls = classAt.get(region);
    const fn = bodies.get(region) as Writable<Fn> | undefined;
    if (cls) {
      const path = unique(open, `${prefix}${cls.name}`);
      prefixes.set(region, `${path}.`);
      owners.set(region, `${module.name}.${path}`);
      open.classNames.set(region, `${module.name}.${path}`);
      continue;
    }
    if (!fn) {
      prefixes.set(region, prefix);
      if (owner) owners.set(region, owner);
      continue;
    }
    const local = fn.fact.kind === 'lambda' ? `<lambda${next(open.lambdas, prefix)}>` : fn.fact.name;
    const path = unique(open, `${prefix}${local}`);
    fn.id = `${module.name}:${path}`;
    fn.name = path;
    fn.parent = region.parent?.fn ?? null;
    fn.owner = region.parent?.kind === 'class' ? (owner ?? null) : null;
    prefixes.set(region, `${path}.`);
    open.functions.push(fn);
    open.events.set(fn, []);
  }
}
function next(counter: Map<string, number>, key: string): number {
  const it = (counter.get(key) ?? 0) + 1;
  counter.set(key, it);
  return it;
}
function unique(open: Open, path: string): string {
  const times = next(open.taken, path);
  return times === 1 ? path : `${path}#${times}`;
}

function scopes(open: Open, module: Module, chunk: Chunk): void {
  for (const region of chunk.regions) {
    const parent = region.parent ? (open.scopes.get(region.parent) as Scope) : module.scope;
    const kind = region.kind;
    if (kind === 'function' || kind === 'class' || kind === 'comprehension') {
      open.scopes.set(region, { kind, parent, module, fn: region.fn, names: new Map(), stars: [] });
    } else open.scopes.set(region, kind === 'module' ? module.scope : parent);
  }
}

function bindings(open: Open, module: Module, chunk: Chunk, imports: readonly ImportFact[]): void {
  for (const fn of chunk.functions) {
    if (fn === module.body) continue;
    const scope = open.scopes.get(chunk.regions[fn.fact.body] as Region) as Scope;
    fn.fact.params.forEach((param, index) => {
      add(scope, param.name, { is: 'param', fn, index });
    });
  }
  for (const fact of imports) {
    const region = chunk.regions[fact.in] as Region;
    const scope = open.scopes.get(region) as Scope;
    if (fact.member === '*') scope.stars.push(fact);
    else add(target(scope, fact.local, region.fn), fact.local, { is: 'import', fact, region });
  }
  for (const event of chunk.events) {
    open.events.get(event.in.fn)?.push(event);
    const scope = open.scopes.get(event.in) as Scope;
    if (event.kind === 'def') {
      const fn = chunk.functions[event.fn] as Fn;
      add(target(scope, event.name, event.in.fn), event.name, { is: 'def', fn, event });
    } else if (event.kind === 'class') addClass(open, module, chunk, scope, event);
    else if (event.kind === 'bind') bind(scope, event);
  }
  for (const event of chunk.events) if (event.kind === 'bind') attribute(open, event);
}

function bind(scope: Scope, event: Subject<'bind'>): void {
  if (event.target.is !== 'name') return;
  const holder = event.from === 'walrus' ? outOfComprehension(scope) : scope;
  const { name } = event.target;
  if (event.from === 'del') return;
  add(target(holder, name, event.in.fn), name, { is: 'bind', event });
}
function outOfComprehension(scope: Scope): Scope {
  let it = scope;
  while (it.kind === 'comprehension' && it.parent) it = it.parent;
  return it;
}
/** `global` and `nonlocal` send a binding to another scope. */
function target(scope: Scope, name: string, fn: Fn): Scope {
  if (scope.kind === 'comprehension' || scope.kind === 'module') return scope;
  if (fn.fact?.globals.includes(name)) return scope.module.scope;
  if (!fn.fact?.nonlocals.includes(name)) return scope;
  for (let it = scope.parent; it; it = it.parent) if (it.kind === 'function' && it.names.has(name)) return it;
  return scope;
}
function add(scope: Scope, name: string, binding: Binding): void {
  const known = scope.names.get(name);
  if (known) known.push(binding);
  else scope.names.set(name, [binding]);
}

function addClass(open: Open, module: Module, chunk: Chunk, scope: Scope, event: Subject<'class'>): void {
  const region = chunk.regions[event.body] as Region;
  const cls: Class = {
    name: open.classNames.get(region) ?? `${module.name}.${event.name}`,
    module,
    event,
    scope: open.scopes.get(region) as Scope,
    attributes: new Map(),
  };
  open.classes.push(cls);
  classOf.set(cls.scope, cls);
  add(target(scope, event.name, event.in.fn), event.name, { is: 'class', cls });
}
/** The class whose body a scope is. */
export const classOf = new WeakMap<Scope, Class>();

/** `self.x = …` in a method belongs to the class around it. */
function attribute(open: Open, event: Subject<'bind'>): void {
  const { target } = event;
  if (target.is !== 'attr' || target.of.is !== 'name' || event.from === 'del') return;
  const cls = receiverClass(open.scopes, event.in, target.of.name);
  if (!cls) return;
  const known = cls.attributes.get(target.name);
  if (known) known.push(event);
  else cls.attributes.set(target.name, [event]);
}
/** The class whose instance `name` is, where it is the first parameter of the method around the region. */
function receiverClass(all: ReadonlyMap<Region, Scope>, at: Region, name: string): Class | undefined {
  for (let scope: Scope | null | undefined = all.get(at); scope; scope = scope.parent) {
    const bound = scope.kind === 'class' ? undefined : scope.names.get(name);
    if (!bound) continue;
    const [only] = bound;
    if (bound.length !== 1 || only?.is !== 'param' || only.index !== 0 || !only.fn.owner) return undefined;
    return scope.parent ? classOf.get(scope.parent) : undefined;
  }
  return undefined;
}
