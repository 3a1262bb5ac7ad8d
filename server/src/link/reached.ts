// What the targets of a start reach over calls: functions, and outside calls, each with the shortest chain down to it.
import { limits } from '../limits.js';
import type { Fn, Reached, Region, Step } from '../model.js';
import { variantOf } from './called.js';
import { edgesOf, eventsOf, isLazy } from './calls.js';
import type { Spawn } from './classify.js';
import { apiOf, canonical, hitBound, type Linking, once } from './linking.js';
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
      if (steps.length >= limits.witness) {
        hitBound(link, 'witness');
        continue;
      }
      for (const it of callsOf(link, fn).own) {
        if (seen.has(it.fn)) continue;
        seen.add(it.fn);
        found.push({ fn: it.fn, steps: [...steps, it.step], caught: caught || it.caught });
      }
    }
    if (seen.size >= limits.reachedFunctions) hitBound(link, 'reachedFunctions');
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
    functionsBelow(link, spawn).flatMap(({ fn, steps }) =>
      callsOf(link, fn).outside.map(({ step, ...it }): Reached => ({ ...it, because: [...steps, step] as unknown as Reached['because'] })),
    ),
  );
}

/** What one function itself calls, apart from what waits for somebody to ask for it. */
interface Calls {
  readonly own: readonly { readonly fn: Fn; readonly step: Step; readonly caught: boolean }[];
  readonly outside: readonly (Omit<Reached, 'because'> & { readonly step: Step })[];
}
const functionCalls = question<Fn, Calls>({
  kind: 'calls',
  fallback: { own: [], outside: [] },
  same: (a, b) => a.own.length + a.outside.length + b.own.length + b.outside.length === 0,
});
function callsOf(link: Linking, fn: Fn): Calls {
  return once(link, functionCalls, fn, fn, () => {
    const own: Calls['own'][number][] = [];
    const outside: Calls['outside'][number][] = [];
    for (const event of eventsOf(link, fn)) {
      if (isLazy(link, event.in)) continue;
      for (const edge of edgesOf(link, event)) {
        const [name, called] =
          typeof edge.to === 'string' ? [canonical(link, edge.to), canonical(link, edge.to)] : [edge.to.id, edge.to.name];
        const step: Step = { chunk: event.in.chunk, span: event.span, name, note: `calls \`${called}\``, by: edge.by };
        if (typeof edge.to !== 'string') own.push({ fn: edge.to, step, caught: isTried(event.in) });
        else if (event.kind === 'call') {
          const api = apiOf(link, name);
          const evidence = api?.evidence;
          outside.push({ call: event, name, api: api && variantOf(api, event), step: evidence ? { ...step, evidence } : step });
        }
      }
    }
    return { own, outside };
  });
}
