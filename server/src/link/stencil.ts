// `for i in range(1, len(a) - 1): out[i] = a[i - 1] + a[i + 1]`: neighbours of each element, written into another array.
import type { Chunk, Region, Stencil, Subject, Value } from '../model.js';
import { isInside } from './inside.js';
import type { Linking } from './linking.js';
import { type Header, lengthOf } from './loop-header.js';

/** Undefined where a neighbour may lie outside of the array, and where what is read with a step aside is written as well. */
export function stencilOf(
  link: Linking,
  loop: Subject<'loop'>,
  header: Header,
  assign: Subject<'bind'>,
  values: readonly (Value | null)[],
): Stencil | undefined {
  const end = header.counted && endOf(link, loop, header.counted);
  const target = assign.target.is === 'item' && assign.target.of.is === 'name' ? assign.target.of.name : undefined;
  if (!end || header.index === null || target === undefined || target === end.over) return undefined;
  const steps: Step[] = [];
  const { chunk } = loop.in;
  if (!values.every((it) => it === null || stepsIn(it, header.index as string, steps))) return undefined;
  const body = chunk.regions[loop.body];
  if (body && readsIndex(chunk, body, header.index)) return undefined;
  const isWithin = (it: Step): boolean =>
    it.of === end.over ? header.from + it.by >= 0 && it.by <= end.after : it.of === target && it.by === 0;
  if (!steps.every(isWithin) || steps.every((it) => it.by === 0)) return undefined;
  return { over: end.over, before: header.from, after: end.after };
}

/** `len(a)`, `len(a) - 2`: the array, and how many of its elements are left out at the end. */
function endOf(link: Linking, loop: Subject<'loop'>, value: Value): { readonly over: string; readonly after: number } | undefined {
  const [whole, less] = value.is === 'op' && value.op === '-' ? value.args : [value];
  const over = whole && lengthOf(link, loop, whole);
  const after = less === undefined ? 0 : less.is === 'literal' && less.type === 'int' ? Number(less.value) : -1;
  return over !== undefined && after >= 0 ? { over, after } : undefined;
}

interface Step {
  readonly of: string;
  readonly by: number;
}
/** Finds the elements that an expression takes by the index; false where it uses the index in another way. */
function stepsIn(value: Value, index: string, into: Step[]): boolean {
  switch (value.is) {
    case 'name':
      return value.name !== index;
    case 'op':
    case 'either':
      return value.args.every((it) => stepsIn(it, index, into));
    case 'attr':
      return stepsIn(value.of, index, into);
    case 'item': {
      const by = stepOf(value.index, index);
      if (by === undefined || value.of.is !== 'name') return stepsIn(value.of, index, into) && stepsIn(value.index, index, into);
      into.push({ of: value.of.name, by });
      return true;
    }
    default:
      return value.is === 'literal' || value.is === 'call'; // the arguments of calls are among the values
  }
}
/** `i`, `i - 1`, `i + 1`, `1 + i` */
function stepOf(value: Value, index: string): number | undefined {
  const isIndex = (it: Value | undefined): boolean => it?.is === 'name' && it.name === index;
  if (isIndex(value)) return 0;
  if (value.is !== 'op' || (value.op !== '+' && value.op !== '-')) return undefined;
  const [left, right, more] = value.args;
  const number = isIndex(left) ? right : value.op === '+' && isIndex(right) ? left : undefined;
  if (more || number?.is !== 'literal' || number.type !== 'int') return undefined;
  return value.op === '-' ? -Number(number.value) : Number(number.value);
}
/** Is the index bound anew in the body? */
const readsIndex = (chunk: Chunk, body: Region, index: string): boolean =>
  chunk.events.some(
    (it) => it.kind === 'bind' && it.from !== 'for' && isInside(it.in, body) && it.target.is === 'name' && it.target.name === index,
  );
