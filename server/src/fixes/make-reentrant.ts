// `threading.Lock()` → `threading.RLock()`: who holds it may take it again.
import { type Fix, refuse, review } from '../model.js';

export const makeReentrant: Fix<'circle'> = {
  id: 'make-reentrant',
  title: 'Make the lock reentrant',
  best: 'review',
  offer({ holds: [{ held }] }, doc) {
    if (held.family === 'task')
      return refuse('asyncio has no reentrant lock: a helper that expects the lock to be held could do the inner part');
    if (!held.made) return refuse(`where \`${held.name}\` is made is not seen`);
    const node = doc.node(held.made);
    const callee = node.field('function');
    if (!callee || doc.program.called(held.made)?.name !== 'threading.Lock')
      return refuse(`\`${held.name}\` is not made by \`threading.Lock()\``);
    const text = callee.text.replace(/\bLock$/, 'RLock');
    if (text === callee.text) return refuse(`\`${held.name}\` is made under another name than \`Lock\``);
    doc.replace(callee, callee.type === 'attribute' ? text : doc.use('threading.RLock', held.made.in.chunk));
    return review('the lock may then be taken again by the thread that holds it, everywhere');
  },
};
