// What a parent has certainly gone through before it starts processes: on import, in the function of the start, and on the way to it.
import { limits } from '../limits.js';
import type { Fn, Region, Step, Subject } from '../model.js';
import { isBefore } from './arrivals.js';
import { callersOf } from './callers.js';
import { edgesOf, eventsOf } from './calls.js';
import type { Spawn } from './classify.js';
import { leadsTo } from './fork-threads.js';
import { hitBound, type Linking, moduleAt, once } from './linking.js';
import { question } from './question.js';

/** A part of a function that comes before the start. */
export interface Stretch {
  readonly fn: Fn;
  /** Where it ends; null where the whole function runs. */
  readonly until: Subject | null;
  /** From its end to the start. */
  readonly steps: readonly Step[];
}
const stretches = question<Spawn, readonly Stretch[]>({
  kind: 'before start',
  fallback: [],
  same: (a, b) => a.length === b.length && a.every((it, at) => it.fn === b[at]?.fn && it.until === b[at]?.until),
});
/** The nearest first: the function of the start and what it calls, those that lead to it, then the import of its module. */
export function beforeStart(link: Linking, spawn: Spawn): readonly Stretch[] {
  return once(link, stretches, spawn, spawn.in.chunk, () => {
    const found: Stretch[] = [];
    const open: Stretch[] = [{ fn: spawn.in.fn, until: startOf(spawn), steps: [] }];
    const seen = new Set<Fn>([spawn.in.fn]);
    for (let next = open.shift(); next && seen.size < limits.pathsToStart; next = open.shift()) {
      found.push(next, ...calledBefore(link, next));
      for (const { fn, event } of callersOf(link, next.fn)) {
        if (seen.has(fn)) continue;
        seen.add(fn);
        open.push({ fn, until: event, steps: [step(event, next.fn.id, `then calls \`${next.fn.name}\``), ...next.steps] });
      }
    }
    if (seen.size >= limits.pathsToStart) hitBound(link, 'pathsToStart');
    const { body } = moduleAt(link, spawn.in);
    if (!seen.has(body)) found.push({ fn: body, until: null, steps: [] });
    return found;
  });
}
/** Functions of the workspace that run whole on the way. */
function calledBefore(link: Linking, stretch: Stretch): readonly Stretch[] {
  return eventsOf(link, stretch.fn).flatMap((event) =>
    event.kind === 'call' && isIn(stretch, event)
      ? edgesOf(link, event).flatMap((edge): Stretch[] =>
          typeof edge.to === 'string' || edge.by === 'only-name' || edge.by === 'override' || edge.to.fact.async || edge.to.fact.generator
            ? []
            : [{ fn: edge.to, until: null, steps: [step(event, edge.to.id, `calls \`${edge.to.name}\``), ...stretch.steps] }],
        )
      : [],
  );
}
/** Workers of `multiprocessing.Pool` are forked where it is made, all others where they are set going. */
const startOf = (spawn: Spawn): Subject =>
  spawn.pool?.made?.in.fn === spawn.in.fn && spawn.pool.api === 'multiprocessing.pool.Pool' ? spawn.pool.made : (spawn.start ?? spawn.call);
const step = (at: Subject, name: string, note: string): Step => ({ chunk: at.in.chunk, span: at.span, name, note, by: 'source' });

/** Does the stretch certainly come by this place? On import what stands under the main guard is left out. */
export function isIn({ fn, until }: Stretch, at: Pick<Subject, 'in' | 'span'>): boolean {
  if (at.in.fn !== fn) return false;
  if (until) return isBefore(at as Subject, until) && leadsTo(at.in, until.in);
  return leadsTo(at.in, null) && !(fn.fact.kind === 'module' && isGuarded(at.in));
}
function isGuarded(region: Region): boolean {
  for (let it: Region | null = region; it; it = it.parent) if (it.guard === 'main') return true;
  return false;
}
