// Law 5. A loop polls a flag that another runner of this workspace sets.
import { flagToEvent } from '../../fixes/flag-to-event.js';
import { type Program, rule, type Subject, type Value } from '../../model.js';

export default rule({
  id: 'busy-wait',
  law: 'circle',
  title: 'A loop polls a flag',
  on: 'loop',
  severity: 'hint',
  optIn: true,
  check(loop, program) {
    if (loop.form !== 'while' || !loop.test) return undefined;
    const flag = flagOf(loop.test);
    const place = flag && program.place(flag, loop.in);
    if (!flag || !place || (place.holds !== undefined && place.holds !== 'builtins.bool')) return undefined;
    const inside = program.within(program.body(loop)).filter((it) => it.kind !== 'read' && it.span.start >= loop.span.start);
    const rest = inside.filter((it) => it.kind !== 'loop' && !isSleep(it, program));
    if (rest.length > 0) return undefined;
    const write = program
      .touches(flag, loop.in)
      .find((it) => it.op === 'write' && it.event.in.fn !== loop.in.fn && it.event.in.fn.fact.kind !== 'module');
    if (!write) return undefined;
    const sleeps = inside.some((it) => it.kind === 'call');
    return {
      message: `\`${place.name}\` is polled: an \`Event\` would wake this loop at once and cost nothing`,
      severity: sleeps ? ('hint' as const) : ('warning' as const),
      because: [program.here(loop, 'looks again and again'), write.because],
    };
  },
  fixes: [flagToEvent],
});

/** `while not done`, `while self.running`: a plain name or attribute. */
function flagOf(test: Value): Value | undefined {
  if (test.is === 'op' && test.op === 'not') return flagOf(test.args[0] ?? { is: 'unknown' });
  return test.is === 'name' || test.is === 'attr' ? test : undefined;
}
function isSleep(it: Subject, program: Program): boolean {
  if (it.kind === 'await') return true;
  return (
    (it.kind === 'call' && program.called(it)?.api.topic === 'sleep') ||
    (it.kind === 'call' && program.called(it)?.name === 'asyncio.sleep')
  );
}
