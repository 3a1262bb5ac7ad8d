// Law 2. A loop that waits for each worker before it launches the next one runs them one after the other.
import { mapInstead, waitInSecondLoop } from '../../fixes/launch-then-wait.js';
import { type Program, rule, type Subject } from '../../model.js';

export default rule({
  id: 'wait-inside-launch-loop',
  law: 'worker',
  title: 'The loop that launches also waits',
  on: 'spawn',
  severity: 'warning',
  check(spawn, program) {
    const loop = program.loop(spawn.call.in);
    if (!loop?.iterates || loop.exits || spawn.pool?.workers === 1 || !/^(?:threading|multiprocessing|concurrent)\./.test(spawn.api))
      return undefined;
    if (program.demonstration(spawn.in) || spawn.targets.some((it) => it.fact.async)) return undefined;
    const body = program.body(loop);
    const wait = waitOf(spawn, program);
    if (!wait || wait.in !== spawn.call.in || spawn.call.in !== body) return undefined;
    const inside = program.within(body);
    if (inside.some((it) => it.kind === 'leave' || it.kind === 'await' || isElsewhere(it, spawn, wait, program))) return undefined;
    if (isCarried(spawn.call, inside)) return undefined;
    const bounded = wait.args.length > 0 && wait !== spawn.call;
    return {
      at: wait === spawn.call ? spawn.call.span : { start: Math.min(wait.calleeSpan.start, wait.span.start), end: wait.span.end },
      message: `\`${nameOf(wait)}\` waits inside the loop that launches \`${spawn.says}\`: the workers run one after another`,
      because: [
        [
          ...program.here(loop, 'each pass of this loop'),
          ...spawn.runner.because,
          ...program.here(wait, 'waits for it before the next pass'),
        ] as unknown as typeof spawn.runner.because,
      ],
      severity: bounded || (spawn.runner.kind === 'process' && !spawn.pool) ? 'hint' : 'warning', // a limit, or a memory of its own, may be the purpose
    };
  },
  fixes: [mapInstead, waitInSecondLoop],
});
const nameOf = ({ callee }: Subject<'call'>): string => (callee.is === 'attr' || callee.is === 'name' ? callee.name : 'this');

/** `submit(…).result()`, `t.start(); t.join()`, `pool.apply(…)`. */
function waitOf(spawn: Subject<'spawn'>, program: Program): Subject<'call'> | undefined {
  if (spawn.api.endsWith('.apply')) return spawn.call;
  const methods = program.ends(spawn.call).flatMap((it) => (it.how === 'method' && it.at?.kind === 'call' ? [it.at] : []));
  return methods.find((it) => it.span.start >= (spawn.start?.span.start ?? 0) && /^(?:result|get|join|exception|wait)$/.test(nameOf(it)));
}
/** Another start, a pause, or work that is done while the worker runs. */
function isElsewhere(it: Subject, spawn: Subject<'spawn'>, wait: Subject<'call'>, program: Program): boolean {
  if (it.kind !== 'call' || it === spawn.call || it === wait || it === spawn.start) return false;
  const api = program.called(it)?.api;
  if (api?.spawns || api?.topic === 'sleep') return true;
  const [from, to] = [spawn.start?.span.end ?? spawn.call.span.end, wait.span.end];
  return (
    it.span.start >= from &&
    it.span.end < to &&
    !(
      it.callee.is === 'attr' &&
      it.callee.of.is === 'name' &&
      wait.callee.is === 'attr' &&
      wait.callee.of.is === 'name' &&
      it.callee.of.name === wait.callee.of.name
    )
  );
}
/** Does the next pass use what this one found? */
function isCarried(call: Subject<'call'>, inside: readonly Subject[]): boolean {
  const later = new Set(
    inside.flatMap((it) =>
      it.kind === 'bind' && it.from !== 'for' && it.target.is === 'name' && it.stmt.end >= call.span.start ? [it.target.name] : [],
    ),
  );
  return call.args.some((it) =>
    JSON.stringify(it.value, (key, value: unknown) =>
      key === 'name' && typeof value === 'string' && later.has(value) ? '\u0000carried' : value,
    ).includes('carried'),
  );
}
