// What running a function does, for printing and for assertions: what it waits for, what it costs in three pots, what it leaves behind.
import type { Fn, FnId, QName, Topic, Work } from '../model.js';
import { everyModule, type Linking } from './linking.js';
import { outcomeOf } from './outcomes.js';
import { sinksOf } from './stalls.js';
import { functionWork } from './work.js';

export interface Effects {
  /** Waits reached over synchronous calls, worst first; each with the outside call at the far end. */
  readonly waits: readonly { readonly topic: Topic; readonly for: QName; readonly bounded: boolean }[];
  /** One run, with nothing known of the arguments. */
  readonly work: Work;
  /** Runners that it or what it calls starts, by id. */
  readonly spawns: readonly string[];
  /**
   * `blocks`: waits for something. `computes`, `crunches`: at least a millisecond under the GIL, or without it. `spawns`, `joins`: starts
   * runners, or waits for their end. `raises`: an exception may leave it. `fresh`: returns a new object each time.
   */
  readonly effects: readonly (Pot | 'spawns' | 'joins' | 'raises' | 'fresh')[];
}
type Pot = 'blocks' | 'computes' | 'crunches';
/** Below this a run is said to do nothing. Nanoseconds. */
const noticeable = 1e6;

export function effectsOf(link: Linking, fn: Fn): Effects {
  const seen = new Set<string>();
  const waits = sinksOf(link, fn).flatMap((it) => {
    if (it.topic === 'compute' || it.topic === 'loop') return []; // no waits
    const key = `${it.topic} ${it.name} ${it.bounded}`;
    if (seen.has(key)) return [];
    seen.add(key);
    return [{ topic: it.topic, for: it.name, bounded: it.bounded }];
  });
  const work = functionWork(link, fn);
  const effects: Effects['effects'][number][] = [];
  if (waits.length > 0) effects.push('blocks');
  if (work.held >= noticeable) effects.push('computes');
  if (work.free >= noticeable) effects.push('crunches');
  const { spawns, joins, raises, fresh } = outcomeOf(link, fn);
  if (spawns.length > 0) effects.push('spawns');
  if (joins) effects.push('joins');
  if (raises) effects.push('raises');
  if (fresh) effects.push('fresh');
  return { waits, work, spawns, effects };
}

/** Every function with effects, by id. */
export function allEffects(link: Linking): ReadonlyMap<FnId, Effects> {
  const found = new Map<FnId, Effects>();
  for (const module of [...everyModule(link)].sort((a, b) => (a.name < b.name ? -1 : 1))) {
    for (const fn of module.functions) {
      const it = effectsOf(link, fn);
      if (it.effects.length > 0) found.set(fn.id, it);
    }
  }
  return found;
}
