// Law 2. One task for each item of a collection that nothing bounds.
import { limitTasks } from '../../fixes/limit-tasks.js';
import { type Program, rule, type Subject } from '../../model.js';

const starts = /^asyncio\.(?:gather|create_task|ensure_future|wait|as_completed|TaskGroup\.create_task)$/;

export default rule({
  id: 'task-per-item',
  law: 'worker',
  title: 'A task for each item',
  on: 'call',
  severity: 'hint',
  optIn: true,
  check(call, program) {
    const name = program.called(call)?.name;
    if (!name || !starts.test(name) || program.demonstration(call.in)) return undefined;
    const loop = loopOf(call, program);
    const items = loop && program.unbounded(loop);
    if (!loop || !items || isMadeElsewhere(call, loop)) return undefined;
    const turn = program.within(program.body(loop));
    if (turn.some((it) => it.kind === 'await')) return undefined; // it waits for room
    const made = turn.filter((it): it is Subject<'call'> => it.kind === 'call' && it !== call);
    const coroutines = made.flatMap((it) => program.callees(it)).filter((fn) => fn.fact.async);
    if (coroutines.length > 0 && !coroutines.some((fn) => program.awaitsOutside(fn))) return undefined; // it asks nothing of anybody
    const work = made.filter((it) => !starts.test(program.called(it)?.name ?? ''));
    if (work.length > 0 && work.every((it) => it.callee.is === 'attr' && it.callee.name === 'wait' && it.args.length === 0))
      return undefined;
    if (
      made.some((it) =>
        program.callees(it).some((fn) =>
          isLimited(
            fn.chunk.events.filter((one) => one.in.fn === fn),
            program,
          ),
        ),
      )
    )
      return undefined;
    return {
      message: `\`${name.split('.').at(-1)}\` starts one task for each item of \`${items}\`: nothing bounds their number`,
      because: [
        [
          ...program.here(loop, `\`${items}\` is as long as whoever calls makes it`),
          ...program.here(call, 'a task for each'),
        ] as unknown as ReturnType<Program['here']>,
      ],
    };
  },
  fixes: [limitTasks],
});
/** `gather(*[f(x) for x in xs])`, or a call in a loop. */
function loopOf(call: Subject<'call'>, program: Program): Subject<'loop'> | undefined {
  for (const { value } of call.args) {
    const inner = value.is === 'star' ? value.of : value;
    if (inner.is !== 'comprehension') continue;
    const region = call.in.chunk.regions[inner.region];
    const loops = call.in.chunk.events.filter(
      (it): it is Subject<'loop'> => it.kind === 'loop' && it.form === 'comprehension' && isInside(it, region),
    );
    return loops.length === 1 ? loops[0] : undefined;
  }
  return /(?:create_task|ensure_future)$/.test(program.called(call)?.name ?? '') ? program.loop(call.in) : undefined;
}
/** `gather(*[it for it in tasks])`, `ensure_future(it)`: whoever made them decided how many there are. */
function isMadeElsewhere(call: Subject<'call'>, loop: Subject<'loop'>): boolean {
  const [first] = call.args;
  const given = first?.value.is === 'star' ? first.value.of : first?.value;
  const element = given?.is === 'comprehension' ? given.element : given;
  if (element?.is !== 'name') return false;
  return call.in.chunk.events.some(
    (it) =>
      it.kind === 'bind' && it.from === 'for' && it.in.fn === loop.in.fn && it.target.is === 'name' && it.target.name === element.name,
  );
}
function isInside(loop: Subject<'loop'>, region: Subject['in'] | undefined): boolean {
  for (let it: Subject['in'] | null | undefined = loop.in.chunk.regions[loop.body]; it; it = it.parent) if (it === region) return true;
  return loop.in === region;
}
/** Does it wait for a semaphore first? */
const isLimited = (events: readonly Subject[], program: Program): boolean =>
  events.some(
    (it) =>
      it.kind === 'with' &&
      it.async &&
      it.items.some((item) =>
        /Semaphore|CapacityLimiter|Limiter|Lock$/.test(
          program.type(item, it.in) ?? (item.is === 'name' && /sem|limit/i.test(item.name) ? 'Semaphore' : ''),
        ),
      ),
  );
