// Law 5. Two locks are taken in one order here and in the other order elsewhere.
import { swapLocks } from '../../fixes/swap-locks.js';
import { rule } from '../../model.js';

/** Steps of one side that are believed without reserve; in a longer chain some condition in between is likely to say no. */
const plain = 4;

export default rule({
  id: 'lock-order-inversion',
  law: 'circle',
  title: 'Locks are taken in opposite orders',
  on: 'circle',
  severity: 'error',
  check({ holds: [first, second] }) {
    if (!second) return undefined;
    return {
      message: `\`${first.wanted.name}\` is taken under \`${first.held.name}\` here and the other way round elsewhere: each can wait for the other`,
      because: [first.because, second.because],
      ...(first.because.length > plain || second.because.length > plain ? { atMost: 'medium' as const } : {}),
    };
  },
  fixes: [swapLocks],
});
