// `queue.Queue`, `threading.Event` → their twins of asyncio, where every user is a coroutine.
import { type Editing, type Fix, type Node, type Offer, refuse, review, type Subject } from '../model.js';
import { awaited, noAwait, noPause } from './awaiting.js';

/** By class: the twin, and the methods that are awaited there. */
const twins: { readonly [name: string]: { readonly twin: string; readonly waits: RegExp; readonly same: RegExp } } = {
  'queue.Queue': { twin: 'asyncio.Queue', waits: /^(?:get|put|join)$/, same: /^(?:empty|full|qsize|task_done|get_nowait|put_nowait)$/ },
  'queue.LifoQueue': {
    twin: 'asyncio.LifoQueue',
    waits: /^(?:get|put|join)$/,
    same: /^(?:empty|full|qsize|task_done|get_nowait|put_nowait)$/,
  },
  'queue.PriorityQueue': {
    twin: 'asyncio.PriorityQueue',
    waits: /^(?:get|put|join)$/,
    same: /^(?:empty|full|qsize|task_done|get_nowait|put_nowait)$/,
  },
  'threading.Event': { twin: 'asyncio.Event', waits: /^wait$/, same: /^(?:set|clear|is_set)$/ },
};

export const useAsyncPrimitive: Fix<'call' | 'acquire'> = {
  id: 'use-async-primitive',
  title: 'Use the twin of asyncio',
  offer(of, doc) {
    if (of.kind === 'acquire')
      return refuse(
        'a lock belongs to threads or to coroutines: make it an `asyncio.Lock` for all who take it, or keep the coroutine out of it',
      );
    const stall = doc.program.stall(of);
    const type = stall?.sink.slice(0, stall.sink.lastIndexOf('.')) ?? '';
    const known = twins[type];
    if (!stall || !known || stall.at !== of || of.callee.is !== 'attr') return undefined;
    const holder = of.callee.of;
    if (holder.is !== 'name') return refuse('only what a name holds is followed to everybody who uses it');
    if (doc.program.library(of.in) !== 'asyncio') return refuse('this module does not use asyncio');
    if (doc.program.target.python.from < 10) return refuse('before Python 3.10 it would be bound to the loop of where it is made');
    const [top] = of.in.chunk.module.split('.');
    if (top && doc.program.imports(top)) return refuse(`\`${holder.name}\` may be used by other modules, too`);
    return rewrite(of, holder.name, type, doc);
  },
};

function rewrite(call: Subject<'call'>, name: string, type: string, doc: Editing): Offer {
  const { twin, waits, same } = twins[type] as (typeof twins)[string];
  const { chunk } = call.in;
  const module = doc.module(chunk);
  const local = doc.program.hides(name, call.in);
  const scope = (local ? doc.node(call).up('function_definition') : undefined) ?? module;
  const all = scope.all('identifier').filter((it) => it.text === name && !isLabel(it));
  const made = all.find((it) => it.parent?.type === 'assignment' && it.parent.field('left')?.span.start === it.span.start);
  const value = made?.parent?.field('right');
  const maker = value?.type === 'call' ? value.field('function') : undefined;
  if (
    !made ||
    !maker ||
    all.filter((it) => it.parent?.type === 'assignment' && it.parent.field('left')?.span.start === it.span.start).length > 1
  )
    return refuse(`\`${name}\` is made in a form that is not rewritten`);
  if (module.all('identifier').some((it) => it.text === 'Empty' || it.text === 'Full'))
    return refuse('asyncio has errors of its own for a queue that is empty or full');
  if (doc.program.hides('asyncio', call.in)) return refuse('`asyncio` is a local name here');
  for (const it of all) {
    if (it === made) continue;
    const refused = user(it, name, waits, same, doc);
    if (refused) return refused;
  }
  doc.replace(maker, doc.use(twin, chunk));
  return review(`\`${name}\` then belongs to one event loop: no thread may use it`);
}
const isLabel = (it: Node): boolean =>
  (it.parent?.type === 'keyword_argument' && it.parent.field('name')?.span.start === it.span.start) ||
  (it.parent?.type === 'attribute' && it.parent.field('attribute')?.span.start === it.span.start);

/** One mention of the name: a method that is the same, or one that is awaited from now on. */
function user(it: Node, name: string, waits: RegExp, same: RegExp, doc: Editing): Offer | undefined {
  const use = it.parent?.type === 'attribute' ? it.parent.parent : null;
  const method = it.parent?.type === 'attribute' ? (it.parent.field('attribute')?.text ?? '') : '';
  if (use?.type !== 'call' || use.field('function')?.span.start !== it.parent?.span.start)
    return refuse(`\`${name}\` is handed on, and who uses it there is not known`);
  const scope = it.up('function_definition', 'lambda');
  if (scope?.type !== 'function_definition' || !scope.text.startsWith('async'))
    return refuse(`\`${name}\` is used outside of coroutines, too`);
  if (same.test(method)) return undefined;
  if (!waits.test(method)) return refuse(`\`${method}\` has no equal there`);
  const args = use.field('arguments')?.children.filter((one) => one.type !== 'comment') ?? [];
  if (args.length !== (method === 'put' ? 1 : 0)) return refuse('a wait with a limit is written in another way there');
  const event = use.chunk.events.find(
    (one): one is Subject<'call'> =>
      one.kind === 'call' && doc.node(one).span.start === use.span.start && doc.node(one).span.end === use.span.end,
  );
  if (!event) return refuse(`a use of \`${name}\` is written in a form that is not rewritten`);
  const refused = noPause(event, doc) ?? noAwait(event.in, use, doc);
  if (refused) return refused;
  doc.replace(use, awaited(use, use.text));
  return undefined;
}
