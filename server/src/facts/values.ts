// Expression → Value, with an event for each call, attribute, operator and await on the way.
import { limits } from '../limits.js';
import type { Arg, LiteralType, Use, Value } from '../model.js';
import { comprehension } from './comprehension.js';
import { lambda } from './functions.js';
import { bindTarget } from './targets.js';
import { count, emit, fieldOf, fieldsOf, kids, load, spanOf, textOf, token, unknown, type Walk } from './walk.js';

/** Extracts an expression in evaluation order. Anything it does not know is `unknown`, its parts still extracted. */
export function expression(walk: Walk, node: number, use: Use = 'used'): Value {
  if (node < 0) return unknown;
  if (walk.depth > limits.depth) return unknown;
  walk.depth++;
  const value = byType[walk.tree.type(node)]?.(walk, node, use) ?? parts(walk, node);
  walk.depth--;
  return value;
}

type Extract = (walk: Walk, node: number, use: Use) => Value;

const byType: { readonly [type: string]: Extract } = {
  identifier: (walk, node) => {
    count(walk, 'load');
    const name = textOf(walk, node);
    load(walk, name);
    return { is: 'name', name };
  },
  keyword_identifier: (walk, node) => {
    const name = textOf(walk, node);
    load(walk, name);
    return { is: 'name', name };
  },
  integer: (walk, node) => integer(textOf(walk, node)),
  float: (walk, node) => floating(textOf(walk, node)),
  true: () => literal('bool', true),
  false: () => literal('bool', false),
  none: () => literal('none', null),
  ellipsis: () => literal('ellipsis', null),
  string: text,
  concatenated_string: text,
  parenthesized_expression: (walk, node, use) => inner(walk, node, use),
  expression: (walk, node, use) => inner(walk, node, use),
  type: (walk, node, use) => inner(walk, node, use),
  generic_type: (walk, node) => {
    const [of, parameters] = kids(walk, node);
    const given = parameters === undefined ? [] : kids(walk, parameters).map((it) => expression(walk, it));
    const [only] = given;
    const index: Value = given.length === 1 && only ? only : { is: 'items', type: 'tuple', items: given, count: given.length };
    return { is: 'item', of: expression(walk, of ?? -1), index };
  },
  union_type: (walk, node) => ({ is: 'op', op: '|', args: kids(walk, node).map((it) => expression(walk, it)) }),
  member_type: (walk, node) => {
    const [of, name] = kids(walk, node);
    return { is: 'attr', of: expression(walk, of ?? -1), name: name === undefined ? '' : textOf(walk, name) };
  },
  attribute,
  subscript,
  slice,
  call,
  await: awaited,
  list: (walk, node) => items(walk, node, 'list'),
  tuple: (walk, node) => items(walk, node, 'tuple'),
  expression_list: (walk, node) => items(walk, node, 'tuple'),
  pattern_list: (walk, node) => items(walk, node, 'tuple'),
  set: (walk, node) => items(walk, node, 'set'),
  dictionary,
  list_comprehension: (walk, node, use) => comprehension(walk, node, 'list', use),
  set_comprehension: (walk, node, use) => comprehension(walk, node, 'set', use),
  dictionary_comprehension: (walk, node, use) => comprehension(walk, node, 'dict', use),
  generator_expression: (walk, node, use) => comprehension(walk, node, 'generator', use),
  lambda: (walk, node) => lambda(walk, node),
  binary_operator: binary,
  unary_operator: unary,
  not_operator: (walk, node) => {
    count(walk, 'jump');
    return { is: 'op', op: 'not', args: [expression(walk, fieldOf(walk, node, 'argument'), 'tested')] };
  },
  boolean_operator: boolean,
  comparison_operator: comparison,
  conditional_expression: conditional,
  named_expression: (walk, node) => {
    const value = expression(walk, fieldOf(walk, node, 'value'), 'bound');
    bindTarget(walk, fieldOf(walk, node, 'name'), value, 'walrus');
    return value;
  },
  yield: (walk, node) => {
    count(walk, 'yield');
    const fn = walk.functions[walk.regions[walk.region]?.fn ?? 0];
    if (fn) fn.generator = true;
    const from = token(walk, node, 'from');
    const [given] = kids(walk, node);
    const value = given === undefined ? literal('none', null) : expression(walk, given, from ? 'iterated' : 'returned');
    emit(walk, 'leave', { by: from ? 'yield from' : 'yield', value }, spanOf(walk, node));
    return unknown;
  },
  list_splat: (walk, node) => ({ is: 'star', of: inner(walk, node, 'iterated'), twice: false }),
  dictionary_splat: (walk, node) => ({ is: 'star', of: inner(walk, node, 'used'), twice: true }),
};

