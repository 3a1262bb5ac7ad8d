// Expressions that name memory: `cache`, `self.items`, `cache[key]`, and whether a function could share them.
import { limits } from '../limits.js';
import type { Span, Value } from '../model.js';
import { fieldOf, kids, spanOf, textOf, unknown, type Walk } from './walk.js';

/** A name, or attributes of one. Equal texts in one function mean the same memory, as far as the function itself can tell. */
export interface Path {
  readonly text: string;
  readonly root: string;
  readonly value: Value;
  readonly node: number;
}
/** Attributes in a row that are followed; longer chains name nothing. */
const longest = 6;

export function pathOf(walk: Walk, node: number, left = longest): Path | undefined {
  if (node < 0 || left === 0) return undefined;
  const type = walk.tree.type(node);
  if (type === 'identifier' || type === 'keyword_identifier') {
    const text = textOf(walk, node);
    return { text, root: text, value: { is: 'name', name: text }, node };
  }
  if (type === 'parenthesized_expression') return pathOf(walk, kids(walk, node)[0] ?? -1, left);
  if (type !== 'attribute') return undefined;
  const of = pathOf(walk, fieldOf(walk, node, 'object'), left - 1);
  if (!of) return undefined;
  const name = textOf(walk, fieldOf(walk, node, 'attribute'));
  return { text: `${of.text}.${name}`, root: of.root, value: { is: 'attr', of: of.value, name }, node };
}

/** `cache[key]`, `cache.get(key)`: an element of what a path holds. */
export interface Element {
  readonly path: Path;
  readonly key: number;
  readonly node: number;
}
export function elementOf(walk: Walk, node: number): Element | undefined {
  const type = node < 0 ? '' : walk.tree.type(node);
  if (type === 'subscript') {
    const path = pathOf(walk, fieldOf(walk, node, 'value'));
    const key = fieldOf(walk, node, 'subscript');
    return path && key >= 0 ? { path, key, node } : undefined;
  }
  if (type !== 'call') return undefined;
  const call = methodCall(walk, node);
  const [key] = call?.method === 'get' ? call.args : [];
  return call && key !== undefined ? { path: call.path, key, node } : undefined;
}

export interface MethodCall {
  readonly path: Path;
  readonly method: string;
  readonly args: readonly number[];
  readonly node: number;
}
/** `path.method(…)`. */
export function methodCall(walk: Walk, node: number): MethodCall | undefined {
  if (node < 0 || walk.tree.type(node) !== 'call') return undefined;
  const callee = fieldOf(walk, node, 'function');
  if (callee < 0 || walk.tree.type(callee) !== 'attribute') return undefined;
  const path = pathOf(walk, fieldOf(walk, callee, 'object'));
  if (!path) return undefined;
  const list = fieldOf(walk, node, 'arguments');
  const method = textOf(walk, fieldOf(walk, callee, 'attribute'));
  return { path, method, args: list < 0 || walk.tree.type(list) === 'generator_expression' ? [] : kids(walk, list), node };
}

/** A value for a key that `link` can compare: a literal, a path, or nothing it follows. */
export function keyValue(walk: Walk, node: number): Value {
  if (node < 0) return unknown;
  const type = walk.tree.type(node);
  if (type === 'string') {
    const content = kids(walk, node).find((it) => walk.tree.type(it) === 'string_content');
    const plain = kids(walk, node).every((it) => walk.tree.type(it) !== 'interpolation');
    return plain ? { is: 'literal', type: 'str', value: content === undefined ? '' : textOf(walk, content) } : unknown;
  }
  if (type === 'integer') return { is: 'literal', type: 'int', value: Number(textOf(walk, node).replaceAll('_', '')) };
  return pathOf(walk, node)?.value ?? unknown;
}

export const written = (walk: Walk, node: number): string => textOf(walk, node).replace(/\s+/g, ' ');

/** What stands between two offsets of the chunk: an `await`, else a call, else nothing. Nested functions run at another time. */
export function windowIn(walk: Walk, node: number, from = -1, but = -1, depth = 0): 'none' | 'call' | 'await' {
  if (depth > limits.depth) return 'await';
  let found: 'none' | 'call' = 'none';
  for (let kid = walk.tree.first(node); kid >= 0; kid = walk.tree.next(kid)) {
    const type = walk.tree.type(kid);
    if (later.test(type) || walk.tree.end(kid) <= from) continue;
    if (type === 'await') return 'await';
    if (type === 'for_statement' || type === 'with_statement' || type === 'for_in_clause')
      if (walk.tree.type(walk.tree.first(kid)) === 'async') return 'await';
    if (type === 'call' && kid !== but) found = 'call';
    const inner = windowIn(walk, kid, from, but, depth + 1);
    if (inner === 'await') return inner;
    if (inner === 'call') found = inner;
  }
  return found;
}
/** What stands in them runs at another time. */
const later = /^(?:function_definition|lambda|class_definition)$/;
export const windowOf = (walk: Walk, node: number, but = -1): 'none' | 'call' | 'await' => {
  if (node < 0) return 'none';
  const type = walk.tree.type(node);
  if (later.test(type)) return 'none';
  if (type === 'await') return 'await';
  const inner = windowIn(walk, node, -1, but);
  return inner === 'none' && type === 'call' && node !== but ? 'call' : inner;
};
export const wider = (a: 'none' | 'call' | 'await', b: 'none' | 'call' | 'await'): 'none' | 'call' | 'await' =>
  a === 'await' || b === 'await' ? 'await' : a === 'call' || b === 'call' ? 'call' : 'none';

export const joined = (walk: Walk, from: number, to: number): Span => ({ start: spanOf(walk, from).start, end: spanOf(walk, to).end });
