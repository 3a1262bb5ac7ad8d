// Values that travel: arguments into parameters, elements into containers, over a few rounds.
import { limits } from '../limits.js';
import type { Arg, Fn, Subject, Value } from '../model.js';
import { elementsOf } from './elements.js';
import { apiOf, attempt, type Linking, nextRound } from './linking.js';
import { keyOf, type Meaning } from './meanings.js';
import { dunder } from './members.js';
import { evaluate } from './types.js';

/** Repeats until nothing new arrives, at most `limits.flowRounds` times. Every answer afterwards is final. */
export function settleFlows(link: Linking): void {
  let open: Subject<'call' | 'bind'>[] = [];
  for (const module of link.modules.values()) {
    for (const chunk of module.chunks) {
      for (const it of chunk.events)
        if (
          (it.kind === 'call' && it.args.length > 0) ||
          (it.kind === 'bind' && it.target.is === 'item') ||
          (it.kind === 'call' && it.callee.is === 'attr')
        )
          open.push(it);
    }
  }
  for (let round = 0; round < limits.flowRounds; round++) {
    let moved = false;
    for (const event of open)
      moved = attempt(link, event, false, () => (event.kind === 'call' ? fromCall(link, event) : stored(link, event))) || moved;
    if (round === 0) open = open.filter((it) => it.kind === 'bind' || !isSettled(link, it));
    nextRound(link);
    if (!moved) return;
  }
}

/** A call of outside functions that keep nothing and call nothing back stays what it is. */
function isSettled(link: Linking, call: Subject<'call'>): boolean {
  const callees = evaluate(link, call.callee, call.in);
  return (
    callees.length > 0 &&
    callees.every(
      (it) =>
        it.is === 'outside' &&
        it.self?.is !== 'container' &&
        it.name !== 'builtins.map' &&
        it.name !== 'builtins.filter' &&
        !apiOf(link, it.name)?.spawns,
    )
  );
}

function fromCall(link: Linking, call: Subject<'call'>): boolean {
  let moved = false;
  for (const callee of evaluate(link, call.callee, call.in)) moved = pass(link, callee, call.args, call) || moved;
  return moved;
}

/** Arguments as a callee receives them. */
export function pass(link: Linking, callee: Meaning, args: readonly Arg[], call: Subject<'call'>, skip = 0): boolean {
  switch (callee.is) {
    case 'fn':
      return bindArguments(link, callee.fn, skip, args, call);
    case 'bound':
      return method(link, callee, args, call, skip);
    case 'class': {
      const init = dunder(link, { is: 'object', cls: callee.cls, made: call, by: callee.by }, '__init__');
      return init ? method(link, init, args, call, skip) : false;
    }
    case 'object': {
      const run = dunder(link, callee, '__call__');
      return run ? method(link, run, args, call, skip) : false;
    }
    case 'partial':
      return throughPartial(link, callee, args, call, skip);
    case 'outside':
      return outside(link, callee, call);
    default:
      return false;
  }
}

/** What a `partial` was made with comes first, seen from where it was made. */
function throughPartial(
  link: Linking,
  callee: Extract<Meaning, { is: 'partial' }>,
  args: readonly Arg[],
  call: Subject<'call'>,
  skip: number,
): boolean {
  const own = callee.call.args.slice(1);
  const first = pass(link, callee.of, own, callee.call, skip);
  const positional = own.filter((it) => it.name === null).length;
  return pass(link, callee.of, args, call, skip + positional) || first;
}

function method(
  link: Linking,
  callee: Extract<Meaning, { is: 'bound' }>,
  args: readonly Arg[],
  call: Subject<'call'>,
  skip: number,
): boolean {
  const received = arrive(link, callee.fn, 0, [callee.self]);
  return bindArguments(link, callee.fn, 1 + skip, args, call) || received;
}

