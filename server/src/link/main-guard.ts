// Is the start of a process reached when a module is merely imported?
import type { Fn, Region, Subject } from '../model.js';
import { edgesOf, eventsOf } from './calls.js';
import type { Spawn } from './classify.js';
import { type Linking, moduleAt } from './linking.js';

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
  const others = [...link.modules.values()].filter((it) => it !== module).map((it) => it.body);
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
const known = new WeakMap<Linking, Callers>();
/** The call graph backwards, made once per link when it is first asked for. */
function callersOf(link: Linking): Callers {
  const made = known.get(link);
  if (made) return made;
  const callers = new Map<Fn, Set<Fn>>();
  const outgoing = new Set<Fn>();
  for (const module of link.modules.values()) {
    for (const fn of module.functions) {
      for (const event of eventsOf(link, fn)) {
        for (const edge of edgesOf(link, event)) {
          if (typeof edge.to === 'string') continue;
          outgoing.add(fn);
          callers.set(edge.to, (callers.get(edge.to) ?? new Set<Fn>()).add(fn));
        }
      }
    }
  }
  const found = { callers, outgoing };
  known.set(link, found);
  return found;
}
