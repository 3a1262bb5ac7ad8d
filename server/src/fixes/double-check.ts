// `if X is None: X = make()` → the same with a lock and a second test under it.
import { type Editing, type Fix, type Node, refuse, review, type Touch } from '../model.js';
import { type Guarding, guarding, hazardOf, isSameStretch, type Refused, type Stretch, stretchOf } from './locking.js';
import { ownsLine } from './placing.js';

/** What is built may wait: nobody can use it earlier. */
const allowed = ['wait'] as const;

export const doubleCheck: Fix<'race'> = {
  id: 'double-check',
  title: 'Build it under a lock',
  best: 'review',
  offer(race, doc) {
    const all = doc.program.conflicts(race);
    const lock = guarding(race, doc);
    if (typeof lock === 'string') return refuse(lock);
    const done: Stretch[] = [];
    for (const touch of all.filter((it) => !lock.isHeld(it))) {
      const refused = guard(touch, lock, done, doc);
      if (refused) return refuse(refused);
    }
    lock.make();
    return review(`only one thread builds it, and the others wait for \`${lock.name}\` meanwhile`);
  },
};

function guard(touch: Touch, lock: Guarding, done: Stretch[], doc: Editing): Refused | undefined {
  const name = lock.refer(touch.event);
  const stretch = stretchOf(touch.event, doc);
  if (!name) return 'the lock cannot be named everywhere where it is needed';
  if (typeof stretch === 'string') return stretch;
  if (done.some((it) => isSameStretch(it, stretch))) return undefined;
  done.push(stretch);
  const hazard = hazardOf(stretch, doc, allowed);
  if (hazard) return hazard;
  const { first, last } = stretch;
  const test = touch.op === 'lazy-init' && first === last && first.type === 'if_statement' ? first.field('condition') : undefined;
  const block = test && first.field('consequence');
  if (!test || !block || first.field('alternative') || /\n/.test(test.text)) doc.wrap(first, last, `with ${name}:`);
  else return again(test, block, name, doc);
  return undefined;
}
/** The block once more, two levels further in. */
function again(test: Node, block: Node, lock: string, doc: Editing): Refused | undefined {
  const [start] = block.children.filter((it) => it.type !== 'comment');
  if (!start || !ownsLine(start, doc)) return 'several statements share the line';
  if (block.all('string').some((it) => it.text.includes('\n'))) return 'a string of several lines stands in the block';
  const margin = doc.indent(start);
  const unit = doc.indent(start, 1).slice(margin.length);
  const body = block.text.replace(/\n(?=[^\n\r])/g, `\n${unit}${unit}`);
  doc.replace(block, `with ${lock}:\n${margin}${unit}if ${test.text}:\n${margin}${unit}${unit}${body}`);
  return undefined;
}
