// A lambda or nested function for another process → a function of the module; what it read around it becomes arguments of a `partial`.
import { type Editing, type Fix, type Fn, type Node, type Offer, refuse, review } from '../model.js';
import { freeName, topLevelOf } from './places.js';

export const hoistCallable: Fix<'spawn'> = {
  id: 'hoist-callable',
  title: 'Move it to the module',
  best: 'review',
  offer(spawn, doc) {
    const found = doc.program.unpicklable(spawn).filter((it) => it.what !== 'result');
    const [it] = found;
    if (!it?.fn || (it.kind !== 'lambda' && it.kind !== 'nested')) return undefined;
    if (found.some((one) => one !== it)) return refuse('more than one thing that is sent cannot be pickled');
    const node = doc.node({ chunk: spawn.in.chunk, span: it.span });
    const value = node.type === 'keyword_argument' ? (node.field('value') ?? node) : node;
    return it.kind === 'nested' ? hoistDef(it.fn, value, doc) : hoistLambda(it.fn, value, doc);
  },
};
const changes = 'the function moves to the module, where other processes find it under its name';

interface Taken {
  readonly names: readonly string[];
}
/** Names of enclosing functions that it reads; a refusal where they cannot become arguments. */
function captured(fn: Fn, doc: Editing): Taken | Offer {
  const { program } = doc;
  const outer = fn.parent;
  const region = outer ? fn.chunk.regions[outer.fact.body] : undefined;
  if (!outer || !region) return refuse('where it is made is not known');
  if (fn.fact.nonlocals.length > 0)
    return refuse(`it writes \`${fn.fact.nonlocals[0]}\` of \`${outer.name}\`, and another process would write its own copy`);
  const within = fn.chunk.functions.filter((it) => it === fn || isInside(it, fn));
  const own = new Set(within.flatMap((it) => it.fact.params.map((one) => one.name)));
  for (const it of fn.chunk.events) if (it.kind === 'bind' && within.includes(it.in.fn) && it.target.is === 'name') own.add(it.target.name);
  const names = [...new Set(within.flatMap((it) => it.fact.loads))].filter(
    (name) => !own.has(name) && name !== fn.fact.name && program.hides(name, region),
  );
  const moved = program.captures(fn).find((it) => it.rebinds.length > 0);
  if (moved) return refuse(`\`${moved.name}\` gets another value after the function is made`);
  for (const name of names) {
    const fault = program.pickleFault({ is: 'name', name }, region);
    if (fault) return refuse(`it reads \`${name}\`, which ${fault} and cannot be sent to another process`);
  }
  return { names };
}
function isInside(it: Fn, fn: Fn): boolean {
  for (let at = it.parent; at; at = at.parent) if (at === fn) return true;
  return false;
}

function hoistLambda(fn: Fn, value: Node, doc: Editing): Offer {
  const top = topLevelOf(value);
  const lambda = doc.node({ chunk: fn.chunk, span: fn.fact.span });
  const body = lambda.field('body');
  if (lambda.type !== 'lambda' || !body || !top) return refuse('the lambda is written in a form that is not rewritten');
  const text = (indent: string, name: string, params: string): string =>
    `def ${name}(${params}):\n${indent}return ${body.text.includes('\n') ? `(${body.text})` : body.text}`;
  const indent = ' '.repeat(4);
  const plain = lambda.field('parameters');
  if (fn.parent?.fact.kind === 'module' && lambda.parent?.type === 'assignment') {
    const target = lambda.parent.field('left');
    if (target?.type !== 'identifier' || lambda.parent.field('type')) return refuse('the lambda is bound in a form that is not rewritten');
    doc.replace(lambda.parent, text(indent, target.text, plain?.text ?? ''));
    return review('the lambda becomes a function of the same name');
  }
  if (value.span.start !== lambda.span.start) return refuse('the lambda is bound to a name first, which other code may use');
  const taken = captured(fn, doc);
  if (!('names' in taken)) return taken;
  const params = withCaptured(fn, plain, taken.names);
  if (typeof params !== 'string') return params;
  const name = freeName(
    doc.module(fn.chunk),
    body.type === 'call' && body.field('function')?.type === 'identifier' ? `${body.field('function')?.text}_task` : 'task',
  );
  doc.replace(value, reference(name, taken.names, fn, doc));
  doc.insert('before', top, `${text(indent, name, params)}\n\n`);
  return review(changes);
}

/** A partial of the function with what it captured, or its name. */
function reference(name: string, names: readonly string[], fn: Fn, doc: Editing): string {
  if (names.length === 0) return name;
  return `${doc.use('functools.partial', fn.chunk)}(${[name, ...names.map((it) => `${it}=${it}`)].join(', ')})`;
}
function withCaptured(fn: Fn, params: Node | undefined, names: readonly string[]): string | Offer {
  const own =
    params?.text
      .replace(/^\(|\)$/g, '')
      .trim()
      .replace(/,$/, '') ?? '';
  const kinds = fn.fact.params;
  if (kinds.some((it) => it.preset && it.preset.is !== 'literal')) return refuse('its default values are worked out where it stands');
  if (names.length === 0) return own;
  if (kinds.some((it) => it.kind === 'kwargs')) return refuse('it takes any keyword, so what it reads cannot be passed as keywords');
  const starred = kinds.some((it) => it.kind === 'args' || it.kind === 'keyword');
  const star = !starred && kinds.some((it) => it.preset) ? ['*'] : [];
  return [own, ...star, ...names].filter(Boolean).join(', ');
}

function hoistDef(fn: Fn, value: Node, doc: Editing): Offer {
  const definition = doc.node({ chunk: fn.chunk, span: fn.fact.span }).up('function_definition');
  const top = topLevelOf(value);
  const params = definition?.field('parameters');
  if (!definition || !params || !top) return refuse('the function is written in a form that is not rewritten');
  if (definition.parent?.type === 'decorated_definition') return refuse('the function is decorated where it is nested');
  if (value.type !== 'identifier') return refuse('the function is handed over in a form that is not rewritten');
  const module = doc.module(fn.chunk);
  const { name } = fn.fact;
  const others = module
    .all('identifier')
    .filter((one) => one.text === name && one.parent?.type !== 'attribute' && one.parent?.field('name')?.span.start !== one.span.start);
  const outer = definition.up('function_definition');
  if (!outer || others.some((one) => one.span.start < outer.span.start || one.span.end > outer.span.end))
    return refuse(`\`${name}\` means something else in the module`);
  const taken = captured(fn, doc);
  if (!('names' in taken)) return taken;
  const text = withCaptured(fn, params, taken.names);
  if (typeof text !== 'string') return text;
  const inside = (one: Node): boolean => one.span.start >= definition.span.start && one.span.end <= definition.span.end;
  if (taken.names.length > 0) {
    const recursive = others.some(inside);
    if (recursive || others.some((one) => !inside(one) && one.span.start !== value.span.start))
      return refuse(`\`${name}\` reads \`${taken.names[0]}\` and is used in other places as well`);
    doc.replace(params, `(${text})`);
    doc.replace(value, reference(name, taken.names, fn, doc));
  }
  doc.move(definition, definition, 'before', top);
  doc.insert('after', definition, '\n'); // moves along, as it stands within the moved lines
  return review(changes);
}
