// Law 4. A coroutine that nothing awaits never runs.
import { insertAwait } from '../../fixes/insert-await.js';
import { keepCoroutine } from '../../fixes/keep-task.js';
import { type End, rule } from '../../model.js';

const ends: ReadonlySet<End['how']> = new Set(['dropped', 'lost', 'tested', 'formatted']);
const where: { readonly [how: string]: string } = {
  dropped: 'it ends here, as a statement',
  lost: 'it is kept under a name that nothing reads',
  tested: 'it ends in a test, and a coroutine is always true',
  formatted: 'it ends in a text',
};

export default rule({
  id: 'unawaited-coroutine',
  law: 'finish',
  title: 'A coroutine is made and never awaited',
  on: 'call',
  severity: 'error',
  check(call, program) {
    if (call.implied || call.result === 'awaited' || call.result === 'returned' || call.result === 'argument') return undefined;
    const made = program.makes(call, 'coroutine');
    if (made?.what !== 'coroutine') return undefined;
    const found = program.ends(call);
    const [first] = found;
    if (!first || !found.every((it) => ends.has(it.how))) return undefined;
    return {
      message: `\`${made.by}()\` makes a coroutine that nothing awaits: its body never runs`,
      because: [[...made.because, ...program.here(first.at ?? call, where[first.how])]],
    };
  },
  fixes: [insertAwait, keepCoroutine],
});
