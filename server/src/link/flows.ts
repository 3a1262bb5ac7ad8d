// Values that travel: arguments into parameters, elements into containers. Each event gives what it gives, and takes it back when it changes.
import type { Arg, Fn, Subject, Value } from '../model.js';
import { type Arrivals, type Arrived, applyLosses, type Gift, type Given, give, lose, newArrivals } from './arrivals.js';
import { type Asked, type Cell, enqueue, kill, newCell, read } from './cells.js';
import { elementsOf } from './elements.js';
import type { IndexedChunk } from './index.js';
import { apiOf, attempt, type Linking } from './linking.js';
import { type Meaning, sameMeaning } from './meanings.js';
import { dunder } from './members.js';
import { resolve } from './types.js';

type Flowing = Subject<'call' | 'bind'>;

/** Lets the events of a chunk give what they give, from now on until `endFlows`. */
export function startFlows(link: Linking, chunk: IndexedChunk): void {
  const flows: Flow[] = [];
  for (const event of chunk.events) {
    if (event.kind === 'call' ? event.args.length > 0 || event.callee.is === 'attr' : event.kind === 'bind' && event.target.is === 'item')
      flows.push(flowFrom(link, event as Flowing));
  }
  link.flows.set(chunk, flows);
  for (const it of flows) enqueue(link.cells, it.cell);
}
/** Takes back what the events of a chunk that is gone gave. */
export function endFlows(link: Linking, chunk: IndexedChunk): void {
  for (const it of link.flows.get(chunk) ?? []) {
    kill(link.cells, it.cell);
    for (const gift of it.gifts) lose(link.losses, gift);
  }
  link.flows.delete(chunk);
}
/** Takes back what is no longer given, once nothing else is under way; true when that changed something. */
export const settleLosses = (link: Linking): boolean => applyLosses(link.cells, link.losses);

/** One event with what it gives now. */
export interface Flow {
  readonly cell: Cell<readonly Given[]>;
  gifts: readonly Gift[];
}
const giving: Asked<readonly Given[]> = {
  kind: 'flow',
  fallback: [],
  same: (a, b) => sameGiven(a, b),
  join: (a, b) => allGiven(a, b),
  stratum: 0,
};
function givenBy(link: Linking, event: Flowing): readonly Given[] {
  const found: Given[] = [];
  attempt(link, event, undefined, () => (event.kind === 'call' ? fromCall(link, event, found) : stored(link, event, found)));
  return found;
}
function flowFrom(link: Linking, event: Flowing): Flow {
  const flow: { cell: Cell<readonly Given[]>; gifts: readonly Gift[] } = {
    gifts: [],
    cell: newCell(giving, () => givenBy(link, event), {
      wanted: true,
      done: (given) => {
        const old = [...flow.gifts];
        flow.gifts = given.map((it) => {
          const at = old.findIndex(
            (gift) =>
              gift.to === it.to && gift.slot === it.slot && gift.passed === flow.cell.passed && sameMeaning(gift.meaning, it.meaning),
          );
          const [stays] = at < 0 ? [] : old.splice(at, 1);
          if (stays) return stays;
          const gift = give(link.cells, link.losses, it, event, flow.cell.passed);
          if (gift.passed) link.losses.doubted.set(gift, flow.cell as unknown as Cell<unknown>);
          return gift;
        });
        for (const gift of old) lose(link.losses, gift);
      },
    }),
  };
  return flow;
}
const isGiven = (all: readonly Given[], { to, slot, meaning }: Given): boolean =>
  all.some((it) => it.to === to && it.slot === slot && sameMeaning(it.meaning, meaning));
const allGiven = (a: readonly Given[], b: readonly Given[]): readonly Given[] => [...a, ...b.filter((it) => !isGiven(a, it))];
const sameGiven = (a: readonly Given[], b: readonly Given[]): boolean =>
  a.length === b.length &&
  a.every((it, at) => {
    const other = b[at] as Given;
    return it.to === other.to && it.slot === other.slot && sameMeaning(it.meaning, other.meaning);
  });

