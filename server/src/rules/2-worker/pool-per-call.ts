// Law 2. A pool that is made on each pass of a loop starts and stops its workers each time.
import { hoistPool } from '../../fixes/hoist-pool.js';
import { type Count, type Program, type Runner, rule, type Subject } from '../../model.js';

/** Passes from which the price of starting is worth a word. */
const many = 3;

export default rule({
  id: 'pool-per-call',
  law: 'worker',
  title: 'A pool is made again and again',
  on: 'call',
  severity: 'warning',
  check(call, program) {
    const kind = program.called(call)?.api.pool?.kind ?? poolOf(call, program);
    if (!kind || program.demonstration(call.in) || !isHeldByWith(call)) return undefined;
    const loop = program.loop(call.in);
    const served = loop ? undefined : program.runners(call.in).find((it) => it.many && isHandler(it, call));
    const passes = loop && program.trips(loop);
    if ((!passes || isPaced(loop, passes, program)) && !served) return undefined;
    const price = kind === 'process' ? 'at least 8 ms for each worker' : 'about 0.1 ms for each worker';
    const because = loop
      ? program.here(
          loop,
          `this loop makes a pool on each pass, ${passes?.from === 'guess' ? 'an unknown number of times' : `${passes?.says} times`}`,
        )
      : (served?.because ?? program.here(call));
    return {
      message: `\`${spelled(call)}\` starts and stops its workers ${loop ? 'on every pass' : 'for every request'}: ${price} each time`,
      because: [[...because, ...program.here(call, 'the pool is made here')] as unknown as typeof because],
      severity: kind === 'process' ? 'warning' : 'hint',
    };
  },
  fixes: [hoistPool],
});
/** `multiprocessing.Pool()` is a function that gives a pool. */
function poolOf(call: Subject<'call'>, program: Program): 'thread' | 'process' | 'interpreter' | undefined {
  const name = program.meaning(call.callee, call.in);
  return name ? program.api(name)?.pool?.kind : undefined;
}
const spelled = ({ callee }: Subject<'call'>): string => (callee.is === 'name' || callee.is === 'attr' ? callee.name : 'the pool');
/** `with Pool() as pool:`: its workers end with the block. */
function isHeldByWith(call: Subject<'call'>): boolean {
  const { events } = call.in.chunk;
  const index = events.indexOf(call);
  return events.some((it) => it.kind === 'with' && it.items.some((item) => item.is === 'call' && item.event === index));
}
/** Does a framework call this function itself, in a thread for each request? */
const isHandler = ({ kind, because: [first] }: Runner, { in: { fn } }: Subject<'call'>): boolean =>
  (kind === 'handler' || kind === 'thread') && first.span === fn.fact.span && first.chunk === fn.chunk;
/** Few passes, an endless loop that polls, or one that sleeps: the start of the workers is not what it spends its time on. */
function isPaced(loop: Subject<'loop'>, passes: Count, program: Program): boolean {
  if (passes.from === 'forever' || (passes.from !== 'guess' && passes.n < many) || !loop.iterates) return true;
  return program.within(program.body(loop)).some((it) => it.kind === 'call' && program.called(it)?.api.topic === 'sleep');
}
