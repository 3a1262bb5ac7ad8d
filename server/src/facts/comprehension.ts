// Comprehensions and generator expressions: a scope of their own, and a loop.
import type { Use, Value } from '../model.js';
import { bindTarget } from './targets.js';
import { expression } from './values.js';
import { count, emit, fieldOf, kids, openRegion, spanOf, unknown, type Walk } from './walk.js';

type Kind = Extract<Value, { is: 'comprehension' }>['type'];

/** The first iterable is evaluated outside, everything else inside; each further `for` is a loop in the one before. */
export function comprehension(walk: Walk, node: number, type: Kind, use: Use): Value {
  const outer = walk.region;
  const body = fieldOf(walk, node, 'body');
  const clauses = kids(walk, node).filter((it) => it !== body);
  const lazy = type === 'generator' && use !== 'argument' && use !== 'iterated';
  const tests: Value[] = [];
  let scope = -1;
  for (const clause of clauses) {
    if (walk.tree.type(clause) === 'if_clause') {
      for (const test of kids(walk, clause)) tests.push(expression(walk, test, 'tested'));
      openRegion(walk, 'branch', spanOf(walk, node));
      continue;
    }
    const iterates = expression(walk, fieldOf(walk, clause, 'right'), 'iterated');
    const at = walk.region;
    const region = openRegion(walk, scope < 0 ? 'comprehension' : 'loop', spanOf(walk, node));
    if (scope < 0) scope = region;
    const opened = walk.regions[region];
    if (lazy && opened) opened.lazy = true;
    emit(walk, 'loop', { iterates, test: null, body: region, exits: false, form: 'comprehension' }, spanOf(walk, clause), at);
    bindTarget(walk, fieldOf(walk, clause, 'left'), iterates, 'for');
    if (walk.tree.type(walk.tree.first(clause)) === 'async') {
      emit(walk, 'await', { operand: iterates, form: 'async for' }, spanOf(walk, clause));
    }
  }
  const value = elementOf(walk, body, type, tests);
  walk.region = outer;
  return value;
}

function elementOf(walk: Walk, body: number, type: Kind, tests: readonly Value[]): Value {
  count(walk, type === 'generator' ? 'yield' : 'build');
  const region = walk.region;
  if (walk.tree.type(body) !== 'pair') return { is: 'comprehension', type, element: expression(walk, body), key: null, tests, region };
  const key = expression(walk, fieldOf(walk, body, 'key'));
  const element = body < 0 ? unknown : expression(walk, fieldOf(walk, body, 'value'));
  return { is: 'comprehension', type, element, key, tests, region };
}
