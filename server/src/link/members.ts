// Attributes and methods: of modules, classes, objects and outside things, along the method resolution order.
import type { Chunk, QName, Value } from '../model.js';
import { bindMeanings, boundValue, methodKind } from './bindings.js';
import type { Class } from './index.js';
import { apiOf, attributesIn, few, type Linking, methodName, namesIn, once, onceIn, scopeAt } from './linking.js';
import { anything, type Meaning, sameMeanings, withBasis } from './meanings.js';
import { findModule, lasting, memberMeanings, nameMeanings } from './names.js';
import { isHollow, mayHave } from './outside-members.js';
import { question, sameItems } from './question.js';
import { resultOf } from './results.js';
import { resolve } from './types.js';

/** What `of.name` can mean. Properties are what they return. */
export function attributeMeanings(link: Linking, of: Meaning, name: string): readonly Meaning[] {
  switch (of.is) {
    case 'module':
      return memberMeanings(link, of.module, name);
    case 'outside': {
      const path = `${of.name}.${name}`;
      // What an outside object keeps in an attribute is known where knowledge names it; the path of the attribute is no class.
      if (of.self && !apiOf(link, path)) return [];
      const inner = of.self ? undefined : findModule(link, path);
      return [inner ? { is: 'module', module: inner, by: 'import' } : constant(link, { is: 'outside', name: path, self: null, by: of.by })];
    }
    case 'thing':
    case 'container':
      if (!mayHave(of.type, name)) return [];
      return [constant(link, { is: 'outside', name: methodName(link, of.type, name), self: of, by: of.by })];
    case 'object':
    case 'class':
      return memberOf(link, of, name);
    case 'super':
      return superMember(link, of, name);
    case 'bound':
    case 'fn':
      return [];
    case 'partial':
    case 'pending':
      return [];
    case 'anything':
      return anything;
  }
}
/** An outside attribute that is an object, as knowledge says with `returns` on a constant. */
function constant(link: Linking, it: Extract<Meaning, { is: 'outside' }>): Meaning {
  const api = apiOf(link, it.name);
  return api?.kind === 'constant' && api.returns ? { is: 'thing', type: api.returns, made: null, by: it.by } : it;
}

/** Stands for a base of which nothing is known. */
export const unknownBase = '?';
const resolutionOrder = question<Class, readonly (Class | QName)[]>({ kind: 'mro', fallback: [], same: sameItems, stratum: 0 });
/** Bases nearest first: C3 where all bases are known, else depth first. Outside bases are names. */
export function mro(link: Linking, cls: Class): readonly (Class | QName)[] {
  return once(link, resolutionOrder, cls, cls.event.in.chunk, () => {
    const at = cls.event.in;
    const bases = cls.event.bases.flatMap((it): (Class | QName)[] => {
      const value = it.is === 'item' ? it.of : it;
      const [base] = resolve(link, value, at);
      return [base?.is === 'class' ? base.cls : base?.is === 'outside' ? base.name : unknownBase];
    });
    const lines = bases.map((it): (Class | QName)[] => (typeof it === 'string' ? [it] : [...mro(link, it)]));
    return [cls, ...(merge([...lines, bases]) ?? [...new Set(lines.flat())])];
  });
}
/** Objects of two classes of which neither derives from the other are two objects. */
export const areOneFamily = (link: Linking, a: Class, b: Class): boolean => mro(link, a).includes(b) || mro(link, b).includes(a);
/** The merge step of C3; undefined when no order exists. */
function merge<T>(lines: readonly (readonly T[])[]): T[] | undefined {
  let open = lines.filter((it) => it.length > 0);
  const found: T[] = [];
  while (open.length > 0) {
    const head = open.map((it) => it[0] as T).find((it) => open.every((line) => !line.slice(1).includes(it)));
    if (head === undefined) return undefined;
    found.push(head);
    open = open.map((line) => (line[0] === head ? line.slice(1) : line)).filter((it) => it.length > 0);
  }
  return found;
}
/** Is an outside class among the bases? */
export function outsideBase(link: Linking, cls: Class): QName | undefined {
  return mro(link, cls).find((it): it is QName => typeof it === 'string' && it !== unknownBase && !isHollow(it));
}

