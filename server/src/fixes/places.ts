// Places and names in a module that rewrites need: the statement at its top, neighbours, a name nobody has.
import type { Node, Value } from '../model.js';

/** The statement of the module body around a node. */
export function topLevelOf(node: Node): Node | undefined {
  for (let it: Node | null = node; it; it = it.parent) if (it.parent?.type === 'module') return it;
  return undefined;
}
/** The statements of the block that a statement stands in, comments aside. */
export const siblingsOf = (node: Node): readonly Node[] => node.parent?.children.filter((it) => it.type !== 'comment') ?? [];
const indexOf = (node: Node): number => siblingsOf(node).findIndex((it) => it.span.start === node.span.start);
export const nextOf = (node: Node): Node | undefined => siblingsOf(node)[indexOf(node) + 1];
export const previousOf = (node: Node): Node | undefined => siblingsOf(node)[indexOf(node) - 1];

/** The first of `name`, `name_2`, … that occurs nowhere in the module. */
export function freeName(module: Node, name: string): string {
  const taken = new Set(module.all('identifier').map((it) => it.text));
  for (let at = 1; ; at++) {
    const found = at === 1 ? name : `${name}_${at}`;
    if (!taken.has(found)) return found;
  }
}
/** The value of a keyword argument. */
export function keywordOf(call: Node, name: string): Node | undefined {
  return argumentsOf(call)
    .find((it) => it.type === 'keyword_argument' && it.field('name')?.text === name)
    ?.field('value');
}
export const argumentsOf = (call: Node): readonly Node[] => call.field('arguments')?.children.filter((it) => it.type !== 'comment') ?? [];
export const positionalOf = (call: Node): readonly Node[] => argumentsOf(call).filter((it) => it.type !== 'keyword_argument');

/** A change inside of a text that is written anew. */
export interface Change {
  readonly node: Node;
  readonly text: string;
}
/** The text of a node with some nodes inside of it replaced. */
export function textWith(node: Node, changes: readonly Change[]): string {
  let text = '';
  let from = node.span.start;
  const whole = node.text;
  for (const it of [...changes].sort((a, b) => a.node.span.start - b.node.span.start)) {
    text += whole.slice(from - node.span.start, it.node.span.start - node.span.start) + it.text;
    from = it.node.span.end;
  }
  return text + whole.slice(from - node.span.start);
}
/** The block of a `with` or `for` one level further out, changed inside; undefined where a string spans lines and would move along. */
export function outdented(block: Node, outer: Node, changes: readonly Change[]): string | undefined {
  if (block.all('string').some((it) => it.text.includes('\n'))) return undefined;
  const deeper = block.column - outer.column;
  return textWith(block, changes)
    .split('\n')
    .map((line, at) => (at > 0 && line.startsWith(' '.repeat(block.column)) ? line.slice(deeper) : line))
    .join('\n')
    .replace(/^/, comments(block, outer));
}
/** Comments between a header and the first statement below it. */
function comments(block: Node, outer: Node): string {
  const found = outer.children.filter((it) => it.type === 'comment' && it.span.end <= block.span.start);
  return found.map((it) => `${it.text}\n${' '.repeat(outer.column)}`).join('');
}
/** `rows` → `row`; `item` where the name says nothing. */
export function oneOf(items: string, taken: Node): string {
  const last = /(?:^|[._])([a-z]{2,})s$/.exec(items)?.[1];
  return freeName(taken, last && !/^(?:is|as|clas|in|a|arg|kwarg)$/.test(last) ? last : 'item');
}

/** `a`, `a.b`, `a.b.c`: reading it anew gives the same. */
export const isPath = (value: Value): boolean => value.is === 'name' || (value.is === 'attr' && isPath(value.of));
/** What is called and what it is given, of a call without a comment among its arguments; undefined for any other. */
export function writtenCall(node: Node): { readonly callee: Node; readonly given: readonly Node[] } | undefined {
  const [callee, list] = [node.field('function'), node.field('arguments')];
  if (!callee || list?.type !== 'argument_list' || list.children.some((it) => it.type === 'comment')) return undefined;
  return { callee, given: list.children };
}
/** Does it stand in an expression that would take a part of it, were it an operation of several parts? */
export const isOperand = ({ parent }: Node): boolean =>
  /^(?:attribute|subscript|binary_operator|unary_operator|comparison_operator|call)$/.test(parent?.type ?? '');
