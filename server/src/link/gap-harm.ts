// How bad an access without the lock of its place is: can it be torn itself, or fall into something that is done under the lock?
import type { Harm, Op, Place } from '../model.js';
import { actMethod, isSubscript } from './harmless.js';
import type { Linking } from './linking.js';
import { sectionsAround } from './sections.js';
import { type Touched, writes } from './touches.js';

/** Several steps in one access. */
const torn: ReadonlySet<Op> = new Set(['update', 'check-act', 'lazy-init', 'iterate']);

/** One store, or one step of a container, is whole by itself; another lock that it holds may protect it as well. */
export function gapHarm(link: Linking, place: Place, it: Touched, inside: readonly Touched[]): Harm {
  if (torn.has(it.op)) return 'high';
  if (it.locks.length > 0) return 'medium';
  return inside.some((one) => isSpoilt(place, one, it) || isOvertaken(link, place, one, it, inside)) ? 'high' : 'medium';
}

/** Under the lock: several steps of one access, between which the bare one does harm. */
function isSpoilt(place: Place, held: Touched, bare: Touched): boolean {
  if (place.part === 'slot') return held.op === 'update' || held.op === 'check-act' || held.op === 'lazy-init';
  switch (held.op) {
    case 'update':
      return takesOut(bare) || replaces(bare);
    case 'iterate':
      return place.holds !== 'builtins.list' || takesOut(bare);
    case 'check-act':
      return failsWithout(held) && takesOut(bare);
    default:
      return false;
  }
}
/** Under the lock: what an earlier access of the same section saw is stored anew, taken out, or looked up by a later one. */
function isOvertaken(link: Linking, place: Place, held: Touched, bare: Touched, inside: readonly Touched[]): boolean {
  const looksUp = held.op === 'read' && isSubscript(held.event);
  const section = writes(held.op) || looksUp ? sectionsAround(link, held.event.in, held.event.span.start).at(-1) : undefined;
  const isEarlier = ({ event }: Touched): boolean =>
    event.in.fn === held.event.in.fn &&
    event.in.chunk === section?.chunk &&
    event.span.start >= section.span.start &&
    event.span.end <= held.event.span.start;
  if (!section || !inside.some((it) => isEarlier(it) && (looksUp || it.op === 'read'))) return false;
  if (place.part === 'slot') return true;
  return takesOut(bare) ? looksUp || failsWithout(held) : takesOut(held);
}

const methodOf = ({ event }: Touched): string => event.method ?? actMethod(event) ?? '';
/** Elements go: a walk of a list skips some, and who has seen one does not find it. */
export const takesOut = (it: Touched): boolean =>
  it.op !== 'read' && /^(?:remove|discard|pop|popleft|popitem|clear|del\[\])$/.test(methodOf(it));
const replaces = (it: Touched): boolean => methodOf(it) === '[]=';
/** Raises where another one was faster. */
const failsWithout = (it: Touched): boolean => /^(?:remove|pop|popleft|popitem|del\[\])$/.test(methodOf(it));
