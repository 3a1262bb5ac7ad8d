// Globals that only the parent sets: a forked child has them, a spawned one imports the module and has what stands there.
import type { Fn, ParentState, Step, Subject, Value } from '../model.js';
import { edgesOf, eventsOf } from './calls.js';
import type { Spawn } from './classify.js';
import { argument } from './flows.js';
import { type Linking, moduleAt, namesIn, once } from './linking.js';
import { readsAfterImport } from './module-state.js';
import { question } from './question.js';
import { functionsBelow } from './reached.js';
import { evaluate } from './types.js';

const parentSets = question<Spawn, ParentState | undefined>({
  kind: 'parent state',
  fallback: undefined as ParentState | undefined,
  same: (a, b) => a?.name === b?.name && a?.set === b?.set && a?.reader === b?.reader,
});
/** The first global that the tasks of a start read and that the parent alone has set before it. */
export function parentState(link: Linking, spawn: Spawn): ParentState | undefined {
  return once(link, parentSets, spawn, spawn.in.chunk, () => {
    const below = functionsBelow(link, spawn);
    const inChild = new Set<Fn>([...below.map((it) => it.fn), ...initializers(link, spawn)]);
    for (const { fn, steps } of below) {
      const [name, set] = readsAfterImport(link, fn) ?? [];
      if (!name || !set || inChild.has(set.in.fn) || isSetBy(link, inChild, name, fn)) continue;
      const before = setBefore(link, spawn, set);
      const value = before && valueOnImport(link, name, fn);
      if (!before || value === undefined) continue;
      const read: Step = {
        chunk: fn.chunk,
        span: fn.fact.span,
        name: fn.id,
        note: `\`${fn.name}\` reads \`${name}\` in the child`,
        by: 'source',
      };
      return { name, set, reader: fn, value, because: [before, ...steps, read] as unknown as ParentState['because'] };
    }
    return undefined;
  });
}
/** What a pool runs first in each worker, and what that calls. */
export function initializers(link: Linking, spawn: Spawn): readonly Fn[] {
  const made = spawn.pool?.made;
  const given = made && argument(made, ['initializer', 1]);
  const found = given ? evaluate(link, given.value, made.in).flatMap((it) => (it.is === 'fn' || it.is === 'bound' ? [it.fn] : [])) : [];
  return [
    ...found,
    ...found.flatMap((fn) =>
      eventsOf(link, fn).flatMap((event) => edgesOf(link, event).flatMap((edge) => (typeof edge.to === 'string' ? [] : [edge.to]))),
    ),
  ];
}
/** Does the child set the name itself? */
function isSetBy(link: Linking, all: ReadonlySet<Fn>, name: string, reader: Fn): boolean {
  return [...all].some(
    (fn) =>
      fn.chunk.module === reader.chunk.module &&
      fn.fact.globals.includes(name) &&
      eventsOf(link, fn).some((it) => it.kind === 'bind' && it.target.is === 'name' && it.target.name === name),
  );
}

/** Set in the function that starts, or in one that it calls first; under the main guard for a start that stands there. */
function setBefore(link: Linking, spawn: Spawn, set: Subject): Step | undefined {
  const start = spawn.start ?? spawn.call;
  const events = eventsOf(link, start.in.fn);
  const place = events.indexOf(start);
  const step = (note: string, at: Subject): Step => ({ chunk: at.in.chunk, span: at.span, name: '', note, by: 'source' });
  if (set.in.fn === start.in.fn) return events.indexOf(set) < place ? step('the parent sets it', set) : undefined;
  for (const event of events.slice(0, Math.max(0, place))) {
    if (event.kind !== 'call') continue;
    if (edgesOf(link, event).some((edge) => edge.to === set.in.fn && edge.by !== 'only-name' && edge.by !== 'override'))
      return step('the parent sets it', set);
  }
  // Under the guard of the main module, and then a function starts the processes.
  const body = moduleAt(link, set.in).body;
  if (set.in.fn !== body) return undefined;
  const all = eventsOf(link, body);
  const later = all.slice(all.indexOf(set) + 1).some((event) => edgesOf(link, event).some((edge) => edge.to === start.in.fn));
  return later ? step('the parent sets it', set) : undefined;
}

/** What stands at the top level; a call or a display is spelled by its kind. Undefined where it is bound by an import or several times. */
function valueOnImport(link: Linking, name: string, reader: Fn): string | undefined {
  const module = moduleAt(link, reader.chunk.regions[0] as never);
  const bound = namesIn(link, module.scope, name) ?? [];
  const top = bound.flatMap((it) => (it.is === 'bind' && it.event.in.fn === module.body && !isGuarded(it.event) ? [it.event] : []));
  if (bound.some((it) => it.is !== 'bind') || top.length > 1) return undefined;
  return top[0] ? spelled(top[0].value) : 'no such name';
}
const spelled = (value: Value): string =>
  value.is === 'literal'
    ? value.value === null
      ? '`None`'
      : value.value === true
        ? '`True`'
        : value.value === false
          ? '`False`'
          : `\`${JSON.stringify(value.value)}\``
    : value.is === 'items' || value.is === 'dict'
      ? value.count === 0
        ? 'an empty one'
        : 'what it is on import'
      : 'what it is on import';
function isGuarded(event: Subject): boolean {
  for (let it: Subject['in'] | null = event.in; it; it = it.parent) if (it.guard === 'main') return true;
  return false;
}
