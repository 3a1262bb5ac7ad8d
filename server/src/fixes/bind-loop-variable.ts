// `submit(lambda: f(i))` → `submit(f, i)`, else `lambda i=i: …` and `def f(i=i):`.
import { type Editing, type Fix, type LateBound, type Node, type Offer, refuse, type Subject, safe } from '../model.js';
import { argumentsOf, keywordOf, positionalOf } from './places.js';

export const bindLoopVariable: Fix<'spawn'> = {
  id: 'bind-loop-variable',
  title: 'Give it the value of now',
  best: 'safe',
  offer(spawn, doc) {
    const late = doc.program.lateBound(spawn);
    if (!late) return undefined;
    const { closure } = late;
    const node = doc.node({ chunk: closure.chunk, span: closure.fact.span });
    if (closure.fact.kind === 'lambda') {
      if (node.type !== 'lambda') return refuse('the lambda is written in a form that is not rewritten');
      return asArguments(spawn, late, node, doc) ? safe : presets(late, node, node.field('parameters'), doc);
    }
    const definition = node.up('function_definition');
    const params = definition?.field('parameters');
    if (!definition || !params) return refuse('the function is written in a form that is not rewritten');
    const body = doc.node({ chunk: closure.chunk, span: doc.program.body(late.loop).span });
    if (definition.span.start < body.span.start)
      return refuse(`\`${closure.fact.name}\` is made before the loop, so that it cannot keep a value of it`);
    return presets(late, definition, params, doc);
  },
};

/** `i=i`, worked out when the closure is made. */
function presets({ closure, names }: LateBound, node: Node, params: Node | undefined, doc: Editing): Offer {
  const own = names.map((it) => `${it}=${it}`).join(', ');
  const all = closure.fact.params;
  if (all.some((it) => it.kind === 'kwargs')) return refuse('it takes any keyword, so that there is no place for a default value');
  if (!params) {
    const head = /^lambda\s*:/.exec(node.text)?.[0];
    const body = node.field('body');
    if (!head || !body) return refuse('the lambda is written in a form that is not rewritten');
    doc.replace(node, `lambda ${own}:${node.text.slice(head.length)}`);
    return safe;
  }
  const lambda = node.type === 'lambda';
  const inner = lambda ? params.text.trim() : params.text.slice(1, -1).trim().replace(/,$/, '');
  if (inner.includes('\n') || inner.includes('#')) return refuse('its parameters are spread over lines');
  const text = inner === '' ? own : `${inner}, ${own}`;
  doc.replace(params, lambda ? text : `(${text})`);
  return safe;
}

/** A lambda that is one call: the call is made with its arguments as they are now. */
function asArguments(spawn: Subject<'spawn'>, { closure, names }: LateBound, lambda: Node, doc: Editing): boolean {
  if (closure.fact.params.length > 0) return false;
  const call = lambda.field('body');
  const callee = call?.type === 'call' ? call.field('function') : undefined;
  if (!call || !callee || !/^[\w.]+$/.test(callee.text)) return false;
  const given = positionalOf(call);
  if (given.length !== argumentsOf(call).length || !given.every((it) => isPlain(it, names))) return false;
  const start = doc.node(spawn.call);
  const kind = doc.program.api(spawn.api)?.spawns?.args;
  const values = given.map((it) => it.text);
  if (kind === 'tuple') {
    if (keywordOf(start, 'args') || keywordOf(start, 'kwargs') || positionalOf(start).length > 0) return false;
    const comma = values.length === 1 ? ',' : '';
    doc.replace(lambda, values.length === 0 ? callee.text : `${callee.text}, args=(${values.join(', ')}${comma})`);
    return true;
  }
  if (kind !== 'rest' || argumentsOf(start).at(-1)?.span.end !== lambda.span.end) return false;
  doc.replace(lambda, [callee.text, ...values].join(', '));
  return true;
}
/** What is the same now as when it runs, or is what is wanted now. */
const isPlain = (it: Node, names: readonly string[]): boolean =>
  (it.type === 'identifier' && names.includes(it.text)) ||
  (/^(?:string|integer|float|true|false|none)$/.test(it.type) && !/^\w*f/i.test(it.text));
