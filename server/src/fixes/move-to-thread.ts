// `load(url)` → `await asyncio.to_thread(load, url)`, at every coroutine that leads to the same blocking call.
import {
  type Affinity,
  type Chunk,
  type Editing,
  type Fix,
  type Node,
  type Offer,
  type Region,
  type Running,
  refuse,
  review,
  type Span,
  type Stall,
  type Subject,
  safe,
} from '../model.js';
import { awaited, letsIn, noAwait, noPause } from './awaiting.js';

export const moveToThread: Fix<Running | 'acquire'> = {
  id: 'move-to-thread',
  title: 'Run it in a thread',
  best: 'safe',
  offer(call, doc) {
    const { program } = doc;
    if (call.kind !== 'call') return undefined;
    const stall = program.stall(call);
    if (!stall || (stall.topic === 'sleep' && stall.at === call)) return undefined;
    if (stall.at === call && /^concurrent\.futures\.\w+\.map$/.test(stall.sink)) return undefined; // it gives its results later
    const refused = noPause(call, doc);
    if (refused) return refused;
    const bound = program.loopBound(call);
    if (bound) return refuse(`it reaches \`${bound}\`, and in another thread there is no running loop`);
    const gil = stall.topic === 'compute' ? program.called(stall.at)?.api.gil : undefined;
    if (gil === 'holds' || gil === 'interprets') return refuse('in a thread it would keep the GIL and stop the loop all the same');
    const affinity = program.affinity(call);
    if (affinity) return refuse(belongs(affinity) + orAwait(affinity.what === 'django' ? undefined : stall, doc));
    const places = placesOf(call, stall, doc);
    if (stall.topic === 'metadata' && places.some((it) => isRepeated(doc.node({ chunk: it.in.chunk, span: it.span }))))
      return refuse('it is asked again and again in one expression, each time through a thread');
    for (const place of places) {
      const refused = move(place.in, place.span, doc);
      if (refused) return refused;
    }
    return tier(call, doc, places.length);
  },
};

const belongs = ({ what, name }: Affinity): string =>
  ({
    thread: `\`${name}\` was made in this thread and works in no other one`,
    transaction: `\`${name}\` may be in the middle of a transaction, which belongs to this thread`,
    django: 'the ORM of Django keeps a connection for each thread; its asynchronous methods, or `sync_to_async`, keep to one',
  })[what];

/** The driver that could be awaited; it would take the place of the whole connection. */
function orAwait(stall: Stall | undefined, doc: Editing): string {
  const twin = stall?.topic === 'database' ? doc.program.api(stall.sink)?.twin : undefined;
  return twin ? `; \`${twin}\` could be awaited` : '';
}

interface At {
  readonly in: Region;
  readonly span: Span;
}
/** The call itself, those of other coroutines that lead to the same wait, and for questions to the file system all of its function. */
function placesOf(call: Subject<'call'>, stall: Stall, doc: Editing): readonly At[] {
  if (stall.topic === 'metadata') {
    const own = call.in.chunk.events.filter((it) => it.in.fn === call.in.fn && it.kind === 'call' && it !== call);
    return [call, ...own.filter((it) => it.kind === 'call' && doc.program.stall(it)?.topic === 'metadata')];
  }
  const others = stall.more > 0 ? [] : stall.others; // more than anybody would review: then this place alone
  return [call, ...others.flatMap((it) => (it[1] ? [{ in: regionOf(it[1].chunk, it[1].span), span: it[1].span }] : []))];
}
/** The region of the call at a span. */
function regionOf(chunk: Chunk, span: Span): Region {
  const call = chunk.events.find((it) => it.kind === 'call' && it.span.start === span.start && it.span.end === span.end);
  return (call?.in ?? chunk.regions[0]) as Region;
}

