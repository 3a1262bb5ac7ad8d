// Law 3. An object whose documentation forbids it serves several threads.
import { lockEachUse } from '../../fixes/lock-each-use.js';
import { onePerThread } from '../../fixes/one-per-thread.js';
import { rule, type Severity } from '../../model.js';

export default rule({
  id: 'shared-unsafe-object',
  law: 'owner',
  title: 'An object that is not thread-safe serves several threads',
  on: 'call',
  severity: 'warning',
  check(call, program) {
    if (call.callee.is !== 'attr') return undefined;
    const found = program.unsafeUse(call);
    if (!found) return undefined;
    const { name, safety, type } = found;
    const raises = type.startsWith('sqlite3.') && safety === 'incompatible';
    const rest = raises ? ': used in another it raises ProgrammingError' : ', and another one uses it here';
    const severity: Severity = raises ? 'error' : safety === 'compatible' && program.target.gil !== 'off' ? 'hint' : 'warning';
    return {
      at: call.calleeSpan,
      message:
        safety === 'incompatible'
          ? `\`${name}\` belongs to the thread that made it${rest}`
          : `\`${name}\` is not thread-safe, and several threads use it without a lock`,
      because: [found.because],
      severity,
    };
  },
  fixes: [onePerThread, lockEachUse],
});