function superMember(link: Linking, of: Extract<Meaning, { is: 'super' }>, name: string): readonly Meaning[] {
  if (of.self.is === 'anything') return anything;
  const self = of.self.is === 'object' || of.self.is === 'class' ? of.self : undefined;
  if (!self) return [];
  const order = mro(link, self.cls);
  return lookup(link, self, order.slice(order.indexOf(of.cls) + 1), name).map((it) => withBasis(it, 'inherited'));
}

type Owner = Extract<Meaning, { is: 'object' | 'class' }>;
const lookup = (link: Linking, of: Owner, order: readonly (Class | QName)[], name: string): readonly Meaning[] =>
  taken(link, of, order, name, findIn(link, of.is, order, name));

/** What classes bind a name to, before it is taken from one of their objects; undefined while that is under way. */
interface Bound {
  /** What methods assign to it. */
  readonly own: readonly Meaning[];
  /** What the body of the first class that binds it says; undefined where none does. */
  readonly inBody: readonly Meaning[] | undefined;
  /** Those of the body that are what they are, whatever they are taken from. */
  readonly plain: readonly Meaning[];
}
const sameLists = (a: readonly Meaning[] | undefined, b: readonly Meaning[] | undefined): boolean =>
  a === b || (a !== undefined && b !== undefined && sameMeanings(a, b));
const classMember = question<Class, Bound | undefined>({
  kind: 'class member',
  fallback: undefined,
  same: (a, b) => sameLists(a?.own, b?.own) && sameLists(a?.inBody, b?.inBody) && sameLists(a?.plain, b?.plain) && !a === !b,
  stratum: 0,
});
function memberOf(link: Linking, of: Owner, name: string): readonly Meaning[] {
  const { cls } = of;
  const order = mro(link, cls);
  // The same for all objects of a class, and asked wherever `self.name` stands.
  const bound = onceIn(link, classMember, cls, `${of.is} ${name}`, () => findIn(link, of.is, mro(link, cls), name), cls.event.in.chunk);
  return taken(link, of, order, name, bound);
}

function findIn(link: Linking, is: Owner['is'], order: readonly (Class | QName)[], name: string): Bound {
  const own: Meaning[] = [];
  if (is === 'object') {
    for (const cls of order) {
      if (typeof cls === 'string') continue;
      for (const event of attributesIn(link, cls, name) ?? []) own.push(...bindMeanings(link, event));
      if (own.length > 0) break;
    }
  }
  for (const cls of order) {
    if (typeof cls === 'string') continue;
    const bound = lasting(namesIn(link, cls.scope, name) ?? []);
    if (bound.length === 0) continue;
    const by = cls === order[0] ? 'source' : 'inherited';
    const inBody: Meaning[] = [];
    const plain: Meaning[] = [];
    for (const it of bound) {
      if (it.is === 'import') plain.push(...nameMeanings(link, name, cls.event.in));
      else if (it.is === 'bind' && isEnumeration(link, cls)) plain.push({ is: 'object', cls, made: null, by });
      else inBody.push(...boundValue(link, it).map((value) => withBasis(value, by)));
    }
    return { own, inBody, plain };
  }
  return { own, inBody: undefined, plain: [] };
}
function taken(link: Linking, of: Owner, order: readonly (Class | QName)[], name: string, found: Bound | undefined): readonly Meaning[] {
  if (!found) return [];
  const { own, inBody, plain } = found;
  if (!inBody) return own.length > 0 ? few(link, own) : ofOutsideBase(link, of, order, name);
  const attached = inBody.flatMap((it) => attach(link, of, it));
  return few(link, [...own, ...plain, ...attached]).filter((it) => !(it.is === 'thing' && it.type === 'builtins.NoneType'));
}
/** The method of the one outside base that can have it: of several, the one of which that is known. */
function ofOutsideBase(link: Linking, of: Owner, order: readonly (Class | QName)[], name: string): readonly Meaning[] {
  const bases = order.filter((it): it is QName => typeof it === 'string' && !isHollow(it) && mayHave(it, name));
  const known = bases.map((it) => methodName(link, it, name)).find((it) => apiOf(link, it) !== undefined);
  const [only] = bases;
  if (known === undefined && (bases.length !== 1 || only === undefined || only === unknownBase)) return [];
  return [constant(link, { is: 'outside', name: known ?? methodName(link, only ?? '', name), self: of, by: 'inherited' })];
}

