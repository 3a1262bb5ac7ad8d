// `Thread(target=f(x))` → `Thread(target=f, args=(x,))`, `submit(f(x))` → `submit(f, x)`.
import { type Fix, type Node, refuse, type Subject, safe } from '../model.js';

/** Those whose arguments are a tuple: how the keywords are called, and whether the tuple has a name. */
const tuples: readonly (readonly [api: RegExp, args: string, kwargs: string])[] = [
  [/^(?:threading\.(?:Thread|Timer)|multiprocessing\.(?:Process|context\.\w+\.Process|dummy\.Process))$/, 'args', 'kwargs'],
  [/^multiprocessing\.pool\.\w+\.apply(?:_async)?$/, 'args', 'kwds'],
];

export const passCallable: Fix<'spawn'> = {
  id: 'pass-callable',
  title: 'Hand over the function with its arguments',
  best: 'safe',
  offer(spawn, doc) {
    const { callable, call } = spawn;
    if (callable?.value.is !== 'call') return undefined;
    const given = doc.node({ chunk: call.in.chunk, span: callable.span });
    const inner = given.type === 'keyword_argument' ? given.field('value') : given;
    const [list, callee] = [inner?.field('arguments'), inner?.field('function')];
    if (!inner || !callee || !list) return refuse('the call is written in a form that is not rewritten');
    const inside = call.in.chunk.events[callable.value.event];
    if (inside?.kind === 'call' && doc.program.makes(inside)?.what === 'coroutine')
      return refuse(`\`${callee.text}\` makes a coroutine, which has to be awaited`);
    const args = list.children;
    const keywords = args.filter((it) => it.type === 'keyword_argument');
    const plain = args.filter((it) => it.type !== 'keyword_argument');
    if (
      list.type === 'generator_expression' ||
      plain.some((it) => it.type !== 'comment' && /splat|generator/.test(it.type)) ||
      args.some((it) => it.type === 'comment')
    )
      return refuse('only plain arguments are handed over');
    if (
      /\.(?:i?map|i?map_unordered|map_async|starmap|starmap_async)$/.test(spawn.api) ||
      spawn.runner.kind === 'signal' ||
      /add_done_callback$/.test(spawn.api)
    )
      return refuse(`\`${spawn.api.split('.').at(-1)}\` calls it with arguments of its own`);
    const text = rest(spawn, call, plain, keywords);
    if (text === undefined) return refuse('keyword arguments cannot be handed over here without `functools.partial`');
    if (text === null) return refuse('the call has arguments for it already');
    doc.replace(inner, text === '' ? callee.text : `${callee.text}, ${text}`);
    return safe;
  },
};

/** What follows the callable; null where such arguments are given already, undefined where they cannot be. */
function rest(
  spawn: Subject<'spawn'>,
  call: Subject<'call'>,
  plain: readonly Node[],
  keywords: readonly Node[],
): string | null | undefined {
  const found = tuples.find(([api]) => api.test(spawn.api));
  const all = [...plain, ...keywords].map((it) => it.text).join(', ');
  const at = spawn.callable ? call.args.indexOf(spawn.callable) : -1;
  if (!found) {
    if (spawn.api.startsWith('_thread.'))
      return keywords.length > 0 ? undefined : call.args.length > 1 ? null : `(${plain.map((it) => `${it.text},`).join(' ')})`;
    if (call.args.slice(at + 1).some((it) => it.name === null)) return null;
    return keywords.length > 0 && spawn.api.startsWith('asyncio.AbstractEventLoop') ? undefined : all;
  }
  const [, args, kwargs] = found;
  if (call.args.some((it) => it.name === args || it.name === kwargs) || call.args.slice(at + 1).some((it) => it.name === null)) return null;
  const named = keywords.map((it) => `"${it.field('name')?.text}": ${it.field('value')?.text}`).join(', ');
  const parts = [
    plain.length === 0 ? '' : `${args}=(${plain.map((it) => it.text).join(', ')}${plain.length === 1 ? ',' : ''})`,
    keywords.length === 0 ? '' : `${kwargs}={${named}}`,
  ];
  return parts.filter(Boolean).join(', ');
}
