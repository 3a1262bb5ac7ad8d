// A proxy that a loop asks at each turn → a local copy: read instead of it, or written back once.
import { type Editing, type Fix, type Node, type Offer, refuse, review } from '../model.js';
import { argumentsOf, freeName, positionalOf } from './places.js';

export const localCopy: Fix<'loop'> = {
  id: 'local-copy',
  title: 'Work on a local copy',
  best: 'review',
  offer(loop, doc) {
    const found = doc.program.hotProxy(loop);
    if (!found) return undefined;
    const kind = /(Dict|List)Proxy$/.exec(found.type)?.[1];
    if (!kind) return refuse(`\`${found.name}\` keeps single values, and each may be what another process waits for`);
    if (!/^\w+$/.test(found.name)) return refuse(`\`${found.name}\` is reached through another object`);
    const node = doc.node(loop);
    const uses = node.all('identifier').filter((it) => it.text === found.name && !isLabel(it));
    const all = uses.map(useOf);
    if (all.includes(undefined)) return refuse(`\`${found.name}\` is handed on inside of the loop`);
    const own = freeName(node.up('function_definition') ?? doc.module(loop.in.chunk), `own_${found.name}`);
    const at: Place = { node, statement: node.statement(), name: found.name, own, list: kind === 'List', uses };
    if (all.every((it) => it === 'read')) return readOnly(at, doc);
    if (loop.form !== 'for' || at.statement.span.start !== node.span.start)
      return refuse('only the turns of a `for` statement are gathered');
    if (node.all('return_statement', 'raise_statement', 'yield', 'await', 'assert_statement').length > 0)
      return refuse('the loop can be left in the middle, and what it has gathered would be lost');
    if (all.every((it) => it === 'put')) return writeBack(at, doc);
    const tallied = tally(at, doc);
    return tallied ?? refuse('it is read and written again, and other processes may do so meanwhile');
  },
};
interface Place {
  readonly node: Node;
  readonly statement: Node;
  readonly name: string;
  readonly own: string;
  readonly list: boolean;
  readonly uses: readonly Node[];
}
/** The name of an attribute or of an argument. */
const isLabel = (it: Node): boolean =>
  (it.parent?.type === 'attribute' || it.parent?.type === 'keyword_argument') && it.parent.children[0]?.span.start !== it.span.start;

/** `put`: adds an element without looking. */
function useOf(it: Node): 'read' | 'put' | 'change' | undefined {
  const { parent } = it;
  if (parent?.type === 'comparison_operator') return 'read';
  if (parent?.type === 'subscript' && parent.children[0]?.span.start === it.span.start) {
    const outer = parent.parent;
    if (outer?.type === 'assignment' && outer.field('left')?.span.start === parent.span.start) return 'put';
    return outer?.type === 'augmented_assignment' || outer?.type === 'delete_statement' ? 'change' : 'read';
  }
  if (parent?.type !== 'attribute' || parent.parent?.type !== 'call') return undefined;
  const method = parent.field('attribute')?.text ?? '';
  if (/^(?:get|keys|values|items|copy|count|index)$/.test(method)) return 'read';
  return method === 'append' ? 'put' : 'change';
}

function readOnly({ statement, name, own, list, uses }: Place, doc: Editing): Offer {
  doc.insert('before', statement, `${own} = ${name}${list ? '[:]' : '.copy()'}`);
  for (const it of uses) doc.replace(it, own);
  return review('the loop then sees what other processes had written before it began');
}
function writeBack({ statement, name, own, list, uses }: Place, doc: Editing): Offer {
  if (list !== uses.every((it) => it.parent?.type === 'attribute')) return refuse('elements are replaced one by one');
  doc.insert('before', statement, `${own} = ${list ? '[]' : '{}'}`);
  for (const it of uses) doc.replace(it, own);
  doc.insert('after', statement, `${name}.${list ? 'extend' : 'update'}(${own})`);
  return review('other processes then see the values after the loop, and an exception in it keeps them from all');
}

/** `counts[word] = counts.get(word, 0) + 1`, and nothing else: counted here, and added to what is there. */
function tally({ statement, name, own, uses }: Place, doc: Editing): Offer | undefined {
  const [first] = uses;
  const target = first?.parent;
  const update = target?.parent;
  if (target?.type !== 'subscript' || !update || uses.some((it) => it.span.start < update.span.start || it.span.end > update.span.end))
    return undefined;
  const key = target.field('subscript');
  const added = key && addedIn(update, name, key.text);
  if (!added || !isPlain(key)) return undefined;
  const counter = doc.use('collections.Counter', statement.chunk);
  const scope = statement.up('function_definition') ?? doc.module(statement.chunk);
  const [one, number] = [freeName(scope, 'key'), freeName(scope, 'number')];
  doc.insert('before', statement, `${own} = ${counter}()`);
  doc.replace(update, `${own}[${key.text}] += ${added}`);
  const again = update.type === 'assignment' ? `${name}[${one}] = ${name}.get(${one}, 0) + ${number}` : `${name}[${one}] += ${number}`;
  doc.insert(
    'after',
    statement,
    `for ${one}, ${number} in ${own}.items():\n${doc.indent(statement, 1).slice(doc.indent(statement).length)}${again}`,
  );
  return review('other processes then see the numbers after the loop, and an exception in it keeps them from all');
}
/** The number that is added, as written. */
function addedIn(update: Node, name: string, key: string): string | undefined {
  const right = update.field('right');
  const isNumber = (it: Node | undefined): boolean => it?.type === 'integer' || it?.type === 'float';
  if (update.type === 'augmented_assignment') return /\+=/.test(update.text) && isNumber(right) ? right?.text : undefined;
  if (update.type !== 'assignment' || right?.type !== 'binary_operator' || right.field('operator')?.text !== '+') return undefined;
  const [before, added] = [right.field('left'), right.field('right')];
  const given = before?.type === 'call' && before.field('function')?.text === `${name}.get` ? positionalOf(before) : [];
  const same = given.length === 2 && given[0]?.text === key && given[1]?.text === '0' && argumentsOf(before as Node).length === 2;
  return same && isNumber(added) ? added?.text : undefined;
}
/** Nothing that has another value when it is worked out once instead of twice. */
const isPlain = (key: Node): boolean =>
  key.all('call').every((it) => /\.(?:lower|upper|strip|casefold|title)$/.test(it.field('function')?.text ?? '')) &&
  (key.type !== 'call' || /\.(?:lower|upper|strip|casefold|title)$/.test(key.field('function')?.text ?? ''));
