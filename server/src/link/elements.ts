// Elements of containers: iteration, subscripts, unpacking, and what a `with` hands over.
import type { Subject, Value } from '../model.js';
import { annotationMeanings } from './annotations.js';
import { addedTo } from './flows.js';
import { apiOf, bodyOf, hitBound, type Linking, once } from './linking.js';
import { anything, type Meaning, orHint } from './meanings.js';
import { dunder } from './members.js';
import { meaningsOf } from './question.js';
import { leaves, resultOf } from './results.js';
import { resolve } from './types.js';

type Container = Extract<Meaning, { is: 'container' }>;

/** What a loop over these gives, one element at a time. */
export function elementsOf(link: Linking, all: readonly Meaning[]): readonly Meaning[] {
  return all.flatMap((it): readonly Meaning[] => {
    if (it.is === 'container') return inside(link, it);
    if (it.is === 'pending' && it.how === 'generator') return yielded(link, it.of);
    if (it.is === 'object') {
      const iterator = dunder(link, it, '__iter__');
      const item = dunder(link, it, '__getitem__');
      if (iterator) return iterator.fn.fact.generator ? yielded(link, iterator) : nextOf(link, resultOf(link, iterator));
      return item ? resultOf(link, item) : [];
    }
    if (it.is === 'anything') return anything;
    if (it.is === 'thing' && it.elements) return it.elements;
    const type = it.is === 'thing' ? it.type : '';
    if (type === 'builtins.str') return [it];
    if (type === 'builtins.bytes' || type === 'builtins.range') return [{ is: 'thing', type: 'builtins.int', made: null, by: it.by }];
    const element = apiOf(link, `${type}.__iter__`)?.returns;
    return element ? [{ is: 'thing', type: element, made: null, by: it.by }] : [];
  });
}
function nextOf(link: Linking, iterators: readonly Meaning[]): readonly Meaning[] {
  return iterators.flatMap((it) => {
    if (it.is === 'anything') return anything;
    const next = dunder(link, it, '__next__');
    return next ? resultOf(link, next) : it.is === 'pending' ? yielded(link, it.of) : it.is === 'container' ? inside(link, it) : [];
  });
}
function yielded(link: Linking, of: Meaning): readonly Meaning[] {
  if (of.is === 'anything') return anything;
  if (of.is !== 'fn' && of.is !== 'bound') return [];
  const { fn } = of;
  const found = leaves(link, fn, 'yield').flatMap((it) => resolve(link, it.value, it.in));
  const at = bodyOf(fn)?.parent;
  const { returns } = fn.fact;
  if (!returns || !at) return found;
  return orHint(found, () => annotationMeanings(link, returns, at).flatMap((it) => (it.is === 'thing' && it.elements) || []));
}

const containerElements = meaningsOf<Value>('elements');
function inside(link: Linking, it: Container): readonly Meaning[] {
  return once(link, containerElements, it.value, it.region.chunk, () => {
    const { value } = it;
    if ((value.is === 'items' && value.count > value.items.length) || (value.is === 'dict' && value.count > value.values.length))
      hitBound(link, 'items');
    const added = addedTo(link, it.value);
    return added.size > 0 ? [...written(link, it), ...[...added.values()].flat()] : written(link, it);
  });
}
/** The elements the display or comprehension itself shows. */
function written(link: Linking, it: Container): readonly Meaning[] {
  const { value, region } = it;
  if (value.is === 'items')
    return value.items.flatMap((item) =>
      item.is === 'star' ? elementsOf(link, resolve(link, item.of, region)) : resolve(link, item, region),
    );
  if (value.is === 'dict') return value.keys.flatMap((key) => (key ? resolve(link, key, region) : []));
  if (value.is === 'comprehension') {
    const scope = region.chunk.regions[value.region] ?? region;
    return resolve(link, value.type === 'dict' ? (value.key ?? value.element) : value.element, scope);
  }
  return [];
}

/** `of[index]`: by literal position or key where there is one, else any element. */
export function itemMeanings(link: Linking, of: Meaning, index: Value): readonly Meaning[] {
  if (of.is === 'object') {
    const item = dunder(link, of, '__getitem__');
    return item ? resultOf(link, item) : [];
  }
  if (of.is === 'class') return [of];
  if (of.is === 'anything') return anything;
  if (of.is === 'thing' && of.values) return of.values;
  const given = of.is === 'thing' ? apiOf(link, `${of.type}.__getitem__`)?.returns : undefined;
  if (of.is === 'thing' && given) return [{ is: 'thing', type: given, made: of.made, by: of.by }];
  if (of.is === 'thing') return index.is === 'slice' || of.type === 'builtins.str' ? [of] : elementsOf(link, [of]);
  if (of.is !== 'container') return [];
  if (index.is === 'slice') return [of];
  const { value, region } = of;
  if (value.is === 'items') {
    const chosen = index.is === 'literal' && typeof index.value === 'number' ? value.items.at(index.value) : undefined;
    return chosen && chosen.is !== 'star' ? resolve(link, chosen, region) : inside(link, of);
  }
  if (value.is === 'dict') {
    const stored = index.is === 'literal' ? addedTo(link, value).get(String(index.value)) : undefined;
    const position = index.is === 'literal' ? value.keys.findIndex((key) => key?.is === 'literal' && key.value === index.value) : -1;
    const chosen = value.values[position];
    if (stored) return chosen ? [...stored, ...resolve(link, chosen, region)] : stored;
    if (chosen) return resolve(link, chosen, region);
    // Another key than the one that is asked for holds something else.
    const later = index.is === 'literal' ? (addedTo(link, value).get('') ?? []) : [...addedTo(link, value).values()].flat();
    const shown = index.is === 'literal' ? value.values.filter((_, at) => value.keys[at]?.is !== 'literal') : value.values;
    return [...shown.flatMap((it) => resolve(link, it, region)), ...later];
  }
  if (value.is === 'comprehension') return resolve(link, value.element, region.chunk.regions[value.region] ?? region);
  return [];
}

