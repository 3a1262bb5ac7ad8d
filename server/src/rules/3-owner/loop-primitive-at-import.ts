// Law 3. A lock or queue of asyncio outlives the loop that it belongs to.
import { type Program, rule, type Subject } from '../../model.js';

const primitives = /^asyncio\.(?:Lock|Event|Queue|LifoQueue|PriorityQueue|Semaphore|BoundedSemaphore|Condition|Barrier)$/;

export default rule({
  id: 'loop-primitive-at-import',
  law: 'owner',
  title: 'A lock of asyncio is made at import',
  on: 'call',
  severity: 'warning',
  optIn: true,
  check(call, program) {
    if (call.in.fn.fact.kind !== 'module' || call.in.guard === 'main' || program.demonstration(call.in)) return undefined;
    const name = program.called(call)?.name;
    if (!name || !primitives.test(name)) return undefined;
    const loops = program.loopRuns();
    const [first, second] = loops;
    const again = first && !second && isRepeated(first, program);
    const early = program.target.python.from < 10;
    if (!second && !again && !(early && !first)) return undefined;
    const short = name.split('.').at(-1);
    return {
      at: call.calleeSpan,
      message: early
        ? `\`${short}\` binds to the loop of the moment it is made, at import: in the loop that runs later it raises`
        : `\`${short}\` belongs to the first event loop that waits on it; a second loop raises`,
      because: [
        [
          ...program.here(call, `an \`${name}\` is made when the module is imported`),
          ...(first ? program.here(first.call, again ? 'a loop runs here, and another at the next call' : 'one loop runs here') : []),
          ...(second ? program.here(second.call, 'and another one here') : []),
        ],
      ],
      severity: early ? 'error' : 'warning',
    };
  },
  fixes: { none: 'it belongs where the loop is: make it in the coroutine that starts the others, and hand it to them' },
});

/** Runs a new loop each time, and more than once. */
function isRepeated(run: Subject<'spawn'>, program: Program): boolean {
  if (program.loop(run.call.in)) return true;
  const { fn } = run.call.in;
  return fn.fact.kind !== 'module' && program.callers(fn).length > 1;
}
