// Law 2. A loop over an array runs byte code once per element, where one expression does the same in C.
import { vectorizeLoop } from '../../fixes/vectorize-loop.js';
import { rule } from '../../model.js';

/** Elements: below it a loop is hardly felt. */
const few = 1000;

export default rule({
  id: 'vectorizable-loop',
  law: 'worker',
  title: 'A Python loop goes through an array',
  on: 'loop',
  severity: 'hint',
  check(loop, program) {
    const shape = program.shape(loop);
    if (!shape?.aligned || program.demonstration(loop.in)) return undefined;
    const runner = program.runners(loop.in).find((it) => it.kind === 'thread' || it.kind === 'process' || it.kind === 'interpreter');
    if (!runner) return undefined; // nobody has found it worth a worker
    const passes = program.trips(loop);
    if (passes.from !== 'guess' && passes.n < few) return undefined;
    const turns = passes.from === 'guess' ? 'turns once for each element' : `turns ${passes.says} times`;
    const [here] = program.here(loop, `${turns}; \`${shape.over}\` is a \`numpy.ndarray\``);
    return {
      at: { start: loop.span.start, end: loop.span.start + 'for'.length },
      message: `this loop over \`${shape.over}\` runs once per element in Python: one array expression does the same in C`,
      because: [[...runner.because, here] as unknown as typeof runner.because],
      ...(passes.from === 'guess' ? { atMost: 'medium' as const } : {}),
    };
  },
  fixes: [vectorizeLoop],
});
