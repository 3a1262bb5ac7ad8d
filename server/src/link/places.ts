// Which memory an expression names: a global, a class attribute, an attribute of an object, a variable that a closure captures.
import type { Fn, Home, Place, PlaceId, QName, Region, Subject, Value } from '../model.js';
import { bindMeanings, methodKind } from './bindings.js';
import { type Binding, type Class, classOf, type Module, type Scope } from './index.js';
import { apiOf, attributesIn, canonical, type Linking, moduleAt, namesIn, once } from './linking.js';
import { mro } from './members.js';
import { absolute, bindingsOf, findModule, nameMeanings } from './names.js';
import { question } from './question.js';
import { evaluate, typeName } from './types.js';

/** A slot of memory with what binds it. One object per id, for as long as the link lives. */
export interface Spot {
  readonly id: PlaceId;
  readonly name: string;
  readonly home: Home;
  readonly holder: { readonly scope: Scope } | { readonly cls: Class };
  readonly attribute: string;
}
/** How an expression reaches a slot. */
export interface Reach {
  readonly spot: Spot;
  /** Through the receiver of a method, or through an expression for another object; neither where there is only one. */
  readonly through: 'self' | 'object' | 'only';
}

/** Undefined where the expression is local, unknown, or names a function, class or module. */
export function locate(link: Linking, value: Value, at: Region): Reach | undefined {
  if (value.is === 'name') return named(link, value.name, at);
  return value.is === 'attr' ? attribute(link, value, at) : undefined;
}

function named(link: Linking, name: string, at: Region): Reach | undefined {
  const found = bindingsOf(link, name, at);
  if (!found) return undefined;
  const { scope, bound } = found;
  const [first] = bound;
  if (scope.kind === 'module') {
    if (bound.length === 1 && first?.is === 'import') return imported(link, scope.module, first);
    return isVariable(bound) ? only(global(link, scope.module, name)) : undefined;
  }
  if (scope.kind !== 'function' || !bound.every((it) => it.is === 'bind' || it.is === 'param')) return undefined;
  const { fn } = scope;
  const param = bound.length === 1 && first?.is === 'param' ? first.fn.fact.params[first.index] : undefined;
  if (param?.preset && fn === at.fn) return only(spotOf(link, `${fn.id}(${name})`, name, 'default', { scope }, name));
  return only(spotOf(link, `${fn.id}/${name}`, name, 'closure', { scope }, name));
}
const only = (spot: Spot): Reach => ({ spot, through: 'only' });
const isVariable = (bound: readonly Binding[]): boolean => bound.length > 0 && bound.every((it) => it.is === 'bind');
const global = (link: Linking, module: Module, name: string): Spot =>
  spotOf(link, `${module.name}:${name}`, name, 'global', { scope: module.scope }, name);

/** `from config import cache` names the variable of `config`, as long as nobody gives it another value. */
function imported(link: Linking, from: Module, first: Extract<Binding, { is: 'import' }>): Reach | undefined {
  let module: Module | undefined = from;
  let fact = first.fact;
  for (let hops = 0; hops < 8 && module && fact.member !== null; hops++) {
    const source: Module | undefined = findModule(link, absolute(module, fact));
    const bound: readonly Binding[] | undefined = source && namesIn(link, source.scope, fact.member);
    if (!source || !bound) return undefined;
    const [next] = bound;
    if (bound.length === 1 && next?.is === 'import') {
      module = source;
      fact = next.fact;
      continue;
    }
    return isVariable(bound) ? only(global(link, source, fact.member)) : undefined;
  }
  return undefined;
}

function attribute(link: Linking, value: Extract<Value, { is: 'attr' }>, at: Region): Reach | undefined {
  const own = value.of.is === 'name' ? receiverClass(link, value.of.name, at) : undefined;
  if (own) return member(link, own.cls, value.name, own.kind === 'class' ? 'class' : 'self');
  const [it, more] = value.of.is === 'name' ? nameMeanings(link, value.of.name, at) : evaluate(link, value.of, at);
  if (!it || more) return undefined;
  if (it.is === 'class') return member(link, it.cls, value.name, 'class');
  if (it.is === 'object') return member(link, it.cls, value.name, 'object');
  if (it.is === 'outside') return processWide(link, `${it.name}.${value.name}`, at);
  if (it.is !== 'module') return undefined;
  const bound = namesIn(link, it.module.scope, value.name);
  return bound && isVariable(bound) ? only(global(link, it.module, value.name)) : undefined;
}
/** `os.environ` and the like: a library keeps it for the whole process. */
function processWide(link: Linking, name: QName, at: Region): Reach | undefined {
  const state = apiOf(link, name)?.touches;
  return state === undefined ? undefined : only(spotOf(link, `process:${state}`, name, 'process', { scope: moduleAt(link, at).scope }, ''));
}
/** The class whose instance, or which itself, a name is: the first parameter of a method, seen from functions nested in it too. */
export function receiverClass(
  link: Linking,
  name: string,
  at: Region,
): { readonly cls: Class; readonly kind: 'self' | 'class'; readonly fn: Fn } | undefined {
  const found = bindingsOf(link, name, at);
  const [bound, more] = found?.bound ?? [];
  if (!found || more || bound?.is !== 'param' || bound.index !== 0 || !bound.fn.owner) return undefined;
  const kind = methodKind(bound.fn);
  const cls = kind === 'static' || !found.scope.parent ? undefined : classOf.get(found.scope.parent);
  return cls ? { cls, kind: kind === 'class' ? 'class' : 'self', fn: bound.fn } : undefined;
}

