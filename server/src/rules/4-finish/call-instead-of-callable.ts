// Law 4. A function that is called where it was meant to be handed over runs here, and its result is called there.
import { passCallable } from '../../fixes/pass-callable.js';
import { rule } from '../../model.js';

export default rule({
  id: 'call-instead-of-callable',
  law: 'finish',
  title: 'A function is called where it was meant to be handed over',
  on: 'spawn',
  severity: 'error',
  check(spawn, program) {
    const { callable, call } = spawn;
    if (callable?.value.is !== 'call' || spawn.runner.kind === 'task' || spawn.runner.kind === 'handler') return undefined;
    const inner = call.in.chunk.events[callable.value.event];
    if (inner?.kind !== 'call') return undefined;
    const made = program.makes(inner);
    if (!made || made.what === 'callable') return undefined;
    const api = spawn.api.replace('AbstractEventLoop', 'loop');
    const given =
      made.what === 'coroutine'
        ? `\`${made.by}()\` makes a coroutine here; \`${api}\` is given that`
        : `\`${made.by}()\` runs here and now; \`${api}\` is given its result`;
    return {
      at: inner.span,
      message: `${given}, not the function`,
      because: [[...program.here(call, `\`${api}\` calls what it is given`), ...made.because]],
    };
  },
  fixes: [passCallable],
});
