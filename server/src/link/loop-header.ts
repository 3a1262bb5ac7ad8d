// What a loop goes through: arrays by their elements, by an index, or by both.
import type { Axis, Region, Subject, Value } from '../model.js';
import type { Linking } from './linking.js';
import { evaluate, typeName } from './types.js';

/** `from`: the first index of a `range`. `counted`: its end as written, null for a loop over elements. */
export interface Header extends Axis {
  readonly from: number;
  readonly counted: Value | null;
}
type Elements = Axis['elements'];

/**
 * `range(len(a))`, `range(a.shape[0])`, `range(n)`, `range(1, n)`, `enumerate(a)`, `zip(a, b)`, `a`; `rows` are the variables of a loop
 * around that are rows of an array, and the second loop may go through one of them.
 */
export function headerOf(link: Linking, loop: Subject<'loop'>, rows: Elements = []): Header | undefined {
  const { iterates } = loop;
  const body = loop.in.chunk.regions[loop.body];
  if (!iterates || !body) return undefined;
  const targets = loop.in.chunk.events.filter((it): it is Subject<'bind'> => it.kind === 'bind' && it.from === 'for' && it.in === body);
  const names = new Map<string, string>();
  for (const it of targets) {
    if (it.target.is !== 'name' || names.has(it.path.join())) return undefined;
    names.set(it.path.join(), it.target.name);
  }
  const header = iterates.is === 'name' ? through(iterates, names, '', null) : called(link, loop, iterates, names);
  if (!header || header.named !== names.size) return undefined;
  const elements: { name: string; of: string }[] = [];
  for (const it of header.elements) {
    const of = rows.find((one) => one.name === it.of)?.of;
    if (!of && !isArray(link, { is: 'name', name: it.of }, loop.in)) return undefined;
    elements.push(of ? { name: it.name, of } : it);
  }
  const row = rows.find((it) => it.name === header.over);
  const named = row?.of ?? header.over;
  const isKnown = named !== null && isArray(link, { is: 'name', name: named }, loop.in);
  if (named !== null && !isKnown && header.counted === null) return undefined;
  const { index, from, counted } = header;
  return { loop, index, elements, over: isKnown ? named : null, dimension: row ? 1 : 0, from, counted };
}
/** `named`: how many variables it explains. */
interface Found extends Omit<Header, 'loop' | 'dimension'> {
  readonly named: number;
}
/** The array itself; `path` is where its element stands among the variables. */
function through(value: Value, names: ReadonlyMap<string, string>, path: string, index: string | null): Found | undefined {
  const name = names.get(path);
  if (value.is !== 'name' || name === undefined) return undefined;
  return { index, elements: [{ name, of: value.name }], over: value.name, from: 0, counted: null, named: index === null ? 1 : 2 };
}
function called(link: Linking, loop: Subject<'loop'>, value: Value, names: ReadonlyMap<string, string>): Found | undefined {
  const call = value.is === 'call' ? loop.in.chunk.events[value.event] : undefined;
  if (call?.kind !== 'call' || call.args.some((it) => it.name !== null || it.value.is === 'star')) return undefined;
  const given = call.args.map((it) => it.value);
  const [first, second] = given;
  switch (outsideCall(link, call)) {
    case 'builtins.range': {
      const index = names.get('');
      if (!first || index === undefined || given.length > 2) return undefined;
      return ranged(link, loop, index, second ? first : null, second ?? first);
    }
    case 'builtins.zip':
      return zipped(given, names, '', null);
    case 'builtins.enumerate': {
      const index = names.get('0');
      if (!first || second || index === undefined) return undefined;
      const inner = first.is === 'call' ? loop.in.chunk.events[first.event] : undefined;
      if (inner?.kind === 'call')
        return outsideCall(link, inner) === 'builtins.zip' && inner.args.every((it) => it.name === null)
          ? zipped(
              inner.args.map((it) => it.value),
              names,
              '1,',
              index,
            )
          : undefined;
      return through(first, names, '1', index);
    }
    default:
      return undefined;
  }
}
/** It ends with the shortest: the first stands for all of them. */
function zipped(given: readonly Value[], names: ReadonlyMap<string, string>, path: string, index: string | null): Found | undefined {
  const elements: { name: string; of: string }[] = [];
  for (const [at, it] of given.entries()) {
    const name = names.get(`${path}${at}`);
    if (it.is !== 'name' || name === undefined) return undefined;
    elements.push({ name, of: it.name });
  }
  const [first] = elements;
  return first && { index, elements, over: first.of, from: 0, counted: null, named: elements.length + (index === null ? 0 : 1) };
}
function ranged(link: Linking, loop: Subject<'loop'>, index: string, start: Value | null, stop: Value): Found | undefined {
  const from = start === null ? 0 : start.is === 'literal' && start.type === 'int' ? Number(start.value) : -1;
  if (from < 0) return undefined;
  const over = from === 0 ? lengthOf(link, loop, stop) : undefined;
  return { index, elements: [], over: over ?? null, from, counted: stop, named: 1 };
}
/** The array whose first dimension it is. */
export function lengthOf(link: Linking, loop: Subject<'loop'>, value: Value): string | undefined {
  const call = value.is === 'call' ? loop.in.chunk.events[value.event] : undefined;
  const [given] = call?.kind === 'call' && outsideCall(link, call) === 'builtins.len' ? call.args : [];
  if (given?.value.is === 'name') return given.value.name;
  const isShape = value.is === 'item' && value.index.is === 'literal' && value.index.value === 0;
  const of = isShape && value.of.is === 'attr' && value.of.name === 'shape' ? value.of.of : undefined;
  return of?.is === 'name' ? of.name : undefined;
}
/** The outside function that a call certainly runs. */
export function outsideCall(link: Linking, call: Subject<'call'>): string | undefined {
  const [it, more] = evaluate(link, call.callee, call.in);
  return it?.is === 'outside' && !more ? it.name : undefined;
}
export function isArray(link: Linking, value: Value, at: Region): boolean {
  const [it, more] = evaluate(link, value, at);
  return !more && typeName(it) === 'numpy.ndarray';
}
