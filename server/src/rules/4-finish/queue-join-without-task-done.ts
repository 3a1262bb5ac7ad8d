// Law 4. `join()` of a queue waits until every item was said to be done, and no consumer says so.
import { taskDoneInFinally } from '../../fixes/task-done-in-finally.js';
import { type Program, type Region, rule, type Subject, type Witness } from '../../model.js';

export default rule({
  id: 'queue-join-without-task-done',
  law: 'finish',
  title: 'A queue is joined and its items are never done',
  on: 'wait',
  severity: 'warning',
  check(wait, program) {
    const { by } = wait;
    if (wait.on !== 'queue' || by.kind !== 'call' || by.callee.is !== 'attr' || by.callee.name !== 'join') return undefined;
    const made = program.object(wait.of, by.in)?.made;
    if (!made) return undefined;
    const { calls: gets, unknown } = program.methodsOn(made, ['get', 'get_nowait']);
    const done = program.methodsOn(made, ['task_done', 'shutdown']);
    if (gets.length === 0 || done.unknown || (done.calls.length === 0 && unknown && isHandedOut(made, program))) return undefined;
    const name = by.callee.of.is === 'name' || by.callee.of.is === 'attr' ? by.callee.of.name : 'the queue';
    const because = (more: Witness | readonly []): Witness =>
      [...program.here(by, `\`${name}.join()\` waits here`), ...program.here(made, 'for this queue'), ...more] as unknown as Witness;
    if (done.calls.length === 0) {
      const [first] = gets;
      return {
        message: `\`${name}.join()\` waits for \`task_done()\`, which no consumer calls`,
        because: [because(first ? program.here(first, 'an item is taken here, and never said to be done') : [])],
        severity: 'error',
      };
    }
    if (done.calls.some((it) => it.callee.is === 'attr' && it.callee.name === 'shutdown')) return undefined;
    const skipped = skippedBy(gets, done.calls, program);
    if (!skipped) return undefined;
    return {
      message: `\`${name}.join()\` waits for \`task_done()\`, which an exception skips`,
      because: [because(skipped)],
    };
  },
  fixes: [taskDoneInFinally],
});

/** Is the queue a result or an attribute, so that code nobody sees may consume it? */
function isHandedOut(made: Subject<'call'>, program: Program): boolean {
  return program.ends(made).some((it) => it.how === 'returned' || it.how === 'unknown');
}
/** What may raise between taking an item and saying that it is done, in the one consumer there is. */
function skippedBy(gets: readonly Subject<'call'>[], done: readonly Subject<'call'>[], program: Program): Witness | undefined {
  const [get, more] = gets;
  const [last, other] = done;
  if (!get || more || !last || other || get.in.fn !== last.in.fn || last.span.start < get.span.start || isFinal(last.in)) return undefined;
  const body = get.in.fn.chunk.regions[get.in.fn.fact.body] ?? get.in;
  for (const it of program.within(body)) {
    if (it.span.start <= get.span.end || it.span.end >= last.span.start) continue;
    const raised = program.raisesAt(it, get.in);
    if (raised) return [...program.here(get, 'an item is taken here'), ...raised] as unknown as Witness;
  }
  return undefined;
}
function isFinal(at: Region): boolean {
  for (let it: Region | null = at; it && it.kind !== 'function'; it = it.parent)
    if (it.kind === 'finally' || it.kind === 'except') return true;
  return false;
}
