// Law 1. Synchronous code leans on a loop that Python no longer makes, hands out or takes.
import { dropLoopArgument } from '../../fixes/drop-loop-argument.js';
import { runCoroutine } from '../../fixes/run-coroutine.js';
import { wrapInTasks } from '../../fixes/wrap-in-tasks.js';
import { rule, type Severity } from '../../model.js';

export default rule({
  id: 'implicit-event-loop',
  law: 'loop',
  title: 'A loop that nobody made',
  on: 'call',
  severity: 'warning',
  check(call, program) {
    const it = program.implicitLoop(call);
    if (!it) return undefined;
    const { from, to } = program.target.python;
    const warned = it.form === 'get' ? to >= 10 : to >= it.since;
    const severity: Severity = from >= it.since ? 'error' : warned ? 'warning' : 'hint';
    const [{ name }] = it.because;
    const what = {
      get: `\`${name}\` leans on a loop that Python 3.14 no longer makes: it raises RuntimeError there`,
      argument: `\`${name}\` takes no \`loop\` since Python 3.10: it raises TypeError there`,
      coroutines: `\`${name}\` takes no coroutines since Python 3.11: it raises TypeError there`,
    };
    return { at: call.calleeSpan, message: what[it.form], because: [it.because], severity };
  },
  fixes: [runCoroutine, dropLoopArgument, wrapInTasks],
});
