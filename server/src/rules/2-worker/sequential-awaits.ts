// Law 2. Awaits that need nothing of each other, one after the other.
import { awaitInGroup } from '../../fixes/await-in-group.js';
import { gatherAwaits } from '../../fixes/gather-awaits.js';
import { type Program, rule, type Subject, type Value } from '../../model.js';

export default rule({
  id: 'sequential-awaits',
  law: 'worker',
  title: 'Independent awaits run one after another',
  on: 'loop',
  severity: 'hint',
  optIn: true,
  check(loop, program) {
    if (loop.form !== 'for' || !loop.iterates || loop.exits || !loop.in.fn.fact.async || program.library(loop.in) !== 'asyncio')
      return undefined;
    const body = program.body(loop);
    const inside = program.within(body);
    const awaits = inside.filter((it): it is Subject<'await'> => it.kind === 'await');
    const [only, more] = awaits;
    if (!only || more || only.form !== 'await' || only.in !== body || only.operand.is !== 'call') return undefined;
    if (inside.some((it) => ['leave', 'with', 'catch', 'branch', 'loop', 'def'].includes(it.kind))) return undefined;
    const call = loop.in.chunk.events[only.operand.event];
    const calls = inside.filter((it): it is Subject<'call'> => it.kind === 'call');
    const keeps = calls.find((it) => it !== call);
    if (
      call?.kind !== 'call' ||
      calls.length !== 2 ||
      keeps?.callee.is !== 'attr' ||
      keeps.callee.name !== 'append' ||
      keeps.callee.of.is !== 'name'
    )
      return undefined;
    if (inside.some((it) => it.kind === 'bind' && it.from !== 'for') || !isFree(call, program)) return undefined;
    const list = keeps.callee.of.name;
    if (call.args.some((it) => mentionsName(it.value, list))) return undefined;
    return {
      at: only.span,
      message: `\`${call.callee.is === 'attr' || call.callee.is === 'name' ? call.callee.name : 'it'}\` is awaited for one item at a time though no item needs the one before`,
      because: [
        [
          ...program.here(loop, 'each pass waits for its own'),
          ...program.here(only, 'nothing of the pass before is used'),
        ] as unknown as ReturnType<Program['here']>,
      ],
    };
  },
  fixes: [gatherAwaits, awaitInGroup],
});
/** A function, or a client that serves several at once; a session or connection of a database does not. */
function isFree(call: Subject<'call'>, program: Program): boolean {
  const called = program.called(call);
  if (called?.api.topic === 'sleep' || called?.api.topic === 'database' || called?.api.waits) return false;
  const own = program.callees(call);
  if (own.length > 0 && !own.some((fn) => program.awaitsOutside(fn))) return false; // no other loop would know what it waits for
  if (call.callee.is === 'name') return true;
  const type = call.callee.is === 'attr' ? program.type(call.callee.of, call.in) : undefined;
  return type === 'httpx.AsyncClient' || type === 'aiohttp.ClientSession';
}
const mentionsName = (value: Value, name: string): boolean => JSON.stringify(value).includes(`{"is":"name","name":"${name}"}`);
