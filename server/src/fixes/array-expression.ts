// An expression about one element → the same about the whole array, where that gives the same bits.
import type { Editing, Node, Region } from '../model.js';
import { type AxisText, type Frame, isWhole } from './array-frame.js';

/** `inexact` says why results may differ; empty where the bits are the same. */
export interface Written {
  readonly text: string;
  readonly inexact: readonly string[];
}
export interface Refused {
  readonly reason: string;
}
type Result = Written | Refused;

/** Correctly rounded, or integers: the same for an array as for its elements. */
const exact = new Set(['+', '-', '*', '<', '<=', '>', '>=', '==', '!=']);
const functions: { readonly [name: string]: string } = {
  'builtins.abs': 'numpy.abs',
  'numpy.abs': '',
  'numpy.absolute': '',
  'numpy.fabs': '',
  'numpy.floor': '',
  'numpy.ceil': '',
  'numpy.sqrt': '',
};
const roughly = /^(?:numpy|math)\.(exp|expm1|log|log2|log10|log1p|sin|cos|tan|sinh|cosh|tanh)$/;

/** Where the names of the expression mean something. */
interface At {
  readonly in: Region;
}
/** How one shape of a loop writes its expressions. */
export function arrayWriter(loop: At, shape: Frame, doc: Editing): (node: Node) => Result {
  const write = (node: Node): Result => {
    const own = shape.own?.(node);
    if (own !== undefined) return { text: own, inexact: [] };
    switch (node.type) {
      case 'integer':
      case 'float':
      case 'true':
      case 'false':
        return { text: node.text, inexact: [] };
      case 'identifier':
        return identifier(node, loop, shape, doc);
      case 'subscript':
        return subscript(node, shape);
      case 'parenthesized_expression': {
        const inner = node.children.find((it) => it.type !== 'comment');
        return inner ? mapped(write(inner), (text) => `(${text})`) : odd(node);
      }
      case 'unary_operator':
        return node.text.startsWith('-')
          ? mapped(write(node.field('argument') ?? node.children[0] ?? node), (text) => `-${text}`)
          : odd(node);
      case 'binary_operator':
      case 'comparison_operator':
        return binary(node, write);
      case 'boolean_operator':
        return logical(node, write);
      case 'conditional_expression':
        return conditional(node, write, loop, doc);
      case 'call':
        return call(node, write, loop, doc);
      default:
        return odd(node);
    }
  };
  return write;
}
const odd = (node: Node): Refused => ({
  reason: `\`${node.text.length > 40 ? node.type.replaceAll('_', ' ') : node.text}\` is not known to mean the same for a whole array`,
});
const mapped = (it: Result, change: (text: string) => string): Result => ('reason' in it ? it : { ...it, text: change(it.text) });

function identifier(node: Node, loop: At, frame: Frame, doc: Editing): Result {
  const places = frame.axes.map((it) => it.elements.find((one) => one.name === node.text));
  const at = places.findLastIndex((it) => it !== undefined);
  if (at >= 0) {
    if (at < frame.axes.length - 1) return odd(node); // a row
    return {
      text: sliced(
        places[at]?.of ?? '',
        frame.axes.map((_, axis) => axis),
        frame,
      ),
      inexact: [],
    };
  }
  const counter = frame.axes.findIndex((it) => it.index === node.text);
  if (counter >= 0) return counted(node.text, counter, frame, loop, doc);
  const type = doc.program.type({ is: 'name', name: node.text }, loop.in);
  if (type === 'builtins.float' || type === 'builtins.int') return { text: node.text, inexact: [] };
  if (type !== undefined) return { reason: `\`${node.text}\` is a \`${type}\`` };
  return { text: node.text, inexact: [`\`${node.text}\` must be a number`] };
}
/** The number of the turn as a number. */
function counted(name: string, at: number, frame: Frame, loop: At, doc: Editing): Result {
  const axis = frame.axes[at];
  if (!axis) return { reason: 'the loop is written in a form that is not rewritten' };
  const all = `${doc.use('numpy.arange', loop.in.chunk)}(${axis.from > 0 ? `${axis.from}, ` : ''}${axis.count})`;
  const text = at < frame.axes.length - 1 ? `${all}[:, None]` : all;
  return { text, inexact: [`\`${name}\` becomes an array of 64-bit integers, which larger results do not fit`] };
}
/** `a[i]`, `a[i, j]`, `a[i][j]`, and the arrays of fewer dimensions beside them. */
function subscript(node: Node, frame: Frame): Result {
  const used = elementOf(node, frame);
  if (!used) return isFixed(node, frame) ? { text: node.text, inexact: [`\`${node.text}\` must be a number`] } : odd(node);
  const inexact = used.axes.length < frame.axes.length ? ['each array must have as many dimensions as it has indexes'] : [];
  return { text: sliced(used.of, used.axes, frame), inexact };
}
/** `k[0]`, `a[row]`: an element that no turn of the loops changes. */
function isFixed(node: Node, { axes }: Frame): boolean {
  const names = new Set(node.all('identifier').map((it) => it.text));
  const isPlain = [node, ...node.all('call', 'slice', 'subscript')].every((it) => it.type === 'subscript');
  return isPlain && !axes.some((it) => (it.index !== null && names.has(it.index)) || it.elements.some((one) => names.has(one.name)));
}
/** The array, and the loops whose variables it is subscripted with. */
export function elementOf(node: Node, frame: Frame): { readonly of: string; readonly axes: readonly number[] } | undefined {
  const indexes: string[] = [];
  let it = node;
  while (it.type === 'subscript') {
    const of = it.field('value');
    if (!of) return undefined;
    const given = it.children.filter((one) => one.type !== 'comment' && one.span.start !== of.span.start);
    const flat = given.flatMap((one) => (one.type === 'tuple' ? one.children : [one]));
    indexes.unshift(...flat.map((one) => one.text));
    it = of;
  }
  const axes = indexes.map((name) => frame.axes.findIndex((axis) => axis.index === name));
  const isSorted = axes.every((at, place) => at >= 0 && (place === 0 || at > (axes[place - 1] ?? 0)));
  return it.type === 'identifier' && axes.length > 0 && isSorted ? { of: it.text, axes } : undefined;
}
/** The part of an array that the loops go through. */
function sliced(array: string, axes: readonly number[], frame: Frame): string {
  const cuts = axes.map((at, place) => {
    const axis = frame.axes[at];
    return !axis || isWhole(array, place, axis, frame) ? ':' : bounds(axis);
  });
  if (axes.length < frame.axes.length && axes.at(-1) !== frame.axes.length - 1) return `${array}[${cuts.join(', ')}, None]`;
  return cuts.some((it) => it !== ':') ? `${array}[${cuts.join(', ')}]` : array;
}
/** `:n`, `1:n`, `: len(a)`. */
export function bounds({ from, count }: Pick<AxisText, 'from' | 'count'>): string {
  const start = from > 0 ? String(from) : '';
  return /^\w+$/.test(count) ? `${start}:${count}` : `${start ? `${start} ` : ''}: ${count}`;
}