/** What callers pass for a parameter, as far as it is known; `anything` where it is too much. */
export function passedTo(link: Linking, fn: Fn, index: number): readonly Meaning[] {
  return read(link.cells, arrivalsOf(link, fn, index).cell).get('') ?? [];
}
function arrivalsOf(link: Linking, fn: Fn, index: number): Arrivals {
  const known = link.passed.get(fn) ?? new Map<number, Arrivals>();
  link.passed.set(fn, known);
  const found = known.get(index) ?? newArrivals(link.losses);
  known.set(index, found);
  return found;
}
/** What is stored into a container after its display, by key. */
export function addedTo(link: Linking, container: Value): Arrived {
  return read(link.cells, containerArrivals(link, container).cell);
}
function containerArrivals(link: Linking, container: Value): Arrivals {
  const found = link.added.get(container) ?? newArrivals(link.losses);
  link.added.set(container, found);
  return found;
}

function fromCall(link: Linking, call: Subject<'call'>, to: Given[]): void {
  for (const callee of resolve(link, call.callee, call.in)) pass(link, callee, call.args, call, to);
}

/** Arguments as a callee receives them. */
function pass(link: Linking, callee: Meaning, args: readonly Arg[], call: Subject<'call'>, to: Given[], skip = 0): void {
  switch (callee.is) {
    case 'fn':
      return bindArguments(link, callee.fn, skip, args, call, to);
    case 'bound':
      return method(link, callee, args, call, to, skip);
    case 'class': {
      const init = dunder(link, { is: 'object', cls: callee.cls, made: call, by: callee.by }, '__init__');
      return init && method(link, init, args, call, to, skip);
    }
    case 'object': {
      const run = dunder(link, callee, '__call__');
      return run && method(link, run, args, call, to, skip);
    }
    case 'partial': {
      const own = callee.call.args.slice(1);
      pass(link, callee.of, own, callee.call, to, skip);
      return pass(link, callee.of, args, call, to, skip + own.filter((it) => it.name === null).length);
    }
    case 'outside':
      return outside(link, callee, call, to);
    default:
  }
}

function method(
  link: Linking,
  callee: Extract<Meaning, { is: 'bound' }>,
  args: readonly Arg[],
  call: Subject<'call'>,
  to: Given[],
  skip: number,
): void {
  arrive(link, callee.fn, 0, [callee.self], to);
  bindArguments(link, callee.fn, 1 + skip, args, call, to);
}

function bindArguments(link: Linking, fn: Fn, shift: number, args: readonly Arg[], call: Subject<'call'>, to: Given[]): void {
  const { params } = fn.fact;
  let position = shift;
  for (const arg of args) {
    if (arg.value.is === 'star') {
      position = Number.POSITIVE_INFINITY;
      continue;
    }
    const index = arg.name === null ? position++ : params.findIndex((it) => it.name === arg.name);
    const param = params[index];
    if (!param || param.kind === 'args' || param.kind === 'kwargs') continue;
    arrive(link, fn, index, resolve(link, arg.value, call.in), to);
  }
}
function arrive(link: Linking, fn: Fn, index: number, meanings: readonly Meaning[], to: Given[]): void {
  for (const meaning of meanings) if (!isNone(meaning)) to.push({ to: arrivalsOf(link, fn, index), slot: '', meaning });
}
const isNone = (it: Meaning): boolean => it.is === 'thing' && it.type === 'builtins.NoneType';

