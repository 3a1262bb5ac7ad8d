// Helpers between a coroutine and a wait → coroutines themselves, in every file, where nobody but coroutines calls them.
import { type Editing, type Fix, type Fn, type Node, type Offer, type Running, refuse, review, type Step, type Subject } from '../model.js';
import { awaited, letsIn, noAwait, noPause } from './awaiting.js';
import { inThread } from './move-to-thread.js';

type Call = Subject<'call'>;

export const makeAsync: Fix<Running | 'acquire'> = {
  id: 'make-async',
  title: 'Make the helpers coroutines',
  best: 'review',
  offer(call, doc) {
    const stall = call.kind === 'call' ? doc.program.stall(call) : undefined;
    if (!stall || call.kind !== 'call' || stall.at === call) return undefined;
    if (doc.program.library(stall.at.in) !== 'asyncio') return refuse('the module of the wait does not use asyncio');
    const helpers = helpersOf(stall.because, doc);
    if (typeof helpers === 'string') return refuse(helpers);
    const calls = callsOf(helpers, doc);
    if (typeof calls === 'string') return refuse(calls);
    for (const it of calls) {
      const refused = pause(it, doc);
      if (refused) return refused;
    }
    for (const { at, topic } of new Map(helpers.flatMap((it) => doc.program.waits(it).map((one) => [one.at, one]))).values()) {
      if (!helpers.includes(at.in.fn)) return refuse(`\`${at.in.fn.name}\`, which they call, too, waits as well`);
      const refused = replaceSink(at, topic, doc);
      if (refused) return refused;
    }
    for (const it of helpers) {
      const node = doc.node({ chunk: it.chunk, span: it.fact.span }).up('function_definition');
      if (!node) return refuse(`\`${it.name}\` is written in a form that is not rewritten`);
      doc.replace({ ...node, span: { start: node.span.start, end: node.span.start + 'def'.length } }, 'async def');
    }
    const names = helpers.map((it) => `\`${it.name}\``).join(', ');
    const callers = [...new Set(calls.map((it) => it.in.fn))].filter((it) => !helpers.includes(it)).map((it) => `\`${it.name}\``);
    return review(`${names} become coroutines, for ${callers.join(', ')}; other tasks run at each \`await\``);
  },
};

/** The functions between the coroutine and the wait, where each can become a coroutine. */
function helpersOf(chain: readonly Step[], doc: Editing): readonly Fn[] | string {
  const found: Fn[] = [];
  for (const step of chain.slice(1)) {
    const call = step.chunk.events.find((it) => it.span.start === step.span.start && it.span.end === step.span.end && it.kind === 'call');
    const all = call?.kind === 'call' ? doc.program.callees(call) : [];
    const fn = all.find((it) => it.id === step.name);
    if (!fn) {
      if (step.note.startsWith('calls ')) return 'a step of the way is no plain call';
      break;
    }
    if (all.length > 1) return `several functions could be meant by the call of \`${fn.name}\``;
    if (fn.fact.kind !== 'def' || fn.fact.generator || fn.fact.decorators.length > 0 || /^__/.test(fn.fact.name))
      return `\`${fn.name}\` is no plain function`;
    if (doc.program.open(fn)) return `\`${fn.name}\` is called by others, too, who expect a plain function`;
    if (!found.includes(fn)) found.push(fn);
  }
  return found.length === 0 ? 'there is no helper on the way' : found;
}
/** Every call of the helpers; a text where one stands in a function that no loop runs. */
function callsOf(helpers: readonly Fn[], doc: Editing): readonly Call[] | string {
  const found: Call[] = [];
  for (const helper of helpers) {
    const all = doc.program.callers(helper);
    const foreign = [...new Set(all.filter((it) => !it.in.fn.fact.async && !helpers.includes(it.in.fn)).map((it) => it.in.fn))];
    if (foreign.length > 0)
      return `\`${helper.name}\` is called outside of coroutines, too: by ${foreign.map((it) => `\`${it.name}\``).join(', ')}`;
    for (const it of all) {
      if (it.kind !== 'call') return `\`${helper.name}\` is called by an operator or a property`;
      if (doc.program.callees(it).length > 1) return `several functions could be meant by a call of \`${helper.name}\``;
      found.push(it);
    }
  }
  return found;
}
/** Puts an `await` before one call. */
function pause(call: Call, doc: Editing): Offer | undefined {
  const node = doc.node(call);
  const refused = (call.in.fn.fact.async ? noPause(call, doc) : letsIn(call, doc)) ?? noAwait(call.in, node, doc);
  if (refused) return refused;
  const { span } = node;
  const open = awaited(node, '');
  doc.replace({ ...node, span: { start: span.start, end: span.start } }, open.replace(/\)$/, ''));
  if (open.startsWith('(')) doc.replace({ ...node, span: { start: span.end, end: span.end } }, ')');
  return undefined;
}

/** The wait itself, awaited. */
function replaceSink(sink: Call, topic: string, doc: Editing): Offer | undefined {
  const node: Node = doc.node(sink);
  const list = node.field('arguments');
  const callee = node.field('function');
  const refused = letsIn(sink, doc) ?? noAwait(sink.in, node, doc);
  if (refused) return refused;
  if (!list || !callee || list.type !== 'argument_list') return refuse('the wait is written in a form that is not rewritten');
  if (doc.program.hides('asyncio', sink.in)) return refuse('`asyncio` is a local name there');
  if (node.parent?.type === 'with_item' || node.parent?.parent?.type === 'with_item')
    return refuse('what the wait opens is used in the block under it');
  const [only, more] = list.children.filter((it) => it.type !== 'comment');
  if (topic === 'loop') {
    if (!only || more || only.type === 'keyword_argument') return refuse('it is not given one coroutine alone');
    doc.replace(node, awaited(node, only.text));
  } else if (topic === 'sleep' && only && !more && doc.program.called(sink)?.name === 'time.sleep') {
    doc.replace(node, awaited(node, `${doc.use('asyncio.sleep', sink.in.chunk)}${list.text}`));
  } else doc.replace(node, awaited(node, inThread(sink.in.chunk, callee.text, list, doc)));
  return undefined;
}
