// `if not items: cv.wait()` → `cv.wait_for(lambda: items)`.
import { type Fix, type Node, refuse, safe } from '../model.js';

export const waitForPredicate: Fix<'call'> = {
  id: 'wait-for-predicate',
  title: 'Wait for what was tested',
  best: 'safe',
  offer(call, doc) {
    const { callee } = call;
    if (callee.is !== 'attr' || callee.name !== 'wait' || doc.program.held(call).length === 0) return undefined;
    const node = doc.node(call);
    const statement = node.up('if_statement');
    const test = statement?.field('condition');
    const receiver = node.field('function')?.field('object');
    if (!statement || !test || !receiver) return undefined;
    if (statement.field('alternative')) return refuse('the `if` has another branch, which `wait_for` has no place for');
    const wait = node.parent?.type === 'await' ? node.parent : node;
    const [only, more] = statement.field('consequence')?.children.filter((it) => it.type !== 'comment') ?? [];
    if (more || only?.type !== 'expression_statement' || only.children[0]?.span.start !== wait.span.start)
      return refuse('something else is done where the test holds');
    if (statement.all('comment').length > 0) return refuse('a comment between the test and the wait would be lost');
    if (test.type === 'named_expression' || test.all('named_expression', 'await', 'yield').length > 0)
      return refuse('the test does more than look: it gives a name a value, or lets others run');
    const waits = wait === node ? '' : 'await ';
    doc.replace(statement, `${waits}${receiver.text}.wait_for(lambda: ${opposite(test)})`);
    return safe;
  },
};
const opposites: Readonly<Record<string, string>> = { is: 'is not', 'is not': 'is', in: 'not in', 'not in': 'in' };
/** The text of the test that holds where this one does not. */
function opposite(test: Node): string {
  const inner = test.type === 'parenthesized_expression' ? test.children[0] : undefined;
  if (inner && !inner.text.includes('\n')) return opposite(inner);
  if (test.type === 'not_operator') return test.field('argument')?.text ?? '';
  if (test.type === 'comparison_operator') {
    const [left, right, more] = test.children;
    const op =
      left &&
      right &&
      test.text
        .slice(left.text.length, test.text.length - right.text.length)
        .trim()
        .replace(/\s+/g, ' ');
    const other = op && !more ? opposites[op] : undefined;
    if (left && right && other) return `${left.text} ${other} ${right.text}`;
  }
  return /^(?:boolean_operator|conditional_expression|lambda)$/.test(test.type) ? `not (${test.text})` : `not ${test.text}`;
}
