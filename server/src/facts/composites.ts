// Tests that a later statement trusts: `if k not in d: d[k] = v`, `if X is None: X = make()`, `while q: q.pop()`.

import { limits } from '../limits.js';
import type { Op, Value, Window } from '../model.js';
import {
  type Element,
  elementOf,
  keyValue,
  type MethodCall,
  methodCall,
  type Path,
  pathOf,
  wider,
  windowIn,
  windowOf,
  written,
} from './paths.js';
import { fieldOf, fieldsOf, kids, textOf, type Walk } from './walk.js';

/** A place that a test looks at. */
interface Tested {
  readonly path: Path;
  readonly part: 'slot' | 'contents';
  /** What is compared with, as a key of the container; -1 for the container as a whole. */
  readonly key: number;
  /** The place is empty, missing or false where the test holds; then building it is what follows. */
  readonly empty: boolean;
  readonly node: number;
}
export interface Composite {
  readonly path: Path;
  readonly part: 'slot' | 'contents';
  readonly op: Op;
  readonly window: Window;
  readonly key: Value | null;
  readonly test: number;
  readonly act: number;
  /** Nodes whose plain accesses this one stands for. */
  readonly covers: readonly number[];
}

/** `rest` are the statements after an `if`: they act where its block always leaves. */
export function composites(walk: Walk, node: number, rest: readonly number[]): readonly Composite[] {
  const loop = walk.tree.type(node) === 'while_statement';
  const condition = fieldOf(walk, node, 'condition');
  const block = fieldOf(walk, node, loop ? 'body' : 'consequence');
  const leaves = !loop && alwaysLeaves(walk, block);
  const others = fieldsOf(walk, node, 'alternative');
  const passes = leaves && others.length === 0; // what follows acts where the test failed
  const within = actsIn(walk, tests(walk, condition, true), [block, ...others], false);
  if (!passes) return within;
  const told = new Set(within.map((it) => it.test));
  return [...within, ...actsIn(walk, tests(walk, condition, false), rest, true).filter((it) => !told.has(it.test))];
}
/** `leaves`: what stands before the act runs between it and the test. */
function actsIn(walk: Walk, tested: readonly Tested[], places: readonly number[], leaves: boolean): readonly Composite[] {
  const found: Composite[] = [];
  for (const it of tested) {
    let before: Window = 'none';
    for (const place of places) {
      const act = actIn(walk, place, it);
      if (act) {
        found.push(join(walk, it, act, wider(before, windowBefore(walk, place, act.node))));
        break;
      }
      if (leaves && leavesAgain(walk, place, it)) break;
      if (leaves) before = wider(before, windowOf(walk, place));
    }
  }
  return found;
}

function join(walk: Walk, tested: Tested, act: Act, between: Window): Composite {
  const { path, part } = tested;
  const builds = part === 'slot' && act.value >= 0 && isBuilt(walk, act.value);
  return {
    path,
    part,
    op: builds && tested.empty ? 'lazy-init' : 'check-act',
    window: wider(between, act.value >= 0 ? windowOf(walk, act.value) : 'none'),
    key: tested.key < 0 ? null : keyValue(walk, tested.key),
    test: tested.node,
    act: act.node,
    covers: [tested.path.node, ...act.covers],
  };
}
const windowBefore = (walk: Walk, place: number, act: number): Window => {
  let found: Window = 'none';
  const visit = (node: number): void => {
    for (let kid = walk.tree.first(node); kid >= 0 && walk.tree.start(kid) < walk.tree.start(act); kid = walk.tree.next(kid)) {
      const type = walk.tree.type(kid);
      if (type === 'function_definition' || type === 'lambda' || type === 'class_definition') continue;
      if (walk.tree.end(kid) > walk.tree.start(act)) visit(kid);
      else found = wider(found, type === 'await' ? 'await' : type === 'call' ? wider('call', windowIn(walk, kid)) : windowIn(walk, kid));
    }
  };
  visit(place);
  return found;
};

/** Something is made: a call, a display, a comprehension. */
function isBuilt(walk: Walk, node: number): boolean {
  let it = node;
  while (it >= 0 && /^(?:await|parenthesized_expression)$/.test(walk.tree.type(it))) it = kids(walk, it)[0] ?? -1;
  const type = it < 0 ? '' : walk.tree.type(it);
  return /^(?:call|list|dictionary|set|tuple|list_comprehension|dictionary_comprehension|set_comprehension)$/.test(type);
}

// ── Tests ────────────────────────────────────────────────────────────────────────────────────────

const asking = new Set(['empty', 'full', 'qsize', 'get', 'count', 'locked', 'done']);

