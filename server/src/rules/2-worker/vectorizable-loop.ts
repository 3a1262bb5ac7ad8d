// Law 2. A loop over an array runs byte code once per element, where one expression does the same in C.
import { vectorizeLoop } from '../../fixes/vectorize-loop.js';
import { rule, type Witness } from '../../model.js';

/** Elements: below it a loop is hardly felt. */
const few = 1000;
/** Elements from which a loop is worth a word whoever runs it. */
const many = 100_000;

export default rule({
  id: 'vectorizable-loop',
  law: 'worker',
  title: 'A Python loop goes through an array',
  on: 'loop',
  severity: 'hint',
  check(loop, program) {
    const shape = program.shape(loop);
    if (!shape?.aligned || program.demonstration(loop.in)) return undefined;
    const outer = program.loop(loop.in);
    if (outer && program.shape(outer)?.axes.some((it) => it.loop === loop)) return undefined; // told there
    const passes = shape.axes.map((it) => program.trips(it.loop));
    const guessed = passes.some((it) => it.from === 'guess');
    const n = passes.reduce((all, it) => all * it.n, 1);
    const runner = program.runners(loop.in).find((it) => it.kind === 'thread' || it.kind === 'process' || it.kind === 'interpreter');
    // Nobody has found it worth a worker, or nobody knows how short it is.
    if (runner ? !guessed && n < few : guessed || n < many) return undefined;
    const turns = guessed ? 'turns once for each element' : `turns ${passes.map((it) => it.says).join(' times ')} times`;
    const [here] = program.here(
      loop,
      shape.arrays.length > 0 || shape.axes.some((it) => it.elements.length > 0)
        ? `${turns}; \`${shape.over}\` is a \`numpy.ndarray\``
        : turns,
    );
    const steps = [...(runner?.because ?? []), here];
    return {
      at: { start: loop.span.start, end: loop.span.start + (loop.form === 'for' ? 'for'.length : 0) },
      message: `this loop over \`${shape.over}\` runs once per element in Python: one array expression does the same in C`,
      because: [steps as unknown as Witness],
      ...(guessed ? { atMost: 'medium' as const } : {}),
    };
  },
  fixes: [vectorizeLoop],
});
