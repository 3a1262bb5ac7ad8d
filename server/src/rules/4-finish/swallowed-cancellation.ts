// Law 4. A handler that takes the cancellation of a task and does not raise it again keeps the task running.
import { cleanUpInFinally } from '../../fixes/clean-up-in-finally.js';
import { reraiseCancellation } from '../../fixes/reraise-cancellation.js';
import { type EventKind, type Program, type Region, rule, type Subject, type Value } from '../../model.js';

type Event = Subject<EventKind>;
/** What says that whoever wrote it thinks of cancellation: a task cancelled here, a state looked at, an end of the program. */
const deliberate = /^(?:cancel|uncancel|cancelled|cancelling|exc_info|_exit|exit|set_exception|get_cancelled_exc_class)$/;
const logging = /^(?:debug|info|warning|error|exception|critical|log|print|write|format)$/;
const waiters = /^asyncio\.(?:wait_for|shield|gather|wait|wrap_future)$/;

export default rule({
  id: 'swallowed-cancellation',
  law: 'finish',
  title: 'A handler swallows cancellation',
  on: 'catch',
  severity: 'warning',
  check(handler, program) {
    const { fn } = handler.in;
    if (!fn.fact.async || handler.reraises || isFinal(handler.in) || program.demonstration(handler.in)) return undefined;
    const tried = program.tried(handler);
    const caught = cancellation(handler, program);
    if (!tried || !caught || earlier(handler, program).some((it) => cancellation(it, program))) return undefined;
    const waits = program.within(tried).filter((it): it is Subject<'await'> => it.kind === 'await');
    const [first] = waits;
    if (!first || waits.some((it) => it.form === 'await' && isHandle(it.operand)) || waits.every((it) => waitsForHandles(it, program)))
      return undefined;
    const inside = program.within(program.body(handler));
    const own = program.within(fn.chunk.regions[fn.fact.body] ?? tried);
    if ([...own.filter((it) => it.span.start < handler.span.start), ...inside].some(isDeliberate) || passesOn(inside)) return undefined;
    const loop = program.loop(handler.in);
    const around = program.within(tried).some((it) => it.kind === 'loop' && it.form !== 'comprehension'); // the work of the task is over
    const ends = handler.exits || (!loop && around);
    const endless = loop?.form === 'while' && loop.test?.is === 'literal' && !loop.exits;
    return {
      message: ends
        ? `\`${caught}\` takes cancellation and ends \`${fn.name}\` as if it had finished: whoever cancels it is not told`
        : `\`${caught}\` swallows cancellation: \`${fn.name}\` keeps running after \`cancel()\``,
      because: [
        [
          ...program.here(first, 'while this is awaited the task can be cancelled'),
          ...program.here(handler, 'the handler takes that and raises nothing'),
        ],
      ],
      ...(ends ? { severity: 'hint' as const } : endless ? { severity: 'error' as const } : {}),
      // Who names it where the work ends mostly knows that nobody asks how it ended.
      ...(ends && /CancelledError$/.test(caught) ? { atMost: 'medium' as const } : {}),
    };
  },
  fixes: [reraiseCancellation, cleanUpInFinally],
});

/** On the way out already: in a `finally`, or in a handler that raises again. */
function isFinal(at: Region): boolean {
  for (let it: Region | null = at; it && it.kind !== 'function'; it = it.parent) {
    if (it.kind === 'finally') return true;
    const region: Region = it;
    const outer =
      region.kind === 'except' && region.chunk.events.find((one) => one.kind === 'catch' && region.chunk.regions[one.body] === region);
    if (outer && outer.kind === 'catch' && outer.reraises) return true;
  }
  return false;
}
/** How the handler takes cancellation; undefined where it does not. */
function cancellation(it: Subject<'catch'>, program: Program): string | undefined {
  if (it.types.length === 0) return 'except:';
  const broad = program.target.python.from < 8 ? /^builtins\.(?:Base)?Exception$/ : /^builtins\.BaseException$/;
  for (const type of it.types) {
    const name = program.meaning(type, it.in);
    if (name && (/^asyncio\.(?:exceptions\.)?CancelledError$/.test(name) || broad.test(name)))
      return `except ${name.replace('builtins.', '')}`;
  }
  return undefined;
}
function earlier(it: Subject<'catch'>, program: Program): readonly Subject<'catch'>[] {
  const tried = program.tried(it);
  return it.in.chunk.events.filter(
    (one): one is Subject<'catch'> => one.kind === 'catch' && one.body < it.body && program.tried(one) === tried,
  );
}
/** A task or future that is awaited under its name may itself have been cancelled. */
const isHandle = (it: Value): boolean => it.is === 'name' || it.is === 'attr' || it.is === 'item';
function waitsForHandles(it: Subject<'await'>, program: Program): boolean {
  const call = it.operand.is === 'call' ? it.in.chunk.events[it.operand.event] : undefined;
  if (call?.kind !== 'call' || !waiters.test(program.called(call)?.name ?? '')) return false;
  return call.args.every(({ value }) => value.is !== 'call' || waitsForHandles({ ...it, operand: value }, program));
}
const isDeliberate = (it: Event): boolean =>
  it.kind === 'call' && deliberate.test(it.callee.is === 'attr' || it.callee.is === 'name' ? it.callee.name : '');
/** Is the exception kept, returned, or handed to anything but a log? */
function passesOn(inside: readonly Event[]): boolean {
  const bound = inside.find((it): it is Subject<'bind'> => it.kind === 'bind' && it.from === 'except');
  const name = bound?.target.is === 'name' ? bound.target.name : undefined;
  // A flag that says so ends the loop further on.
  if (inside.some((it) => it.kind === 'bind' && it.value.is === 'literal' && it.value.type === 'bool')) return true;
  if (name === undefined) return false;
  const isIt = (value: Value | null): boolean =>
    value?.is === 'name' ? value.name === name : value?.is === 'items' ? value.items.some(isIt) : value?.is === 'attr' && isIt(value.of);
  return inside.some((it) => {
    if (it.kind === 'bind') return it !== bound && isIt(it.value);
    if (it.kind === 'leave') return isIt(it.value);
    if (it.kind !== 'call' || !it.args.some((arg) => isIt(arg.value))) return false;
    return !logging.test(it.callee.is === 'attr' || it.callee.is === 'name' ? it.callee.name : '');
  });
}