/** The attribute belongs to the base class furthest away that gives it a value, so that subclasses mean the same. */
function member(link: Linking, cls: Class, name: string, through: 'self' | 'object' | 'class'): Reach | undefined {
  let owner: Class | undefined;
  let instance = false;
  for (const it of mro(link, cls)) {
    if (typeof it === 'string') continue;
    const bound = namesIn(link, it.scope, name);
    if (bound && !isVariable(bound)) return undefined;
    const assigned = attributesIn(link, it, name);
    if (bound || assigned) owner = it;
    if ((assigned && assigned.length > 0) || bound?.every(isDeclared)) instance = true;
  }
  if (!owner) return undefined;
  const short = owner.name.slice(owner.module.name.length + 1);
  // An object may have an attribute of its own in place of the one of its class: a descriptor, or one that others assign.
  const shared = through === 'class' || (through === 'self' && !instance);
  const spot = spotOf(
    link,
    `${owner.module.name}:${short}.${name}`,
    `${short}.${name}`,
    instance ? 'instance' : 'class',
    { cls: owner },
    name,
  );
  return { spot, through: shared ? 'only' : through };
}

/** `rows: list[str]` in a class gives it no value: each object has one of its own. */
function isDeclared(it: Binding): boolean {
  if (it.is !== 'bind' || it.event.value.is !== 'unknown' || it.event.annotation === null) return false;
  const { annotation } = it.event;
  const outer = annotation.is === 'item' ? annotation.of : annotation;
  return !((outer.is === 'name' || outer.is === 'attr') && outer.name === 'ClassVar');
}
function spotOf(link: Linking, id: PlaceId, name: string, home: Home, holder: Spot['holder'], attribute: string): Spot {
  const key = `${home} ${id}`;
  const known = link.spots.get(key);
  if (known && (home === 'process' || sameHolder(known.holder, holder))) return known;
  const made: Spot = { id, name, home, holder, attribute };
  link.spots.set(key, made);
  return made;
}
const sameHolder = (a: Spot['holder'], b: Spot['holder']): boolean =>
  'scope' in a ? 'scope' in b && a.scope === b.scope : 'cls' in b && a.cls === b.cls;

// ── What a place holds ───────────────────────────────────────────────────────────────────────────

const placeOfSpot = question<Spot, { readonly slot: Place; readonly contents: Place } | undefined>({
  kind: 'place',
  fallback: undefined,
  same: (a, b) => a?.slot.holds === b?.slot.holds && a?.slot.born === b?.slot.born,
});
export function placeOf(link: Linking, spot: Spot, part: 'slot' | 'contents'): Place {
  const both = once(link, placeOfSpot, spot, null, () => describe(link, spot)) ?? describe(link, spot);
  return both[part];
}
function describe(link: Linking, spot: Spot): { slot: Place; contents: Place } {
  const binds = bindsOf(link, spot);
  const types = new Set<QName | undefined>();
  for (const bind of binds) {
    if (bind.from === 'augmented') continue;
    const found = bindMeanings(link, bind);
    if (found.length === 0) types.add(undefined);
    for (const it of found) {
      const type = it.is === 'object' ? it.cls.name : it.is === 'fn' || it.is === 'bound' ? 'types.FunctionType' : typeName(it);
      if (type !== 'builtins.NoneType') types.add(type && canonical(link, type));
    }
  }
  const [holds] = types;
  const { id, name, home } = spot;
  const common = { name, home, holds: types.size === 1 ? holds : undefined, born: bornAt(binds) };
  return { slot: { id, part: 'slot', ...common }, contents: { id: `${id}[]`, part: 'contents', ...common } };
}
/** Every binding of the slot. */
export function bindsOf(link: Linking, spot: Spot): readonly Subject<'bind'>[] {
  const { holder, attribute: name } = spot;
  const bound = 'scope' in holder ? namesIn(link, holder.scope, name) : namesIn(link, holder.cls.scope, name);
  const own = (bound ?? []).flatMap((it) => (it.is === 'bind' ? [it.event] : []));
  return 'cls' in holder ? [...own, ...(attributesIn(link, holder.cls, name) ?? [])] : own;
}
/** In `__init__`, or where its source first gives it a value. */
const bornAt = (binds: readonly Subject<'bind'>[]): Subject<'bind'> | undefined =>
  binds.find((it) => it.in.fn.fact.name === '__init__') ?? binds[0];

/** For rules: the place that an expression names. */
export function placeNamed(link: Linking, value: Value, at: Region, part: 'slot' | 'contents' = 'slot'): Place | undefined {
  const reach = locate(link, value, at);
  return reach && placeOf(link, reach.spot, part);
}
