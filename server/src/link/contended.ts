// Locks of threads that the event loop takes while other holders do slow work under them.
import type { Fn, Step, Subject, Topic, Witness } from '../model.js';
import { heldAt } from './held.js';
import { eventsOf, everyModule, functionsOf, type Linking, once } from './linking.js';
import { question } from './question.js';
import { runnersOf } from './runners.js';
import { sectionsOf } from './sections.js';
import { sinksAt } from './stalls.js';
import { isLoopCode } from './starts.js';
import { sameSteps } from './steps.js';

/** Waits that take ten milliseconds or more. */
const slow: ReadonlySet<Topic> = new Set(['sleep', 'http', 'network', 'dns', 'subprocess', 'database', 'wait', 'console', 'compute']);

const holders = question<Subject<'acquire'>, Witness | undefined>({
  kind: 'slow holder',
  fallback: undefined,
  same: (a, b) => a === b || (a !== undefined && b !== undefined && sameSteps(a, b)),
});
/** Another place that holds the lock while it does slow work in a thread: from there down to the work. Undefined where nobody is slow. */
export function slowHolder(link: Linking, of: Subject<'acquire'>): Witness | undefined {
  const { lock } = of;
  if (!isLoopCode(link, of.in.fn) || lock.family !== 'thread' || !lock.exact || lock.lives === 'call' || of.bounded) return undefined;
  return once(link, holders, of, of.in.chunk, () => {
    for (const module of everyModule(link)) {
      for (const fn of functionsOf(link, module)) {
        const found = holds(link, fn, lock.id) && inThreads(link, fn) ? slowUnder(link, fn, lock.id, lock.name) : undefined;
        if (found) return found;
      }
    }
    return undefined;
  });
}
const holds = (link: Linking, fn: Fn, lock: string): boolean => sectionsOf(link, fn).some((it) => it.lock.id === lock);
const inThreads = (link: Linking, fn: Fn): boolean => !isLoopCode(link, fn) && runnersOf(link, fn).some((it) => it.kind === 'thread');

function slowUnder(link: Linking, fn: Fn, lock: string, name: string): Witness | undefined {
  for (const event of eventsOf(link, fn)) {
    if (event.kind !== 'call' || !heldAt(link, event).some((it) => it.id === lock)) continue;
    const sink = sinksAt(link, event).find((it) => slow.has(it.topic));
    if (!sink) continue;
    const note = `a thread runs \`${fn.name}\`, which holds \`${name}\` meanwhile`;
    const first: Step = { chunk: fn.chunk, span: fn.fact.span, name: fn.id, note, by: 'source' };
    return [first, ...sink.steps];
  }
  return undefined;
}
