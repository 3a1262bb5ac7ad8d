// Where an `await` may stand, and what it would let in: what every fix asks that puts one before a call.
import { type Editing, type Node, type Offer, type Region, refuse, type Span, type Subject } from '../model.js';

/** Does it stand in a class body or a decorator, and not in the coroutine itself? */
export const isOutside = (node: Node): boolean =>
  node.up('class_definition', 'decorator', 'function_definition')?.type !== 'function_definition' || node.up('parameters') !== undefined;

/** Why no `await` may take the place of a call; undefined where one may. */
export function noAwait(at: Region, node: Node, doc: Editing): Offer | undefined {
  const [lock] = doc.program.locks(at);
  if (lock) return refuse(`\`${lock}\` is held here and would stay held across the \`await\``);
  if (isOutside(node)) return refuse('an `await` is not possible in a class body or a decorator');
  if (node.up('generator_expression', 'lambda')) return refuse('an `await` is not possible inside this expression');
  return undefined;
}
/** Why other tasks must not run at this call of a coroutine; undefined where they may. */
export function noPause(call: Subject, doc: Editing): Offer | undefined {
  const { fn } = call.in;
  if (!fn.fact.async) return refuse(`\`${fn.name}\` is a callback, not a coroutine: it has no place for an \`await\``);
  return letsIn(call, doc);
}
/** Would an `await` at a place come between a read and a write of something that other tasks use, too? */
export function letsIn(at: { readonly in: Region; readonly span: Span }, doc: Editing): Offer | undefined {
  const shared = doc.program.interleaved(at);
  return shared ? refuse(`\`${shared}\` is read before and written after: during an \`await\` another task could change it`) : undefined;
}
/** `await f(x)`, in parentheses where something is done with the result right there. */
export const awaited = (node: Node, text: string): string => (isOperand(node) ? `(await ${text})` : `await ${text}`);

/** `load(url).text`: the `await` must come first. */
function isOperand(node: Node): boolean {
  const { parent } = node;
  if (parent?.type === 'attribute' || parent?.type === 'subscript') return parent.children[0]?.span.start === node.span.start;
  return (
    parent?.type === 'call' || parent?.type === 'await' || (parent?.type === 'binary_operator' && parent.field('operator')?.text === '**')
  );
}
