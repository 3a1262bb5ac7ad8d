// Law 3. A thread changes what the whole process has once: its folder, its environment, its streams.
import { passFolder } from '../../fixes/pass-folder.js';
import { type Problem, type Program, type Region, type Runner, rule, type Subject, type Value } from '../../model.js';

/** State that others read without saying so. */
const states: ReadonlySet<string | undefined> = new Set([
  'cwd',
  'environ',
  'locale',
  'warnings',
  'stdout',
  'stderr',
  'socket.defaulttimeout',
  'umask',
]);

export default rule({
  id: 'process-wide-state-in-thread',
  law: 'owner',
  title: 'A thread changes the state of the whole process',
  on: ['call', 'bind'],
  severity: 'warning',
  optIn: true,
  check(of, program) {
    const found = of.kind === 'call' ? changed(of, program) : stored(of, program);
    if (!found) return undefined;
    const runners = program.runners(of.in);
    const threads = runners.filter((it) => it.kind === 'thread');
    const [first] = threads;
    if (!first || program.demonstration(of.in) || isForked(of, program)) return undefined;
    if (found === 'signal.signal') return handler(of, first, runners, program);
    const several = threads.find((it) => it.many) ?? (threads.length > 1 ? first : undefined);
    if (!several || program.held(of).length > 0) return undefined;
    return {
      ...(of.kind === 'call' ? { at: of.calleeSpan } : {}),
      // Who would read a variable whose name is worked out is not seen.
      ...(of.kind === 'bind' && !isNamed(of.target) ? { atMost: 'medium' as const } : {}),
      message: `\`${found}\` changes the whole process, not this thread: others see it at once`,
      because: [[...several.because, ...program.here(of, `\`${found}\` changes what all threads share`)]],
    };
  },
  fixes: [passFolder],
});

function changed(call: Subject<'call'>, program: Program): string | undefined {
  const called = program.called(call);
  if (!called || (called.name !== 'signal.signal' && !states.has(called.api.touches))) return undefined;
  const { target } = program;
  // Since then each thread has its own filters.
  if (called.api.touches === 'warnings' && target.python.from >= 14 && target.gil === 'off') return undefined;
  return called.name;
}
/** `os.environ[key] = value`; the same text from every thread is no harm, nor is what only one of them finds missing. */
function stored(bind: Subject<'bind'>, program: Program): string | undefined {
  if (bind.target.is !== 'item' || bind.value.is === 'literal' || bind.from === 'del') return undefined;
  const isEnviron = program.place(bind.target.of, bind.in)?.id === 'process:environ';
  return isEnviron && !program.fillsMissing(bind) ? 'os.environ' : undefined;
}
const isNamed = (it: Value): boolean => it.is === 'item' && it.index.is === 'literal';
function handler(of: Subject<'call' | 'bind'>, first: Runner, runners: readonly Runner[], program: Program): Problem | undefined {
  if (runners.some((it) => it.kind !== 'thread') || isTried(of.in)) return undefined;
  return {
    message: '`signal.signal` raises ValueError here: only the main thread may set signal handlers',
    because: [[...first.because, ...program.here(of, 'a handler is set off the main thread')]],
    severity: 'error',
    ...(program.open(of.in.fn) ? { atMost: 'medium' as const } : {}), // others may call it on the main thread
  };
}
/** Behind an `os.fork()` of its function only the thread that called it is left. */
const isForked = ({ in: { fn }, span }: Subject, program: Program): boolean =>
  fn.chunk.events.some(
    (it) => it.kind === 'call' && it.in.fn === fn && it.span.end <= span.start && program.called(it)?.name === 'os.fork',
  );
/** Somebody waits for the error. */
function isTried(at: Region): boolean {
  for (let it: Region | null = at; it && it.kind !== 'function'; it = it.parent) if (it.kind === 'try') return true;
  return false;
}
