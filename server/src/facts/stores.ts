// Stores into shared memory, and whether what is stored was made from what was there: `n = n + 1`, `d[k] = d.get(k, 0) + 1`.
import { limits } from '../limits.js';
import type { Value, Window } from '../model.js';
import { add, expression, type Look } from './access.js';
import { type Element, elementOf, keyValue, type Path, pathOf, wider, windowOf, written } from './paths.js';
import { fieldOf, kids, textOf, type Walk } from './walk.js';

export function assignment(look: Look, node: number): void {
  const { walk } = look;
  const left = fieldOf(walk, node, 'left');
  const right = fieldOf(walk, node, 'right');
  if (right < 0) return;
  if (walk.tree.type(right) === 'assignment') assignment(look, right);
  if (look.covered.has(node)) {
    expression(look, right);
    return;
  }
  for (const target of targets(walk, left)) store(look, target, right, node);
  if (walk.tree.type(right) !== 'assignment') expression(look, right);
  copy(look, left, right);
}
function targets(walk: Walk, node: number): readonly number[] {
  if (/^(?:pattern_list|tuple_pattern|list_pattern|expression_list|tuple|list)$/.test(walk.tree.type(node)))
    return kids(walk, node).flatMap((it) => targets(walk, it));
  return [node];
}

function store(look: Look, target: number, right: number, stmt: number): void {
  const { walk } = look;
  const element = elementOf(walk, target);
  if (element) {
    const old = oldValue(look, right, element.path, element.key);
    const key = keyValue(walk, element.key);
    if (look.skips(element.path.root, element.path.value.is === 'name' ? 'contents' : 'attribute')) return expression(look, element.key);
    if (old) update(look, element.path, 'contents', key, stmt, old);
    else add(look, { path: element.path, part: 'contents', op: 'step', node: target, key, method: '[]=' });
    expression(look, element.key);
    return;
  }
  const path = pathOf(walk, target);
  if (!path) return expression(look, target);
  const old = oldValue(look, right, path, -1);
  if (old) update(look, path, 'slot', null, stmt, old);
  else if (isOwnDefault(walk, right, path))
    add(look, { path, part: 'slot', op: 'lazy-init', node: stmt, act: stmt, window: windowOf(walk, right) });
  else add(look, { path, part: 'slot', op: 'write', node: target });
}
/** `del d[k]`, `del self.x`. */
export function removed(look: Look, node: number): void {
  for (const target of kids(look.walk, node).flatMap((it) => targets(look.walk, it))) {
    const element = elementOf(look.walk, target);
    const path = element ? undefined : pathOf(look.walk, target);
    if (element && !look.covered.has(element.path.node)) {
      const key = keyValue(look.walk, element.key);
      add(look, { path: element.path, part: 'contents', op: 'step', node: target, key, method: 'del[]' });
    } else if (path?.value.is === 'attr') add(look, { path, part: 'slot', op: 'write', node: target });
    if (!path) expression(look, element ? element.key : target);
  }
}
/** `X = X or make()`. */
function isOwnDefault(walk: Walk, right: number, path: Path): boolean {
  return walk.tree.type(right) === 'boolean_operator' && pathOf(walk, fieldOf(walk, right, 'left'))?.text === path.text;
}

