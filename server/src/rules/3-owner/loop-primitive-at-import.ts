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
    const [first, second] = together(loops);
    const again = first !== undefined && !second && isRepeated(first, program);
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
      // Of two commands one may be all that a run of the program has.
      ...(second && second.in.fn !== first?.in.fn ? { atMost: 'medium' as const } : {}),
    };
  },
  fixes: { none: 'it belongs where the loop is: make it in the coroutine that starts the others, and hand it to them' },
});

/** Two runs of one file, better of one function: those of other files may be programs of their own. */
function together(loops: readonly Subject<'spawn'>[]): readonly Subject<'spawn'>[] {
  const pair = (same: (a: Subject<'spawn'>, b: Subject<'spawn'>) => boolean): readonly Subject<'spawn'>[] | undefined => {
    for (const a of loops) {
      const b = loops.find((it) => it !== a && same(a, it));
      if (b) return [a, b];
    }
    return undefined;
  };
  return pair((a, b) => a.in.fn === b.in.fn) ?? pair((a, b) => a.in.chunk.file === b.in.chunk.file) ?? loops.slice(0, 1);
}
/** Runs a new loop each time, and more than once. */
function isRepeated(run: Subject<'spawn'>, program: Program): boolean {
  if (program.loop(run.call.in)) return true;
  const { fn } = run.call.in;
  return fn.fact.kind !== 'module' && program.callers(fn).length > 1;
}
