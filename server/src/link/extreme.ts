// `for x in a: if x > best: best = x`: the largest or the smallest element.
import type { Subject, Value } from '../model.js';
import type { Header } from './loop-header.js';

/** Undefined where something else than the element itself is compared or kept. */
export function extremeOf(assign: Subject<'bind'>, branch: Subject<'branch'> | undefined, header: Header): 'max' | 'min' | undefined {
  const { target, value } = assign;
  const test = branch?.test;
  if (assign.from !== 'assign' || target.is !== 'name' || test?.is !== 'op' || !isElement(value, header)) return undefined;
  const [left, right, more] = test.args;
  if (!left || !right || more) return undefined;
  const isKept = (it: Value): boolean => it.is === 'name' && it.name === target.name;
  const same = (it: Value): boolean => JSON.stringify(bare(it)) === JSON.stringify(bare(value));
  const turned = isKept(left) && same(right);
  if (!turned && !(same(left) && isKept(right))) return undefined;
  if (/^>=?$/.test(test.op)) return turned ? 'min' : 'max';
  return /^<=?$/.test(test.op) ? (turned ? 'max' : 'min') : undefined;
}
/** The variable of the loop, or the array at its index. */
function isElement(value: Value, { index, elements }: Header): boolean {
  if (value.is === 'name') return elements.some((it) => it.name === value.name);
  return value.is === 'item' && value.of.is === 'name' && value.index.is === 'name' && value.index.name === index;
}
const bare = (it: Value): unknown => (it.is === 'name' ? it.name : it.is === 'item' ? [bare(it.of), bare(it.index)] : it);
