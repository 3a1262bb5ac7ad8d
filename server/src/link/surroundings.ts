// What stands around a place: locks held, the library in use, start-up hooks, shared values read before and written after it.
import type { Chunk, Fn, Region, Span, Subject, Value } from '../model.js';
import { edgesOf, eventsOf } from './calls.js';
import { exemptionOf } from './exempt.js';
import type { Module } from './index.js';
import { apiOf, dependOnModule, everyModule, isA, type Linking, moduleAt, once, onceIn } from './linking.js';
import { bindingsOf } from './names.js';
import { question } from './question.js';
import { evaluate, typeName } from './types.js';

const threadLocks = ['threading.Lock', 'threading.RLock', 'threading.Condition', 'threading.Semaphore'];
/** Thread locks of the `with` blocks around a place, as written. */
export function locksAround(link: Linking, at: Region): readonly string[] {
  const found: string[] = [];
  for (let region: Region | null = at; region && region.kind !== 'function'; region = region.parent) {
    const body: Region = region;
    if (body.kind !== 'with') continue;
    const event = body.chunk.events.find((it): it is Subject<'with'> => it.kind === 'with' && body.chunk.regions[it.body] === body);
    for (const item of event && !event.async ? event.items : []) {
      const types = evaluate(link, item, body.parent ?? body).map(typeName);
      const isLock = types.some((type) => type && threadLocks.some((lock) => isA(link, type, lock)));
      if (isLock) found.push(item.is === 'name' ? item.name : item.is === 'attr' ? item.name : 'a lock');
    }
  }
  return found;
}

/** The asynchronous library of a module, by its imports; asyncio where nothing else is imported. */
export function libraryOf(link: Linking, at: Region): 'asyncio' | 'trio' | 'anyio' {
  const imports = importsOf(link, moduleAt(link, at));
  if (imports.has('asyncio')) return 'asyncio';
  return imports.has('trio') ? 'trio' : imports.has('anyio') ? 'anyio' : 'asyncio';
}
const imported = question<Module, ReadonlySet<string>>({
  kind: 'imports',
  fallback: new Set(),
  same: sameNames,
});
function sameNames(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  return a.size === b.size && [...a].every((it) => b.has(it));
}
/** Libraries that the top level of a module imports. */
export function importsOf(link: Linking, module: Module): ReadonlySet<string> {
  return once(link, imported, module, null, () => {
    dependOnModule(link, module);
    const bound = [...module.scope.names.values()].flat();
    return new Set(bound.flatMap((it) => (it.is === 'import' ? [it.fact.module.split('.')[0] ?? ''] : [])));
  });
}

const anywhere = question<Linking, boolean>({ kind: 'imported anywhere', fallback: false, same: Object.is });
/** Is a library imported by any module? One answer for all that ask: each would read every module itself. */
export function importsAnywhere(link: Linking, library: string): boolean {
  return onceIn(link, anywhere, link, library, () => everyModule(link).some((module) => importsOf(link, module).has(library)));
}

/** Does the place belong to a hook that runs before the application serves anybody? */
export function isStartup(link: Linking, at: Region): boolean {
  const { fn } = at;
  const named = (it: Value): string => (it.is === 'name' || it.is === 'attr' ? it.name : '');
  const decorated = fn.fact.decorators.some((value) => {
    const call = value.is === 'call' ? fn.chunk.events[value.event] : undefined;
    const name = named(call?.kind === 'call' ? call.callee : value);
    const [first] = call?.kind === 'call' ? call.args : [];
    const word = first?.value.is === 'literal' ? first.value.value : undefined;
    if (name === 'on_event') return word === 'startup';
    if (name === 'listener') return word === 'before_server_start' || word === 'main_process_start';
    return name === 'before_serving' || name === 'before_server_start' || name === 'main_process_start';
  });
  if (decorated || exemptionOf(link, fn) === 'startup') return true;
  return lifespansOf(link, moduleAt(link, at)).has(fn.fact.name);
}
const lifespans = question<Module, ReadonlySet<string>>({ kind: 'lifespans', fallback: new Set(), same: sameNames });
/** Names that a module hands over as `lifespan`. */
function lifespansOf(link: Linking, module: Module): ReadonlySet<string> {
  return once(link, lifespans, module, null, () => {
    dependOnModule(link, module);
    const found = new Set<string>();
    for (const chunk of module.chunks) for (const name of lifespansIn(chunk)) found.add(name);
    return found;
  });
}
const handed = new WeakMap<Chunk, readonly string[]>();
function lifespansIn(chunk: Chunk): readonly string[] {
  const known = handed.get(chunk);
  if (known) return known;
  const args = chunk.events.flatMap((it) => (it.kind === 'call' ? it.args.filter((arg) => arg.name === 'lifespan') : []));
  const found = args.flatMap(({ value }) => (value.is === 'name' ? [value.name] : []));
  handed.set(chunk, found);
  return found;
}

