// Statements → regions and events.
import { limits } from '../limits.js';
import type { RegionFact, Span, Value } from '../model.js';
import { annotation, definition } from './functions.js';
import { importFrom, importModules } from './imports.js';
import { bindNarrowed } from './narrowing.js';
import { bindPattern, bindTarget } from './targets.js';
import { expression, literal } from './values.js';
import { type Building, count, emit, fieldOf, fieldsOf, kids, spanOf, textOf, token, unknown, type Walk, within } from './walk.js';

/** The statements of a block, in order. */
export function body(walk: Walk, block: number): void {
  if (block < 0 || walk.tree.start(block) >= walk.end) return; // members of a class are chunks of their own
  let dead = false;
  for (const node of kids(walk, block)) {
    if (dead) yields(walk, node);
    else statement(walk, node);
    dead ||= ends.test(walk.tree.type(node));
  }
}
const ends = /^(?:return|raise|break|continue)_statement$/;
/** Code that is never reached counts for one thing: a `yield` in it makes the function a generator. */
function yields(walk: Walk, node: number): void {
  const fn = walk.functions[walk.regions[walk.region]?.fn ?? 0];
  const found = walk.tree.type(node) === 'yield' || kids(walk, node).some((it) => walk.tree.type(it) === 'yield');
  if (fn && found) fn.generator = true;
}

export function statement(walk: Walk, node: number): void {
  if (walk.depth > limits.depth || walk.tree.type(node) === 'ERROR') return;
  walk.depth++;
  const outer = walk.stmt;
  walk.stmt = header(walk, node);
  walk.statements.push(walk.stmt);
  const extract = byType[walk.tree.type(node)];
  if (extract) extract(walk, node);
  else for (const kid of kids(walk, node)) expression(walk, kid, 'dropped');
  walk.stmt = outer;
  walk.depth--;
}

/** A simple statement whole; a compound one up to the colon before its body. */
function header(walk: Walk, node: number): Span {
  const span = spanOf(walk, node);
  const target = walk.tree.type(node) === 'decorated_definition' ? fieldOf(walk, node, 'definition') : node;
  const inner = Math.max(fieldOf(walk, target, 'body'), fieldOf(walk, target, 'consequence'));
  if (inner < 0 || walk.tree.type(inner) !== 'block') return span;
  let end = walk.tree.start(inner);
  for (let kid = walk.tree.first(target); kid >= 0 && kid !== inner; kid = walk.tree.next(kid))
    if (walk.tree.type(kid) === ':') end = walk.tree.end(kid);
  return { start: span.start, end: end - walk.base };
}

const byType: { readonly [type: string]: (walk: Walk, node: number) => void } = {
  expression_statement: (walk, node) => {
    for (const kid of kids(walk, node)) {
      const type = walk.tree.type(kid);
      if (type === 'assignment') assignment(walk, kid);
      else if (type === 'augmented_assignment') augmented(walk, kid);
      else expression(walk, kid, 'dropped');
    }
  },
  return_statement: (walk, node) => leave(walk, node, 'return'),
  raise_statement: (walk, node) => {
    const [raised, cause] = kids(walk, node);
    const value = raised === undefined ? unknown : expression(walk, raised, 'used');
    if (cause !== undefined) expression(walk, cause);
    emit(walk, 'leave', { by: 'raise', value }, spanOf(walk, node));
  },
  delete_statement: (walk, node) => {
    for (const kid of kids(walk, node)) bindTarget(walk, kid, unknown, 'del');
  },
  assert_statement: (walk, node) => {
    const [test, ...rest] = kids(walk, node);
    if (test !== undefined) bindNarrowed(walk, expression(walk, test, 'tested'));
    for (const it of rest) expression(walk, it);
  },
  global_statement: (walk, node) => declare(walk, node, 'globals'),
  nonlocal_statement: (walk, node) => declare(walk, node, 'nonlocals'),
  import_statement: importModules,
  import_from_statement: importFrom,
  future_import_statement: () => {},
  pass_statement: () => {},
  break_statement: () => {},
  continue_statement: () => {},
  type_alias_statement: () => {},
  function_definition: definition,
  class_definition: definition,
  decorated_definition: definition,
  if_statement: branches,
  for_statement: forLoop,
  while_statement: whileLoop,
  with_statement: withBlock,
  try_statement: tryBlock,
  match_statement: matchBlock,
};

function assignment(walk: Walk, node: number): void {
  const right = fieldOf(walk, node, 'right');
  const type = fieldOf(walk, node, 'type');
  const hint = type < 0 ? null : annotation(walk, type);
  const left = fieldOf(walk, node, 'left');
  if (right >= 0 && walk.tree.type(right) === 'assignment') {
    const value = chained(walk, right);
    return bindTarget(walk, left, value, 'assign');
  }
  const value = right < 0 ? unknown : expression(walk, right, 'bound');
  bindTarget(walk, left, value, 'assign', hint);
}
/** `a = b = value`: binds the inner targets and returns the value. */
function chained(walk: Walk, node: number): Value {
  const right = fieldOf(walk, node, 'right');
  const value = walk.tree.type(right) === 'assignment' ? chained(walk, right) : expression(walk, right, 'bound');
  bindTarget(walk, fieldOf(walk, node, 'left'), value, 'assign');
  return value;
}

