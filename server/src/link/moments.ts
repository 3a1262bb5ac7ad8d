// Calls and blocks that take a lock, give it back, or wait for something: what acquire, release and wait subjects are made from.
import { isGiven } from '../knowledge/given.js';
import type { Api, Chunk, Subject, Value } from '../model.js';
import { calledBy } from './called.js';
import type { Spawn } from './classify.js';
import { apiOf, attempt, canonical, type Linking, once } from './linking.js';
import { question } from './question.js';
import { acquired, released, sectionsOf } from './sections.js';
import { spawnsMadeBy } from './starts.js';
import { evaluate } from './types.js';

export type Moment = Subject<'acquire' | 'release' | 'wait'>;

const chunkMoments = question<Chunk, readonly Moment[]>({
  kind: 'moments',
  fallback: [],
  same: (a, b) => a.length === 0 && b.length === 0,
});
/** In the order of the events of the chunk. */
export function momentsIn(link: Linking, chunk: Chunk): readonly Moment[] {
  return once(link, chunkMoments, chunk, chunk, () =>
    chunk.events.flatMap((event): readonly Moment[] => {
      if (event.kind === 'with') return attempt(link, event, [], () => [...takenBy(link, event), ...poolEnds(link, event)]);
      if (event.kind !== 'call' || event.implied || event.callee.is !== 'attr') return event.kind === 'call' ? waitsOf(link, event) : [];
      return attempt(link, event, [], () => [...takenBy(link, event), ...givenBack(link, event), ...waitsOf(link, event)]);
    }),
  );
}
const place = (event: Subject): Pick<Moment, 'in' | 'span' | 'stmt'> => ({ in: event.in, span: event.span, stmt: event.stmt });

function takenBy(link: Linking, event: Subject<'with' | 'call'>): readonly Moment[] {
  return sectionsOf(link, event.in.fn)
    .filter((it) => it.by === event && !it.inherited)
    .map((it) => ({ kind: 'acquire', ...place(event), lock: it.lock, scoped: it.scoped, bounded: it.bounded, by: event }));
}
function givenBack(link: Linking, call: Subject<'call'>): readonly Moment[] {
  const lock = released(link, call);
  return lock ? [{ kind: 'release', ...place(call), lock, by: call }] : [];
}

// ── Waits ────────────────────────────────────────────────────────────────────────────────────────

function waitsOf(link: Linking, call: Subject<'call'>): readonly Moment[] {
  if (acquired(link, call)) return [];
  const called = calledBy(link, call);
  const on = called?.api.waits;
  if (!called || !on || on === 'lock') return [];
  const of: Value =
    call.callee.is === 'attr' && called.receiver !== undefined ? call.callee.of : (call.args[0]?.value ?? { is: 'unknown' });
  return [{ kind: 'wait', ...place(call), on, of, for: startsOf(link, of, call), bounded: isBounded(called.api, call), by: call }];
}
function isBounded(api: Api, call: Subject<'call'>): boolean {
  if (call.args.some((it) => it.value.is === 'star' && it.value.twice)) return true;
  return (api.bounded ?? []).some((it) => isGiven(it, call.args));
}
/** The starts whose runner or result an expression is, or whose results it holds. */
function startsOf(link: Linking, of: Value, at: Subject): readonly Spawn[] {
  const made = new Set<Subject>();
  const look = (value: Value, where: Subject['in'], hops: number): void => {
    for (const it of evaluate(link, value, where)) {
      if ((it.is === 'thing' || it.is === 'object') && it.made) made.add(it.made);
      if (it.is !== 'container' || hops > 1) continue;
      const { value: display, region } = it;
      if (display.is === 'items') for (const one of display.items) look(one, region, hops + 1);
      if (display.is === 'comprehension') look(display.element, region.chunk.regions[display.region] ?? region, hops + 1);
    }
  };
  look(of, at.in, 0);
  return spawnsMadeBy(link, made);
}

/** `with ThreadPoolExecutor() as pool:` waits at its end for all that was given to the pool; `Pool` ends it instead. */
function poolEnds(link: Linking, event: Subject<'with'>): readonly Moment[] {
  return event.items.flatMap((item): Moment[] => {
    const [it] = evaluate(link, item, event.in);
    if (it?.is !== 'thing' || !it.made || !isExecutor(link, it.type)) return [];
    const { made } = it;
    const given = spawnsMadeBy(link, new Set([made])).filter((spawn) => spawn.pool?.made === made);
    return [{ kind: 'wait', ...place(event), on: 'pool', of: item, for: given, bounded: false, by: event }];
  });
}
const isExecutor = (link: Linking, type: string): boolean =>
  apiOf(link, type)?.pool !== undefined && canonical(link, type).startsWith('concurrent.futures.');