/** The places a condition looks at; `holds` is false under a `not`. */
function tests(walk: Walk, node: number, holds: boolean, depth = 0): readonly Tested[] {
  if (node < 0 || depth > limits.depth) return [];
  const inner = (it: number, now: boolean): readonly Tested[] => tests(walk, it, now, depth + 1);
  switch (walk.tree.type(node)) {
    case 'parenthesized_expression':
      return inner(kids(walk, node)[0] ?? -1, holds);
    case 'not_operator':
      return inner(fieldOf(walk, node, 'argument'), !holds);
    case 'boolean_operator':
      return [...inner(fieldOf(walk, node, 'left'), holds), ...inner(fieldOf(walk, node, 'right'), holds)];
    case 'comparison_operator':
      return compared(walk, node, holds);
    case 'call':
      return called(walk, node, holds);
    default: {
      const element = elementOf(walk, node);
      if (element) return [{ path: element.path, part: 'contents', key: element.key, empty: !holds, node }];
      const path = pathOf(walk, node);
      if (!path) return [];
      return [
        { path, part: 'slot', key: -1, empty: !holds, node },
        { path, part: 'contents', key: -1, empty: !holds, node },
      ];
    }
  }
}
function called(walk: Walk, node: number, holds: boolean): readonly Tested[] {
  const call = methodCall(walk, node);
  if (call && asking.has(call.method))
    return [{ path: call.path, part: 'contents', key: call.method === 'get' ? (call.args[0] ?? -1) : -1, empty: !holds, node }];
  const [only, more] = fieldOf(walk, node, 'arguments') < 0 ? [] : kids(walk, fieldOf(walk, node, 'arguments'));
  const path =
    only !== undefined && more === undefined && textOf(walk, fieldOf(walk, node, 'function')) === 'len' ? pathOf(walk, only) : undefined;
  return path ? [{ path, part: 'contents', key: -1, empty: !holds, node }] : [];
}
function compared(walk: Walk, node: number, holds: boolean): readonly Tested[] {
  const operands = kids(walk, node).filter((kid) => walk.tree.field(kid) !== 'operators');
  const [left, right, more] = operands;
  const op = fieldsOf(walk, node, 'operators')
    .map((it) => textOf(walk, it))
    .join(' ');
  if (left === undefined || right === undefined || more !== undefined) return [];
  if (op === 'in' || op === 'not in') {
    const path = pathOf(walk, right);
    return path ? [{ path, part: 'contents', key: left, empty: (op === 'not in') === holds, node }] : [];
  }
  const none = walk.tree.type(right) === 'none';
  const element = elementOf(walk, left);
  const empty = none && (op === 'is' || op === '==') === holds;
  if (element) return [{ path: element.path, part: 'contents', key: element.key, empty, node }];
  if (walk.tree.type(left) === 'call') return called(walk, left, holds);
  const path = pathOf(walk, left);
  return path ? [{ path, part: 'slot', key: -1, empty, node }] : [];
}

// ── Acts ─────────────────────────────────────────────────────────────────────────────────────────

interface Act {
  readonly node: number;
  /** What is stored; -1 where nothing is. */
  readonly value: number;
  readonly covers: readonly number[];
}
const acting = new Set(
  'append appendleft add pop popleft popitem remove discard insert extend update setdefault clear get get_nowait put put_nowait'.split(' '),
);

/** The first statement below that changes what was tested. An `if` that tests it again has its own composite. */
function actIn(walk: Walk, node: number, tested: Tested, depth = 0): Act | undefined {
  if (node < 0 || depth > limits.depth) return undefined;
  const type = walk.tree.type(node);
  if (type === 'function_definition' || type === 'class_definition' || type === 'lambda') return undefined;
  if ((type === 'if_statement' || type === 'while_statement') && node !== walk.tree.parent(tested.node)) {
    const again = tests(walk, fieldOf(walk, node, 'condition'), true);
    if (again.some((it) => it.path.text === tested.path.text)) return undefined;
  }
  const own = actAt(walk, node, tested);
  if (own) return own;
  for (let kid = walk.tree.first(node); kid >= 0; kid = walk.tree.next(kid)) {
    if (!walk.tree.named(kid)) continue;
    if (leavesAgain(walk, kid, tested)) return undefined;
    const found = actIn(walk, kid, tested, depth + 1);
    if (found) return found;
  }
  return undefined;
}
/** `if made: return` once more, perhaps under a lock by now: what follows trusts this test. */
function leavesAgain(walk: Walk, node: number, tested: Tested): boolean {
  if (walk.tree.type(node) !== 'if_statement' || node === walk.tree.parent(tested.node)) return false;
  if (!alwaysLeaves(walk, fieldOf(walk, node, 'consequence'))) return false;
  return tests(walk, fieldOf(walk, node, 'condition'), true).some((it) => it.path.text === tested.path.text);
}
function actAt(walk: Walk, node: number, tested: Tested): Act | undefined {
  const type = walk.tree.type(node);
  if (type === 'assignment' || type === 'augmented_assignment') {
    const left = fieldOf(walk, node, 'left');
    const value = fieldOf(walk, node, 'right');
    if (tested.part === 'slot') {
      const path = pathOf(walk, left);
      return path?.text === tested.path.text ? { node, value, covers: [path.node, node] } : undefined;
    }
    const element = elementOf(walk, left);
    return element && sameElement(walk, element, tested) ? { node, value, covers: [element.path.node, node] } : undefined;
  }
  if (tested.part === 'slot') return undefined;
  if (type === 'delete_statement') {
    const element = kids(walk, node)
      .map((it) => elementOf(walk, it))
      .find((it) => it && sameElement(walk, it, tested));
    return element ? { node, value: -1, covers: [element.path.node] } : undefined;
  }
  const call = methodCall(walk, node);
  if (!call || call.path.text !== tested.path.text || !acting.has(call.method)) return undefined;
  return isAct(walk, call, tested) ? { node, value: -1, covers: [call.path.node] } : undefined;
}
/** `get` takes something out of a queue, and only looks at a dict; with a key the act has to be about the same one. */
function isAct(walk: Walk, call: MethodCall, tested: Tested): boolean {
  const [key] = call.args;
  if (call.method === 'get') return tested.key < 0 && (key === undefined || walk.tree.type(key) === 'keyword_argument');
  if (tested.key < 0 || key === undefined) return tested.key < 0;
  return written(walk, key) === written(walk, tested.key);
}
const sameElement = (walk: Walk, it: Element, tested: Tested): boolean =>
  it.path.text === tested.path.text && (tested.key < 0 || written(walk, it.key) === written(walk, tested.key));

function alwaysLeaves(walk: Walk, block: number): boolean {
  if (block < 0) return false;
  const last = kids(walk, block).at(-1) ?? -1;
  return last >= 0 && /^(?:return|raise|continue|break)_statement$/.test(walk.tree.type(last));
}
