// `queue.Queue`, `threading.Event` → their twins of asyncio, where every user is a coroutine.
import { type Editing, type Fix, type Node, type Offer, refuse, review, type Subject, type Value } from '../model.js';
import { awaited, noAwait, noPause } from './awaiting.js';
import { callAt, type Holder, holderOf, inCoroutine, isForeign, isMade } from './holders.js';

/** By class: the twin, and the methods that are awaited there. */
interface Twin {
  readonly twin: string;
  readonly waits: RegExp;
  readonly same: RegExp;
}
const queue = (twin: string): Twin => ({
  twin,
  waits: /^(?:get|put|join)$/,
  same: /^(?:empty|full|qsize|task_done|get_nowait|put_nowait)$/,
});
const twins: { readonly [name: string]: Twin } = {
  'queue.Queue': queue('asyncio.Queue'),
  'queue.LifoQueue': queue('asyncio.LifoQueue'),
  'queue.PriorityQueue': queue('asyncio.PriorityQueue'),
  'threading.Event': { twin: 'asyncio.Event', waits: /^wait$/, same: /^(?:set|clear|is_set)$/ },
};

export const useAsyncPrimitive: Fix<'call' | 'acquire'> = {
  id: 'use-async-primitive',
  title: 'Use the twin of asyncio',
  best: 'review',
  offer(of, doc) {
    if (of.kind === 'acquire') return refuse(divided(of, doc));
    const stall = doc.program.stall(of);
    if (!stall || stall.at !== of || of.callee.is !== 'attr') return undefined;
    const holder = of.callee.of;
    const type = typeOf(stall.sink, holder, of, doc);
    if (!type) return undefined;
    const held = holderOf(holder, of, doc);
    if (typeof held === 'string') return refuse(held);
    if (doc.program.library(of.in) !== 'asyncio') return refuse('this module does not use asyncio');
    if (doc.program.target.python.from < 10) return refuse('before Python 3.10 it would be bound to the loop of where it is made');
    if (isForeign(held, of, doc)) return refuse(`\`${held.says}\` may be used by other modules, too`);
    return rewrite(of, held, twins[type] as Twin, doc);
  },
};
function divided(of: Subject<'acquire'>, doc: Editing): string {
  const other = doc.program.acquirers(of.lock).find((it) => !it.in.fn.fact.async);
  const who = other ? `, and \`${other.in.fn.name}\` is no coroutine` : '';
  return `a lock belongs to threads or to coroutines${who}: make it an \`asyncio.Lock\` for all who take it, or keep the coroutine out of it`;
}
/** The class whose method waits: of a method that is inherited, the class that is made. */
function typeOf(sink: string, holder: Value, of: Subject<'call'>, doc: Editing): string | undefined {
  const type = doc.program.type(holder, of.in) ?? '';
  if (twins[type]) return type;
  const declared = sink.slice(0, sink.lastIndexOf('.'));
  return twins[declared] ? declared : undefined;
}

function rewrite(call: Subject<'call'>, { says, all }: Holder, { twin, waits, same }: Twin, doc: Editing): Offer {
  const { chunk } = call.in;
  const module = doc.module(chunk);
  const [made, again] = all.filter(isMade);
  const value = made?.parent?.field('right');
  const maker = value?.type === 'call' ? value.field('function') : undefined;
  if (!made || !maker || again) return refuse(`\`${says}\` is made in a form that is not rewritten`);
  if (module.all('identifier').some((it) => it.text === 'Empty' || it.text === 'Full'))
    return refuse('asyncio has errors of its own for a queue that is empty or full');
  if (doc.program.hides('asyncio', call.in)) return refuse('`asyncio` is a local name here');
  for (const it of all) {
    const refused = it === made ? undefined : user(it, { says, waits, same }, doc);
    if (refused) return refused;
  }
  doc.replace(maker, doc.use(twin, chunk));
  return review(`\`${says}\` then belongs to one event loop: no thread may use it`);
}
interface Using {
  readonly says: string;
  readonly waits: RegExp;
  readonly same: RegExp;
}
/** One mention: a method that is the same, or one that is awaited from now on. */
function user(it: Node, { says, waits, same }: Using, doc: Editing): Offer | undefined {
  if (!inCoroutine(it)) {
    const scope = it.up('function_definition', 'lambda');
    const who = scope?.type === 'function_definition' ? `: in \`${scope.field('name')?.text}\`` : '';
    if (it.parent?.type === 'attribute') return refuse(`\`${says}\` is used outside of coroutines, too${who}`);
  }
  const use = it.parent?.type === 'attribute' ? it.parent.parent : null;
  const method = it.parent?.type === 'attribute' ? (it.parent.field('attribute')?.text ?? '') : '';
  if (use?.type !== 'call' || use.field('function')?.span.start !== it.parent?.span.start)
    return refuse(`\`${says}\` is handed on, and who uses it there is not known`);
  if (same.test(method)) return undefined;
  if (!waits.test(method)) return refuse(`\`${method}\` has no equal there`);
  const args = use.field('arguments')?.children.filter((one) => one.type !== 'comment') ?? [];
  if (args.length !== (method === 'put' ? 1 : 0)) return refuse('a wait with a limit is written in another way there');
  const event = callAt(use, doc);
  if (!event) return refuse(`a use of \`${says}\` is written in a form that is not rewritten`);
  const refused = noPause(event, doc) ?? noAwait(event.in, use, doc);
  if (refused) return refused;
  doc.replace(use, awaited(use, use.text));
  return undefined;
}