function bindArguments(link: Linking, fn: Fn, shift: number, args: readonly Arg[], call: Subject<'call'>): boolean {
  const { params } = fn.fact;
  let position = shift;
  let moved = false;
  for (const arg of args) {
    if (arg.value.is === 'star') {
      position = Number.POSITIVE_INFINITY;
      continue;
    }
    const index = arg.name === null ? position++ : params.findIndex((it) => it.name === arg.name);
    const param = params[index];
    if (!param || param.kind === 'args' || param.kind === 'kwargs') continue;
    moved = arrive(link, fn, index, evaluate(link, arg.value, call.in)) || moved;
  }
  return moved;
}
function arrive(link: Linking, fn: Fn, index: number, meanings: readonly Meaning[]): boolean {
  if (meanings.length === 0) return false;
  const known = link.flows.get(fn) ?? new Map<number, Meaning[]>();
  link.flows.set(fn, known);
  const list = known.get(index) ?? [];
  known.set(index, list);
  return extend(list, meanings);
}
/** Adds what is new; one past the limit marks the list as too many. */
function extend(list: Meaning[], meanings: readonly Meaning[]): boolean {
  const keys = new Set(list.map(keyOf));
  let moved = false;
  for (const it of meanings) {
    if (list.length > limits.alternatives || keys.has(keyOf(it)) || (it.is === 'thing' && it.type === 'builtins.NoneType')) continue;
    keys.add(keyOf(it));
    list.push(it);
    moved = true;
  }
  return moved;
}

/** Callables handed to outside functions: what they are called with, where knowledge says so. */
function outside(link: Linking, callee: Extract<Meaning, { is: 'outside' }>, call: Subject<'call'>): boolean {
  const method = callee.name.split('.').at(-1) ?? '';
  if (callee.self?.is === 'container' && adding.has(method)) return appended(link, callee.self, method, call);
  const spawns = apiOf(link, callee.name)?.spawns;
  const plain = call.args.filter((it) => it.name === null);
  if (spawns) {
    const target = argument(call, spawns.target);
    if (!target) return false;
    const given =
      spawns.args === 'tuple'
        ? tupleArguments(argument(call, spawns.from ?? []))
        : spawns.args === 'rest'
          ? plain.slice(plain.indexOf(target) + 1)
          : [];
    let moved = false;
    for (const it of evaluate(link, target.value, call.in)) {
      if (it.is === 'outside') continue;
      moved =
        (spawns.args === 'items' ? itemsInto(link, it, plain.slice(plain.indexOf(target) + 1), call) : pass(link, it, given, call)) ||
        moved;
    }
    return moved;
  }
  if (callee.name !== 'builtins.map' && callee.name !== 'builtins.filter') return false;
  const [target, ...iterables] = plain;
  return target ? evaluate(link, target.value, call.in).some((it) => itemsInto(link, it, iterables, call)) : false;
}
const adding: ReadonlySet<string> = new Set(['append', 'appendleft', 'add', 'insert', 'extend', 'setdefault', 'put']);

/** `f` in `map(f, xs)` receives the elements of `xs`. */
function itemsInto(link: Linking, callee: Meaning, iterables: readonly Arg[], call: Subject<'call'>): boolean {
  const [fn, shift] = callee.is === 'fn' ? [callee.fn, 0] : callee.is === 'bound' ? [callee.fn, 1] : [undefined, 0];
  if (!fn) return false;
  let moved = false;
  iterables.forEach((arg, at) => {
    moved = arrive(link, fn, at + shift, elementsOf(link, evaluate(link, arg.value, call.in))) || moved;
  });
  return moved;
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

function appended(link: Linking, self: Extract<Meaning, { is: 'container' }>, method: string, call: Subject<'call'>): boolean {
  const arg = call.args[method === 'insert' || method === 'setdefault' ? 1 : 0];
  if (!arg) return false;
  const given = evaluate(link, arg.value, call.in);
  return store(link, self.value, '', method === 'extend' ? elementsOf(link, given) : given);
}
function stored(link: Linking, event: Subject<'bind'>): boolean {
  if (event.target.is !== 'item' || event.from !== 'assign' || event.path.length > 0) return false;
  const { of, index } = event.target;
  const given = evaluate(link, event.value, event.in);
  if (given.length === 0) return false;
  const key = index.is === 'literal' ? String(index.value) : '';
  return evaluate(link, of, event.in).some((it) => it.is === 'container' && store(link, it.value, key, given));
}
function store(link: Linking, container: Value, key: string, meanings: readonly Meaning[]): boolean {
  const known = link.added.get(container) ?? new Map<string, Meaning[]>();
  link.added.set(container, known);
  const list = known.get(key) ?? [];
  known.set(key, list);
  return extend(list, meanings);
}
