// Generators and iterators that several threads advance: one object, handed to each of them or found under one name.
import type { Fn, Region, SharedIterator, Step, Subject, Value } from '../model.js';
import type { Spawn } from './classify.js';
import { argument } from './flows.js';
import { heldAt } from './held.js';
import { isDefinedIn, isInside } from './inside.js';
import { apiOf, canonical, type Linking, once } from './linking.js';
import { spelled } from './locks.js';
import { momentsIn } from './moments.js';
import { bindingsOf } from './names.js';
import { areApart } from './order.js';
import { bindsOf, locate, receiverClass } from './places.js';
import { question } from './question.js';
import { runnersOf } from './runners.js';
import { spawnsOf, spawnsOfTarget } from './starts.js';
import { loopsAround } from './trips.js';
import { evaluate } from './types.js';

type Advance = Subject<'loop' | 'call'>;
type Kind = SharedIterator['what'];

const advanceShared = question<Advance, SharedIterator | undefined>({
  kind: 'shared iterator',
  fallback: undefined,
  same: (a, b) => a?.name === b?.name && a?.what === b?.what && a?.made === b?.made && a?.because.length === b?.because.length,
});
/** Of a `for` over a name, or of `next(name)`. */
export function sharedIterator(link: Linking, at: Advance): SharedIterator | undefined {
  const value = advancedBy(at);
  if (!value || at.in.fn.fact.kind === 'module' || at.in.fn.fact.broken) return undefined;
  return once(link, advanceShared, at, at.in.chunk, () => {
    const found = handedOver(link, at, value) ?? underOneName(link, at, value);
    if (!found || heldAt(link, at).length > 0) return undefined;
    const { what, made, by } = found;
    const name = spelled(value);
    const step = (it: Subject, note: string): Step => ({ chunk: it.in.chunk, span: it.span, name: it.in.fn.id, note, by: 'source' });
    const [first, second] = by;
    const advanced = step(at, `each advances \`${name}\``);
    const more = second ? second.runner.because : [];
    const because = [step(made, `one ${what} is made`), ...(first?.runner.because ?? []), ...more, advanced];
    return { name, what, made, because: because as unknown as SharedIterator['because'] };
  });
}
function advancedBy(at: Advance): Value | undefined {
  if (at.kind === 'loop') return at.form !== 'while' && isReference(at.iterates) ? at.iterates : undefined;
  const [first, more] = at.args;
  if (at.callee.is !== 'name' || at.callee.name !== 'next' || !first || (more && at.args.length > 2)) return undefined;
  return isReference(first.value) ? first.value : undefined;
}
const isReference = (value: Value | null): value is Extract<Value, { is: 'name' | 'attr' }> =>
  value?.is === 'name' || (value?.is === 'attr' && value.of.is === 'name');

/** Written in C: one step of theirs is whole under a GIL, and not without one. */
const plain = /^(?:builtins\.(?:map|zip|enumerate|filter|reversed)|io\.(?:TextIOWrapper|BufferedReader|BufferedRandom))$/;
function kindOf(link: Linking, value: Value, at: Region): Kind | undefined {
  const kinds = new Set(
    evaluate(link, value, at).map((it): Kind | undefined => {
      if (it.is === 'pending') return it.how === 'generator' ? 'generator' : undefined;
      if (it.is === 'container') return it.value.is === 'comprehension' && it.value.type === 'generator' ? 'generator' : undefined;
      return it.is === 'thing' && plain.test(canonical(link, it.type)) ? 'iterator' : undefined;
    }),
  );
  const [kind] = kinds;
  return kinds.size === 1 ? kind : undefined;
}

interface Found {
  readonly what: Kind;
  readonly made: Subject;
  /** The starts of the threads that share it: one that starts several, or two. */
  readonly by: readonly Spawn[];
}
// ── Handed over ──────────────────────────────────────────────────────────────────────────────────

