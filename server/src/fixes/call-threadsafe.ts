// A call on the loop, or on what belongs to it, from another thread → the same, handed to the loop: `call_soon_threadsafe`.
import { type Editing, type Fix, type Node, refuse, review, type Subject, safe, type Value } from '../model.js';
import { isPath, writtenCall } from './places.js';

const loopType = 'asyncio.AbstractEventLoop';
const usual: readonly string[] = ['loop', '_loop', 'event_loop', '_event_loop', 'ev_loop'];

export const callThreadsafe: Fix<'call'> = {
  id: 'call-threadsafe',
  title: 'Hand the call to the loop',
  best: 'safe',
  offer(call, doc) {
    const found = doc.program.trespass(call);
    if (found?.of !== 'loop') return undefined;
    if (call.result !== 'dropped') return refuse('what the call gives is used here, and only the loop could say it');
    const node = doc.node(call);
    const written = writtenCall(node);
    if (!written) return refuse('the call is written in a form that is not rewritten');
    const { callee, given } = written;
    if (given.some((it) => it.type === 'keyword_argument' || it.type === 'dictionary_splat'))
      return refuse('arguments by keyword are not handed on to the loop');
    const loop = loopAt(call, doc);
    if (!loop) return refuse('no name of the event loop is in reach here');
    const tier = (): ReturnType<Fix['offer']> =>
      mayFail(call, doc) ? review('an error of the call is then raised on the loop, and not here') : found.ours ? later : safe;
    const offered = tier();
    if (/\.(?:create_task|ensure_future)$/.test(found.name)) {
      if (doc.program.hides('asyncio', call.in)) return refuse('`asyncio` is a local name here');
      if (given.length !== 1) return refuse('more than a coroutine is given');
      doc.replace(node, `${doc.use('asyncio.run_coroutine_threadsafe', call.in.chunk)}(${given[0]?.text}, ${loop})`);
    } else if (/\.call_soon$/.test(found.name)) {
      const name = callee.field('attribute');
      if (!name) return refuse('the call is written in a form that is not rewritten');
      doc.replace(name, 'call_soon_threadsafe');
    } else {
      if (call.callee.is !== 'attr' || !isPath(call.callee.of)) return refuse('what it is called on is no plain name');
      doc.replace(node, `${loop}.call_soon_threadsafe(${[callee, ...given].map((it) => it.text).join(', ')})`);
    }
    return offered;
  },
};
const later = review('the loop makes the call a moment later, where the loop itself runs this function, too');

/** The loop itself, a name of it in reach, or the loop that a future knows. */
function loopAt(call: Subject<'call'>, doc: Editing): string | undefined {
  const { callee } = call;
  const is = (value: Value): boolean => doc.program.type(value, call.in) === loopType;
  const on = callee.is === 'attr' ? callee.of : undefined;
  const receiver = on && isPath(on) ? receiverText(doc.node(call)) : undefined;
  if (on && is(on)) return receiver;
  const names = new Set([...call.in.fn.fact.params.map((it) => it.name), ...call.in.fn.fact.loads, ...usual]);
  for (const name of names) if (is({ is: 'name', name })) return name;
  const base: Value | undefined = on?.is === 'attr' ? on.of : undefined;
  if (base?.is === 'name') {
    for (const name of usual) if (is({ is: 'attr', of: base, name })) return `${base.name}.${name}`;
  }
  const type = on && doc.program.type(on, call.in);
  return receiver && (type === 'asyncio.Future' || type === 'asyncio.Task') ? `${receiver}.get_loop()` : undefined;
}
const receiverText = (call: Node): string | undefined => call.field('function')?.field('object')?.text;

/** An error of it that somebody here would have seen. */
function mayFail(call: Subject<'call'>, doc: Editing): boolean {
  for (let it: Subject<'call'>['in'] | null = call.in; it && it.kind !== 'function'; it = it.parent) if (it.kind === 'try') return true;
  const bounded = doc.program.trespass(call)?.made?.args.length;
  return call.callee.is === 'attr' && call.callee.name === 'put_nowait' && bounded !== 0;
}
