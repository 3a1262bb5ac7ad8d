// Law 5. A thread waits for something slow, or for another thread, while it holds a lock that others want.
import { moveOutOfLock } from '../../fixes/move-out-of-lock.js';
import { type Lock, type Program, rule, type Subject, type Witness } from '../../model.js';

const slow: ReadonlySet<string> = new Set(['sleep', 'http', 'network', 'subprocess', 'dns']);

export default rule({
  id: 'blocking-call-under-lock',
  law: 'circle',
  title: 'A lock is held during a wait',
  on: ['call', 'wait'],
  severity: 'warning',
  check(subject, program) {
    const locks = program
      .held(subject)
      .filter((it) => it.family === 'thread' && it.exact && it.lives !== 'call' && isOwn(it, subject, program));
    if (locks.length === 0 || program.demonstration(subject.in)) return undefined;
    if (subject.kind === 'wait') return deadlock(subject, locks, program);
    const waits = program.waitBelow(subject);
    // Code that speaks a protocol holds a lock to keep its messages whole.
    if (!waits || !slow.has(waits.topic) || /^(?:socket|ssl|select)\./.test(waits.sink)) return undefined;
    const lock = locks.find((it) => isWanted(it, subject, program));
    if (!lock) return undefined;
    return {
      at: subject.calleeSpan,
      message: `\`${lock.name}\` is held while \`${waits.sink}\` waits: every thread that wants it waits too`,
      because: [waits.because, ...others(lock, subject, program).slice(0, 2)],
    };
  },
  fixes: [moveOutOfLock],
});

/** Told where the lock is taken, not in what is called there. */
const isOwn = (lock: Lock, at: Subject, program: Program): boolean => program.acquirers(lock).some((it) => it.in.fn === at.in.fn);

/** What is waited for needs a lock that is held here. */
function deadlock(wait: Subject<'wait'>, locks: readonly Lock[], program: Program) {
  if (wait.bounded || wait.by.kind !== 'call') return undefined;
  for (const lock of locks) {
    if (wait.on === 'condition') continue; // it gives its lock back
    for (const spawn of wait.for) {
      const needed = spawn.targets.map((fn) => program.needs(fn, lock)).find((it) => it !== undefined);
      if (!needed) continue;
      return {
        at: wait.by.calleeSpan,
        message: `\`${calleeName(wait.by)}\` waits for a thread that needs \`${lock.name}\`, which is held here: neither moves`,
        severity: 'error' as const,
        because: [program.here(wait, `waits while it holds \`${lock.name}\``), [...spawn.runner.because, ...needed]] as [Witness, Witness],
      };
    }
  }
  return undefined;
}
const calleeName = ({ callee }: Subject<'call'>): string =>
  callee.is === 'attr' ? `${callee.of.is === 'name' ? `${callee.of.name}.` : ''}${callee.name}` : 'this';

/** Another function takes the lock for something short, and may do so at the same time. Where all that is done under a lock is slow, it is there for that. */
function isWanted(lock: Lock, call: Subject<'call'>, program: Program): boolean {
  if (/io|conn|print|write|send|request|file|socket|serial|download|api/i.test(lock.name.split('.').at(-1) ?? '')) return false;
  // A child process has a lock of its own.
  const mine = program.runners(call.in).filter((it) => it.kind !== 'process');
  const short = program.acquirers(lock).filter((it) => it.in.fn !== call.in.fn && !isSlow(it, program));
  return short.some((it) =>
    program
      .runners(it.in)
      .filter((one) => one.kind !== 'process')
      .some((one) => mine.some((own) => (own.id === one.id ? own.many : own.kind === 'thread' || one.kind === 'thread'))),
  );
}
function isSlow(acquire: Subject<'acquire'>, program: Program): boolean {
  const { by } = acquire;
  if (by.kind !== 'with') return true; // where it ends is not plain
  return program.within(program.body(by)).some((it) => it.kind === 'call' && program.waitBelow(it) !== undefined);
}
const others = (lock: Lock, call: Subject<'call'>, program: Program): readonly Witness[] =>
  program
    .acquirers(lock)
    .filter((it) => it.in.fn !== call.in.fn)
    .map((it) => program.here(it, `\`${it.in.fn.name}\` wants \`${lock.name}\``));
