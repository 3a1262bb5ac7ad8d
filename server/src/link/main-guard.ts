// Is the start of a process reached when a module is merely imported?
import type { Fn, Region, Subject } from '../model.js';
import { callingFunctions } from './callers.js';
import { edgesOf, eventsOf } from './calls.js';
import type { Spawn } from './classify.js';
import { everyModule, type Linking, moduleAt, once } from './linking.js';
import { question } from './question.js';
import { rootsOf } from './roots.js';
import { spawnsOfKind } from './starts.js';

/**
 * The event of a module body that leads to the start with no `if __name__ == "__main__":` around it; the module of the start comes
 * first. Under spawn and forkserver the main module runs again in each child, so the start must not run with it.
 */
export function unguarded(link: Linking, spawn: Spawn): Subject | undefined {
  const made = spawn.pool?.made;
  const start = made && startsWhenMade.test(spawn.pool?.api ?? '') ? made : spawn;
  const module = moduleAt(link, start.in);
  if (start.in.fn === module.body) return guarded(start.in) ? undefined : made?.in.fn === module.body ? made : spawn;
  const leads = leading(link, start.in.fn);
  const starts = (it: Subject): boolean =>
    !guarded(it.in) && edgesOf(link, it).some((edge) => typeof edge.to !== 'string' && edge.by !== 'only-name' && leads.has(edge.to));
  const others = everyModule(link)
    .filter((it) => it !== module)
    .map((it) => it.body);
  for (const body of [module.body, ...others.filter((it) => leads.has(it))]) {
    const found = eventsOf(link, body).find(starts);
    if (found) return found;
  }
  return undefined;
}
/** A pool of `multiprocessing` starts its workers at once, an executor with the first task; the twin with threads may become one. */
const startsWhenMade = /^multiprocessing\.pool\.(?:Thread)?Pool$/;

const importStarts = question<Linking, ReadonlyMap<Spawn, Subject>>({ kind: 'import starts', fallback: new Map(), same: () => false });
/** The first start of a process that each module leads to on import, with the event that leads there; later ones are the same defect. */
export const startedOnImport = (link: Linking, spawn: Spawn): Subject | undefined =>
  once(link, importStarts, link, null, () => findImportStarts(link)).get(spawn);
function findImportStarts(link: Linking): ReadonlyMap<Spawn, Subject> {
  const first = new Map<string, { readonly spawn: Spawn; readonly at: Subject }>();
  for (const spawn of spawnsOfKind(link, 'process')) {
    if (spawn.pool && !spawn.pool.made) continue;
    const at = unguarded(link, spawn);
    const known = at && first.get(at.in.chunk.module);
    if (at && (!known || comesBefore(at, known.at))) first.set(at.in.chunk.module, { spawn, at });
  }
  return new Map([...first.values()].map(({ spawn, at }) => [spawn, at]));
}
const comesBefore = (a: Subject, b: Subject): boolean =>
  a.in.chunk.order < b.in.chunk.order || (a.in.chunk === b.in.chunk && a.span.start < b.span.start);

function guarded(region: Region): boolean {
  for (let it: Region | null = region; it; it = it.parent) if (it.guard === 'main') return true;
  return false;
}

/** The function and everything that may call it, or start it as a runner. */
function leading(link: Linking, fn: Fn): ReadonlySet<Fn> {
  const found = new Set<Fn>([fn]);
  for (const it of found) {
    for (const caller of callingFunctions(link, it)) found.add(caller);
    for (const { from } of rootsOf(link, it)) if (from) found.add(from);
  }
  return found;
}
