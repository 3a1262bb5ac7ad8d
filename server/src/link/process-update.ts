// A value that processes share is read and written back by several of them, with no lock held.
import type { ProcessUpdate, QName, Region, Runner, Step, Subject, Value, Witness } from '../model.js';
import { heldAt } from './held.js';
import { eventsOf, type Linking } from './linking.js';
import { dottedPath } from './makes.js';
import { bindingsOf } from './names.js';
import { sharedObject } from './proxies.js';
import { runnersOf } from './runners.js';
import { spawnsOf, spawnsOfTarget } from './starts.js';
import { loopsAround } from './trips.js';
import { mentions } from './usage.js';

const proxies = 'multiprocessing.managers.';

export function processUpdateAt(link: Linking, bind: Subject<'bind'>): ProcessUpdate | undefined {
  const { target } = bind;
  if (bind.path.length > 0 || (target.is !== 'attr' && target.is !== 'item') || !isUpdate(bind)) return undefined;
  const known = sharedObject(link, target.of, bind.in);
  if (!known || !holds(target, known.type)) return undefined;
  const { made, type } = known;
  if (heldAt(link, bind).length > 0 || isTaken(link, target.of, bind)) return undefined;
  const all = runnersOf(link, bind.in.fn).filter((it) => it.kind === 'process' && isShared(link, it, made));
  const several = all.find((it) => it.many) ?? (all.length > 1 ? all[0] : undefined);
  if (!several) return undefined;
  const sure = target.is === 'attr' || keyOf(link, target.index, bind.in);
  if (sure === 'own') return undefined;
  const own = type.startsWith('multiprocessing.sharedctypes.') && !made.args.some((it) => it.name === 'lock');
  return {
    target: says(target),
    own,
    made,
    starts: spawnsOfTarget(link, bind.in.fn),
    because: stepsOf(bind, made, type, several, all, sure),
  };
}
/** `v.acquire()` somewhere in the function, or `with v:`. */
function isTaken(link: Linking, value: Value, bind: Subject<'bind'>): boolean {
  return eventsOf(link, bind.in.fn).some(
    (it) =>
      (it.kind === 'call' && it.callee.is === 'attr' && it.callee.name === 'acquire' && same(it.callee.of, value)) ||
      (it.kind === 'with' && it.items.some((one) => same(one, value))),
  );
}
/** `v.value`, `a[i]`, `namespace.x`. */
function holds(target: Extract<Value, { is: 'attr' | 'item' }>, type: QName): boolean {
  if (target.is === 'item') return /Array|DictProxy|ListProxy/.test(type);
  return type === `${proxies}NamespaceProxy` || (target.name === 'value' && !/Array|DictProxy|ListProxy/.test(type));
}
function isUpdate({ from, value, target, in: at }: Subject<'bind'>): boolean {
  if (from === 'augmented') return true;
  return from === 'assign' && value.is === 'op' && value.args.some((it) => reads(it, target, at));
}
/** `d[k]`, or `d.get(k, 0)`. */
function reads(value: Value, target: Value, at: Region): boolean {
  if (same(value, target)) return true;
  if (value.is === 'op' || value.is === 'either') return value.args.some((it) => reads(it, target, at));
  const call = value.is === 'call' ? at.chunk.events[value.event] : undefined;
  if (call?.kind !== 'call' || call.callee.is !== 'attr' || call.callee.name !== 'get' || target.is !== 'item') return false;
  const [key] = call.args;
  return key !== undefined && same(call.callee.of, target.of) && same(key.value, target.index);
}
const same = (a: Value, b: Value): boolean => a.is === b.is && JSON.stringify(a) === JSON.stringify(b);

/** `same`: the processes mean one element. `own`: each was handed one of its own. */
function keyOf(link: Linking, key: Value, at: Region): 'same' | 'own' | 'perhaps' {
  if (key.is === 'literal') return 'same';
  const [loop] = key.is === 'name' ? loopsAround(at).filter((it) => it.in.fn === at.fn && isBoundBy(it, key.name)) : [];
  const given = at.fn.fact.params.map((it) => it.name);
  if (loop?.iterates) return given.some((it) => mentionsDeep(loop.iterates as Value, it, at)) ? 'perhaps' : 'same';
  if (given.some((it) => mentionsDeep(key, it, at))) return 'own';
  if (key.is !== 'name') return 'perhaps';
  const bound = bindingsOf(link, key.name, at)?.bound ?? [];
  return bound.some((it) => it.is === 'param' || (it.is === 'bind' && given.some((one) => mentionsDeep(it.event.value, one, at))))
    ? 'own'
    : 'perhaps';
}
function isBoundBy(loop: Subject<'loop'>, name: string): boolean {
  return loop.in.chunk.events.some(
    (it) => it.kind === 'bind' && it.from === 'for' && it.target.is === 'name' && it.target.name === name && it.value === loop.iterates,
  );
}
/** In the arguments of calls, too. */
function mentionsDeep(value: Value, name: string, at: Region): boolean {
  if (mentions(value, name)) return true;
  const call = value.is === 'call' ? at.chunk.events[value.event] : undefined;
  return call?.kind === 'call' && (mentions(call.callee, name) || call.args.some((it) => mentionsDeep(it.value, name, at)));
}

/** Is it one object for all processes of the runner, made by none of them? */
function isShared(link: Linking, runner: Runner, made: Subject<'call'>): boolean {
  const maker = made.in.fn;
  if (runnersOf(link, maker).some((it) => it.id === runner.id)) return false;
  const spawns = spawnsOf(link, runner);
  if (spawns.length === 0) return false;
  const loops = new Set(loopsAround(made.in));
  return spawns.every((it) => {
    if (it.in.fn === maker || maker.fact.kind === 'module')
      return (
        (it.runner.many || !runner.many || maker.fact.kind === 'module') && !shares(it.in, loops) && !shares(it.start?.in ?? it.in, loops)
      );
    return maker.owner !== null && maker.owner === it.in.fn.owner && it.runner.many;
  });
}
const shares = (at: Region, loops: ReadonlySet<Subject>): boolean => loopsAround(at).some((it) => loops.has(it));

function stepsOf(
  bind: Subject<'bind'>,
  made: Subject<'call'>,
  type: QName,
  runner: Runner,
  all: readonly Runner[],
  sure: boolean | 'same' | 'perhaps',
): Witness {
  const name = type.split('.').at(-1) ?? type;
  const at = (of: Subject, note: string, by: Step['by'] = 'source'): Step => ({
    chunk: of.in.chunk,
    span: of.span,
    name: of.in.fn.id,
    note,
    by,
  });
  const other = runner.many ? undefined : all.find((it) => it !== runner);
  const found: readonly Step[] = [
    at(made, `a \`${name}\` that processes share is made here`),
    ...runner.because,
    ...(other ? other.because : []),
    at(bind, `\`${bind.in.fn.name}\` reads and writes back \`${says(bind.target)}\`, no lock held`),
    ...(sure === 'perhaps' ? [at(bind, 'the processes are taken to mean the same element', 'assumed')] : []),
  ];
  return found as unknown as Witness;
}
function says(value: Value): string {
  if (value.is !== 'item') return dottedPath(value) ?? 'the value';
  const { index } = value;
  const key = index.is === 'literal' ? JSON.stringify(index.value) : (dottedPath(index) ?? '…');
  return `${dottedPath(value.of) ?? 'it'}[${key}]`;
}
