// Facts of files → modules, scopes, classes and functions, joined but not yet resolved; a changed file replaces its changed chunks.
import type { Scanned, ScannedChunk } from '../facts/scan.js';
import type { Chunk, Facts, Fn, FnId, FunctionFact, ImportFact, QName, Region, Subject } from '../model.js';
import { indexChunk } from './index-chunk.js';
import { namesBefore, newNames, numberingOf, take, takeTheSame } from './naming.js';
import { sameItems } from './question.js';

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
  /** Of a shared scope read through `namesIn` of `linking.ts` alone. */
  readonly names: Map<string, readonly Binding[]>;
  stars: readonly ImportFact[];
  /** Several chunks bind names in it: a module, or a class whose members are chunks. */
  readonly shared: boolean;
}
export interface Class {
  readonly name: QName;
  readonly module: Module;
  readonly event: Subject<'class'>;
  readonly scope: Scope;
  /** `self.x = …` in its methods, by attribute; read through `attributesIn` of `linking.ts`. */
  readonly attributes: Map<string, readonly Subject<'bind'>[]>;
}
export interface Module {
  readonly name: QName;
  readonly file: string;
  /** Its path below the open folder; the path of its name where there is none. */
  readonly place: string;
  readonly package: boolean;
  chunks: readonly IndexedChunk[];
  readonly body: Fn;
  readonly scope: Scope;
  functions: readonly Fn[];
  classes: readonly Class[];
  /** Events of the module body, in source order. */
  events: readonly Subject[];
}
/** A chunk with what it adds to the scopes around it. */
export interface IndexedChunk extends Chunk {
  id: string;
  order: number;
  readonly facts: Facts;
  readonly scopes: Map<Region, Scope>;
  /** Events by function; those of the module body are the chunk's share of it. */
  readonly own: Map<Fn, Subject[]>;
  readonly classes: Class[];
  /** Accesses by function. */
  readonly touches: Map<Fn, Subject<'access'>[]>;
  /** What it binds in shared scopes. */
  readonly bound: Map<Scope, Map<string, Binding[]>>;
  /** Attributes that it gives to instances of split classes. */
  readonly attributes: Map<Class, Map<string, Subject<'bind'>[]>>;
  readonly stars: ImportFact[];
  /** For members: the class they belong to. */
  readonly header: IndexedChunk | null;
  /** For headers: where members continue. */
  readonly inner: Inner | null;
  /** Numbers that its outermost names got among namesakes of the file. */
  readonly numbering: string;
  /** No longer part of its module: who still speaks of it has not been worked out again yet. */
  gone: boolean;
}
/** The body of a class, as the chunks of its members need it. */
export interface Inner {
  readonly region: Region;
  readonly cls: Class;
  /** `Counter.`: what the paths of its members start with. */
  readonly prefix: string;
}
export interface Identity {
  readonly name: QName;
  readonly file: string;
  readonly package: boolean;
  readonly place?: string;
}

/** What an update of a module changed. */
export interface Change {
  readonly removed: readonly IndexedChunk[];
  readonly added: readonly IndexedChunk[];
  /** Names of shared scopes whose bindings may differ. */
  readonly names: ReadonlyMap<Scope, ReadonlySet<string>>;
  readonly attributes: ReadonlyMap<Class, ReadonlySet<string>>;
  /** Functions that are the same to their callers and have another body or place. */
  readonly kept: readonly Fn[];
  readonly dropped: readonly Fn[];
  /** The star imports of the module differ. */
  readonly stars: boolean;
}

/** Depends on one file alone. */
export function moduleOf(identity: Identity, scanned: Scanned): Module {
  const { name, file } = identity;
  const body = { id: `${name}:`, name, parent: null, owner: null } as unknown as Fn;
  const place = identity.place ?? name.replaceAll('.', '/');
  const module = {
    name,
    file,
    place,
    package: identity.package,
    chunks: [],
    functions: [],
    classes: [],
    events: [],
    body,
  } as unknown as Module;
  const scope: Scope = { kind: 'module', parent: null, module, fn: body, names: new Map(), stars: [], shared: true };
  Object.assign(module, { scope });
  updateModule(module, scanned);
  return module;
}

