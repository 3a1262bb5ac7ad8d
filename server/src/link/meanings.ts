// What an expression can mean once names are resolved, and how sure we are.

import { limits } from '../limits.js';
import type { Basis, Fn, QName, Region, Subject, Value } from '../model.js';
import type { Class, Module } from './index.js';

export type Meaning =
  | { readonly is: 'fn'; readonly fn: Fn; readonly by: Basis }
  /** A method taken from an object or, for class methods, from a class. */
  | { readonly is: 'bound'; readonly fn: Fn; readonly self: Meaning; readonly by: Basis }
  | { readonly is: 'class'; readonly cls: Class; readonly by: Basis }
  | { readonly is: 'object'; readonly cls: Class; readonly made: Subject<'call'> | null; readonly by: Basis }
  | { readonly is: 'module'; readonly module: Module; readonly by: Basis }
  /** A function, class, module or constant from outside the workspace; `self` where it is a method of an object. */
  | { readonly is: 'outside'; readonly name: QName; readonly self: Meaning | null; readonly by: Basis }
  /** An instance of an outside class, built-in ones included. */
  | {
      readonly is: 'thing';
      readonly type: QName;
      readonly made: Subject<'call'> | null;
      readonly by: Basis;
      /** What an annotation says of its elements, and of the values of a mapping. */
      readonly elements?: readonly Meaning[];
      readonly values?: readonly Meaning[];
    }
  /** A list, tuple, set, dict or comprehension whose elements the source shows. */
  | { readonly is: 'container'; readonly type: QName; readonly value: Value; readonly region: Region; readonly by: Basis }
  | { readonly is: 'partial'; readonly of: Meaning; readonly call: Subject<'call'>; readonly by: Basis }
  | { readonly is: 'super'; readonly cls: Class; readonly self: Meaning; readonly by: Basis }
  /** What calling a coroutine function or a generator function gives, before it runs. */
  | { readonly is: 'pending'; readonly of: Meaning; readonly how: 'coroutine' | 'generator'; readonly by: Basis }
  /** More than anybody follows. */
  | { readonly is: 'anything'; readonly by: Basis };

/**
 * The top of the lattice, as no meaning at all is its bottom: once more arrives than anybody follows, what comes of it is too much as
 * well. As no meaning it would hand nothing on, and where that comes round there would be room again, and so on without end.
 */
export const anything: readonly Meaning[] = [{ is: 'anything', by: 'only-name' }];
export const isAnything = (all: readonly Meaning[]): boolean => all.some((it) => it.is === 'anything');
/** What is known and can be followed. */
export const followed = (all: readonly Meaning[]): readonly Meaning[] => (isAnything(all) ? [] : all);

/** What is found, or where none of that can be followed what an annotation says. */
export function orHint(found: readonly Meaning[], hint: () => readonly Meaning[]): readonly Meaning[] {
  if (followed(found).length > 0) return found;
  const hinted = hint();
  return hinted.length > 0 ? hinted : found;
}

/** Two meanings with equal keys are the same. */
export function keyOf(it: Meaning): string {
  switch (it.is) {
    case 'fn':
      return `f ${it.fn.id}`;
    case 'bound':
      return `b ${it.fn.id} ${keyOf(it.self)}`;
    case 'class':
      return `c ${it.cls.name}`;
    case 'object':
      return `o ${it.cls.name}`;
    case 'module':
      return `m ${it.module.name}`;
    case 'outside':
      return `x ${it.name}`;
    case 'thing':
      return `t ${it.type}${it.elements ? `[${it.elements.map(keyOf).join()}${it.values ? `: ${it.values.map(keyOf).join()}` : ''}]` : ''}`;
    case 'container':
      return `i ${identity(it.value)}`;
    case 'partial':
      return `p ${keyOf(it.of)} ${it.call.span.start}`;
    case 'super':
      return `s ${it.cls.name} ${keyOf(it.self)}`;
    case 'pending':
      return `w ${it.how} ${keyOf(it.of)}`;
    case 'anything':
      return '?';
  }
}
const identities = new WeakMap<Value, number>();
let last = 0;
function identity(value: Value): number {
  const known = identities.get(value);
  if (known !== undefined) return known;
  identities.set(value, ++last);
  return last;
}

const order: readonly Basis[] = [
  'source',
  'knowledge',
  'import',
  'constructor',
  'annotation',
  'inherited',
  'decorated',
  'override',
  'estimate',
  'assumed',
  'only-name',
];
/** Negative when the first is the more certain basis. */
export const betterBasis = (a: Basis, b: Basis): number => order.indexOf(a) - order.indexOf(b);
/** The less certain of two bases. */
export const weaker = (a: Basis, b: Basis): Basis => (order.indexOf(a) >= order.indexOf(b) ? a : b);
export const withBasis = <T extends Meaning>(it: T, by: Basis): T => ({ ...it, by: weaker(it.by, by) });

/** Without repeats, in order; more than `most` are `anything`. */
export function distinct(all: readonly Meaning[], most: number): readonly Meaning[] {
  if (all.length < 2) return all;
  const seen = new Map<string, Meaning>();
  for (const it of all) if (!seen.has(keyOf(it))) seen.set(keyOf(it), it);
  return seen.size > most || seen.has('?') ? anything : [...seen.values()];
}

/** All of both, as far as anybody follows them. */
export const joined = (a: readonly Meaning[], b: readonly Meaning[]): readonly Meaning[] => distinct([...a, ...b], limits.alternatives);

/** The same to everybody who holds it, the places it comes from included. */
export function sameMeaning(a: Meaning, b: Meaning): boolean {
  if (a === b) return true;
  if (a.is !== b.is || a.by !== b.by) return false;
  switch (a.is) {
    case 'fn':
      return a.fn === (b as typeof a).fn;
    case 'bound':
      return a.fn === (b as typeof a).fn && sameMeaning(a.self, (b as typeof a).self);
    case 'class':
      return a.cls === (b as typeof a).cls;
    case 'object':
      return a.cls === (b as typeof a).cls && a.made === (b as typeof a).made;
    case 'module':
      return a.module === (b as typeof a).module;
    case 'outside': {
      const other = b as typeof a;
      return (
        a.name === other.name && (a.self === other.self || (a.self !== null && other.self !== null && sameMeaning(a.self, other.self)))
      );
    }
    case 'thing': {
      const other = b as typeof a;
      return (
        a.type === other.type &&
        a.made === other.made &&
        sameMeanings(a.elements ?? [], other.elements ?? []) &&
        sameMeanings(a.values ?? [], other.values ?? [])
      );
    }
    case 'container':
      return a.value === (b as typeof a).value && a.region === (b as typeof a).region && a.type === (b as typeof a).type;
    case 'partial':
      return a.call === (b as typeof a).call && sameMeaning(a.of, (b as typeof a).of);
    case 'super':
      return a.cls === (b as typeof a).cls && sameMeaning(a.self, (b as typeof a).self);
    case 'pending':
      return a.how === (b as typeof a).how && sameMeaning(a.of, (b as typeof a).of);
    case 'anything':
      return true;
  }
}
export const sameMeanings = (a: readonly Meaning[], b: readonly Meaning[]): boolean =>
  a === b || (a.length === b.length && a.every((it, at) => sameMeaning(it, b[at] as Meaning)));
