// `for i in range(len(a)): out[i] = a[i] * 2` becomes `out[:] = a * 2`.
import { type Editing, type Fix, type LoopShape, type Node, refuse, review, type Subject, safe } from '../model.js';
import { arrayWriter, bounds, elementOf, type Written } from './array-expression.js';
import { type Frame, frameOf, isFloat, mustFit, stencilFrame, strangersTo, untold } from './array-frame.js';
import { previousOf } from './places.js';
import { vectorizeComprehension } from './vectorize-comprehension.js';

const odd = 'the loop is written in a form that is not rewritten';

export const vectorizeLoop: Fix<'loop'> = {
  id: 'vectorize-loop',
  title: 'Use an array expression',
  best: 'safe',
  offer(loop, doc) {
    const shape = doc.program.shape(loop);
    if (!shape) return refuse(odd);
    if (shape.form === 'build') return vectorizeComprehension(loop, shape, doc);
    const found = statements(shape, doc);
    const statement = found[0];
    if (!statement || found.some((it) => it.field('alternative'))) return refuse(odd);
    const iterated = found.flatMap((it) => it.field('right') ?? []);
    const frame = shape.stencil ? stencilFrame(shape, shape.stencil, statement) : frameOf(shape, iterated, statement);
    if (!frame) return refuse('how often the loop turns cannot be said before it');
    const written = rewritten({ loop, shape, frame, statement, doc });
    if ('reason' in written) return refuse(written.reason);
    doc.replace(statement, written.text);
    return written.inexact.length === 0 ? safe : review([...new Set(written.inexact)].join('; '));
  },
};
type Result = Written | { readonly reason: string };
interface Work {
  readonly loop: Subject<'loop'>;
  readonly shape: LoopShape;
  readonly frame: Frame;
  readonly statement: Node;
  readonly doc: Editing;
}
/** The `for` statements, outermost first. */
function statements(shape: LoopShape, doc: Editing): readonly Node[] {
  const first = shape.assigns[0];
  const found: Node[] = [];
  let it = first && doc.node(first);
  for (let at = 0; it && at < shape.axes.length; at++) {
    it = it.up('for_statement');
    if (it) found.unshift(it);
  }
  return found;
}

