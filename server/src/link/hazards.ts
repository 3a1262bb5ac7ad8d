// What must not happen while a new lock is held: an await, a yield, a wait, a second lock, a call of what others hand over.
import type { Hazard, Region, Span, Subject, Topic } from '../model.js';
import { edgesOf } from './calls.js';
import { takenBy } from './circles.js';
import { apiOf, attempt, eventsOf, type Linking } from './linking.js';
import { lockOf, spelled } from './locks.js';
import { momentsIn } from './moments.js';
import { bindingsOf } from './names.js';
import { sinksOf } from './stalls.js';

/** Topics for which a lock would be held as long as somebody else pleases. */
const slow: ReadonlySet<Topic> = new Set(['loop', 'sleep', 'http', 'network', 'subprocess', 'database', 'wait', 'dns', 'console']);

/** The first one in source order; undefined where a lock may be held all along. */
export function hazardIn(link: Linking, at: Region, span: Span, allowed: readonly Hazard['what'][] = []): Hazard | undefined {
  const { chunk } = at;
  const isIn = (it: Subject): boolean => it.in.chunk === chunk && span.start <= it.span.start && it.span.end <= span.end;
  for (const moment of momentsIn(link, chunk)) {
    if (!isIn(moment) || moment.in.fn !== at.fn) continue;
    if (moment.kind === 'acquire' && !allowed.includes('lock')) return { what: 'lock', says: moment.lock.name };
    if (moment.kind === 'wait' && !allowed.includes('wait')) return { what: 'wait', says: spelled(moment.of) };
  }
  for (const event of eventsOf(link, at.fn)) {
    const found = isIn(event) ? attempt(link, event, undefined, () => hazardOf(link, event)) : undefined;
    if (found && !allowed.includes(found.what)) return found;
  }
  return undefined;
}
function hazardOf(link: Linking, event: Subject): Hazard | undefined {
  if (event.kind === 'await') return { what: 'await', says: event.form };
  if (event.kind === 'leave' && event.by.startsWith('yield')) return { what: 'yield', says: event.by };
  if (event.kind === 'with' && event.items.some((it) => lockOf(link, it, event.in))) return { what: 'lock', says: 'with' };
  if (event.kind !== 'call' || event.implied) return undefined;
  const { callee } = event;
  if (callee.is === 'name' && bindingsOf(link, callee.name, event.in)?.bound.some((it) => it.is === 'param'))
    return { what: 'callback', says: callee.name };
  for (const { to } of edgesOf(link, event)) {
    if (typeof to === 'string') {
      const api = apiOf(link, to);
      if (api?.acquires) return { what: 'lock', says: to };
      if (api?.waits || (api?.topic && slow.has(api.topic))) return { what: 'wait', says: to };
      continue;
    }
    const [sink] = sinksOf(link, to).filter((it) => slow.has(it.topic));
    if (sink) return { what: 'wait', says: sink.name };
    const [taken] = takenBy(link, to);
    if (taken) return { what: 'lock', says: taken.lock.name };
  }
  return undefined;
}
