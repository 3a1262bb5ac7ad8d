// `np.array([x * 2 for x in a])` becomes `a * 2`, and `sum(1 for x in a if x > 0)` becomes `int(np.count_nonzero(a > 0))`.
import { type Editing, type LoopShape, type Node, type Offer, refuse, review, type Subject, safe } from '../model.js';
import { arrayWriter, type Written, writtenValue } from './array-expression.js';
import { type Frame, frameOf, isFloat, mustFit, strangersTo, untold } from './array-frame.js';
import { argumentsOf, isOperand } from './places.js';

const odd = 'the comprehension is written in a form that is not rewritten';

export function vectorizeComprehension(loop: Subject<'loop'>, shape: LoopShape, doc: Editing): Offer {
  const node = doc.node(loop).up('list_comprehension', 'set_comprehension', 'generator_expression');
  const clauses = node?.children.filter((it) => it.type !== 'comment') ?? [];
  const [element, clause, ...tests] = clauses;
  const iterated = clause?.field('right');
  if (!node || !element || !iterated || clauses.length !== node.children.length) return refuse(odd);
  const frame = frameOf(shape, [iterated], node.statement());
  if (!frame) return refuse('how often the loop turns cannot be said before it');
  const region = loop.in.chunk.regions[loop.body] ?? loop.in;
  const write = arrayWriter({ in: region }, frame, doc);
  const value = write(element);
  if ('reason' in value) return refuse(value.reason);
  const mask = masked(tests, write);
  if (mask && 'reason' in mask) return refuse(mask.reason);
  const isPlain = /^(?:identifier|subscript|call|parenthesized_expression|integer|float)$/.test(element.type);
  const all = { node, element, isPlain, value, mask, frame, shape, loop, doc };
  const made = replaced(all);
  if ('reason' in made) return refuse(made.reason);
  const hidden = mask && /-/.test(element.text) && !isFloat(shape.over, node) ? [untold] : [];
  const strangers = strangersTo(shape, frame);
  const lengths = strangers.length > 0 ? [mustFit(strangers, frame)] : [];
  const inexact = [...new Set([...value.inexact, ...(mask?.inexact ?? []), ...lengths, ...hidden, ...made.inexact])];
  doc.replace(made.at, made.text);
  return inexact.length === 0 ? safe : review(inexact.join('; '));
}
type Result = Written | { readonly reason: string };
interface Work {
  readonly node: Node;
  readonly element: Node;
  readonly isPlain: boolean;
  readonly value: Written;
  readonly mask: Written | undefined;
  readonly frame: Frame;
  readonly shape: LoopShape;
  readonly loop: Subject<'loop'>;
  readonly doc: Editing;
}
type Made = (Written & { readonly at: Node }) | { readonly reason: string };

/** All conditions as one array of booleans. */
function masked(tests: readonly Node[], write: (node: Node) => Result): Result | undefined {
  const found: Written[] = [];
  for (const it of tests) {
    const [test] = it.children;
    if (it.type !== 'if_clause' || !test) return { reason: odd };
    const written = write(test);
    if ('reason' in written) return written;
    found.push(written);
  }
  const [first] = found;
  if (!first || found.length === 1) return first;
  return { text: found.map((it) => `(${it.text})`).join(' & '), inexact: found.flatMap((it) => it.inexact) };
}
/** The array of what the comprehension has as elements. */
function built({ isPlain, value, mask }: Work): string {
  return mask ? `${isPlain ? value.text : `(${value.text})`}[${mask.text}]` : value.text;
}
/** What is written, and in whose place. */
function replaced(work: Work): Made {
  const { node, loop, doc } = work;
  const list = node.parent?.type === 'argument_list' ? node.parent : node;
  const call = list.parent?.type === 'call' ? list.parent : undefined;
  const given = call && list !== node ? argumentsOf(call) : [node];
  const callee = call && given[0]?.span.start === node.span.start ? call.field('function') : undefined;
  const name = callee && doc.program.meaning(writtenValue(callee), loop.in);
  if (call && (name === 'numpy.array' || name === 'numpy.asarray')) return asArray(work, call, given);
  const taker = name === undefined ? undefined : takers[name];
  if (call && given.length === 1 && taker) return taker(work, call);
  if (node.type === 'generator_expression') return { reason: odd };
  const kind = node.type === 'list_comprehension' ? 'list' : 'set';
  if (doc.program.hides(kind, loop.in)) return { reason: `\`${kind}\` has another meaning here` };
  return { at: node, text: `${kind}(${built(work)})`, inexact: types(work) };
}
/** Where elements may be other than floating point numbers, an array settles on one type for all of them. */
function types({ frame, shape, node, element }: Work): readonly string[] {
  const named = [...shape.arrays, ...(frame.axes[0]?.elements.map((it) => it.of) ?? [])];
  const isFloats = named.length > 0 && named.every((it) => isFloat(it, node)) && element.type !== 'conditional_expression';
  return isFloats ? [] : ['all elements have the type of the whole expression'];
}
function asArray(work: Work, call: Node, given: readonly Node[]): Made {
  const type = given.find((it) => it.type === 'keyword_argument' && it.field('name')?.text === 'dtype')?.field('value');
  if (given.length !== (type ? 2 : 1)) return { reason: odd };
  const text = built(work);
  const isBare = work.element.type === 'identifier' && !work.mask;
  if (type)
    return {
      at: call,
      text: `${work.mask || work.isPlain ? text : `(${text})`}.astype(${type.text})`,
      inexact: ['numbers that do not fit the type are cut off instead of refused'],
    };
  if (isBare) return { at: call, text: `${text}.copy()`, inexact: [] };
  return { at: call, text: isOperand(call) && !work.mask ? `(${text})` : text, inexact: types(work) };
}

const takers: { readonly [name: string]: (work: Work, call: Node) => Made } = {
  'builtins.sum': (work, call) => {
    const { element, mask, doc, loop, value } = work;
    const counts = mask && element.text === '1' ? mask.text : !mask && element.type === 'comparison_operator' ? value.text : undefined;
    if (counts !== undefined) return { at: call, text: `int(${doc.use('numpy.count_nonzero', loop.in.chunk)}(${counts}))`, inexact: [] };
    return {
      at: call,
      text: `${doc.use('numpy.sum', loop.in.chunk)}(${built(work)})`,
      inexact: ['sums are added in another order: the last digit may differ', 'integers are summed as 64-bit integers'],
    };
  },
  'builtins.any': (work, call) => truth('any', work, call),
  'builtins.all': (work, call) => truth('all', work, call),
  'builtins.min': (work, call) => extreme('min', work, call),
  'builtins.max': (work, call) => extreme('max', work, call),
};
function truth(name: 'any' | 'all', work: Work, call: Node): Made {
  if (!/^(?:comparison|boolean)_operator$/.test(work.element.type)) return { reason: 'only conditions are asked for all elements at once' };
  const text = `bool(${work.doc.use(`numpy.${name}`, work.loop.in.chunk)}(${built(work)}))`;
  return { at: call, text, inexact: [] };
}
function extreme(name: 'min' | 'max', work: Work, call: Node): Made {
  const text = `${work.doc.use(`numpy.${name}`, work.loop.in.chunk)}(${built(work)})`;
  return { at: call, text, inexact: ['where one of the numbers is NaN, the result is NaN'] };
}