function augmented(walk: Walk, node: number): void {
  const left = fieldOf(walk, node, 'left');
  const old = expression(walk, left);
  const added = expression(walk, fieldOf(walk, node, 'right'));
  const op = textOf(walk, fieldOf(walk, node, 'operator'));
  count(walk, 'arithmetic');
  emit(walk, 'operate', { op, left: old, right: added }, spanOf(walk, node));
  bindTarget(walk, left, { is: 'op', op: op.slice(0, -1), args: [old, added] }, 'augmented');
}

function leave(walk: Walk, node: number, by: 'return'): void {
  const [given] = kids(walk, node);
  const value = given === undefined ? literal('none', null) : expression(walk, given, 'returned');
  emit(walk, 'leave', { by, value }, spanOf(walk, node));
}

function declare(walk: Walk, node: number, what: 'globals' | 'nonlocals'): void {
  const fn = walk.functions[walk.regions[walk.region]?.fn ?? 0];
  if (fn) fn[what] = [...fn[what], ...kids(walk, node).map((it) => textOf(walk, it))];
}

const otherPlatform =
  /\b(?:sys\.platform|os\.name|platform\.system|(?:is|on|_?IS|_?ON)_(?:windows|win32|darwin|macos|mac|WINDOWS|WIN32|DARWIN|MACOS|MAC))\b/;