/** Callables handed to outside functions: what they are called with, where knowledge says so. */
function outside(link: Linking, callee: Extract<Meaning, { is: 'outside' }>, call: Subject<'call'>, to: Given[]): void {
  const name = callee.name.split('.').at(-1) ?? '';
  if (callee.self?.is === 'container' && adding.has(name)) return appended(link, callee.self, name, call, to);
  const { spawns, pool } = apiOf(link, callee.name) ?? {};
  if (pool) return initialized(link, call, to);
  const plain = call.args.filter((it) => it.name === null);
  if (spawns) {
    const target = argument(call, spawns.target);
    if (!target) return;
    const after = plain.slice(plain.indexOf(target) + 1);
    const given = spawns.args === 'tuple' ? tupleArguments(argument(call, spawns.from ?? [])) : spawns.args === 'rest' ? after : [];
    for (const it of resolve(link, target.value, call.in)) {
      if (it.is === 'outside') continue;
      if (spawns.args === 'items') itemsInto(link, it, after, call, to);
      else pass(link, it, given, call, to);
    }
    return;
  }
  if (callee.name !== 'builtins.map' && callee.name !== 'builtins.filter') return;
  const [target, ...iterables] = plain;
  for (const it of target ? resolve(link, target.value, call.in) : []) itemsInto(link, it, iterables, call, to);
}
/** `Pool(initializer=f, initargs=(a,))`: each worker begins with `f(a)`. */
function initialized(link: Linking, call: Subject<'call'>, to: Given[]): void {
  const target = argument(call, ['initializer', 1]);
  const given = target && tupleArguments(argument(call, ['initargs', 2]));
  if (!target || !given || given.length === 0) return;
  for (const it of resolve(link, target.value, call.in)) if (it.is !== 'outside') pass(link, it, given, call, to);
}
const adding: ReadonlySet<string> = new Set(['append', 'appendleft', 'add', 'insert', 'extend', 'setdefault', 'put']);

/** `f` in `map(f, xs)` receives the elements of `xs`. */
function itemsInto(link: Linking, callee: Meaning, iterables: readonly Arg[], call: Subject<'call'>, to: Given[]): void {
  const [fn, shift] = callee.is === 'fn' ? [callee.fn, 0] : callee.is === 'bound' ? [callee.fn, 1] : [undefined, 0];
  if (!fn) return;
  iterables.forEach((arg, at) => {
    arrive(link, fn, at + shift, elementsOf(link, resolve(link, arg.value, call.in)), to);
  });
}

/** The argument under the first of these positions or names that is given. */
export function argument(call: Subject<'call'>, at: readonly (string | number)[]): Arg | undefined {
  const plain = call.args.filter((it) => it.name === null);
  for (const where of at) {
    const found = typeof where === 'string' ? call.args.find((it) => it.name === where) : plain[where];
    if (found && found.value.is !== 'star') return found;
  }
  return undefined;
}
/** `(a, b)` as two arguments. */
export function tupleArguments(tuple: Arg | undefined): readonly Arg[] {
  if (tuple?.value.is !== 'items') return [];
  return tuple.value.items.map((value): Arg => ({ name: null, value, span: tuple.span }));
}

function appended(link: Linking, self: Extract<Meaning, { is: 'container' }>, name: string, call: Subject<'call'>, to: Given[]): void {
  const arg = call.args[name === 'insert' || name === 'setdefault' ? 1 : 0];
  if (!arg) return;
  const given = resolve(link, arg.value, call.in);
  store(link, self.value, '', name === 'extend' ? elementsOf(link, given) : given, to);
}
function stored(link: Linking, event: Subject<'bind'>, to: Given[]): void {
  if (event.target.is !== 'item' || event.from !== 'assign' || event.path.length > 0) return;
  const { of, index } = event.target;
  const given = resolve(link, event.value, event.in);
  if (given.length === 0) return;
  const key = index.is === 'literal' ? String(index.value) : '';
  for (const it of resolve(link, of, event.in)) if (it.is === 'container') store(link, it.value, key, given, to);
}
function store(link: Linking, container: Value, slot: string, meanings: readonly Meaning[], to: Given[]): void {
  for (const meaning of meanings) if (!isNone(meaning)) to.push({ to: containerArrivals(link, container), slot, meaning });
}
