// How a loop goes through arrays, in the words of array expressions: slices, counts, and which arrays have just that size.
import type { Axis, LoopShape, Node, Stencil } from '../model.js';
import { argumentsOf, previousOf } from './places.js';

/** One loop. `count` is its end as an expression outside of the loop. */
export interface AxisText extends Omit<Axis, 'loop'> {
  readonly count: string;
  readonly from: number;
}
export interface Frame {
  readonly axes: readonly AxisText[];
  /** Arrays that are made right before, with exactly the size of the loops. */
  readonly whole: ReadonlySet<string>;
  /** How a node is written that means an element in a way of its own. */
  readonly own?: (node: Node) => string | undefined;
  /** The part of the target that is written, where it is said apart. */
  readonly part?: string;
}

/** Of one formula for each element of one array. */
export const elementwise = (array: string, element: string): Frame => ({
  axes: [{ index: null, elements: [{ name: element, of: array }], over: array, dimension: 0, count: `len(${array})`, from: 0 }],
  whole: new Set(),
});

/** Of neighbours of each element: slices that are counted from both ends, which come out empty where the array is too short. */
export function stencilFrame(shape: LoopShape, stencil: Stencil, statement: Node): Frame {
  const { over, before, after } = stencil;
  const ends = (by: number): string => `${before + by || ''}:${after - by > 0 ? by - after : ''}`;
  const cut = (of: string, by: number): string => (ends(by) === ':' ? of : `${of}[${ends(by)}]`);
  const axis = { ...(shape.axes[0] as Axis), count: `len(${over})`, from: 0 };
  const whole = shape.arrays.filter((it) => it !== over && isAlike(it, [axis], statement));
  const own = (node: Node): string | undefined => {
    const [of, at] = node.type === 'subscript' ? node.children.filter((it) => it.type !== 'comment') : [];
    const [, left, sign, right] = /^(\w+)(?:\s*([-+])\s*(\w+))?$/.exec(at?.text ?? '') ?? [];
    const number = left === axis.index ? (right ?? '0') : right === axis.index && sign === '+' ? left : undefined;
    if (!of || number === undefined || !/^[\d_]+$/.test(number)) return undefined;
    return cut(of.text, Number(number.replaceAll('_', '')) * (sign === '-' ? -1 : 1));
  };
  return { axes: [axis], whole: new Set(whole), own, part: ends(0) };
}

/** `iterated` is what each loop goes through as written; undefined where its end cannot be said outside of the loop. */
export function frameOf(shape: LoopShape, iterated: readonly Node[], statement: Node): Frame | undefined {
  const axes: AxisText[] = [];
  for (const [at, { index, elements, over, dimension }] of shape.axes.entries()) {
    const ends = iterated[at]?.field('function')?.text === 'range' ? argumentsOf(iterated[at] as Node) : [];
    const count = over === null ? spelled(ends.at(-1), shape.axes[0]) : dimension === 0 ? `len(${over})` : `${over}.shape[1]`;
    if (count === undefined) return undefined;
    const from = ends.length > 1 ? Number(ends[0]?.text.replaceAll('_', '')) : 0;
    const [, of, place] = /^(\w+)\.shape\[([01])\]$/.exec(count) ?? [];
    const isOwn = from === 0 && of !== undefined && shape.arrays.includes(of);
    axes.push({ index, elements, count, from, over: isOwn ? of : over, dimension: isOwn ? (place === '1' ? 1 : 0) : dimension });
  }
  const whole = axes.some((it) => it.from > 0) ? [] : shape.arrays.filter((it) => isAlike(it, axes, statement));
  return { axes, whole: new Set(whole) };
}
/** Is a dimension of the array as long as the loop, whatever its elements are? */
export function isWhole(array: string, place: number, axis: AxisText | undefined, { whole, axes }: Frame): boolean {
  if (whole.has(array)) return true;
  return axis?.over === array ? axis.dimension === place : axes.length === 1 && axis?.over !== null;
}

