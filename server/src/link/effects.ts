// What running a function does, for printing and for assertions: what it waits for, and what it costs in three pots.
import type { Fn, FnId, QName, Topic, Work } from '../model.js';
import { everyModule, type Linking } from './linking.js';
import { sinksOf } from './stalls.js';
import { functionWork } from './work.js';

export interface Effects {
  /** Waits reached over synchronous calls, worst first; each with the outside call at the far end. */
  readonly waits: readonly { readonly topic: Topic; readonly for: QName; readonly bounded: boolean }[];
  /** One run, with nothing known of the arguments. */
  readonly work: Work;
  /** `blocks`: waits for something. `computes`, `crunches`: at least a millisecond under the GIL, or without it. */
  readonly effects: readonly ('blocks' | 'computes' | 'crunches')[];
}
/** Below this a run is said to do nothing. Nanoseconds. */
const noticeable = 1e6;

export function effectsOf(link: Linking, fn: Fn): Effects {
  const seen = new Set<string>();
  const waits = sinksOf(link, fn).flatMap((it) => {
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
  return { waits, work, effects };
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
