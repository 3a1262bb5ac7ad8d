// Where a function touches memory that others could share, one event per harmful unit: `x += 1` is one update, not a read and a write.
import { limits } from '../limits.js';
import type { FunctionFact, Op, Said, Span, Value, Window } from '../model.js';
import { type Composite, composites } from './composites.js';
import { elementOf, keyValue, methodCall, type Path, pathOf } from './paths.js';
import { assignment, augmented, forget, removed } from './stores.js';
import { type Building, fieldOf, kids, spanOf, textOf, type Walk } from './walk.js';

export interface Look {
  readonly walk: Walk;
  readonly fn: number;
  readonly skips: (root: string, part: 'slot' | 'contents' | 'attribute') => boolean;
  /** Nodes that a composite stands for. */
  readonly covered: Set<number>;
  /** Local names that hold what was read from a place, until they get another value. */
  readonly copies: Map<string, Copy>;
  stmt: Span;
  depth: number;
}
export interface Copy {
  readonly path: Path;
  readonly key: number;
  readonly node: number;
}

/**
 * The accesses of one function, whose body or statements are `nodes`; `from` is the number of events before it. What only its own locals
 * can reach is left out.
 */
export function accessesOf(walk: Walk, fn: Building<FunctionFact>, nodes: readonly number[], from: number): void {
  const index = walk.functions.indexOf(fn);
  const look: Look = {
    walk,
    fn: index,
    skips: skipping(walk, fn, index, from),
    covered: new Set(),
    copies: new Map(),
    stmt: walk.stmt,
    depth: 0,
  };
  block(look, nodes);
}

/** Names that are the function's own and that no nested function reads. */
function skipping(walk: Walk, fn: Building<FunctionFact>, index: number, from: number): Look['skips'] {
  const local = new Set(fn.params.map((it) => it.name));
  const fixed = new Set<string>();
  const captured = new Set<string>();
  for (let at = from; at < walk.events.length; at++) {
    const event = walk.events[at];
    if (!event || walk.regions[event.in]?.fn !== index) continue;
    if (event.kind === 'def' || event.kind === 'class') fixed.add(event.name);
    else if (event.kind === 'bind' && event.target.is === 'name' && event.from !== 'narrow') local.add(event.target.name);
  }
  for (const it of walk.imports) if (walk.regions[it.in]?.fn === index) fixed.add(it.local);
  for (const [other, names] of walk.loads) if (isNested(walk, other, index)) for (const it of names) captured.add(it);
  // All calls share the object that a default value makes.
  const presets = new Set(fn.params.flatMap((it) => (it.preset && isMutable(walk, it.preset) ? [it.name] : [])));
  const declared = new Set([...fn.globals, ...fn.nonlocals]);
  const isModule = fn.kind === 'module';
  return (root, part) => {
    if (fixed.has(root)) return part !== 'attribute';
    if (part === 'attribute' || isModule || declared.has(root) || (part === 'contents' && presets.has(root))) return false;
    return local.has(root) && !captured.has(root);
  };
}
function isMutable(walk: Walk, value: Value): boolean {
  if (value.is === 'items') return value.type !== 'tuple';
  const call = value.is === 'call' ? walk.events[value.event] : undefined;
  const name = call?.kind === 'call' && call.callee.is === 'name' ? call.callee.name : '';
  return value.is === 'dict' || /^(?:list|dict|set|deque|defaultdict|Counter|OrderedDict)$/.test(name);
}
function isNested(walk: Walk, fn: Building<FunctionFact>, outer: number): boolean {
  for (let at = fn.parent; at > 0; at = walk.functions[at]?.parent ?? -1) if (at === outer) return true;
  return false;
}

