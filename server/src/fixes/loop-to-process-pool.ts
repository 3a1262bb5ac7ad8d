// A loop or comprehension of one call per turn → `ProcessPoolExecutor.map`, results in the same order.
import { type Editing, type Fix, type Node, type Offer, refuse, review, type Subject } from '../model.js';
import { guarded } from './main-guard.js';
import { argumentsOf, freeName } from './places.js';

const shape = 'only a loop whose body is one statement with one call, or a comprehension of one call, is rewritten';

export const loopToProcessPool: Fix<'loop'> = {
  id: 'loop-to-process-pool',
  title: 'Compute the turns in processes',
  best: 'review',
  offer(loop, doc) {
    const turns = doc.program.turns(loop);
    if (!turns) return undefined;
    const hard = turns.obstacles.find((it) => it.what !== 'main-guard');
    if (hard) return refuse(hard.say);
    if (turns.ordered) return refuse(`\`${turns.ordered}\` is called in each turn, and the order of the turns would be lost`);
    const call = doc.node(turns.call);
    const refused =
      loop.form === 'for' ? statement(call, loop, turns.economics.chunk, doc) : comprehension(call, loop, turns.economics.chunk, doc);
    if (refused) return refused;
    return (
      guarded(turns.obstacles, doc) ??
      review(
        `the turns run in other processes: arguments and results are copied, and all are under way before the first result; ${turns.economics.says}`,
      )
    );
  },
};

/** `for x in xs: out.append(f(x))` → the same loop over results. */
function statement(call: Node, loop: Subject<'loop'>, chunk: number, doc: Editing): Offer | undefined {
  const node = call.up('for_statement');
  const [target, items, body] = [node?.field('left'), node?.field('right'), node?.field('body')];
  const statements = body?.children.filter((it) => it.type !== 'comment') ?? [];
  const [only, more] = statements;
  if (!node || !target || !items || !body || !only || more || node.field('alternative')) return refuse(shape);
  if (!/^(?:expression_statement)$/.test(only.type) || body.all('yield', 'await').length > 0) return refuse(shape);
  if (isSometimes(call, only)) return refuse('the call is not made in every turn');
  const around = new Set(body.all('identifier').flatMap((it) => (within(it, call) || it.text === target.text ? [] : [it.text])));
  const carried = [...argumentsOf(call).flatMap(namesIn), ...namesIn(items)].find((it) => around.has(it));
  if (carried) return refuse(`\`${carried}\` may be another one in the next turn`);
  const mapped = mapOf(call, target, items, chunk, loop, doc);
  if (!mapped) return refuse('the arguments of the call are written in a form that is not rewritten');
  const used = body.all('identifier').filter((it) => it.text === target.text && !within(it, call));
  if (target.type !== 'identifier' || usedAfter(node, target.text)) return refuse('the variable of the loop is used after it');
  const result = freeName(node.up('function_definition', 'module') ?? node, 'result');
  if (used.length > 0 && !isRepeatable(items, loop, doc)) return refuse('what is iterated can be gone through once only');
  doc.replace(call, result);
  doc.replace(target, used.length > 0 ? `${target.text}, ${result}` : result);
  doc.replace(items, used.length > 0 ? `zip(${items.text}, ${mapped.text})` : mapped.text);
  doc.wrap(node, node, mapped.header);
  return undefined;
}
/** `[f(x) for x in xs]` → `list(pool.map(f, xs))`; a generator that a call takes up → the map itself. */
function comprehension(call: Node, loop: Subject<'loop'>, chunk: number, doc: Editing): Offer | undefined {
  const node = call.up('list_comprehension', 'generator_expression', 'set_comprehension', 'dictionary_comprehension');
  const [element, clause, more] = node?.children.filter((it) => it.type !== 'comment') ?? [];
  const [target, items] = [clause?.field('left'), clause?.field('right')];
  const taken =
    node?.type === 'generator_expression' &&
    node.parent?.type === 'call' &&
    /^(?:sum|list|tuple|max|min|sorted|set)$/.test(node.parent.field('function')?.text ?? '');
  if (!node || !element || !target || !items || more || element.span.start !== call.span.start || element.span.end !== call.span.end)
    return refuse(shape);
  if (clause?.type !== 'for_in_clause' || (node.type !== 'list_comprehension' && !taken)) return refuse(shape);
  const within = node.statement();
  if (!/^(?:expression_statement|return_statement)$/.test(within.type)) return refuse(shape);
  const mapped = mapOf(call, target, items, chunk, loop, doc);
  if (!mapped) return refuse('the arguments of the call are written in a form that is not rewritten');
  doc.replace(node, taken ? `(${mapped.text})` : `list(${mapped.text})`);
  doc.wrap(within, within, mapped.header);
  return undefined;
}