function rewritten(work: Work): Result {
  const { loop, shape, frame, statement, doc } = work;
  const write = arrayWriter(loop, frame, doc);
  const assignments = shape.assigns.map((it) => assignment(doc.node(it)));
  const [first, second] = assignments;
  if (!first) return { reason: odd };
  const value = write(first.value);
  const target = elementOf(first.target, frame)?.of ?? '';
  if (shape.form === 'accumulate') return accumulated(work, first, second);
  if (shape.form === 'max' || shape.form === 'min') return extreme(work, shape.form, first);
  if ('reason' in value) return value;
  const test = shape.test ? write(testOf(first.node)) : undefined;
  if (test && 'reason' in test) return test;
  const inexact = [...value.inexact, ...(test?.inexact ?? []), ...lengths(work, target)];
  if (test && /-/.test(first.value.text) && !isFloat(shape.over, statement)) inexact.push(untold);
  if (shape.form === 'reduce') return reduced(work, first, value, test, inexact, second !== undefined);
  if (assignments.some((it) => it && makesFloats(it.value, loop, doc)) && !isFloat(target, statement))
    inexact.push(`where \`${target}\` holds integers, a number too large for it is cut off instead of refused`);
  const slots = slotsOf(target, frame);
  const isAll = /^[:, ]+$/.test(slots);
  const whole = isAll ? target : `${target}[${slots}]`;
  const given = added(first, value, whole);
  if ('reason' in given) return given;
  if (!test) return { text: `${target}[${slots}] = ${given.text}`, inexact };
  if (!second) {
    // Elements that the condition leaves alone must not take the way over the type of the formula.
    const copy = doc.use('numpy.copyto', loop.in.chunk);
    return { text: `${copy}(${whole}, ${given.text}, where=${test.text}, casting="unsafe")`, inexact };
  }
  const other = write(second.value);
  if ('reason' in other) return other;
  const otherwise = added(second, other, whole);
  if ('reason' in otherwise) return otherwise;
  const where = doc.use('numpy.where', loop.in.chunk);
  return {
    text: `${target}[${slots}] = ${where}(${test.text}, ${given.text}, ${otherwise.text})`,
    inexact: [...inexact, ...other.inexact],
  };
}
/** `out[i] += x` adds to what stands there. */
function added(
  { operator, value: node }: Assignment,
  value: Written,
  target: string,
): { readonly text: string } | { readonly reason: string } {
  if (operator === '=') return { text: value.text };
  if (!/^[-+*]=$/.test(operator)) return { reason: `\`${operator}\` of an element is not turned into one expression` };
  const operand = /^(?:binary|comparison|boolean|unary)_operator$/.test(node.type) ? `(${value.text})` : value.text;
  return { text: `${target} ${operator.slice(0, -1)} ${operand}` };
}
/** The subscript of the array that is written: all of it where it is known to be as long as the loops are. */
function slotsOf(target: string, frame: Frame): string {
  if (frame.part) return frame.part;
  const isSame = (at: number): boolean => frame.whole.has(target) || (frame.axes[at]?.over === target && frame.axes[at]?.dimension === at);
  return frame.axes.every((_, at) => isSame(at)) ? ':' : frame.axes.map((it, at) => (isSame(at) ? ':' : bounds(it))).join(', ');
}
/** What must be as long as what else. */
function lengths({ shape, frame }: Work, target: string): readonly string[] {
  const strangers = strangersTo(shape, frame);
  if (shape.stencil && strangers.length > 0)
    return [`\`${target}\` must be as long as \`${shape.stencil.over}\` and share no memory with it`];
  const [first, more] = strangers;
  if (!first || (!more && first === target && frame.axes.every((it) => it.over !== null))) return [];
  return [frame.axes.length === 1 ? mustFit(strangers, frame) : 'the arrays must have the sizes that the loops count'];
}

function reduced(
  { loop, shape, frame, doc }: Work,
  { target, operator, value: node }: Assignment,
  value: Written,
  test: Written | undefined,
  inexact: readonly string[],
  isBranched: boolean,
): Result {
  if (operator !== '+=') return { reason: `\`${operator}\` is not turned into one expression` };
  if (isBranched) return { reason: 'the two branches add different things' };
  const chunk = loop.in.chunk;
  if (test) {
    if (node.text !== '1') return { reason: 'only counting under a condition is exact' };
    return { text: `${target.text} += int(${doc.use('numpy.count_nonzero', chunk)}(${test.text}))`, inexact };
  }
  if (!shape.arrays.length && !frame.axes.some((it) => it.elements.length > 0))
    return { reason: 'what is added does not depend on the array' };
  return {
    text: `${target.text} += ${doc.use('numpy.sum', chunk)}(${value.text})`,
    inexact: [...inexact, 'sums are added in another order: the last digit may differ'],
  };
}

/** What is kept begins as the first element, so that the array cannot be empty. */
function extreme({ loop, shape, frame, statement, doc }: Work, name: 'max' | 'min', { target, value }: Assignment): Result {
  const [axis] = frame.axes;
  const of = axis?.elements.find((it) => it.name === value.text)?.of ?? elementOf(value, frame)?.of ?? '';
  const isToEnd = axis && (axis.over === of || axis.count === `len(${of})` || axis.count === `${of}.shape[0]`);
  if (!isToEnd || axis.from > 1) return { reason: `the loop does not go through all of \`${shape.over}\`` };
  if (previousOf(statement)?.text !== `${target.text} = ${of}[0]`)
    return { reason: `\`${target.text}\` is not set to \`${of}[0]\` right before the loop` };
  const inexact = ['where one of the numbers is NaN, the result is NaN', 'of zeros with different signs either may come out'];
  return { text: `${target.text} = ${doc.use(`numpy.${name}`, loop.in.chunk)}(${of})`, inexact };
}

