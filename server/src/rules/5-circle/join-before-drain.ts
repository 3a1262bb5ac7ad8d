// Law 5. A process is joined before what it wrote into a queue is read.
import { drainFirst } from '../../fixes/drain-first.js';
import { type Program, rule, type Subject, type Value, type Witness } from '../../model.js';

export default rule({
  id: 'join-before-drain',
  law: 'circle',
  title: 'A process is joined before its queue is read',
  on: 'wait',
  severity: 'error',
  check(wait, program) {
    if (wait.on !== 'process' || wait.bounded || wait.by.kind !== 'call') return undefined;
    for (const spawn of wait.for) {
      for (const { queue, put, tiny } of queuesOf(spawn, program)) {
        const reads = readsOf(queue, program.within(program.scope(wait.in)));
        const [first] = reads;
        if (!first || first.span.start < wait.span.start || first.in.chunk !== wait.in.chunk) continue;
        if (isEnded(wait, program) || leavesBefore(wait, first, program)) continue;
        const name = wait.by.callee.is === 'attr' && wait.by.callee.of.is === 'name' ? wait.by.callee.of.name : 'it';
        return {
          message: `\`${name}.join()\` comes before \`${queue}\` is read: the child can not finish writing`,
          // What fits into the pipe for certain gets through today.
          ...(tiny ? { severity: 'hint' as const } : {}),
          because: [
            [...spawn.runner.because, ...put],
            [...program.here(wait, 'waits for the end of the child'), ...program.here(first, `reads \`${queue}\` only then`)],
          ],
        };
      }
    }
    return undefined;
  },
  fixes: [drainFirst],
});

/** `process.terminate()` stands before the wait: a child that was ended writes nothing any more. */
function isEnded({ by, in: at }: Subject<'wait'>, program: Program): boolean {
  const of = by.kind === 'call' && by.callee.is === 'attr' && by.callee.of.is === 'name' ? by.callee.of.name : undefined;
  return program
    .within(at)
    .some((it) => it.kind === 'call' && it.in === at && it.span.start < by.span.start && isMethod(it, of, /^(?:terminate|kill)$/));
}
/** The block of the wait is left before the read, which stands outside of it. */
function leavesBefore(wait: Subject<'wait'>, read: Subject<'call'>, program: Program): boolean {
  const inside = program.within(wait.in);
  return (
    !inside.some((it) => it === read) && inside.some((it) => it.kind === 'leave' && it.in === wait.in && it.span.start > wait.span.start)
  );
}

interface Handed {
  readonly queue: string;
  readonly put: Witness;
  readonly tiny: boolean;
}
/** Queues of processes that a start hands over under a name and its target puts something into. */
function queuesOf(spawn: Subject<'spawn'>, program: Program): readonly Handed[] {
  const tuple = spawn.call.args.find((it) => it.name === 'args')?.value;
  const given: readonly Value[] = tuple?.is === 'items' ? tuple.items : [];
  return given.flatMap((value, index) => {
    const known = program.object(value, spawn.in);
    if (value.is !== 'name' || known?.role !== 'queue' || known.family !== 'process' || /managers/.test(known.type)) return [];
    for (const target of spawn.targets) {
      const param = target.fact.params[index]?.name;
      const body = target.chunk.regions[target.fact.body];
      const puts = body
        ? program.within(body).filter((it): it is Subject<'call'> => it.kind === 'call' && isMethod(it, param, /^put(?:_nowait)?$/))
        : [];
      const [put] = puts;
      const tiny = puts.length <= few && puts.every((it) => isTiny(it.args[0]?.value, it, program) && !program.loop(it.in));
      if (put) return [{ queue: value.name, put: program.here(put, `the child writes into \`${value.name}\``), tiny }];
    }
    return [];
  });
}
/** Calls that put something tiny, of which a pipe holds many. */
const few = 4;
/** A number, a truth value or nothing. */
function isTiny(value: Value | undefined, put: Subject<'call'>, program: Program): boolean {
  if (value?.is === 'literal') return typeof value.value !== 'string';
  if (value?.is === 'name' || value?.is === 'call') return /^builtins\.(?:int|float|bool)$/.test(program.type(value, put.in) ?? '');
  return value?.is === 'op' && /^(?:not|is|is not|in|not in|<|<=|>|>=|==|!=)$/.test(value.op);
}
const readsOf = (queue: string, events: readonly Subject[]): readonly Subject<'call'>[] =>
  events.filter((it): it is Subject<'call'> => it.kind === 'call' && isMethod(it, queue, /^(?:get|get_nowait|recv)$/));
const isMethod = (call: Subject<'call'>, of: string | undefined, name: RegExp): boolean =>
  call.callee.is === 'attr' && call.callee.of.is === 'name' && call.callee.of.name === of && name.test(call.callee.name);