/**
 * Gives a module the facts of its new text. Chunks that stand in both stay the very same objects, and functions with equal signatures
 * too: who refers to them need not notice.
 */
export function updateModule(module: Module, scanned: Scanned): Change {
  const one = onlyChange(module, scanned);
  if (one >= 0) return changeOne(module, scanned, one);
  const old = new Map<Facts, IndexedChunk[]>();
  for (const it of module.chunks) old.set(it.facts, [...(old.get(it.facts) ?? []), it]);
  const facts = new Set(scanned.chunks.map((it) => it.facts));
  const names = newNames();
  const { retained, retain } = newRetained(module);
  for (const it of module.chunks) if (!facts.has(it.facts)) retain(it);
  const reused = new Set<Fn>();
  const stay = new Set<IndexedChunk>();
  const added: IndexedChunk[] = [];
  let header: IndexedChunk | null = null;
  const chunks = scanned.chunks.map((it, order): IndexedChunk => {
    const around = it.part === 'member' ? header : null;
    const numbering = numberingOf(names, it.facts, around?.inner?.prefix ?? '');
    const same = old.get(it.facts)?.shift();
    let chunk: IndexedChunk;
    if (same && same.numbering === numbering && same.header === around) {
      chunk = same;
      chunk.id = it.id;
      chunk.order = order;
      take(names, it.facts, around?.inner?.prefix ?? '');
      stay.add(chunk);
    } else {
      if (same) retain(same);
      chunk = indexChunk({ module, scanned: it, order, header: around, numbering, names, retained, reused });
      added.push(chunk);
    }
    if (it.part !== 'member') header = chunk;
    return chunk;
  });
  const removed = module.chunks.filter((it) => !stay.has(it));
  module.chunks = chunks;
  const change = joined(module, removed, added, reused);
  fillModule(module);
  return change;
}
function newRetained(module: Module): { readonly retained: Map<FnId, Fn>; retain(chunk: IndexedChunk): void } {
  const retained = new Map<FnId, Fn>();
  return {
    retained,
    retain(chunk) {
      for (const fn of chunk.functions) if (fn !== module.body) retained.set(fn.id, fn);
    },
  };
}

/** The one chunk that differs, where its new text takes the same names and holds no members of a class; -1 otherwise. */
function onlyChange(module: Module, scanned: Scanned): number {
  const { chunks } = module;
  if (chunks.length !== scanned.chunks.length) return -1;
  let found = -1;
  for (let at = 0; at < chunks.length; at++) {
    const [old, it] = [chunks[at] as IndexedChunk, scanned.chunks[at] as ScannedChunk];
    if (old.facts === it.facts) continue;
    if (found >= 0 || old.inner !== null || it.part === 'header' || (it.part === 'member') !== (old.header !== null)) return -1;
    found = at;
  }
  const [old, now] = [chunks[found], scanned.chunks[found]];
  return old && now && takeTheSame(old.facts, now.facts) ? found : -1;
}
/** What `updateModule` does, without a look at the other chunks. */
function changeOne(module: Module, scanned: Scanned, order: number): Change {
  const old = module.chunks[order] as IndexedChunk;
  const it = scanned.chunks[order] as ScannedChunk;
  const { header, numbering } = old;
  const names = namesBefore(it.facts, header?.inner?.prefix ?? '', numbering);
  const { retained, retain } = newRetained(module);
  retain(old);
  const reused = new Set<Fn>();
  const before = old.functions.filter((fn) => fn !== module.body);
  const chunk = indexChunk({ module, scanned: it, order, header, numbering, names, retained, reused });
  module.chunks = module.chunks.with(order, chunk);
  for (let at = 0; at < module.chunks.length; at++) (module.chunks[at] as IndexedChunk).id = (scanned.chunks[at] as ScannedChunk).id;
  const change = joined(module, [old], [chunk], reused);
  const after = chunk.functions.filter((fn) => fn !== module.body);
  const alike = sameItems(before, after) && old.classes.length === 0 && chunk.classes.length === 0;
  const [own, events] = [old.own.get(module.body) ?? [], chunk.own.get(module.body) ?? []];
  const [first] = own;
  if (alike && order > 0 && first && chunk.inner === null) {
    const at = module.events.indexOf(first);
    module.events = [...module.events.slice(0, at), ...events, ...module.events.slice(at + own.length)];
  } else fillModule(module);
  return change;
}

