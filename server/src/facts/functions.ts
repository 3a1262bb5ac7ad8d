// `def`, `lambda` and `class`: definitions, their parameters, decorators and bodies.
import type { Param, Value } from '../model.js';
import { accessesOf } from './access.js';
import { body } from './statements.js';
import { argumentsOf, expression } from './values.js';
import { addFunction, emit, fieldOf, kids, spanOf, textOf, token, type Walk, within } from './walk.js';

/** A definition with or without decorators. Decorators are evaluated first and applied last, innermost first. */
export function definition(walk: Walk, node: number): void {
  if (walk.tree.type(node) !== 'decorated_definition') return define(walk, node, [], []);
  const spans: number[] = [];
  const decorators: Value[] = [];
  for (const kid of kids(walk, node)) {
    if (walk.tree.type(kid) !== 'decorator') continue;
    spans.push(kid);
    decorators.push(expression(walk, kids(walk, kid)[0] ?? -1, 'used'));
  }
  define(walk, fieldOf(walk, node, 'definition'), decorators, spans);
}

function define(walk: Walk, node: number, decorators: readonly Value[], spans: readonly number[]): void {
  if (node < 0) return;
  const applied: Value =
    walk.tree.type(node) === 'class_definition'
      ? defineClass(walk, node, decorators)
      : { is: 'function', fn: defineFunction(walk, node, decorators) };
  for (let at = decorators.length - 1; at >= 0; at--) {
    const [callee, from] = [decorators[at], spans[at]];
    if (!callee || from === undefined) continue;
    const span = spanOf(walk, from);
    const args = [{ name: null, value: applied, span }];
    emit(walk, 'call', { callee, calleeSpan: span, args, result: 'used', implied: 'decorator' }, span);
  }
}

function defineFunction(walk: Walk, node: number, decorators: readonly Value[]): number {
  const name = fieldOf(walk, node, 'name');
  const returns = fieldOf(walk, node, 'return_type');
  const it = {
    kind: 'def' as const,
    name: textOf(walk, name),
    async: token(walk, node, 'async'),
    params: paramsOf(walk, fieldOf(walk, node, 'parameters')),
    decorators,
    returns: returns < 0 ? null : annotation(walk, returns),
    span: spanOf(walk, name),
    broken: walk.tree.broken(node),
  };
  const from = walk.events.length;
  const fn = addFunction(walk, it, spanOf(walk, node), (made) => {
    if (it.broken) return;
    body(walk, fieldOf(walk, node, 'body'));
    accessesOf(walk, made, [fieldOf(walk, node, 'body')], from);
  });
  emit(walk, 'def', { name: it.name, fn }, it.span);
  return fn;
}

function defineClass(walk: Walk, node: number, decorators: readonly Value[]): Value {
  const name = fieldOf(walk, node, 'name');
  const bases = argumentsOf(walk, fieldOf(walk, node, 'superclasses')).flatMap((it) => (it.name === null ? [it.value] : []));
  const { start, end } = spanOf(walk, node);
  const region = within(walk, 'class', { start, end: Math.min(end, walk.end - walk.base) }, () => body(walk, fieldOf(walk, node, 'body')));
  emit(walk, 'class', { name: textOf(walk, name), bases, decorators, body: region }, spanOf(walk, name));
  return { is: 'name', name: textOf(walk, name) };
}

export function lambda(walk: Walk, node: number): Value {
  const it = {
    kind: 'lambda' as const,
    name: '',
    async: false,
    params: paramsOf(walk, fieldOf(walk, node, 'parameters')),
    decorators: [],
    returns: null,
    span: spanOf(walk, node),
    broken: walk.tree.broken(node),
  };
  const from = walk.events.length;
  const fn = addFunction(walk, it, it.span, (made) => {
    const result = fieldOf(walk, node, 'body');
    accessesOf(walk, made, [result], from);
    emit(walk, 'leave', { by: 'return', value: expression(walk, result, 'returned') }, spanOf(walk, result));
  });
  return { is: 'function', fn };
}

/** Defaults and annotations are evaluated where the function is defined. */
function paramsOf(walk: Walk, list: number): Param[] {
  if (list < 0) return [];
  const found: Param[] = [];
  let kind: Param['kind'] = 'plain';
  for (const node of kids(walk, list)) {
    const type = walk.tree.type(node);
    if (type === 'positional_separator') {
      for (const it of found) (it as { kind: Param['kind'] }).kind = 'positional';
      continue;
    }
    if (type === 'keyword_separator') {
      kind = 'keyword';
      continue;
    }
    const it = paramOf(walk, node, kind);
    if (it.kind === 'args') kind = 'keyword';
    found.push(it);
  }
  return found;
}

function paramOf(walk: Walk, node: number, kind: Param['kind']): Param {
  const type = walk.tree.type(node);
  if (type === 'list_splat_pattern' || type === 'dictionary_splat_pattern') {
    const of = kids(walk, node)[0];
    return {
      name: of === undefined ? '' : textOf(walk, of),
      kind: type === 'list_splat_pattern' ? 'args' : 'kwargs',
      annotation: null,
      preset: null,
    };
  }
  if (type === 'typed_parameter') {
    const plain = paramOf(walk, kids(walk, node)[0] ?? -1, kind);
    return { ...plain, annotation: annotation(walk, fieldOf(walk, node, 'type')) };
  }
  if (type === 'default_parameter' || type === 'typed_default_parameter') {
    const hint = fieldOf(walk, node, 'type');
    const preset = expression(walk, fieldOf(walk, node, 'value'));
    return { name: textOf(walk, fieldOf(walk, node, 'name')), kind, annotation: hint < 0 ? null : annotation(walk, hint), preset };
  }
  return { name: node < 0 ? '' : textOf(walk, node), kind, annotation: null, preset: null };
}

/** An annotation costs nothing at run time that we count, and its parts are no events. */
export function annotation(walk: Walk, node: number): Value | null {
  if (node < 0) return null;
  const [events, ops] = [walk.events.length, walk.regions[walk.region]?.ops.slice()];
  const value = expression(walk, node);
  walk.events.length = events;
  const region = walk.regions[walk.region];
  if (region && ops) region.ops = ops;
  return hasCall(value) ? null : value;
}
const hasCall = (value: Value): boolean => value.is === 'call' || value.is === 'comprehension' || value.is === 'function';
