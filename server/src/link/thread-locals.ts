// Attributes of a `threading.local` that a coroutine sets, and that are read after it has let other tasks run.
import type { Fn, LocalAcrossAwait, Region, Step, Subject, Value } from '../model.js';
import { edgesOf } from './calls.js';
import { eventsOf, type Linking, once } from './linking.js';
import { knownObject } from './makes.js';
import { locate } from './places.js';
import { question } from './question.js';
import { runnersOf } from './runners.js';

const bindCrossed = question<Subject<'bind'>, LocalAcrossAwait | undefined>({
  kind: 'local across await',
  fallback: undefined,
  same: (a, b) => a?.read === b?.read && a?.wait === b?.wait && a?.sure === b?.sure,
});
/** `ctx.user = …` in a coroutine that several tasks may run at once. */
export function localAcrossAwait(link: Linking, bind: Subject<'bind'>): LocalAcrossAwait | undefined {
  const { target } = bind;
  if (target.is !== 'attr' || bind.from !== 'assign' || !bind.in.fn.fact.async || bind.value.is === 'literal') return undefined;
  return once(link, bindCrossed, bind, bind.in.chunk, () => {
    const local = knownObject(link, target.of, bind.in);
    const spot = local?.role === 'local' ? locate(link, target.of, bind.in)?.spot : undefined;
    if (!local || !spot || isFirstUse(bind, target.of)) return undefined;
    const runners = runnersOf(link, bind.in.fn);
    const several = runners.find((it) => it.many && (it.kind === 'task' || it.kind === 'handler' || it.kind === 'callback'));
    if (!several && runners.length > 0) return undefined;
    const reads = (value: Value, at: Region): boolean =>
      value.is === 'attr' && value.name === target.name && locate(link, value.of, at)?.spot === spot;
    const found = later(link, bind, reads);
    if (!found) return undefined;
    const step = (at: Subject, note: string, by: Step['by'] = 'source'): Step => ({
      chunk: at.in.chunk,
      span: at.span,
      name: at.in.fn.id,
      note,
      by,
    });
    const name = `${spelled(target.of)}.${target.name}`;
    const made = local.made ? [step(local.made, 'one for each thread')] : [];
    const who = several ? several.because : [step(bind, `several tasks are taken to run \`${bind.in.fn.name}\``, 'assumed')];
    const because = [
      ...made,
      ...who,
      step(bind, `\`${name}\` is set`),
      step(found.wait, 'other tasks of the thread run meanwhile'),
      step(found.read, `\`${name}\` is read`),
    ] as unknown as LocalAcrossAwait['because'];
    return { name: spelled(target.of), read: found.read, wait: found.wait, sure: several !== undefined, because };
  });
}
const spelled = (value: Value): string =>
  value.is === 'name' ? value.name : value.is === 'attr' ? `${spelled(value.of)}.${value.name}` : 'it';
/** What is set once for the thread, if it is not there, is the same for every task. */
function isFirstUse(bind: Subject<'bind'>, local: Value): boolean {
  const name = spelled(local).split('.').at(-1) ?? '';
  const { regions, events } = bind.in.chunk;
  for (let it: Region | null = bind.in; it && it.kind !== 'function'; it = it.parent) {
    if (it.kind === 'except') return true;
    if (it.kind !== 'branch') continue;
    const { parent, span } = it;
    const tests = events.flatMap((one) => (one.kind === 'branch' ? [one] : []));
    const test = tests.findLast((one) => regions[one.body]?.parent === parent && (regions[one.body]?.span.start ?? 0) <= span.start);
    if (test && asks(test.test, name, bind.in)) return true;
  }
  return false;
}
/** Does a test look at the object: `if ctx.client is None`, `if not hasattr(ctx, "client")`? */
function asks(value: Value, name: string, at: Region): boolean {
  if (value.is === 'name') return value.name === name;
  if (value.is === 'attr') return value.name === name || asks(value.of, name, at);
  if (value.is === 'op' || value.is === 'either') return value.args.some((it) => asks(it, name, at));
  const call = value.is === 'call' ? at.chunk.events[value.event] : undefined;
  return call?.kind === 'call' && (asks(call.callee, name, at) || call.args.some((it) => asks(it.value, name, at)));
}

interface Later {
  readonly wait: Subject;
  readonly read: Subject;
}
type Reads = (value: Value, at: Region) => boolean;
/** The first reading after the first wait that follows; in the coroutine, or in what it calls or awaits later. */
function later(link: Linking, bind: Subject<'bind'>, reads: Reads): Later | undefined {
  const { fn } = bind.in;
  let wait: Subject | undefined;
  const all = eventsOf(link, fn);
  for (const it of all) {
    if (it.in.chunk !== bind.in.chunk || it.span.start < bind.stmt.end) continue;
    if (it.kind === 'bind' && it.target.is === 'attr' && reads(it.target, it.in) && it.in === bind.in) return undefined; // set anew
    if (wait) {
      const read = readsAt(link, it, reads, new Set([fn]));
      if (read) return { wait, read };
    }
    if (it.kind === 'await') wait ??= it;
  }
  return undefined;
}
/** The event itself, or what the function that it calls does. */
function readsAt(link: Linking, event: Subject, reads: Reads, seen: Set<Fn>): Subject | undefined {
  if (values(event).some((it) => within(it, (one) => reads(one, event.in)))) return event;
  if (event.kind !== 'call' || seen.size > 12) return undefined;
  for (const { to } of edgesOf(link, event)) {
    if (typeof to === 'string' || seen.has(to)) continue;
    seen.add(to);
    for (const it of eventsOf(link, to)) {
      const found = readsAt(link, it, reads, seen);
      if (found) return found;
    }
  }
  return undefined;
}
function values(event: Subject): readonly Value[] {
  switch (event.kind) {
    case 'read':
    case 'leave':
      return [event.value];
    case 'bind':
      return [event.value];
    case 'call':
      return [event.callee.is === 'attr' ? event.callee.of : event.callee, ...event.args.map((it) => it.value)];
    case 'branch':
      return [event.test];
    default:
      return [];
  }
}
function within(value: Value, is: (it: Value) => boolean): boolean {
  if (is(value)) return true;
  if (value.is === 'attr' || value.is === 'item') return within(value.of, is);
  if (value.is === 'op' || value.is === 'either') return value.args.some((it) => within(it, is));
  if (value.is === 'text') return value.parts.some((it) => within(it, is));
  return value.is === 'items' && value.items.some((it) => within(it, is));
}