function guardOf(walk: Walk, condition: number): RegionFact['guard'] {
  const text = textOf(walk, condition).replace(/\s+/g, ' ');
  if (/^\(?__name__ == ['"]__main__['"]\)?$/.test(text)) return 'main';
  if (text.split(' and ').some((it) => /^\(?(?:typing\.)?TYPE_CHECKING\)?$/.test(it))) return 'typing';
  return otherPlatform.test(text) ? 'platform' : undefined;
}

function branches(walk: Walk, node: number): void {
  const condition = fieldOf(walk, node, 'condition');
  const test = expression(walk, condition, 'tested');
  count(walk, 'jump');
  const others = fieldsOf(walk, node, 'alternative');
  branch(walk, fieldOf(walk, node, 'consequence'), guardOf(walk, condition), test, others.length === 0);
  others.forEach((alternative, at) => {
    const tests = fieldOf(walk, alternative, 'condition');
    const passed = tests < 0 ? null : expression(walk, tests, 'tested');
    const block = Math.max(fieldOf(walk, alternative, 'body'), fieldOf(walk, alternative, 'consequence'));
    branch(walk, block, 'else', passed, at === others.length - 1);
  });
}
function branch(walk: Walk, block: number, guard: RegionFact['guard'], test: Value | null, last: boolean): void {
  if (block < 0) return;
  const outer = walk.region;
  within(walk, 'branch', spanOf(walk, block), (region) => {
    const opened = walk.regions[region] as Building<RegionFact>;
    if (guard) opened.guard = guard;
    if (test) {
      emit(walk, 'branch', { test, body: region, last }, walk.stmt, outer);
      bindNarrowed(walk, test);
    }
    body(walk, block);
  });
}

/** Can a `break` or `return` in the block end the loop early? Nested loops keep their own `break`. */
function exits(walk: Walk, block: number, nested = false): boolean {
  for (const kid of kids(walk, block)) {
    const type = walk.tree.type(kid);
    if (type === 'return_statement' || (type === 'break_statement' && !nested)) return true;
    if (type === 'function_definition' || type === 'class_definition' || type === 'lambda') continue;
    if (!type.endsWith('_statement') && type !== 'block' && !type.endsWith('_clause')) continue;
    const inLoop = nested || type === 'for_statement' || type === 'while_statement';
    if (exits(walk, kid, inLoop)) return true;
  }
  return false;
}

function forLoop(walk: Walk, node: number): void {
  const iterates = expression(walk, fieldOf(walk, node, 'right'), 'iterated');
  const block = fieldOf(walk, node, 'body');
  const outer = walk.region;
  within(walk, 'loop', spanOf(walk, node), (region) => {
    emit(walk, 'loop', { iterates, test: null, body: region, exits: exits(walk, block), form: 'for' }, walk.stmt, outer);
    if (token(walk, node, 'async')) emit(walk, 'await', { operand: iterates, form: 'async for' }, walk.stmt);
    count(walk, 'jump');
    bindTarget(walk, fieldOf(walk, node, 'left'), iterates, 'for');
    body(walk, block);
  });
  otherwise(walk, node);
}

function whileLoop(walk: Walk, node: number): void {
  const block = fieldOf(walk, node, 'body');
  const outer = walk.region;
  within(walk, 'loop', spanOf(walk, node), (region) => {
    const test = expression(walk, fieldOf(walk, node, 'condition'), 'tested');
    count(walk, 'jump');
    emit(walk, 'loop', { iterates: null, test, body: region, exits: exits(walk, block), form: 'while' }, walk.stmt, outer);
    body(walk, block);
  });
  otherwise(walk, node);
}
function otherwise(walk: Walk, node: number): void {
  const alternative = fieldOf(walk, node, 'alternative');
  if (alternative >= 0) body(walk, fieldOf(walk, alternative, 'body'));
}

function withBlock(walk: Walk, node: number): void {
  const isAsync = token(walk, node, 'async');
  const clause = kids(walk, node)[0] ?? -1;
  const items: Value[] = [];
  const targets: (() => void)[] = [];
  for (const item of clause < 0 ? [] : kids(walk, clause)) {
    const given = fieldOf(walk, item, 'value');
    const named = walk.tree.type(given) === 'as_pattern';
    const value = expression(walk, named ? (kids(walk, given)[0] ?? -1) : given, 'bound');
    items.push(value);
    if (isAsync) emit(walk, 'await', { operand: value, form: 'async with' }, spanOf(walk, item));
    if (named) targets.push(() => bindTarget(walk, fieldOf(walk, given, 'alias'), value, 'with'));
  }
  const outer = walk.region;
  within(walk, 'with', spanOf(walk, node), (region) => {
    emit(walk, 'with', { items, body: region, async: isAsync }, walk.stmt, outer);
    for (const bind of targets) bind();
    body(walk, fieldOf(walk, node, 'body'));
  });
}

function tryBlock(walk: Walk, node: number): void {
  within(walk, 'try', spanOf(walk, fieldOf(walk, node, 'body')), () => body(walk, fieldOf(walk, node, 'body')));
  for (const clause of kids(walk, node)) {
    const type = walk.tree.type(clause);
    const block = kids(walk, clause).find((it) => walk.tree.type(it) === 'block') ?? -1;
    if (type === 'except_clause') handler(walk, clause, block);
    else if (type === 'finally_clause') within(walk, 'finally', spanOf(walk, block), () => body(walk, block));
    else if (type === 'else_clause') body(walk, fieldOf(walk, clause, 'body'));
  }
}
function handler(walk: Walk, clause: number, block: number): void {
  const given = fieldOf(walk, clause, 'value');
  const named = given >= 0 && walk.tree.type(given) === 'as_pattern';
  const caught = given < 0 ? null : expression(walk, named ? (kids(walk, given)[0] ?? -1) : given);
  const types = caught === null ? [] : caught.is === 'items' ? caught.items : [caught];
  const outer = walk.region;
  const head = headOf(walk, clause);
  walk.statements.push(head);
  within(walk, 'except', spanOf(walk, clause), (region) => {
    if (named) {
      const target = fieldOf(walk, given, 'alias');
      bindTarget(walk, target, caught ?? unknown, 'except');
    }
    emit(
      walk,
      'catch',
      { types, body: region, reraises: reraises(walk, block), exits: exits(walk, block) || isLast(walk, clause) },
      head,
      outer,
    );
    body(walk, block);
  });
}
/** Does nothing of the function follow the statement around a clause, save for a `return`? */
function isLast(walk: Walk, clause: number): boolean {
  const { tree } = walk;
  for (let it = tree.parent(clause); it >= 0; it = tree.parent(it)) {
    if (tree.type(it) === 'function_definition') return true;
    if (/^(?:for|while)_statement$/.test(tree.type(it))) return false;
    if (tree.type(tree.parent(it)) !== 'block') continue;
    for (let next = tree.next(it); next >= 0; next = tree.next(next))
      if (tree.named(next) && tree.type(next) !== 'comment' && tree.type(next) !== 'return_statement') return false;
  }
  return false;
}
/** A clause up to its colon. */
function headOf(walk: Walk, clause: number): Span {
  const { start, end: whole } = spanOf(walk, clause);
  let end = whole;
  for (let kid = walk.tree.first(clause); kid >= 0; kid = walk.tree.next(kid)) {
    if (walk.tree.type(kid) !== ':') continue;
    end = walk.tree.end(kid) - walk.base;
    break;
  }
  return { start, end };
}
function reraises(walk: Walk, node: number): boolean {
  return kids(walk, node).some((kid) => {
    const type = walk.tree.type(kid);
    if (type === 'raise_statement') return true;
    return (
      type !== 'function_definition' && type !== 'class_definition' && /(?:_statement|_clause|^block)$/.test(type) && reraises(walk, kid)
    );
  });
}

function matchBlock(walk: Walk, node: number): void {
  for (const subject of fieldsOf(walk, node, 'subject')) expression(walk, subject, 'tested');
  for (const clause of kids(walk, fieldOf(walk, node, 'body'))) {
    within(walk, 'branch', spanOf(walk, clause), () => {
      for (const kid of kids(walk, clause)) {
        const type = walk.tree.type(kid);
        if (type === 'case_pattern') bindPattern(walk, kid);
        else if (type === 'if_clause') for (const test of kids(walk, kid)) expression(walk, test, 'tested');
        else if (type === 'block') body(walk, kid);
      }
    });
  }
}
