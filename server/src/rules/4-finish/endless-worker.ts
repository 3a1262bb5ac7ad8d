// Law 4, opt-in. A thread that never returns and is no daemon keeps the program from ending.
import { daemonThread } from '../../fixes/daemon-thread.js';
import { stopEvent } from '../../fixes/stop-event.js';
import { stopSentinel } from '../../fixes/stop-sentinel.js';
import { type Fn, type Program, rule, type Subject } from '../../model.js';

/** Calls that serve until the program is stopped from outside. */
const serving =
  /^(?:serve_forever|run_forever|mainloop|run_app|run_polling|infinity_polling|start_polling|start_serving|pause|exec_|exec)$/;

export default rule({
  id: 'endless-worker',
  law: 'finish',
  title: 'A worker never returns',
  on: 'spawn',
  severity: 'warning',
  optIn: true,
  check(spawn, program) {
    const [target, more] = spawn.targets;
    if (spawn.runner.kind !== 'thread' || !target || more || program.demonstration(spawn.in)) return undefined;
    const own = spawn.pool === null;
    if (own ? isDaemon(spawn, program) : spawn.pool?.made !== null) return undefined; // a pool of its own may be shut down
    const loop = endlessLoop(target, program);
    if (!loop) return undefined;
    const name = target.name;
    const where = program.within(spawn.in.fn.chunk.regions[spawn.in.fn.fact.body] ?? spawn.in);
    const serves =
      where.some((it) => it.kind === 'call' && it.callee.is === 'attr' && serving.test(it.callee.name)) ||
      where.some((it) => isEndless(it) && it.span.start > spawn.span.end);
    return {
      message: own
        ? `\`${name}\` never returns and is not a daemon: the program can not exit`
        : `\`${name}\` never returns: \`asyncio.run\` waits for its thread, so that the program can not exit`,
      because: [[...spawn.runner.because, ...program.here(loop, `nothing ends this loop of \`${name}\``)]],
      ...(own && serves ? { severity: 'hint' as const } : {}),
    };
  },
  fixes: [stopEvent, stopSentinel, daemonThread],
});

/** Made a daemon by the constructor, by an attribute, or by its class. */
function isDaemon(spawn: Subject<'spawn'>, program: Program): boolean {
  if (
    spawn.call.args.some(
      (it) => (it.name === 'daemon' && !(it.value.is === 'literal' && it.value.value === false)) || it.value.is === 'star',
    )
  )
    return true;
  const classes = spawn.callable === null ? spawn.targets.flatMap((it) => program.siblings(it)).flatMap((it) => it.chunk.events) : [];
  const near = [...program.within(spawn.in.fn.chunk.regions[spawn.in.fn.fact.body] ?? spawn.in), ...classes];
  return near.some(
    (it) =>
      (it.kind === 'bind' && it.target.is === 'attr' && /^_?daemon/.test(it.target.name)) ||
      (it.kind === 'call' && ((it.callee.is === 'attr' && it.callee.name === 'setDaemon') || it.args.some((arg) => arg.name === 'daemon'))),
  );
}
/** The `while True` of a function that nothing inside of it leaves. */
export function endlessLoop(fn: Fn, program: Program): Subject<'loop'> | undefined {
  const body = fn.chunk.regions[fn.fact.body];
  const all = body ? program.within(body) : [];
  return all.find((it): it is Subject<'loop'> => {
    if (!isEndless(it) || it.kind !== 'loop') return false;
    const inside = program.within(program.body(it));
    return !inside.some(
      (one) =>
        one.kind === 'leave' ||
        (one.kind === 'call' &&
          /^_?exit$|^kill$|^abort$/.test(one.callee.is === 'attr' || one.callee.is === 'name' ? one.callee.name : '')),
    );
  });
}
function isEndless(it: Subject): boolean {
  return it.kind === 'loop' && it.form === 'while' && !it.exits && it.test?.is === 'literal' && Boolean(it.test.value);
}