/** Rewrites one call; a refusal when its surroundings forbid it. */
function move(at: Region, span: Span, doc: Editing): Offer | undefined {
  const node = doc.node({ chunk: at.chunk, span });
  const callee = node.field('function');
  const list = node.field('arguments');
  if (!callee || !list) return refuse('the call is written in a form that is not rewritten');
  const refused = noAwait(at, node, doc) ?? letsIn({ in: at, span }, doc) ?? unmovable(node, list);
  if (refused) return refused;
  const library = doc.program.library(at);
  if (doc.program.hides(library, at)) return refuse(`\`${library}\` is a local name here`);
  doc.replace(node, awaited(node, inThread(at.chunk, callee.text, list, doc)));
  return undefined;
}
/** Stands in a comprehension or in the condition of a `while`. */
function isRepeated(node: Node): boolean {
  const loop = node.up('while_statement', 'list_comprehension', 'set_comprehension', 'dictionary_comprehension');
  if (loop?.type !== 'while_statement') return loop !== undefined;
  const test = loop.field('condition');
  return test !== undefined && test.span.start <= node.span.start && node.span.end <= test.span.end;
}
function unmovable(node: Node, list: Node): Offer | undefined {
  if (list.children.some((it) => /^stream\s*=\s*True$/.test(it.text)))
    return refuse('with `stream=True` the body is read later, on the event loop');
  if (list.children.some((it) => it.field('name')?.text === 'preexec_fn')) return refuse('`preexec_fn` is not safe where threads run');
  if (list.type === 'generator_expression') return refuse('the argument is a generator, which would run in the thread');
  if (node.parent?.type === 'with_item' || (node.parent?.type === 'as_pattern' && node.parent.parent?.type === 'with_item'))
    return refuse('what it opens is used in the block under it: the whole block would have to move to a thread');
  return undefined;
}

/** The call of a library that runs this one in a thread, without the `await`. */
export function inThread(chunk: Chunk, callee: string, list: Node, doc: Editing): string {
  const library = doc.program.library(chunk.regions[0] as Region);
  const args = withCallee(callee, list);
  const named = list.children.some((it) => it.type === 'keyword_argument' || it.type === 'dictionary_splat');
  if (library === 'asyncio' && doc.program.target.python.from >= 9) return `${doc.use('asyncio.to_thread', chunk)}(${args})`;
  const bare = named ? `${doc.use('functools.partial', chunk)}(${args})` : args; // what follows takes no keywords
  if (library !== 'asyncio') return `${doc.use(`${library}.to_thread`, chunk)}.run_sync(${bare})`;
  return `${doc.use('asyncio.get_running_loop', chunk)}().run_in_executor(None, ${bare})`;
}
/** The arguments as written, line breaks and comments too, with the callee in front. */
function withCallee(callee: string, list: Node): string {
  const inside = list.text.slice(1, -1);
  if (list.children.length === 0) return callee;
  return /^\s*\n/.test(inside) ? `${inside.match(/^\s*/)?.[0] ?? ''}${callee},${inside}` : `${callee}, ${inside.trimStart()}`;
}
function tier(call: Subject<'call'>, doc: Editing, places: number): Offer {
  const stall = doc.program.stall(call);
  if (stall?.topic === 'metadata' && places > 1) return review('other tasks run between the questions');
  if (places > 1) return review(`${places} coroutines lead to the same call, and each then runs it in a thread`);
  if (stall?.topic === 'database')
    return review(`the connection is then used from another thread: nothing else may use it meanwhile${orAwait(stall, doc)}`);
  const pure = stall?.topic === 'file' || stall?.topic === 'metadata';
  const method = call.callee.is === 'attr' && doc.program.type(call.callee.of, call.in) !== undefined;
  if (method && !(pure && stall.at === call))
    return review('the object is then used from another thread: nothing else may use it meanwhile');
  if (stall?.topic === 'sleep') return review('other tasks run while the thread sleeps');
  if (stall?.topic === 'compute') return computing(stall, doc);
  return stall?.bounded || pure || finite.test(stall?.sink ?? '')
    ? safe
    : review('the call has no timeout, so the thread may be occupied for ever');
}
const computing = (stall: Stall, doc: Editing): Offer =>
  doc.program.called(stall.at)?.api.gil === 'releases'
    ? safe
    : review('whether it releases the GIL is not known; if it keeps it, the loop stands still all the same');
/** A child process ends by itself. */
const finite = /^(?:subprocess\.(?:run|call|check_\w+|get\w*output|Popen)|os\.(?:system|popen))$/;