/** What the body of an enumeration assigns are its members. */
const isEnumeration = (link: Linking, cls: Class): boolean =>
  mro(link, cls).some((it) => typeof it === 'string' && /^enum\.\w*(?:Enum|Flag)$/.test(it));

/** A function of a class becomes a method of what it is taken from. */
function attach(link: Linking, of: Owner, it: Meaning): readonly Meaning[] {
  const get = of.is === 'object' ? dunder(link, it, '__get__') : undefined;
  if (get) return resultOf(link, get).filter((value) => !(value.is === 'object' && it.is === 'object' && value.cls === it.cls)); // read from the class, it gives itself
  if (it.is !== 'fn' || !it.fn.owner) return [it];
  const kind = methodKind(it.fn);
  if (kind === 'property' && of.is === 'object') return resultOf(link, { is: 'bound', fn: it.fn, self: of, by: it.by });
  if (kind === 'static') return [it];
  if (kind === 'class') return [{ is: 'bound', fn: it.fn, self: { is: 'class', cls: of.cls, by: of.by }, by: it.by }];
  return of.is === 'object'
    ? [{ is: 'bound', fn: it.fn, self: of, by: of.by === 'annotation' ? withBasis(it, 'annotation').by : it.by }]
    : [it];
}

/** A special method of an object of a workspace class, bound to it. */
export function dunder(link: Linking, of: Meaning, name: string): Extract<Meaning, { is: 'bound' }> | undefined {
  if (of.is !== 'object') return undefined;
  const [found] = memberOf(link, of, name);
  return found?.is === 'bound' ? found : undefined;
}
/** Has the class the constructor that a dataclass is given, which ends with `__post_init__`? */
export function runsPostInit(link: Linking, cls: Class): boolean {
  for (const it of mro(link, cls)) {
    if (typeof it === 'string') continue;
    if (namesIn(link, it.scope, '__init__')) return false;
    if (it.event.decorators.some((one) => /dataclass/.test(named(it.event.in.chunk, one)))) return true;
  }
  return false;
}
function named(chunk: Chunk, decorator: Value): string {
  const called = decorator.is === 'call' ? chunk.events[decorator.event] : undefined;
  const value = called?.kind === 'call' ? called.callee : decorator;
  return value.is === 'name' || value.is === 'attr' ? value.name : '';
}
/** The getters an attribute read runs: of properties, and of descriptors that no attribute of the object can hide. */
export function getters(link: Linking, of: Meaning, name: string): readonly Extract<Meaning, { is: 'fn' }>[] {
  if (of.is !== 'object') return [];
  for (const cls of mro(link, of.cls)) {
    if (typeof cls === 'string') continue;
    const bound = lasting(namesIn(link, cls.scope, name) ?? []);
    if (bound.length === 0) continue;
    return bound.flatMap((it) =>
      it.is === 'def' && methodKind(it.fn) === 'property' && it.fn.fact.params.length === 1
        ? [{ is: 'fn' as const, fn: it.fn, by: of.by }]
        : it.is === 'bind'
          ? boundValue(link, it)
              .flatMap((value) => (dunder(link, value, '__set__') && dunder(link, value, '__get__')) ?? [])
              .map((get) => ({ is: 'fn' as const, fn: get.fn, by: get.by }))
          : [],
    );
  }
  return [];
}
export { scopeAt };
