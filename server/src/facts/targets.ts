// What an assignment, a `for`, a `with … as` or a pattern binds.
import type { Said, Value } from '../model.js';
import { expression, indexOf } from './values.js';
import { count, emit, fieldOf, kids, spanOf, textOf, unknown, type Walk } from './walk.js';

type From = Said['bind']['from'];

/** Emits one `bind` for each name, attribute or element in a target; tuples are unpacked with a path. */
export function bindTarget(
  walk: Walk,
  node: number,
  value: Value,
  from: From,
  annotation: Value | null = null,
  path: readonly number[] = [],
): void {
  if (node < 0) return;
  const bind = (target: Value): void => {
    count(walk, 'store');
    emit(walk, 'bind', { target, value, annotation, from, path }, spanOf(walk, node));
  };
  switch (walk.tree.type(node)) {
    case 'identifier':
      return bind({ is: 'name', name: textOf(walk, node) });
    case 'attribute':
      return bind({
        is: 'attr',
        of: expression(walk, fieldOf(walk, node, 'object')),
        name: textOf(walk, fieldOf(walk, node, 'attribute')),
      });
    case 'subscript': {
      const of = expression(walk, fieldOf(walk, node, 'value'));
      const index = indexOf(walk, node);
      emit(walk, 'operate', { op: from === 'del' ? 'del[]' : '[]=', left: of, right: index }, spanOf(walk, node));
      count(walk, 'subscript');
      return bind({ is: 'item', of, index });
    }
    case 'pattern_list':
    case 'tuple_pattern':
    case 'list_pattern':
    case 'expression_list':
    case 'tuple':
    case 'list':
      return unpack(walk, node, value, from, path);
    case 'list_splat_pattern':
    case 'list_splat':
      return bindTarget(walk, kids(walk, node)[0] ?? -1, unknown, from, null, []);
    case 'as_pattern_target':
    case 'parenthesized_expression':
      return bindTarget(walk, kids(walk, node)[0] ?? -1, value, from, annotation, path);
    default:
      expression(walk, node);
  }
}

function unpack(walk: Walk, node: number, value: Value, from: From, path: readonly number[]): void {
  kids(walk, node).forEach((kid, at) => {
    const direct = from === 'assign' && value.is === 'items' && path.length === 0 ? value.items[at] : undefined;
    if (direct && value.is === 'items' && value.items.every((it) => it.is !== 'star')) bindTarget(walk, kid, direct, from);
    else bindTarget(walk, kid, value, from, null, [...path, at]);
  });
}

/** Names captured by the patterns of a `case`; what they hold is not followed. */
export function bindPattern(walk: Walk, node: number): void {
  const type = walk.tree.type(node);
  if (type === 'dotted_name') {
    const [only, more] = kids(walk, node);
    if (only !== undefined && more === undefined) capture(walk, only);
    return;
  }
  if (type === 'class_pattern' || type === 'keyword_pattern') {
    for (const kid of kids(walk, node).slice(1)) bindPattern(walk, kid);
    return;
  }
  if (type === 'identifier') return capture(walk, node);
  for (const kid of kids(walk, node)) bindPattern(walk, kid);
}
function capture(walk: Walk, node: number): void {
  const target: Value = { is: 'name', name: textOf(walk, node) };
  emit(walk, 'bind', { target, value: unknown, annotation: null, from: 'match', path: [] }, spanOf(walk, node));
}
