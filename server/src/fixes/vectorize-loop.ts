// `for i in range(len(a)): out[i] = a[i] * 2` becomes `out[:] = a * 2`.
import { type Editing, type Fix, type LoopShape, type Node, refuse, review, type Subject, safe } from '../model.js';
import { arrayWriter, type Written } from './array-expression.js';
import { previousOf } from './places.js';

export const vectorizeLoop: Fix<'loop'> = {
  id: 'vectorize-loop',
  title: 'Use an array expression',
  best: 'safe',
  offer(loop, doc) {
    const shape = doc.program.shape(loop);
    const first = shape?.assigns[0];
    const node = first && doc.node({ chunk: loop.in.chunk, span: first.stmt }).up('for_statement');
    const statement = node ?? (first && doc.node(first).up('for_statement'));
    if (!shape || !statement || statement.field('alternative')) return refuse('the loop is written in a form that is not rewritten');
    const written = rewritten(loop, shape, statement, doc);
    if ('reason' in written) return refuse(written.reason);
    doc.replace(statement, written.text);
    return written.inexact.length === 0 ? safe : review(written.inexact.join('; '));
  },
};
type Result = Written | { readonly reason: string };

function rewritten(loop: Subject<'loop'>, shape: LoopShape, statement: Node, doc: Editing): Result {
  const write = arrayWriter(loop, shape, doc);
  const assignments = shape.assigns.map((it) => assignment(doc.node(it)));
  const [first, second] = assignments;
  if (!first) return { reason: 'the loop is written in a form that is not rewritten' };
  const value = write(first.value);
  if ('reason' in value) return value;
  const test = shape.test ? write(testOf(first.node)) : undefined;
  if (test && 'reason' in test) return test;
  const others = shape.arrays.filter((it) => it !== shape.over);
  const target = first.target.field('value')?.text ?? '';
  const strangers = others.filter((it) => !isAlike(it, shape.over, statement));
  const inexact = [
    ...value.inexact,
    ...(test?.inexact ?? []),
    ...(strangers.length > 0 && !(strangers.length === 1 && strangers[0] === target)
      ? [`\`${strangers[0]}\` must be as long as \`${shape.over}\``]
      : []),
  ];
  if (shape.form === 'reduce') return reduced(shape, first, value, test, inexact, doc, loop);
  if (first.operator !== '=') return { reason: 'an augmented assignment of an element' };
  if (assignments.some((it) => it && makesFloats(it.value, loop, doc)) && !isFloat(target, statement))
    inexact.push(`where \`${target}\` holds integers, a number too large for it is cut off instead of refused`);
  const slots = isAlike(target, shape.over, statement) || target === shape.over ? ':' : `: len(${shape.over})`;
  if (!test) return { text: `${target}[${slots}] = ${value.text}`, inexact };
  const whole = slots === ':' ? target : `${target}[${slots}]`;
  if (!second) {
    // Elements that the condition leaves alone must not take the way over the type of the formula.
    const copy = doc.use('numpy.copyto', loop.in.chunk);
    return { text: `${copy}(${whole}, ${value.text}, where=${test.text}, casting="unsafe")`, inexact };
  }
  const other = write(second.value);
  if ('reason' in other) return other;
  const where = doc.use('numpy.where', loop.in.chunk);
  return { text: `${target}[${slots}] = ${where}(${test.text}, ${value.text}, ${other.text})`, inexact: [...inexact, ...other.inexact] };
}

function reduced(
  shape: LoopShape,
  { target, operator, value: node }: Assignment,
  value: Written,
  test: Written | undefined,
  inexact: readonly string[],
  doc: Editing,
  loop: Subject<'loop'>,
): Result {
  if (operator !== '+=') return { reason: `\`${operator}\` is not turned into one expression` };
  if (shape.assigns.length > 1) return { reason: 'the two branches add different things' };
  const chunk = loop.in.chunk;
  if (test) {
    if (node.text !== '1') return { reason: 'only counting under a condition is exact' };
    return { text: `${target.text} += int(${doc.use('numpy.count_nonzero', chunk)}(${test.text}))`, inexact };
  }
  if (!shape.arrays.length && !shape.element) return { reason: 'what is added does not depend on the array' };
  return {
    text: `${target.text} += ${doc.use('numpy.sum', chunk)}(${value.text})`,
    inexact: [...inexact, 'sums are added in another order: the last digit may differ'],
  };
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
/** Made once in its function as an array of floating point numbers. */
function isFloat(name: string, loop: Node): boolean {
  const scope = loop.up('function_definition', 'module');
  const made = scope?.all('assignment').filter((it) => it.field('left')?.text === name) ?? [];
  return (
    made.length === 1 &&
    /\b(?:zeros|ones|empty|linspace)\([^=]*\)$/.test(made[0]?.field('right')?.text ?? '') &&
    !/\b(?:int|bool|np\.u?int)/.test(made[0]?.text ?? '')
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

/** `out = np.empty_like(a)`, `np.zeros(len(a))` or `a.copy()` right before the loop. */
function isAlike(name: string, over: string, loop: Node): boolean {
  const alike = new RegExp(
    `^${name}\\s*=\\s*(?:[\\w.]*\\b(?:empty|zeros|ones)_like\\(${over}(?:,[^)]*)?\\)|[\\w.]*\\b(?:empty|zeros|ones)\\(len\\(${over}\\)(?:,[^)]*)?\\)|${over}\\.copy\\(\\)|[\\w.]*\\b(?:empty|zeros|ones)\\(${over}\\.shape(?:\\[0\\])?(?:,[^)]*)?\\))$`,
  );
  for (let it = previousOf(loop); it; it = previousOf(it)) {
    const target = it.children[0]?.field('left')?.text;
    if (target === name) return alike.test(it.text);
    if (target === over || (it.type.endsWith('_statement') && !/^(?:expression|return)_statement$/.test(it.type))) return false;
  }
  return false;
}