interface Found {
  readonly path: Path;
  readonly part: 'slot' | 'contents';
  readonly op: Op;
  readonly node: number;
  readonly window?: Window;
  readonly key?: Value | null;
  readonly method?: string;
  readonly act?: number;
}
export function add(look: Look, it: Found): void {
  const { walk } = look;
  const isBare = it.path.value.is === 'name';
  if (look.skips(it.path.root, isBare ? it.part : 'attribute')) return;
  const last = it.act ?? it.node;
  const access: Said['access'] = {
    place: it.path.value,
    part: it.part,
    op: it.op,
    window: it.window ?? 'none',
    key: it.key ?? null,
    method: it.method ?? null,
    act: it.act === undefined ? null : spanOf(walk, it.act),
  };
  walk.accesses.push({ ...access, kind: 'access', in: regionOf(look, it.node, last), span: spanOf(walk, it.node), stmt: look.stmt });
}
/** The innermost region around all of it. */
function regionOf({ walk, fn }: Look, first: number, last: number): number {
  const [start, end] = [spanOf(walk, first).start, spanOf(walk, last).end];
  let found = walk.functions[fn]?.body ?? 0;
  for (let at = found + 1; at < walk.regions.length; at++) {
    const it = walk.regions[at];
    if (!it || it.fn !== fn) continue;
    if (it.span.start > start && it.span.start >= end) break;
    const known = walk.regions[found];
    if (it.span.start <= start && it.span.end >= end && (!known || it.span.start >= known.span.start)) found = at;
  }
  return found;
}

// ── Statements ───────────────────────────────────────────────────────────────────────────────────

function block(look: Look, nodes: readonly number[]): void {
  nodes.forEach((node, at) => {
    statement(look, node, nodes.slice(at + 1));
  });
}
const inBlock = (look: Look, node: number): void => {
  if (node >= 0) block(look, kids(look.walk, node));
};

function statement(look: Look, node: number, rest: readonly number[]): void {
  if (look.depth > limits.depth) return;
  look.depth++;
  within(look, node, rest);
  look.depth--;
}
function within(look: Look, node: number, rest: readonly number[]): void {
  const { walk } = look;
  const type = walk.tree.type(node);
  const outer = look.stmt;
  const inner = Math.max(fieldOf(walk, node, 'body'), fieldOf(walk, node, 'consequence'));
  const span = spanOf(walk, node);
  look.stmt = inner < 0 ? span : { start: span.start, end: Math.max(span.start, spanOf(walk, inner).start) };
  if (type === 'block') inBlock(look, node);
  else if (type === 'if_statement' || type === 'while_statement') tested(look, node, rest);
  else if (type === 'for_statement') {
    iterated(look, fieldOf(walk, node, 'right'));
    forget(look, fieldOf(walk, node, 'left'));
    inBlock(look, fieldOf(walk, node, 'body'));
    inBlock(look, fieldOf(walk, fieldOf(walk, node, 'alternative'), 'body'));
  } else if (type === 'delete_statement') removed(look, node);
  else if (
    !/^(?:function_definition|class_definition|decorated_definition|import_\w+|global_statement|nonlocal_statement|ERROR)$/.test(type)
  ) {
    for (const kid of kids(walk, node)) {
      if (walk.tree.type(kid) === 'block') inBlock(look, kid);
      else expression(look, kid);
    }
  }
  look.stmt = outer;
}

function tested(look: Look, node: number, rest: readonly number[]): void {
  const { walk } = look;
  for (const it of composites(walk, node, rest)) {
    if (look.skips(it.path.root, it.path.value.is === 'name' ? it.part : 'attribute')) continue;
    for (const one of it.covers) look.covered.add(one);
    composite(look, it);
  }
  expression(look, fieldOf(walk, node, 'condition'));
  for (const kid of kids(walk, node)) {
    const type = walk.tree.type(kid);
    if (type === 'block') inBlock(look, kid);
    else if (type === 'else_clause') inBlock(look, fieldOf(walk, kid, 'body'));
    else if (type === 'elif_clause') {
      expression(look, fieldOf(walk, kid, 'condition'));
      inBlock(look, fieldOf(walk, kid, 'consequence'));
    }
  }
}
function composite(look: Look, it: Composite): void {
  add(look, { path: it.path, part: it.part, op: it.op, node: it.test, act: it.act, window: it.window, key: it.key });
}

// ── Expressions ──────────────────────────────────────────────────────────────────────────────────