/** An asyncio call below this one, which would have no loop to talk to in another thread. */
export function loopBound(link: Linking, call: Subject<'call'>): string | undefined {
  const seen = new Set<Fn>();
  const open: Subject[] = [call];
  for (let event = open.pop(); event && seen.size < 60; event = open.pop()) {
    for (const edge of edgesOf(link, event)) {
      if (typeof edge.to === 'string') {
        if (
          event !== call &&
          (apiOf(link, edge.to)?.belongs === 'loop' || /^asyncio\.(?:get_running_loop|get_event_loop|current_task)$/.test(edge.to))
        )
          return edge.to;
      } else if (!seen.has(edge.to) && !edge.to.fact.async) {
        seen.add(edge.to);
        open.push(...eventsOf(link, edge.to));
      }
    }
  }
  return undefined;
}

/** A shared value that its function reads before this place and writes after it: an `await` between the two would let others in. */
export function interleaved(link: Linking, at: { readonly in: Region; readonly span: Span }): string | undefined {
  const { fn, chunk } = at.in;
  const events = eventsOf(link, fn).filter((it) => it.in.chunk === chunk);
  for (const it of events) {
    if (it.kind !== 'bind' || it.from === 'for' || it.from === 'narrow' || it.span.end < at.span.start - 2000) continue;
    const path = sharedPath(link, it.target, it.in);
    if (!path) continue;
    const around = it.stmt.start <= at.span.start && at.span.end <= it.stmt.end && at.span.start < at.span.end;
    if (it.from === 'augmented' && around) return path;
    if (it.span.start < at.span.end && !around) continue;
    const before = events.some((other) => other !== it && other.span.end <= at.span.start && reads(link, other, path));
    if (before || tests(link, at, path)) return path;
  }
  return undefined;
}
/** Names in conditions are written down as accesses alone. */
function tests(link: Linking, { in: { fn, chunk }, span }: { readonly in: Region; readonly span: Span }, path: string): boolean {
  return chunk.accesses.some(
    (it) =>
      it.in.fn === fn &&
      it.op !== 'write' &&
      it.span.start < span.start &&
      it.stmt.start < span.start &&
      sharedPath(link, it.place, it.in) === path,
  );
}
function reads(link: Linking, event: Subject, path: string): boolean {
  if (event.kind === 'read') return sharedPath(link, event.value, event.in) === path;
  if (event.kind === 'bind' && event.from !== 'for') return sharedPath(link, event.value, event.in) === path;
  return event.kind === 'operate' && [event.left, event.right].some((it) => it !== null && sharedPath(link, it, event.in) === path);
}
/** `self.balance`, `TOTAL`, `cache[key]`: a path that starts outside the function. */
function sharedPath(link: Linking, value: Value, at: Region): string | undefined {
  if (value.is === 'item') return sharedPath(link, value.of, at);
  if (value.is === 'attr') {
    const of = spelled(value.of);
    return of ? `${of}.${value.name}` : undefined;
  }
  if (value.is !== 'name') return undefined;
  const scope = bindingsOf(link, value.name, at)?.scope;
  return scope && scope.fn !== at.fn ? value.name : undefined;
}
const spelled = (value: Value): string | undefined => {
  if (value.is === 'name') return value.name;
  const of = value.is === 'attr' ? spelled(value.of) : undefined;
  return value.is === 'attr' && of ? `${of}.${value.name}` : undefined;
};
