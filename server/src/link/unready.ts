// Threads that an `__init__` starts on its own object, and attributes that it gives the object only afterwards.
import type { Fn, Step, Subject, Topic, Unready, Value } from '../model.js';
import { edgesOf } from './calls.js';
import type { Spawn } from './classify.js';
import { isOverridden } from './exceptions.js';
import type { Class } from './index.js';
import { apiOf, attributesIn, dependOnBody, eventsOf, type Linking, namesIn, once } from './linking.js';
import { mro } from './members.js';
import { momentsIn } from './moments.js';
import { locate, receiverClass } from './places.js';
import { question } from './question.js';
import { isSettingUp } from './setting-up.js';
import { evaluate } from './types.js';

const startUnready = question<Spawn | Subject<'call'>, Unready | undefined>({
  kind: 'unready',
  fallback: undefined,
  same: (a, b) => a?.name === b?.name && a?.bind === b?.bind && a?.read === b?.read,
});
/** Of a start, or of `self.start()` in a thread's own `__init__`. */
export function unreadyAt(link: Linking, of: Spawn | Subject<'call'>): Unready | undefined {
  const start = of.kind === 'spawn' ? of.start : of;
  const init = start?.in.fn;
  if (!start || !init || init.fact.name !== '__init__' || init.owner === null) return undefined;
  return once(link, startUnready, of, of.in.chunk, () => {
    const self = init.fact.params[0]?.name;
    const own = self === undefined ? undefined : receiverClass(link, self, start.in);
    const target = self === undefined ? undefined : of.kind === 'spawn' ? startedOn(of, self, init) : runOf(link, of, self, own?.cls);
    if (!own || !target || self === undefined) return undefined;
    const late = lateIn(link, init, own.cls, self, start);
    if (late.size === 0) return undefined;
    const found = firstRead(link, target, own.cls, new Set(late.keys()), new Set());
    const bind = typeof found === 'object' ? late.get(found.name) : undefined;
    if (typeof found !== 'object' || !bind) return undefined;
    const step = (at: Subject, note: string): Step => ({ chunk: at.in.chunk, span: at.span, name: at.in.fn.id, note, by: 'source' });
    return {
      name: `${self}.${found.name}`,
      thread: `${self}.${target.fact.name}`,
      start,
      bind,
      read: found.at,
      overridden: isOverridden(link, own.cls),
      because: [
        step(start, `the thread starts, and runs \`${target.name}\``),
        step(bind, `only now does \`${self}.${found.name}\` exist`),
        step(found.at, `\`${found.at.in.fn.name}\` reads it`),
      ],
    };
  });
}

/** The one function that a thread runs at once on the object that is being made. */
function startedOn(spawn: Spawn, self: string, init: Fn): Fn | undefined {
  const [target, more] = spawn.targets;
  if (spawn.runner.kind !== 'thread' || /Timer$/.test(spawn.api) || !target || more) return undefined;
  const { value } = spawn.callable ?? {};
  const bound = value?.is === 'attr' && value.of.is === 'name' && value.of.name === self;
  return bound || target.parent === init ? target : undefined;
}
function runOf(link: Linking, call: Subject<'call'>, self: string, cls: Class | undefined): Fn | undefined {
  const { callee } = call;
  if (!cls || callee.is !== 'attr' || callee.name !== 'start' || callee.of.is !== 'name' || callee.of.name !== self) return undefined;
  if (!mro(link, cls).includes('threading.Thread') || namesIn(link, cls.scope, 'start')) return undefined;
  const run: Value = { is: 'attr', of: callee.of, name: 'run' };
  const [it, more] = evaluate(link, run, call.in);
  return it?.is === 'bound' && !more ? it.fn : undefined;
}

/** Attributes that nobody gives the object before the start. */
function lateIn(link: Linking, init: Fn, cls: Class, self: string, start: Subject): ReadonlyMap<string, Subject<'bind'>> {
  const found = new Map<string, Subject<'bind'>>();
  const early = new Set<string>();
  for (const it of eventsOf(link, init)) {
    if (it.kind !== 'bind' || it.target.is !== 'attr' || it.target.of.is !== 'name' || it.target.of.name !== self) continue;
    const { name } = it.target;
    if (it.stmt.start <= start.span.end) early.add(name);
    else if (!found.has(name)) found.set(name, it);
  }
  const classes = mro(link, cls).filter((it): it is Class => typeof it !== 'string');
  for (const name of found.keys()) {
    const elsewhere = classes.some(
      (it) =>
        namesIn(link, it.scope, name) !== undefined ||
        (attributesIn(link, it, name) ?? []).some((one) => one.in.fn !== init && isSettingUp(link, one.in.fn)),
    );
    if (early.has(name) || elsewhere) found.delete(name);
  }
  return found;
}

const slow: ReadonlySet<Topic> = new Set(['loop', 'sleep', 'http', 'network', 'subprocess', 'database', 'wait', 'dns', 'console']);
interface Read {
  readonly name: string;
  readonly at: Subject<'access'>;
}
/** What a run of the function reads of the names before it waits for anything; `waits` where it waits first. */
function firstRead(link: Linking, fn: Fn, cls: Class, names: ReadonlySet<string>, seen: Set<Fn>): Read | 'waits' | undefined {
  if (seen.has(fn) || seen.size > 8) return undefined;
  seen.add(fn);
  dependOnBody(link, fn);
  const waits = new Set<Subject>(
    momentsIn(link, fn.chunk).flatMap((it) => (it.kind !== 'release' && it.in.fn === fn ? [it.by as Subject] : [])),
  );
  const reads = fn.chunk.accesses.filter((it) => it.in.fn === fn && it.op !== 'write');
  const stops = eventsOf(link, fn).filter((it) => it.kind === 'call' || it.kind === 'with' || it.kind === 'await');
  const all = [...reads, ...stops].sort((a, b) => placeOf(a) - placeOf(b));
  for (const it of all) {
    if (it.kind === 'access') {
      const reach = locate(link, it.place, it.in);
      const { spot, through } = reach ?? {};
      if (spot && through === 'self' && names.has(spot.attribute) && 'cls' in spot.holder && mro(link, cls).includes(spot.holder.cls))
        return { name: spot.attribute, at: it };
    } else if (it.kind === 'await' || waits.has(it)) return 'waits';
    else if (it.kind === 'call') {
      const found = below(link, it, cls, names, seen);
      if (found) return found;
    }
  }
  return undefined;
}
/** A call is made when its arguments are there. */
const placeOf = (it: Subject): number => (it.kind === 'call' ? it.span.end : it.span.start);
function below(link: Linking, call: Subject<'call'>, cls: Class, names: ReadonlySet<string>, seen: Set<Fn>): Read | 'waits' | undefined {
  for (const { to } of edgesOf(link, call)) {
    if (typeof to !== 'string') {
      const found = to.fact.async || to.fact.generator ? undefined : firstRead(link, to, cls, names, seen);
      if (found) return found;
      continue;
    }
    const api = apiOf(link, to);
    if (api?.waits || api?.acquires || (api?.topic && slow.has(api.topic))) return 'waits';
  }
  return undefined;
}
