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
    const passes = program.trips(loop);
    if (passes.from !== 'guess' && passes.n < few) return undefined;
    return {
      at: { start: loop.span.start, end: loop.span.start + 3 },
      message: `this loop over \`${shape.over}\` runs once per element in Python: one array expression does the same in C`,
      because: [
        program.here(
          loop,
          `${passes.from === 'guess' ? 'turns once for each element' : `turns ${passes.says} times`}; \`${shape.over}\` is a \`numpy.ndarray\``,
        ),
      ],
      ...(passes.from === 'guess' ? { atMost: 'medium' as const } : {}),
    };
  },
  fixes: [vectorizeLoop],
});