interface Old {
  /** The node that reads it, in this statement or in an earlier one. */
  readonly node: number;
  readonly earlier: boolean;
  readonly window: Window;
}
/** Is what is stored made from what the place held, read in the expression itself or earlier into a local name? */
function oldValue(look: Look, right: number, path: Path, key: number): Old | undefined {
  const { walk } = look;
  if (isOwnDefault(walk, right, path)) return undefined;
  const direct = findIn(walk, right, (it) => isRead(walk, it, path, key));
  if (direct >= 0) {
    if (direct === right) return undefined; // stored as it was
    look.covered.add(direct);
    const own = elementOf(walk, direct);
    if (own) look.covered.add(own.path.node);
    return { node: direct, earlier: false, window: windowOf(walk, right, own?.node ?? -1) };
  }
  for (const [name, it] of look.copies) {
    if (it.path.text !== path.text || it.key < 0 !== key < 0 || (key >= 0 && written(walk, it.key) !== written(walk, key))) continue;
    const use = findIn(walk, right, (node) => walk.tree.type(node) === 'identifier' && textOf(walk, node) === name);
    if (use < 0 || use === right) continue;
    return { node: it.node, earlier: true, window: wider(windowOf(walk, right), between(look, it.node, right)) };
  }
  return undefined;
}
const isRead = (walk: Walk, node: number, path: Path, key: number): boolean => {
  if (key < 0) return pathOf(walk, node)?.text === path.text;
  const element: Element | undefined = elementOf(walk, node);
  return element?.path.text === path.text && written(walk, element.key) === written(walk, key);
};
function findIn(walk: Walk, node: number, wanted: (node: number) => boolean, depth = 0): number {
  if (node < 0 || depth > limits.depth || walk.tree.type(node) === 'lambda') return -1;
  if (wanted(node)) return node;
  for (let kid = walk.tree.first(node); kid >= 0; kid = walk.tree.next(kid)) {
    if (!walk.tree.named(kid) || walk.tree.field(kid) === 'attribute') continue;
    const found = findIn(walk, kid, wanted, depth + 1);
    if (found >= 0) return found;
  }
  return -1;
}
/** What runs after a read and before the statement of a store, both in one function. */
function between(look: Look, read: number, store: number): Window {
  const { walk } = look;
  const body = walk.functions[look.fn]?.body ?? 0;
  const start = walk.regions[body]?.span.start ?? 0;
  let top = store;
  while (walk.tree.parent(top) >= 0 && walk.tree.start(walk.tree.parent(top)) - walk.base > start) top = walk.tree.parent(top);
  let found: Window = 'none';
  const visit = (node: number, depth: number): void => {
    if (depth > limits.depth) return;
    for (let kid = walk.tree.first(node); kid >= 0 && walk.tree.start(kid) < walk.tree.start(store); kid = walk.tree.next(kid)) {
      if (walk.tree.end(kid) <= walk.tree.end(read)) continue;
      const type = walk.tree.type(kid);
      if (type === 'function_definition' || type === 'lambda' || type === 'class_definition') continue;
      if (walk.tree.start(kid) >= walk.tree.end(read) && (type === 'await' || type === 'call')) found = wider(found, type);
      visit(kid, depth + 1);
    }
  };
  visit(walk.tree.parent(top) >= 0 ? walk.tree.parent(top) : top, 0);
  return found;
}
function update(look: Look, path: Path, part: 'slot' | 'contents', key: Value | null, stmt: number, old: Old): void {
  if (old.earlier) add(look, { path, part, op: 'update', node: old.node, act: stmt, window: old.window, key });
  else add(look, { path, part, op: 'update', node: stmt, window: old.window, key });
}

export function augmented(look: Look, node: number): void {
  const { walk } = look;
  const left = fieldOf(walk, node, 'left');
  const right = fieldOf(walk, node, 'right');
  if (!look.covered.has(node)) {
    const element = elementOf(walk, left);
    const path = element ? element.path : pathOf(walk, left);
    const window = windowOf(walk, right);
    if (element) {
      add(look, { path: element.path, part: 'contents', op: 'update', node, window, key: keyValue(walk, element.key) });
      expression(look, element.key);
    } else if (path) add(look, { path, part: 'slot', op: 'update', node, window });
    else expression(look, left);
  }
  if (walk.tree.type(left) !== 'identifier' || !look.copies.has(textOf(walk, left))) forget(look, left);
  expression(look, right);
}

/** `seen = self.value`: from now on `seen` stands for what was read. */
function copy(look: Look, left: number, right: number): void {
  const { walk } = look;
  const name = textOf(walk, left);
  const known = walk.tree.type(left) === 'identifier' ? look.copies.get(name) : undefined;
  // `seen = seen + n` is still made from what was read.
  if (known && findIn(walk, right, (it) => walk.tree.type(it) === 'identifier' && textOf(walk, it) === name) >= 0) return;
  forget(look, left);
  if (walk.tree.type(left) !== 'identifier') return;
  const element = elementOf(walk, right);
  const path = element ? element.path : pathOf(walk, right);
  if (path && path.text !== textOf(walk, left)) look.copies.set(textOf(walk, left), { path, key: element ? element.key : -1, node: right });
}
export function forget(look: Look, target: number): void {
  if (target < 0) return;
  for (const it of targets(look.walk, target)) {
    const text = pathOf(look.walk, it)?.text;
    if (text === undefined) continue;
    look.copies.delete(text);
  }
}
