// Which modules would linking look for? Asked cheaply, before anything is linked in full.
import type { Knowledge } from '../knowledge/load.js';
import type { Fn, QName, Subject, Target } from '../model.js';
import { edgesOf, eventsOf } from './calls.js';
import { newCell, read } from './cells.js';
import { spawnsOf } from './classify.js';
import type { Module } from './index.js';
import { wantsOf } from './linking.js';
import { newLinking } from './new-linking.js';

/**
 * Follows calls from coroutines and from what is started in runners, without the arguments that flow between functions. What it
 * finds is a part of what the full link looks for, at a fraction of the price.
 */
export function discover(modules: readonly Module[], knowledge: Knowledge, target: Target): ReadonlySet<QName> {
  const link = newLinking(knowledge, target);
  for (const it of modules) link.modules.set(it.name, it);
  const search = (): void => {
    const open: Fn[] = [];
    for (const module of modules) for (const fn of module.functions) if (fn.fact.async) open.push(fn);
    for (const spawn of spawnsOf(link)) open.push(...spawn.targets, spawn.in.fn);
    const seen = new Set<Fn>(open);
    const follow = (event: Subject): void => {
      for (const edge of edgesOf(link, event)) {
        if (typeof edge.to === 'string' || seen.has(edge.to)) continue;
        seen.add(edge.to);
        open.push(edge.to);
      }
    };
    for (let fn = open.pop(); fn; fn = open.pop()) for (const event of eventsOf(link, fn)) follow(event);
  };
  read(
    link.cells,
    newCell<undefined>({ kind: 'discover', fallback: undefined, same: Object.is }, () => {
      search();
      return undefined;
    }),
  );
  return wantsOf(link);
}