function binary(node: Node, write: (node: Node) => Result): Result {
  const operands = node.children.filter((it) => it.type !== 'comment');
  const [left, right, more] = operands;
  const operator =
    node.type === 'binary_operator'
      ? (node.field('operator')?.text ?? '')
      : node.text.slice((left?.span.end ?? 0) - node.span.start, (right?.span.start ?? 0) - node.span.start).trim();
  if (!left || !right || more) return odd(node);
  const [a, b] = [write(left), write(right)];
  if ('reason' in a) return a;
  if ('reason' in b) return b;
  const text = `${a.text} ${operator} ${b.text}`;
  const inexact = [...a.inexact, ...b.inexact];
  if (exact.has(operator)) return { text, inexact };
  if (operator === '/' || operator === '//' || operator === '%') {
    const literal = right.type === 'integer' || right.type === 'float' ? Number(right.text.replaceAll('_', '')) : 0;
    return literal !== 0
      ? { text, inexact }
      : { text, inexact: [...inexact, 'what is divided by may be zero, which integers of an array do not tell'] };
  }
  if (operator === '**')
    return { text, inexact: [...inexact, 'powers of an array are worked out in another way: the last digit may differ'] };
  return odd(node);
}
/** `and` and `or` of comparisons; anything else has no truth of its own in an array. */
function logical(node: Node, write: (node: Node) => Result): Result {
  const [left, right] = [node.field('left'), node.field('right')];
  if (!left || !right || [left, right].some((it) => it.type !== 'comparison_operator' && it.type !== 'boolean_operator')) return odd(node);
  const [a, b] = [write(left), write(right)];
  if ('reason' in a) return a;
  if ('reason' in b) return b;
  const operator = node.field('operator')?.text === 'and' ? '&' : '|';
  return { text: `(${a.text}) ${operator} (${b.text})`, inexact: [...a.inexact, ...b.inexact] };
}
/** Both branches are worked out for every element, which is the same where neither can fail. */
function conditional(node: Node, write: (node: Node) => Result, loop: At, doc: Editing): Result {
  const [then, test, other] = node.children.filter((it) => it.type !== 'comment');
  if (!then || !test || !other) return odd(node);
  if (test.type !== 'comparison_operator' && test.type !== 'boolean_operator') return odd(test);
  const [a, t, b] = [write(then), write(test), write(other)];
  if ('reason' in a) return a;
  if ('reason' in t) return t;
  if ('reason' in b) return b;
  return {
    text: `${doc.use('numpy.where', loop.in.chunk)}(${t.text}, ${a.text}, ${b.text})`,
    inexact: [...a.inexact, ...t.inexact, ...b.inexact],
  };
}
function call(node: Node, write: (node: Node) => Result, loop: At, doc: Editing): Result {
  const callee = node.field('function');
  const given = node.field('arguments')?.children.filter((it) => it.type !== 'comment') ?? [];
  const name = callee && doc.program.meaning(writtenValue(callee), loop.in);
  const [argument, more] = given;
  if (!callee || !name || !argument || more || argument.type === 'keyword_argument') return odd(node);
  const value = write(argument);
  if ('reason' in value) return value;
  const own = functions[name];
  if (own !== undefined) return { ...value, text: `${own ? doc.use(own, loop.in.chunk) : callee.text}(${value.text})` };
  if (name === 'math.sqrt')
    return {
      text: `${doc.use('numpy.sqrt', loop.in.chunk)}(${value.text})`,
      inexact: [...value.inexact, 'the root of a negative number is `nan` in an array, and an exception in `math`'],
    };
  const rough = roughly.exec(name)?.[1];
  if (!rough) return { reason: `\`${name}\` is not known to mean the same for a whole array` };
  return {
    text: `${doc.use(`numpy.${rough}`, loop.in.chunk)}(${value.text})`,
    inexact: [...value.inexact, `\`${rough}\` of an array is worked out in another way: the last digit may differ`],
  };
}
type Value = Parameters<Editing['program']['meaning']>[0];
/** A name or an attribute as a value. */
export function writtenValue(node: Node): Value {
  const of = node.field('object');
  return node.type === 'attribute' && of
    ? { is: 'attr', of: writtenValue(of), name: node.field('attribute')?.text ?? '' }
    : { is: 'name', name: node.text };
}
