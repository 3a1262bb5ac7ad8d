// `np.vectorize(f)(a)` → the body of `f` as an array expression.
import { type Editing, type Fix, type Offer, refuse, review, type Subject } from '../model.js';
import { arrayWriter } from './array-expression.js';
import { elementwise } from './array-frame.js';
import { argumentsOf, isOperand } from './places.js';

export const vectorizeCall: Fix<'spawn'> = {
  id: 'vectorize-call',
  title: 'Use an array expression',
  best: 'review',
  offer(spawn, doc) {
    const found = doc.program.reached(spawn).find((it) => it.name === 'numpy.vectorize');
    return found ? rewrite(found.call, doc) : undefined;
  },
};

function rewrite(made: Subject<'call'>, doc: Editing): Offer {
  const { program } = doc;
  const node = doc.node(made);
  const applied = node.parent?.type === 'call' && node.parent.field('function')?.span.start === node.span.start ? node.parent : undefined;
  const [array, more] = applied ? argumentsOf(applied) : [];
  const [callable, option] = argumentsOf(node);
  if (!applied || array?.type !== 'identifier' || more || callable?.type !== 'identifier' || option)
    return refuse('only `np.vectorize(f)(a)` is rewritten');
  const definition = doc
    .module(made.in.chunk)
    .all('function_definition')
    .find((it) => it.field('name')?.text === callable.text && it.parent?.type === 'module');
  const event = definition?.chunk.events.find((it): it is Subject<'def'> => it.kind === 'def' && it.name === callable.text);
  const [statement, next] = definition?.field('body')?.children.filter((it) => it.type !== 'comment') ?? [];
  const [param, second] = definition?.field('parameters')?.children ?? [];
  const value = statement?.type === 'return_statement' && !next ? statement.children[0] : undefined;
  if (!definition || !event || !value || !param || second)
    return refuse(`\`${callable.text}\` does more than return one expression of its argument`);
  const fn = program.defined(event);
  const region = fn.chunk.regions[fn.fact.body];
  const name = fn.fact.params[0]?.name ?? '';
  if (!region) return refuse('the function is not known');
  const written = arrayWriter({ in: region }, elementwise(array.text, name), doc)(value);
  if ('reason' in written) return refuse(written.reason);
  doc.replace(applied, isOperand(applied) ? `(${written.text})` : written.text);
  const uses = doc
    .module(made.in.chunk)
    .all('identifier')
    .filter((it) => it.text === callable.text);
  if (uses.length === 2 && !program.imported(callable.text, made.in)) doc.remove(definition);
  const notes = [
    'the result has the type of the whole expression, not that of its first element',
    'integers keep the size that the array has, and wrap around beyond it',
  ];
  return review([...notes, ...written.inexact].join('; '));
}