/** Joins what the chunks add to the module, and tells what of it differs. */
function joined(module: Module, removed: readonly IndexedChunk[], added: readonly IndexedChunk[], reused: ReadonlySet<Fn>): Change {
  const names = new Map<Scope, Set<string>>();
  const attributes = new Map<Class, Set<string>>();
  const touched = [...removed, ...added];
  for (const chunk of touched) {
    for (const [scope, bound] of chunk.bound) collect(names, scope, bound.keys());
    for (const [cls, bound] of chunk.attributes) collect(attributes, cls, bound.keys());
  }
  const [gone, come] = [only(removed), only(added)];
  for (const [scope, all] of names) {
    for (const name of all) {
      const before = gone?.bound.get(scope)?.get(name);
      const alone = come && before && sameItems(before, scope.names.get(name) ?? []);
      const bound = alone ? (come.bound.get(scope)?.get(name) ?? []) : module.chunks.flatMap((it) => it.bound.get(scope)?.get(name) ?? []);
      if (bound.length > 0) scope.names.set(name, bound);
      else scope.names.delete(name);
    }
  }
  for (const [cls, all] of attributes) {
    for (const name of all) {
      const bound = module.chunks.flatMap((it) => it.attributes.get(cls)?.get(name) ?? []);
      if (bound.length > 0) cls.attributes.set(name, bound);
      else cls.attributes.delete(name);
    }
  }
  const stars = touched.some((it) => it.stars.length > 0);
  if (stars) module.scope.stars = module.chunks.flatMap((it) => it.stars);
  const dropped = removed.flatMap((it) => it.functions).filter((fn) => fn !== module.body && !reused.has(fn));
  return { removed, added, names, attributes, kept: [...reused], dropped, stars };
}
const only = <T>(all: readonly T[]): T | undefined => (all.length === 1 ? all[0] : undefined);
function collect<K>(into: Map<K, Set<string>>, key: K, names: Iterable<string>): void {
  const known = into.get(key) ?? new Set<string>();
  into.set(key, known);
  for (const name of names) known.add(name);
}

function fillModule(module: Module): void {
  const { body, chunks } = module;
  const [first] = chunks;
  const chunk: Chunk = first ?? {
    file: module.file,
    id: 'empty',
    order: 0,
    module: module.name,
    events: [],
    accesses: [],
    regions: [],
    functions: [body],
  };
  Object.assign(body, { chunk, fact: first?.facts.functions[0] ?? emptyModule });
  module.functions = [body, ...chunks.flatMap((it) => it.functions.filter((fn) => fn !== body))];
  module.classes = chunks.flatMap((it) => it.classes);
  module.events = chunks.flatMap((it) => it.own.get(body) ?? []);
}
const emptyModule: FunctionFact = {
  kind: 'module',
  name: '',
  parent: -1,
  async: false,
  generator: false,
  params: [],
  decorators: [],
  returns: null,
  body: 0,
  loads: [],
  globals: [],
  nonlocals: [],
  span: { start: 0, end: 0 },
  broken: false,
};

export { classOf } from './index-chunk.js';