/** A parameter of the target, for which each start gives the same object. */
function handedOver(link: Linking, at: Advance, value: Value): Found | undefined {
  if (value.is !== 'name') return undefined;
  const [bound, more] = bindingsOf(link, value.name, at.in)?.bound ?? [];
  if (bound?.is !== 'param' || more || bound.fn !== at.in.fn) return undefined;
  const starts = spawnsOfTarget(link, at.in.fn).filter((it) => it.runner.kind === 'thread');
  const given = starts.flatMap((spawn) => {
    const it = givenTo(link, spawn, at.in.fn, bound.index);
    const what = it && kindOf(link, it, spawn.call.in);
    const made = it && what ? madeAt(link, it, spawn.call.in) : undefined;
    return what && made ? [{ spawn, what, made }] : [];
  });
  for (const { spawn, what, made } of given) {
    if (startsSeveral(link, spawn, made.in)) return { what, made, by: [spawn] };
    const other = given.find((it) => it.spawn !== spawn && it.made === made && !areApart(link, it.spawn, spawn));
    if (other) return { what, made, by: [spawn, other.spawn] };
  }
  return undefined;
}
function givenTo(link: Linking, spawn: Spawn, target: Fn, index: number): Value | undefined {
  const { call, callable } = spawn;
  const bound = target.owner !== null && callable?.value.is === 'attr' ? 1 : 0;
  const kind = apiOf(link, spawn.api)?.spawns?.args;
  if (kind === 'tuple') {
    const tuple = argument(call, ['args'])?.value;
    return tuple?.is === 'items' ? tuple.items[index - bound] : undefined;
  }
  if (kind !== 'rest') return undefined;
  const positional = call.args.filter((it) => it.name === null);
  const at = callable ? positional.indexOf(callable) : -1;
  return at < 0 ? undefined : positional[at + 1 + index - bound]?.value;
}
/** The one statement that gives a name its value. */
function madeAt(link: Linking, value: Value, at: Region): Subject | undefined {
  if (value.is === 'name') {
    const [bound, more] = bindingsOf(link, value.name, at)?.bound ?? [];
    return bound?.is === 'bind' && !more && bound.event.from === 'assign' ? bound.event : undefined;
  }
  const spot = locate(link, value, at)?.spot;
  const [bind, more] = spot ? bindsOf(link, spot) : [];
  return bind && !more ? bind : undefined;
}
/** More than one thread for one object: a loop around the start that does not make it anew, nor waits for the thread. */
function startsSeveral(link: Linking, spawn: Spawn, made: Region): boolean {
  const around = made.fn === spawn.in.fn ? loopsAround(made) : [];
  const loop = loopsAround(spawn.call.in).find((it) => !around.includes(it));
  const body = loop?.in.chunk.regions[loop.body];
  if (!body || !spawn.start) return false;
  return !momentsIn(link, spawn.in.chunk).some(
    (it) => it.kind === 'wait' && it.for.includes(spawn) && isInside(it.in, body) && isInside(spawn.start?.in ?? it.in, body),
  );
}

// ── Under one name ───────────────────────────────────────────────────────────────────────────────

/** A global, an attribute of the object whose method the threads run, or a variable of the function that starts them. */
function underOneName(link: Linking, at: Advance, value: Value): Found | undefined {
  const reach = locate(link, value, at.in);
  if (!reach || reach.through === 'object') return undefined;
  const { spot } = reach;
  const made = madeAt(link, value, at.in);
  if (!made || made.in.fn === at.in.fn) return undefined;
  const runners = runnersOf(link, at.in.fn).filter((it) => it.kind === 'thread');
  if (runners.length === 0) return undefined;
  const what = kindOf(link, value, at.in);
  if (!what) return undefined;
  const starts = runners.flatMap((it) => spawnsOf(link, it));
  const own = starts.filter((it) => isOnSame(link, it, made, spot.home, reach.through));
  const several = own.find((it) => (spot.home === 'global' || spot.home === 'class' ? it.runner.many : startsSeveral(link, it, made.in)));
  if (several) return { what, made, by: [several] };
  const [first] = own;
  const other = first && own.find((it) => it !== first && it.in.fn === first.in.fn && !areApart(link, it, first));
  return first && other ? { what, made, by: [first, other] } : undefined;
}
function isOnSame(link: Linking, spawn: Spawn, made: Subject, home: string, through: string): boolean {
  if (through === 'only' && (home === 'global' || home === 'class')) return true;
  if (home === 'closure') return isDefinedIn(spawn.in.fn, made.in.fn);
  const value = spawn.callable?.value;
  return value?.is === 'attr' && value.of.is === 'name' && receiverClass(link, value.of.name, spawn.in) !== undefined;
}
