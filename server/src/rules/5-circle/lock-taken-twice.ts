// Law 5. A lock that is not reentrant is taken by who holds it already.
import { makeReentrant } from '../../fixes/make-reentrant.js';
import { rule } from '../../model.js';

export default rule({
  id: 'lock-taken-twice',
  law: 'circle',
  title: 'A lock waits for itself',
  on: 'circle',
  severity: 'error',
  check({ holds: [hold, other] }) {
    if (other) return undefined;
    return {
      message: `\`${hold.wanted.name}\` is already held here: taking it again waits for itself`,
      because: [hold.because],
    };
  },
  fixes: [makeReentrant],
});
