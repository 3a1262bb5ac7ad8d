// `if not items: cv.wait()` → `while not items: cv.wait()`.
import { type Fix, refuse, safe } from '../model.js';

export const testAgain: Fix<'call'> = {
  id: 'test-again',
  title: 'Test again after each wake-up',
  best: 'safe',
  offer(call, doc) {
    const { callee } = call;
    if (callee.is !== 'attr') return undefined;
    if (doc.program.held(call).length === 0) return refuse('where the condition is taken is for its author to say');
    const statement = doc.node(call).up('if_statement');
    if (!statement) return undefined;
    if (statement.field('alternative')) return refuse('the `if` has another branch, which a loop would not');
    doc.keyword(statement, 'if', 'while');
    return safe;
  },
};
