// Law 3. A closure reads a loop variable when it runs, and by then the loop has moved on.
import { bindLoopVariable } from '../../fixes/bind-loop-variable.js';
import { rule } from '../../model.js';

export default rule({
  id: 'late-bound-loop-variable',
  law: 'owner',
  title: 'A closure that runs later reads a loop variable',
  on: 'spawn',
  severity: 'error',
  check(spawn, program) {
    const late = program.lateBound(spawn);
    if (!late) return undefined;
    const names = late.names.map((it) => `\`${it}\``).join(' and ');
    const who = late.closure.fact.kind === 'lambda' ? 'this lambda' : `\`${late.closure.fact.name}\``;
    return {
      ...(spawn.callable ? { at: spawn.callable.span } : {}),
      message: `${who} reads ${names} when it runs, after the loop has moved on`,
      because: [late.because],
    };
  },
  fixes: [bindLoopVariable],
});
