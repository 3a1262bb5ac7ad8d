// Proxies of a manager in a loop: each access is a message to another process, and an answer to wait for.
import type { HotProxy, Region, Step, Subject, Value } from '../model.js';
import type { Linking } from './linking.js';
import { once } from './linking.js';
import { knownObject } from './makes.js';
import { question } from './question.js';
import { emptyEnv } from './sizes.js';
import { importsAnywhere } from './surroundings.js';
import { loopsAround, tripsOf } from './trips.js';
import { eventsWithin } from './within.js';
import { loopWork } from './work.js';

/** A message and its answer, in nanoseconds: `CPython Lib/multiprocessing/managers.py`, measured with 3.11 on Linux at 50 to 150 µs. */
const message = 60_000;
/** What a turn may cost beside its messages before they no longer matter. */
const beside = 4;
const manyTurns = 1000;

const hot = question<Subject<'loop'>, HotProxy | undefined>({
  kind: 'hot proxy',
  fallback: undefined as HotProxy | undefined,
  same: (a, b) =>
    a?.name === b?.name &&
    a?.sure === b?.sure &&
    a?.accesses.length === b?.accesses.length &&
    (a?.accesses.every((it, at) => it.at === b?.accesses[at]?.at) ?? true),
});
/** The proxy that every turn of a long loop, whose other work is small, reads or writes. */
export function hotProxy(link: Linking, loop: Subject<'loop'>): HotProxy | undefined {
  if (loop.form === 'while' || !importsAnywhere(link, 'multiprocessing')) return undefined;
  return once(link, hot, loop, loop.in.chunk, () => {
    const body = loop.in.chunk.regions[loop.body];
    if (!body) return undefined;
    const all = eventsWithin(link, body).flatMap((event) => {
      const found = loopsAround(event.in)[0] === loop ? accessed(event) : undefined;
      const known = found && knownObject(link, found.of, event.in);
      const name = found && dotted(found.of);
      return known?.role === 'proxy' && name ? [{ at: event, does: found.does, key: found.key, name, known }] : [];
    });
    const [first] = all;
    if (!first) return undefined;
    const accesses = all.filter((it) => it.name === first.name);
    const trips = tripsOf(link, loop, emptyEnv(loop.in.fn));
    const sure = trips.from !== 'guess';
    if (trips.from === 'forever' || trips.n < (loop.exits && sure ? manyTurns / 4 : loop.exits ? 0 : manyTurns)) return undefined;
    if (!sure && (walksMapping(loop) || !(accesses.some((it) => it.does === 'write') && accesses.some((it) => it.does === 'read'))))
      return undefined;
    if (isReport(accesses) || isPolled(link, loop, accesses)) return undefined;
    const work = loopWork(link, loop);
    if (work.unclear > 0 || work.held + work.free + work.wait > accesses.length * message * (1 + beside)) return undefined;
    const step = (at: Subject, note: string, by: Step['by'] = 'source'): Step => ({
      chunk: at.in.chunk,
      span: at.span,
      name: first.known.type,
      note,
      by,
      evidence: page,
    });
    const made = first.known.made ? [step(first.known.made, 'the manager makes it and keeps it in its process')] : [];
    const turns = step(loop, `turns ${trips.says} times`, sure ? 'source' : 'assumed');
    const because = [turns, ...made, step(first.at, `asks the manager about \`${first.name}\`, about 0.1 ms`, first.known.by)] as const;
    return { name: first.name, type: first.known.type, accesses: accesses.map(({ at, does }) => ({ at, does })), sure, because };
  });
}
const page = 'https://docs.python.org/3/library/multiprocessing.html#proxy-objects';

interface Accessed {
  readonly of: Value;
  readonly does: 'read' | 'write';
  readonly key: Value | null;
}
const changing = /^(?:append|extend|insert|pop|popitem|remove|reverse|sort|update|setdefault|clear|set)$/;
/** What an event does to an object that it names. */
function accessed(event: Subject): Accessed | undefined {
  if (event.kind === 'call')
    return event.callee.is === 'attr'
      ? { of: event.callee.of, does: changing.test(event.callee.name) ? 'write' : 'read', key: event.args[0]?.value ?? null }
      : undefined;
  if (event.kind === 'read' && event.value.is === 'attr') return { of: event.value.of, does: 'read', key: null };
  if (event.kind === 'bind' && event.target.is === 'attr') return { of: event.target.of, does: 'write', key: null };
  if (event.kind !== 'operate') return undefined;
  if (event.op === '[]') return { of: event.left, does: 'read', key: event.right };
  if (event.op === '[]=' || event.op === 'del[]') return { of: event.left, does: 'write', key: event.right };
  return event.op === 'in' && event.right ? { of: event.right, does: 'read', key: event.left } : undefined;
}
const dotted = (value: Value): string | undefined => {
  if (value.is === 'name') return value.name;
  const of = value.is === 'attr' ? dotted(value.of) : undefined;
  return of === undefined || value.is !== 'attr' ? undefined : `${of}.${value.name}`;
};

/** `for k, n in counts.items()`: each key once, and mostly a few. */
function walksMapping({ iterates, in: at }: Subject<'loop'>): boolean {
  const call = iterates?.is === 'call' ? at.chunk.events[iterates.event] : undefined;
  return call?.kind === 'call' && call.callee.is === 'attr' && /^(?:items|keys|values|most_common)$/.test(call.callee.name);
}
/** Written in one place and never read: how far it has come, for others to see. */
function isReport(accesses: readonly { readonly does: string; readonly key: Value | null; readonly at: Subject }[]): boolean {
  return accesses.every((it) => it.does === 'write' && (it.at.kind === 'bind' || it.key?.is === 'literal'));
}
/** Only asked whether to go on. */
function isPolled(link: Linking, loop: Subject<'loop'>, accesses: readonly { readonly does: string; readonly at: Subject }[]): boolean {
  if (accesses.some((it) => it.does === 'write')) return false;
  const tests = eventsWithin(link, loop.in.chunk.regions[loop.body] as Region).filter((it) => it.kind === 'branch');
  return loop.exits && accesses.every(({ at }) => tests.some((it) => it.span.start <= at.span.start && at.span.end <= it.span.end));
}