/** The element at a position of an unpacked tuple. */
export function partOf(link: Linking, all: readonly Meaning[], index: number): readonly Meaning[] {
  const position: Value = { is: 'literal', type: 'int', value: index };
  return all.flatMap((it) =>
    it.is === 'container' || it.is === 'object' || it.is === 'anything'
      ? itemMeanings(link, it, position)
      : it.is === 'pending'
        ? elementsOf(link, [it])
        : [],
  );
}

/** What `with … as` binds: the result of `__enter__`, what a context-manager function yields, or an outside object itself. */
export function enterMeanings(link: Linking, all: readonly Meaning[], isAsync: boolean): readonly Meaning[] {
  return all.flatMap((it): readonly Meaning[] => {
    if (it.is === 'object') {
      const [own, other] = isAsync ? ['__aenter__', '__enter__'] : ['__enter__', '__aenter__'];
      const enter = dunder(link, it, own);
      return enter ? resultOf(link, enter) : dunder(link, it, other) ? [] : [it];
    }
    if (it.is === 'thing') {
      const given = apiOf(link, `${it.type}.__enter__`)?.returns ?? apiOf(link, `${it.type}.__aenter__`)?.returns;
      return given && given !== 'self' ? [{ is: 'thing', type: given, made: it.made, by: it.by }] : [it];
    }
    if (it.is === 'anything') return anything;
    if (it.is === 'pending') return it.how === 'generator' ? yielded(link, it.of) : enterMeanings(link, resultOf(link, it.of), isAsync);
    return [];
  });
}

const same: ReadonlySet<string> = new Set(
  ['list', 'tuple', 'set', 'frozenset', 'sorted', 'reversed', 'iter', 'filter'].map((it) => `builtins.${it}`),
);
const element: ReadonlySet<string> = new Set(['next', 'min', 'max'].map((it) => `builtins.${it}`));

/** Built-ins that hand their argument's elements through, and container methods that give an element. */
export function passedThrough(link: Linking, name: string, self: Meaning | null, call: Subject<'call'>): readonly Meaning[] | undefined {
  const given = call.args.filter((it) => it.name === null).map((it) => it.value);
  const of = name === 'builtins.filter' ? given[1] : given[0];
  if (same.has(name)) {
    const inner = of ? resolve(link, of, call.in).filter((it) => it.is === 'container' || it.is === 'pending') : [];
    return inner.length > 0 ? inner : undefined;
  }
  if (element.has(name) && of) {
    const found = elementsOf(link, resolve(link, of, call.in));
    return found.length > 0 ? found : undefined;
  }
  const method = name.split('.').at(-1);
  if (self?.is === 'thing' && self.values) return ofMapping(self.values, method);
  if (self?.is !== 'container') return undefined;
  if (method === 'pop' || method === 'get' || method === 'popleft' || method === 'setdefault')
    return itemMeanings(link, self, of ?? { is: 'unknown' });
  if (method === 'copy') return [self];
  if (method === 'values' && self.value.is === 'dict') {
    return [{ ...self, value: derived(self.value, 'values', (it) => it.values) }];
  }
  if (method === 'keys' && self.value.is === 'dict') return [self];
  if (method === 'items' && self.value.is === 'dict') return [pairs(self, self.value)];
  return undefined;
}
/** What the methods of a mapping give whose values an annotation names. */
function ofMapping(values: readonly Meaning[], method: string | undefined): readonly Meaning[] | undefined {
  if (method === 'get' || method === 'pop' || method === 'setdefault') return values;
  return method === 'values' ? [{ is: 'thing', type: 'builtins.list', made: null, by: 'annotation', elements: values }] : undefined;
}
function pairs(self: Container, value: Extract<Value, { is: 'dict' }>): Meaning {
  const pair = (key: Value | null | undefined, it: Value): Value => ({
    is: 'items',
    type: 'tuple',
    items: [key ?? { is: 'unknown' }, it],
    count: 2,
  });
  return { ...self, value: derived(value, 'items', (of) => of.values.map((it, index) => pair(of.keys[index], it))) };
}
/** A list made from a dict display; made once, so that it keeps its identity. */
const views = new WeakMap<Value, Map<string, Value>>();
function derived(of: Extract<Value, { is: 'dict' }>, name: string, make: (of: Extract<Value, { is: 'dict' }>) => readonly Value[]): Value {
  const known = views.get(of) ?? new Map<string, Value>();
  views.set(of, known);
  const found = known.get(name) ?? { is: 'items' as const, type: 'list' as const, items: make(of), count: of.count };
  known.set(name, found);
  return found;
}