function parts(walk: Walk, node: number): Value {
  for (const kid of kids(walk, node)) expression(walk, kid);
  return unknown;
}
function inner(walk: Walk, node: number, use: Use): Value {
  const [only] = kids(walk, node);
  return only === undefined ? unknown : expression(walk, only, use);
}

export const literal = (type: LiteralType, value: string | number | boolean | null): Value => ({ is: 'literal', type, value });

function integer(raw: string): Value {
  const text = raw.replaceAll('_', '');
  if (/[jJ]$/.test(text)) return literal('complex', null);
  const value = Number(/^0[0-9]/.test(text) ? text.replace(/^0+(?=.)/, '') : text.replace(/[lL]$/, ''));
  return literal('int', Number.isFinite(value) ? value : null);
}
function floating(raw: string): Value {
  const text = raw.replaceAll('_', '');
  return /[jJ]$/.test(text) ? literal('complex', null) : literal('float', Number(text));
}

function text(walk: Walk, node: number): Value {
  const found: Value[] = [];
  let bytes = false;
  let kept = '';
  let length = 0;
  const visit = (it: number): void => {
    const type = walk.tree.type(it);
    if (type === 'string' || type === 'concatenated_string') for (const kid of kids(walk, it)) visit(kid);
    else if (type === 'string_start') bytes ||= /b/i.test(textOf(walk, it));
    else if (type === 'string_content') {
      length += walk.tree.end(it) - walk.tree.start(it);
      if (kept.length < limits.literal) kept += textOf(walk, it).slice(0, limits.literal);
    } else if (type === 'interpolation') {
      count(walk, 'text');
      found.push(expression(walk, fieldOf(walk, it, 'expression'), 'formatted'));
      for (const nested of fieldsOf(walk, it, 'format_specifier')) parts(walk, nested);
    }
  };
  visit(node);
  if (found.length > 0) return { is: 'text', parts: found };
  const value: Value = { is: 'literal', type: bytes ? 'bytes' : 'str', value: kept.slice(0, limits.literal) };
  return length > limits.literal ? { ...value, length } : value;
}

function attribute(walk: Walk, node: number): Value {
  const of = expression(walk, fieldOf(walk, node, 'object'));
  count(walk, 'attribute');
  const value: Value = { is: 'attr', of, name: textOf(walk, fieldOf(walk, node, 'attribute')) };
  emit(walk, 'read', { value }, spanOf(walk, node));
  return value;
}

function subscript(walk: Walk, node: number): Value {
  const of = expression(walk, fieldOf(walk, node, 'value'));
  const index = indexOf(walk, node);
  count(walk, 'subscript');
  emit(walk, 'operate', { op: '[]', left: of, right: index }, spanOf(walk, node));
  return { is: 'item', of, index };
}

/** What stands in the brackets: `a[i]`, or a tuple for `a[i, j]`. */
export function indexOf(walk: Walk, node: number): Value {
  const keys = fieldsOf(walk, node, 'subscript').map((key) => expression(walk, key));
  const [first] = keys;
  return keys.length === 1 && first ? first : { is: 'items', type: 'tuple', items: keys, count: keys.length };
}

function slice(walk: Walk, node: number): Value {
  const found: (Value | null)[] = [null, null, null];
  let at = 0;
  for (let kid = walk.tree.first(node); kid >= 0; kid = walk.tree.next(kid)) {
    if (walk.tree.type(kid) === ':') at++;
    else if (walk.tree.named(kid) && at < 3) found[at] = expression(walk, kid);
  }
  return { is: 'slice', from: found[0] ?? null, to: found[1] ?? null, step: found[2] ?? null };
}

function call(walk: Walk, node: number, use: Use): Value {
  const callee = fieldOf(walk, node, 'function');
  const isAttribute = walk.tree.type(callee) === 'attribute';
  const of = isAttribute ? expression(walk, fieldOf(walk, callee, 'object')) : null;
  if (isAttribute) count(walk, 'attribute');
  const name = isAttribute ? textOf(walk, fieldOf(walk, callee, 'attribute')) : '';
  const value: Value = of ? { is: 'attr', of, name } : expression(walk, callee);
  const args = argumentsOf(walk, fieldOf(walk, node, 'arguments'));
  const said = { callee: value, calleeSpan: spanOf(walk, callee), args, result: use };
  return { is: 'call', event: emit(walk, 'call', said, spanOf(walk, node)) };
}

/** The arguments of a call, or the bases of a class. */
export function argumentsOf(walk: Walk, list: number): Arg[] {
  if (list < 0) return [];
  if (walk.tree.type(list) === 'generator_expression') {
    return [{ name: null, value: expression(walk, list, 'argument'), span: spanOf(walk, list) }];
  }
  return kids(walk, list).map((node): Arg => {
    if (walk.tree.type(node) !== 'keyword_argument')
      return { name: null, value: expression(walk, node, 'argument'), span: spanOf(walk, node), ...parensOf(walk, node) };
    const value = fieldOf(walk, node, 'value');
    return {
      name: textOf(walk, fieldOf(walk, node, 'name')),
      value: expression(walk, value, 'argument'),
      span: spanOf(walk, node),
      ...parensOf(walk, value),
    };
  });
}

