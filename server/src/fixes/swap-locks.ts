// Swaps two nested `with` blocks, so that their locks are taken in the order that is used elsewhere.
import { type Editing, type Fix, type Node, refuse, review, type Step } from '../model.js';

export const swapLocks: Fix<'circle'> = {
  id: 'swap-locks',
  title: 'Take the locks in the other order',
  best: 'review',
  offer({ holds: [hold] }, doc) {
    const [outer, inner, deeper] = hold.because;
    if (!inner || deeper || outer.chunk !== inner.chunk)
      return refuse('the second lock is taken by a function that is called here: one of the two has to change');
    const first = lockItem(doc, outer, hold.held.name);
    const second = lockItem(doc, inner, hold.wanted.name);
    if (!first || !second) return refuse('the locks are not taken by `with` blocks of their own');
    doc.replace(first, second.text);
    doc.replace(second, first.text);
    return review(`what stands between the two then runs under \`${hold.wanted.name}\``);
  },
};
/** The item of a `with` statement that names the lock. */
function lockItem(doc: Editing, step: Step, name: string): Node | undefined {
  const statement = doc.node(step).statement();
  if (statement.type !== 'with_statement') return undefined;
  const body = statement.field('body');
  return statement
    .all('with_item')
    .filter((it) => !body || it.span.end <= body.span.start)
    .map((it) => it.children[0])
    .find((it): it is Node => it?.text.replace(/\s/g, '') === name);
}