/** A running total that each element is set to. */
function accumulated(work: Work, first: Assignment, second: Assignment | undefined): Result {
  const { loop, shape, frame, statement, doc } = work;
  if (!second) {
    const { of } = elementOf(first.target, frame) ?? {};
    const [axis] = frame.axes;
    const others = shape.arrays.filter((it) => it !== of);
    const isToEnd = axis && [of, ...others].some((it) => axis.count === `len(${it})` || axis.count === `${it}.shape[0]`);
    if (!of || !axis || !isToEnd) return { reason: 'the sum does not go through all of the array' };
    if (others.length > 0 && !(others.length === 1 && madeAsCopy(of, others[0] ?? '', statement)))
      return { reason: `\`${of}\` does not begin as a copy of what is added up` };
    return { text: `${doc.use('numpy.add', loop.in.chunk)}.accumulate(${of}, out=${of})`, inexact: [] };
  }
  const total = first.target.text;
  const start = previousOf(statement);
  const set = start?.children[0]?.type === 'assignment' ? start.children[0] : undefined;
  const from = set?.field('left')?.text === total ? set.field('right') : undefined;
  if (!start || !from || !/^0(?:\.0*)?$/.test(from.text)) return { reason: `\`${total}\` is not set to 0 right before the loop` };
  const scope = statement.up('function_definition', 'module');
  const isRead = scope
    ?.all('identifier')
    .some((it) => it.text === total && (it.span.start > statement.span.end || it.span.end < start.span.start));
  if (isRead) return { reason: `\`${total}\` is used elsewhere, too` };
  const value = arrayWriter(loop, frame, doc)(first.value);
  if ('reason' in value) return value;
  const target = elementOf(second.target, frame)?.of ?? '';
  doc.remove(start);
  const sum = doc.use('numpy.cumsum', loop.in.chunk);
  const parts = [...shape.arrays, ...frame.axes.flatMap((it) => it.elements.map((one) => one.of))].filter((it) => it !== target);
  const isExact = parts.every((it) => isFloat(it, statement)) && isFloat(target, statement);
  return {
    text: `${target}[${slotsOf(target, frame)}] = ${sum}(${value.text})`,
    inexact: [
      ...value.inexact,
      ...lengths(work, target),
      ...(isExact ? [] : ['integers are summed as 64-bit integers']),
      'a sum that is zero may have another sign',
    ],
  };
}
function madeAsCopy(name: string, of: string, statement: Node): boolean {
  const made = previousOf(statement)?.children[0];
  return made?.type === 'assignment' && made.field('left')?.text === name && made.field('right')?.text === `${of}.copy()`;
}

/** Does the formula give a floating point number whatever the array holds? */
function makesFloats(node: Node, loop: Subject<'loop'>, doc: Editing): boolean {
  const all = [node, ...node.all('float', 'call', 'binary_operator', 'identifier')];
  return all.some(
    (it) =>
      it.type === 'float' ||
      (it.type === 'call' && it.field('function')?.text !== 'abs') ||
      it.field('operator')?.text === '/' ||
      (it.type === 'identifier' && doc.program.type({ is: 'name', name: it.text }, loop.in) === 'builtins.float'),
  );
}

interface Assignment {
  readonly node: Node;
  readonly target: Node;
  readonly operator: string;
  readonly value: Node;
}
function assignment(node: Node): Assignment | undefined {
  const it =
    node.type === 'assignment' || node.type === 'augmented_assignment'
      ? node
      : (node.all('assignment', 'augmented_assignment')[0] ?? node.up('assignment', 'augmented_assignment'));
  const [target, value] = [it?.field('left'), it?.field('right')];
  if (!it || !target || !value) return undefined;
  return { node: it, target, value, operator: it.type === 'assignment' ? '=' : (it.field('operator')?.text ?? '') };
}
const testOf = (node: Node): Node => node.up('if_statement')?.field('condition') ?? node;
