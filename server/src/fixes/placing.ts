// Where new lines and names have a place.
import type { Editing, Node } from '../model.js';

/** Does the statement have its lines to itself, so that others can be put before and after it? */
export function ownsLine(statement: Node, doc: Editing): boolean {
  const next = nextOf(statement);
  return startsLine(statement, doc) && (!next || startsLine(next, doc));
}
const startsLine = (node: Node, doc: Editing): boolean => doc.indent(node).length === node.column;

/** The statements of a block, comments aside. */
export const siblingsOf = (node: Node): readonly Node[] => node.parent?.children.filter((it) => it.type !== 'comment') ?? [];
export const nextOf = (node: Node): Node | undefined => siblingsOf(node).find((it) => it.span.start >= node.span.end);
export const previousOf = (node: Node): Node | undefined => siblingsOf(node).findLast((it) => it.span.end <= node.span.start);

/** The first of these names that occurs nowhere under the node. */
export function freeName(under: Node, names: readonly string[]): string | undefined {
  const taken = new Set(under.all('identifier').map((it) => it.text));
  return names.find((it) => !taken.has(it));
}
/** The node is exactly this one. */
export const isSame = (a: Node | undefined | null, b: Node): boolean => a?.span.start === b.span.start && a.span.end === b.span.end;

/** Adds a line of its own to the module, after its imports. */
export function declare(module: Node, line: string, doc: Editing): void {
  const last = module.children.filter((it) => /^(?:import|import_from|future_import)_statement$/.test(it.type)).at(-1);
  const first = module.children.find(
    (it) => it.type !== 'comment' && !(it.type === 'expression_statement' && it.children[0]?.type === 'string'),
  );
  if (last) doc.insert('after', last, line);
  else if (first) doc.insert('before', first, line);
}
