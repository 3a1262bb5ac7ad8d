// Is the start of a process reached when a module is merely imported?
import type { Fn, Region, Subject } from '../model.js';
import { calleesOf, edgesOf, eventsOf } from './calls.js';
import type { Spawn } from './classify.js';
import { everyModule, functionsOf, type Linking, moduleAt, once } from './linking.js';
import { question } from './question.js';

/**
 * The event of a module body that leads to the start with no `if __name__ == "__main__":` around it; the module of the start comes
 * first. Under spawn and forkserver the main module runs again in each child, so the start must not run with it.
 */
export function unguarded(link: Linking, spawn: Spawn): Subject | undefined {
  const module = moduleAt(link, spawn.in);
  const made = spawn.pool?.made;
  if (spawn.in.fn === module.body) return guarded(spawn.in) ? undefined : made?.in.fn === module.body ? made : spawn;
  const leads = leading(link, spawn.in.fn);
  const starts = (it: Subject): boolean =>
    !guarded(it.in) && edgesOf(link, it).some((edge) => typeof edge.to !== 'string' && leads.has(edge.to));
  const others = everyModule(link)
    .filter((it) => it !== module)
    .map((it) => it.body);
  for (const body of [module.body, ...others.filter((it) => callersOf(link).outgoing.has(it))]) {
    const found = eventsOf(link, body).find(starts);
    if (found) return found;
  }
  return undefined;
}
function guarded(region: Region): boolean {
  for (let it: Region | null = region; it; it = it.parent) if (it.guard === 'main') return true;
  return false;
}

/** The function and everything that may call it. */
function leading(link: Linking, fn: Fn): ReadonlySet<Fn> {
  const { callers } = callersOf(link);
  const found = new Set<Fn>([fn]);
  const open = [fn];
  for (let it = open.pop(); it; it = open.pop()) {
    for (const caller of callers.get(it) ?? []) {
      if (found.has(caller)) continue;
      found.add(caller);
      open.push(caller);
    }
  }
  return found;
}

interface Callers {
  readonly callers: ReadonlyMap<Fn, ReadonlySet<Fn>>;
  /** Functions that call any function of the workspace. */
  readonly outgoing: ReadonlySet<Fn>;
}
const callGraphBackwards = question<Linking, Callers>({
  kind: 'callers',
  fallback: { callers: new Map(), outgoing: new Set() },
  same: () => false,
});
/** The call graph backwards, made once per link when it is first asked for. */
function callersOf(link: Linking): Callers {
  return once(link, callGraphBackwards, link, null, () => findCallers(link));
}
function findCallers(link: Linking): Callers {
  const callers = new Map<Fn, Set<Fn>>();
  const outgoing = new Set<Fn>();
  for (const module of everyModule(link)) {
    for (const fn of functionsOf(link, module)) {
      for (const { fn: to } of calleesOf(link, fn)) {
        outgoing.add(fn);
        callers.set(to, (callers.get(to) ?? new Set<Fn>()).add(fn));
      }
    }
  }
  return { callers, outgoing };
}