/** Arrays of which nothing says that they are as long as the loops. */
export function strangersTo(shape: LoopShape, frame: Frame): readonly string[] {
  const named = new Set([...shape.arrays, ...frame.axes.flatMap((it) => it.elements.map((one) => one.of))]);
  return [...named].filter((it) => !frame.whole.has(it) && !frame.axes.every((axis) => axis.over === it));
}
/** Why a formula may fail where the loop never works it out. */
export const untold = 'an array of booleans knows no minus, not even where the condition leaves it alone';
/** For people. */
export function mustFit(strangers: readonly string[], { axes: [axis] }: Frame): string {
  if (axis?.over) return `\`${strangers[0]}\` must be as long as \`${axis.over}\``;
  return `${strangers.map((it) => `\`${it}\``).join(' and ')} must not be shorter than the loop counts`;
}

/** The end of a `range`, where it may be worked out once more: names, attributes, lengths and sums of them. */
function spelled(end: Node | undefined, outer: Axis | undefined): string | undefined {
  if (!end) return undefined;
  const row = /^len\((\w+)(?:\[\w+\])?\)$/.exec(end.text);
  if (row && end.text.includes('[')) return `${row[1]}.shape[1]`;
  const rows = outer?.elements.find((it) => it.name === row?.[1]);
  if (rows) return `${rows.of}.shape[1]`;
  const odd = [end, ...end.all('call', 'subscript', 'await', 'lambda', 'named_expression', 'conditional_expression')].some(
    (it) =>
      !/^(?:identifier|attribute|integer|binary_operator|unary_operator|parenthesized_expression)$/.test(it.type) &&
      !(it.type === 'call' && /^len\([\w.]+\)$/.test(it.text)) &&
      !(it.type === 'subscript' && /^[\w.]+\.shape\[\d\]$/.test(it.text)),
  );
  return odd ? undefined : end.text;
}

/** `out = np.empty_like(a)`, `np.zeros(len(a))`, `np.empty((n, m))` or `a.copy()` right before the loop. */
function isAlike(name: string, axes: readonly AxisText[], loop: Node): boolean {
  const made = madeBefore(name, axes, loop);
  const like = arraysOf(axes);
  const copied = /^(\w+)\.copy\(\)$/.exec(made ?? '');
  if (copied) return like.includes(copied[1] ?? '');
  const [, how = '', given = ''] = /^(?:\w+\.)?(\w+)(\(.*\))$/s.exec(made ?? '') ?? [];
  const starts = (it: string): boolean => given === `(${it})` || given.startsWith(`(${it}, `);
  if (/^(?:empty|zeros|ones|full)_like$/.test(how)) return like.some(starts);
  const [first = [], second] = axes.map(countsOf);
  const sizes = second ? first.flatMap((a) => second.map((b) => `(${a}, ${b})`)) : first.flatMap((it) => [it, `(${it},)`]);
  return /^(?:empty|zeros|ones|full)$/.test(how) && [...sizes, ...like.map((it) => `${it}.shape`)].some(starts);
}
/** The arrays whose whole size the loops go through. */
function arraysOf(axes: readonly AxisText[]): readonly string[] {
  const [first, second] = axes;
  const of = first?.over ?? /^(\w+)\.shape\[0\]$/.exec(first?.count ?? '')?.[1];
  if (!of) return [];
  return !second || second.count === `${of}.shape[1]` ? [of] : [];
}
const countsOf = ({ count, over, dimension }: AxisText): readonly string[] =>
  over === null ? [count] : [...new Set([count, `${over}.shape[${dimension}]`])];

/** What a name is bound to in the statements before the loop, if none in between can change that or the sizes. */
function madeBefore(name: string, axes: readonly AxisText[], loop: Node): string | undefined {
  const sizes = new Set(axes.flatMap((it) => it.count.match(/[A-Za-z_]\w*/g) ?? []));
  for (let it = previousOf(loop); it; it = previousOf(it)) {
    const target = it.children[0]?.field('left')?.text;
    if (target === name) return it.children[0]?.field('right')?.text;
    const targets = target?.match(/[A-Za-z_]\w*/g) ?? [];
    if (targets.some((one) => sizes.has(one)) || (it.type.endsWith('_statement') && !/^(?:expression|return)_statement$/.test(it.type)))
      return undefined;
  }
  return undefined;
}

/** Does the function make the array once, as one of floating point numbers, or does its annotation say so? */
export function isFloat(name: string, at: Node): boolean {
  const scope = at.up('function_definition', 'module');
  const made = scope?.all('assignment').filter((it) => it.field('left')?.text === name) ?? [];
  if (made.length === 0) return isAnnotated(name, scope);
  const text = made[0]?.field('right')?.text ?? '';
  if (made.length > 1 || /\b(?:int|bool|np\.u?int)/.test(text)) return false;
  return (
    /\b(?:zeros|ones|empty|linspace)\([^=]*\)$/.test(text) ||
    /\bdtype=(?:float|(?:np|numpy)\.float64)\)$/.test(text) ||
    /\.astype\((?:float|(?:np|numpy)\.float64)\)$/.test(text)
  );
}
function isAnnotated(name: string, scope: Node | undefined): boolean {
  const params = scope?.field('parameters')?.children ?? [];
  const type = params.find((it) => it.children[0]?.text === name)?.field('type')?.text ?? '';
  return /\bNDArray\[(?:float|(?:np|numpy)\.(?:float64|double))\]$/.test(type);
}