export function expression(look: Look, node: number): void {
  if (node < 0 || look.depth > limits.depth) return;
  look.depth++;
  visit(look, node);
  look.depth--;
}
function visit(look: Look, node: number): void {
  const { walk } = look;
  const type = walk.tree.type(node);
  switch (type) {
    case 'assignment':
      return assignment(look, node);
    case 'augmented_assignment':
      return augmented(look, node);
    case 'lambda':
    case 'function_definition':
    case 'class_definition':
    case 'type':
      return;
    case 'identifier':
    case 'attribute': {
      const path = pathOf(walk, node);
      if (!path) return expression(look, fieldOf(walk, node, 'object'));
      if (!look.covered.has(node)) add(look, { path, part: 'slot', op: 'read', node });
      return;
    }
    case 'subscript': {
      const element = elementOf(walk, node);
      if (!element) break;
      if (!look.covered.has(element.path.node))
        add(look, { path: element.path, part: 'contents', op: 'read', node, key: keyValue(walk, element.key) });
      return expression(look, element.key);
    }
    case 'call':
      return call(look, node);
    case 'comparison_operator':
      return comparison(look, node);
    case 'for_in_clause':
      return iterated(look, fieldOf(walk, node, 'right'));
    case 'keyword_argument':
      return expression(look, fieldOf(walk, node, 'value'));
    case 'named_expression':
      forget(look, fieldOf(walk, node, 'name'));
      return expression(look, fieldOf(walk, node, 'value'));
    case 'boolean_operator':
      break;
    default:
  }
  for (const kid of kids(walk, node)) expression(look, kid);
}

const snapshots = new Set([
  'list',
  'tuple',
  'set',
  'frozenset',
  'dict',
  'sorted',
  'len',
  'sum',
  'min',
  'max',
  'any',
  'all',
  'str',
  'repr',
  'bool',
]);

function call(look: Look, node: number): void {
  const { walk } = look;
  const own = methodCall(walk, node);
  const callee = fieldOf(walk, node, 'function');
  const list = fieldOf(walk, node, 'arguments');
  if (own) {
    const [key] = own.args;
    const it = { path: own.path, part: 'contents' as const, op: 'step' as const, node, method: own.method };
    if (!look.covered.has(own.path.node)) add(look, { ...it, key: key === undefined ? null : keyValue(walk, key) });
  } else if (callee >= 0 && walk.tree.type(callee) !== 'identifier') expression(look, callee);
  const name = callee >= 0 && walk.tree.type(callee) === 'identifier' ? textOf(walk, callee) : '';
  const args = list < 0 ? [] : walk.tree.type(list) === 'generator_expression' ? [list] : kids(walk, list);
  for (const arg of args) {
    const path = snapshots.has(name) ? pathOf(walk, arg) : undefined;
    // One call of C code looks at all of it at once.
    if (path && !look.covered.has(path.node)) add(look, { path, part: 'contents', op: 'read', node: arg });
    else expression(look, arg);
  }
}

function comparison(look: Look, node: number): void {
  const { walk } = look;
  const operands = kids(walk, node).filter((kid) => walk.tree.field(kid) !== 'operators');
  const isMember = kidsOf(walk, node, 'operators').some((it) => /\bin$/.test(textOf(walk, it)));
  operands.forEach((it, at) => {
    const path = isMember && at > 0 ? pathOf(walk, it) : undefined;
    if (!path) expression(look, it);
    else if (!look.covered.has(path.node))
      add(look, { path, part: 'contents', op: 'read', node: it, key: keyValue(walk, operands[at - 1] ?? -1) });
  });
}
const kidsOf = (walk: Walk, node: number, field: string): number[] => {
  const found: number[] = [];
  for (let kid = walk.tree.first(node); kid >= 0; kid = walk.tree.next(kid)) if (walk.tree.field(kid) === field) found.push(kid);
  return found;
};

const views = new Set(['items', 'keys', 'values']);
const lazy = new Set(['enumerate', 'zip', 'iter', 'reversed', 'map', 'filter', 'chain', 'islice']);
/** What a loop or comprehension walks, step by step. */
function iterated(look: Look, node: number): void {
  const { walk } = look;
  if (node < 0) return;
  const path = pathOf(walk, node);
  if (path) return add(look, { path, part: 'contents', op: 'iterate', node });
  const own = methodCall(walk, node);
  if (own && views.has(own.method)) return add(look, { path: own.path, part: 'contents', op: 'iterate', node, method: own.method });
  const callee = walk.tree.type(node) === 'call' ? fieldOf(walk, node, 'function') : -1;
  const list = callee < 0 ? -1 : fieldOf(walk, node, 'arguments');
  if (list >= 0 && lazy.has(textOf(walk, callee)) && walk.tree.type(list) !== 'generator_expression') {
    for (const arg of kids(walk, list)) iterated(look, arg);
    return;
  }
  expression(look, node);
}