const parensOf = (walk: Walk, node: number): { readonly parens?: true } =>
  walk.tree.type(node) === 'parenthesized_expression' ? { parens: true } : {};

function awaited(walk: Walk, node: number): Value {
  const operand = inner(walk, node, 'awaited');
  emit(walk, 'await', { operand, form: 'await' }, spanOf(walk, node));
  return { is: 'awaited', of: operand };
}

function items(walk: Walk, node: number, type: 'list' | 'tuple' | 'set'): Value {
  const all = kids(walk, node);
  count(walk, 'build', all.length + 1);
  const values = all.map((it) => expression(walk, it));
  return { is: 'items', type, items: values.slice(0, limits.items), count: values.length };
}

function dictionary(walk: Walk, node: number): Value {
  const keys: (Value | null)[] = [];
  const values: Value[] = [];
  for (const kid of kids(walk, node)) {
    const pair = walk.tree.type(kid) === 'pair';
    const key = pair ? expression(walk, fieldOf(walk, kid, 'key')) : null;
    const value = expression(walk, pair ? fieldOf(walk, kid, 'value') : kid);
    if (values.length < limits.items) [keys[values.length], values[values.length]] = [key, value];
    count(walk, 'build', 2);
  }
  return { is: 'dict', keys, values, count: kids(walk, node).length };
}

/** Left-leaning chains are walked in a loop: a sum of a thousand terms is as deep as it is long. */
function binary(walk: Walk, node: number): Value {
  const chain: number[] = [];
  let it = node;
  while (it >= 0 && walk.tree.type(it) === 'binary_operator') {
    chain.push(it);
    it = fieldOf(walk, it, 'left');
  }
  let value = expression(walk, it);
  for (const link of chain.reverse()) {
    const right = expression(walk, fieldOf(walk, link, 'right'));
    const op = textOf(walk, fieldOf(walk, link, 'operator'));
    count(walk, 'arithmetic');
    emit(walk, 'operate', { op, left: value, right }, spanOf(walk, link));
    value = chain.length > limits.depth ? unknown : { is: 'op', op, args: [value, right] };
  }
  return value;
}

function unary(walk: Walk, node: number): Value {
  const arg = expression(walk, fieldOf(walk, node, 'argument'));
  const op = textOf(walk, fieldOf(walk, node, 'operator'));
  if (arg.is === 'literal' && typeof arg.value === 'number' && op === '-') return { ...arg, value: -arg.value };
  count(walk, 'arithmetic');
  emit(walk, 'operate', { op: `unary ${op}`, left: arg, right: null }, spanOf(walk, node));
  return { is: 'op', op: `unary ${op}`, args: [arg] };
}

function boolean(walk: Walk, node: number, use: Use): Value {
  const flow = use === 'tested' ? 'tested' : 'used';
  const args: Value[] = [];
  const chain: number[] = [];
  let it = node;
  while (it >= 0 && walk.tree.type(it) === 'boolean_operator') {
    chain.push(it);
    it = fieldOf(walk, it, 'left');
  }
  args.push(expression(walk, it, flow));
  for (const link of chain.reverse()) {
    count(walk, 'jump');
    args.push(expression(walk, fieldOf(walk, link, 'right'), flow));
  }
  const all = chain.every((one) => textOf(walk, fieldOf(walk, one, 'operator')) === 'and');
  return all ? { is: 'either', args, all } : { is: 'either', args };
}

function comparison(walk: Walk, node: number): Value {
  const operands = kids(walk, node).filter((kid) => walk.tree.field(kid) !== 'operators');
  const operators = fieldsOf(walk, node, 'operators').map((it) => textOf(walk, it));
  const values = operands.map((it) => expression(walk, it, 'tested'));
  count(walk, 'compare', Math.max(1, values.length - 1));
  const joined = operators.join(' ');
  const [left, right] = values;
  if (left && joined !== 'is' && joined !== 'is not') emit(walk, 'operate', { op: joined, left, right: right ?? null }, spanOf(walk, node));
  return { is: 'op', op: joined, args: values };
}

function conditional(walk: Walk, node: number, use: Use): Value {
  const [then, test, otherwise] = kids(walk, node);
  if (then === undefined || test === undefined || otherwise === undefined) return parts(walk, node);
  count(walk, 'jump');
  expression(walk, test, 'tested');
  return { is: 'either', args: [expression(walk, then, use), expression(walk, otherwise, use)] };
}
