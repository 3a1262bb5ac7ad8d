// What a critical section was meant to guard: the memory of others that is touched while the lock is held.
import type { Guarded, Subject } from '../model.js';
import { type Linking, once } from './linking.js';
import { locate, placeOf } from './places.js';
import { question } from './question.js';
import { sectionsOf } from './sections.js';
import { isOwn } from './touches.js';

const sectionGuards = question<Subject<'with' | 'call'>, Guarded | undefined>({
  kind: 'guarded',
  fallback: undefined,
  same: (a, b) =>
    a?.span.start === b?.span.start &&
    a?.span.end === b?.span.end &&
    a?.uses.length === b?.uses.length &&
    (a?.uses.every((it, at) => it.access === b?.uses[at]?.access && it.place === b?.uses[at]?.place) ?? true),
});
/** What is written comes first, since what is only read may belong to anybody. */
export function guardedBy(link: Linking, acquire: Subject<'acquire'>): Guarded | undefined {
  return once(link, sectionGuards, acquire.by, acquire.in.chunk, () => {
    const section = sectionsOf(link, acquire.in.fn).find((it) => it.by === acquire.by);
    if (!section) return undefined;
    const { span } = section;
    const found = section.chunk.accesses.flatMap((access): Guarded['uses'] => {
      if (access.in.fn !== section.fn || access.span.start < span.start || access.span.end > span.end) return [];
      const reach = locate(link, access.place, access.in);
      if (!reach || reach.spot.home === 'closure' || reach.spot.home === 'default') return [];
      if (isOwn(link, { event: access, reach })) return [];
      return [{ access, place: placeOf(link, reach.spot, access.part) }];
    });
    return { span, uses: [...found.filter(isWritten), ...found.filter((it) => !isWritten(it))] };
  });
}
const isWritten = ({ access }: Guarded['uses'][number]): boolean => access.op !== 'read' && access.op !== 'iterate';