interface Mapped {
  readonly text: string;
  readonly header: string;
}
/** `f(x, n, step=3)` over `xs` → `pool.map(partial(f, step=3), xs, repeat(n))`. */
function mapOf(call: Node, target: Node, items: Node, chunk: number, loop: Subject<'loop'>, doc: Editing): Mapped | undefined {
  const callee = call.field('function');
  const given = argumentsOf(call);
  if (!callee || target.type !== 'identifier' || given.some((it) => it.type.includes('splat'))) return undefined;
  const mentions = (it: Node): boolean => it.text === target.text || it.all('identifier').some((one) => one.text === target.text);
  const plain = given.filter((it) => it.type !== 'keyword_argument');
  const named = given.filter((it) => it.type === 'keyword_argument');
  const fixed = (it: Node): boolean => /^(?:integer|float|string|true|false|none|identifier)$/.test(it.type) && it.text !== target.text;
  if (plain.filter((it) => it.text === target.text).length !== 1 || plain.some((it) => it.text !== target.text && !fixed(it)))
    return undefined;
  if (named.some((it) => mentions(it) || !fixed(it.field('value') ?? it)) || mentions(callee)) return undefined;
  const { chunk: file } = loop.in;
  const pool = freeName(call.up('function_definition', 'module') ?? call, 'pool');
  const fn =
    named.length > 0 ? `${doc.use('functools.partial', file)}(${[callee, ...named].map((it) => it.text).join(', ')})` : callee.text;
  const columns = plain.map((it) => (it.text === target.text ? items.text : `${doc.use('itertools.repeat', file)}(${it.text})`));
  const size = chunk > 1 ? `, chunksize=${chunk}` : '';
  return {
    text: `${pool}.map(${[fn, ...columns].join(', ')}${size})`,
    header: `with ${doc.use('concurrent.futures.ProcessPoolExecutor', file)}() as ${pool}:`,
  };
}
const namesIn = (it: Node): readonly string[] =>
  it.type === 'identifier'
    ? [it.text]
    : it.all('identifier').flatMap((one) => (one.parent?.field('attribute')?.span.start === one.span.start ? [] : [one.text]));
/** Does something decide in each turn whether the call is made? */
function isSometimes(call: Node, statement: Node): boolean {
  for (let it = call.parent; it && it.span.start >= statement.span.start && it.type !== 'expression_statement'; it = it.parent)
    if (/^(?:conditional_expression|boolean_operator|lambda|comparison_operator)$|comprehension$|generator/.test(it.type)) return true;
  return false;
}
const within = (it: Node, outer: Node): boolean => it.span.start >= outer.span.start && it.span.end <= outer.span.end;
function usedAfter(loop: Node, name: string): boolean {
  const scope = loop.up('function_definition', 'module');
  return scope?.all('identifier').some((it) => it.text === name && it.span.start > loop.span.end) ?? false;
}
/** Can it be iterated more than once, with the same elements? */
function isRepeatable(items: Node, loop: Subject<'loop'>, doc: Editing): boolean {
  if (/^(?:list|tuple|string)$/.test(items.type) || (items.type === 'call' && items.field('function')?.text === 'range')) return true;
  const type = loop.iterates ? doc.program.type(loop.iterates, loop.in) : undefined;
  return /^builtins\.(?:list|tuple|range|str|dict|set|bytes)$/.test(type ?? '');
}
