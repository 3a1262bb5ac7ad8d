// What a test-and-act stores: is building it twice harmful, or only a little wasted work?
import type { Subject, Value } from '../model.js';
import { edgesOf } from './calls.js';
import { apiOf, eventsOf, type Linking } from './linking.js';
import { sinksOf } from './stalls.js';
import { spawnsOfFunction } from './starts.js';
import { functionWork } from './work.js';

/** Nanoseconds under the GIL from which building something twice is a cost of its own. */
const dear = 10e6;
const opening = /^(?:threading|concurrent\.futures|multiprocessing|subprocess|socket|sqlite3|tempfile)\./;

/** The value that the act of a composite access stores; undefined where it stores none. */
export function storedBy(access: Subject<'access'>): Value | undefined {
  const span = access.act ?? access.span;
  const bind = access.in.chunk.events.find(
    (it): it is Subject<'bind'> => it.kind === 'bind' && it.span.start >= span.start && it.span.end <= span.end && it.from === 'assign',
  );
  return bind?.value;
}

/** Does what stands in the act open, start or register something, or take long? */
export function isCostly(link: Linking, access: Subject<'access'>): boolean {
  return callsIn(link, access).some((call) =>
    edgesOf(link, call).some(({ to }) => {
      if (typeof to === 'string') return isOpening(link, to);
      const own = eventsOf(link, to).some((it) => edgesOf(link, it).some((one) => typeof one.to === 'string' && isOpening(link, one.to)));
      return own || sinksOf(link, to).length > 0 || spawnsOfFunction(link, to).length > 0 || functionWork(link, to).held >= dear;
    }),
  );
}
function isOpening(link: Linking, name: string): boolean {
  const api = apiOf(link, name);
  return api?.topic !== undefined || api?.spawns !== undefined || api?.pool !== undefined || opening.test(name);
}
/** The act gives a fresh container that others fill: the second one throws away what is in the first. */
export function isFreshContainer(access: Subject<'access'>): boolean {
  const value = storedBy(access);
  if (value?.is === 'items' || value?.is === 'dict') return value.count === 0;
  if (value?.is !== 'call') return false;
  const call = access.in.chunk.events[value.event];
  const name = call?.kind === 'call' && call.callee.is === 'name' ? call.callee.name : '';
  return call?.kind === 'call' && call.args.length === 0 && /^(?:list|dict|set|deque|OrderedDict|Counter)$/.test(name);
}
function callsIn(link: Linking, access: Subject<'access'>): readonly Subject<'call'>[] {
  const span = access.act ?? access.span;
  return eventsOf(link, access.in.fn).filter(
    (it): it is Subject<'call'> =>
      it.kind === 'call' && it.in.chunk === access.in.chunk && it.span.start >= span.start && it.span.end <= span.end,
  );
}
