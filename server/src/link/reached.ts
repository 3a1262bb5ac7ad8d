// What the targets of a start reach over calls: functions, and outside calls, each with the shortest chain down to it.
import { limits } from '../limits.js';
import type { Fn, Reached, Region, Step } from '../model.js';
import { edgesOf, eventsOf, isLazy } from './calls.js';
import type { Spawn } from './classify.js';
import { apiOf, canonical, type Linking, once } from './linking.js';
import { question } from './question.js';

export interface Below {
  readonly fn: Fn;
  readonly steps: readonly Step[];
  /** A call on the way stands in a `try`. */
  readonly caught: boolean;
}
const spawnBelow = question<Spawn, readonly Below[]>({ kind: 'below', fallback: [], same: (a, b) => a.length === 0 && b.length === 0 });
/** Breadth first over the calls of the workspace, the targets first; what is only passed on is not followed. */
export function functionsBelow(link: Linking, spawn: Spawn): readonly Below[] {
  return once(link, spawnBelow, spawn, spawn.in.chunk, () => {
    const found: Below[] = spawn.targets.map((fn) => ({ fn, steps: spawn.runner.because, caught: false }));
    const seen = new Set<Fn>(spawn.targets);
    for (let at = 0; at < found.length && seen.size < limits.reachedFunctions; at++) {
      const { fn, steps, caught } = found[at] as Below;
      if (steps.length >= limits.witness) continue;
      for (const event of eventsOf(link, fn)) {
        if (isLazy(link, event.in)) continue;
        for (const edge of edgesOf(link, event)) {
          if (typeof edge.to === 'string' || seen.has(edge.to)) continue;
          seen.add(edge.to);
          const step: Step = { chunk: event.in.chunk, span: event.span, name: edge.to.id, note: `calls \`${edge.to.name}\``, by: edge.by };
          found.push({ fn: edge.to, steps: [...steps, step], caught: caught || isTried(event.in) });
        }
      }
    }
    return found;
  });
}
/** Does the place stand in a `try` of its function? */
export function isTried(at: Region): boolean {
  for (let it: Region | null = at; it && it.kind !== 'function'; it = it.parent) if (it.kind === 'try') return true;
  return false;
}

const spawnReached = question<Spawn, readonly Reached[]>({
  kind: 'reached',
  fallback: [],
  same: (a, b) => a.length === b.length && a.every((it, at) => it.call === b[at]?.call && it.name === b[at]?.name),
});
export function reachedBy(link: Linking, spawn: Spawn): readonly Reached[] {
  return once(link, spawnReached, spawn, spawn.in.chunk, () =>
    functionsBelow(link, spawn).flatMap(({ fn, steps }) => eventsOf(link, fn).flatMap((event) => outsideCalls(link, event, steps))),
  );
}
function outsideCalls(link: Linking, event: Parameters<typeof edgesOf>[1], steps: readonly Step[]): readonly Reached[] {
  if (event.kind !== 'call' || isLazy(link, event.in)) return [];
  return edgesOf(link, event).flatMap((edge): Reached[] => {
    if (typeof edge.to !== 'string') return [];
    const name = canonical(link, edge.to);
    const evidence = apiOf(link, name)?.evidence;
    const step: Step = {
      chunk: event.in.chunk,
      span: event.span,
      name,
      note: `calls \`${name}\``,
      by: edge.by,
      ...(evidence ? { evidence } : {}),
    };
    return [{ call: event, name, because: [...steps, step] as unknown as Reached['because'] }];
  });
}
