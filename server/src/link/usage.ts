// Where the result of a call ends up, and what a closure reads when it runs.
import { limits } from '../limits.js';
import type { Capture, Chunk, End, Fn, Region, Subject, Value } from '../model.js';
import { isInside } from './inside.js';
import { bodyOf, dependOnBody, eventsOf, hitBound, type Linking, once, scopeAt } from './linking.js';
import { bindingsOf } from './names.js';
import { question } from './question.js';

type Call = Subject<'call'>;

const callEnds = question<Call, readonly End[]>({ kind: 'ends', fallback: [], same: sameEnds });
function sameEnds(a: readonly End[], b: readonly End[]): boolean {
  return a.length === b.length && a.every((it, at) => it.how === b[at]?.how && it.at === b[at]?.at && it.span === b[at]?.span);
}
/** Followed through names of its own function; a name that is bound more often than that, or by another scope, is not followed. */
export function endsOf(link: Linking, call: Call): readonly End[] {
  return once(link, callEnds, call, call.in.chunk, () => follow(link, call, 0));
}

function follow(link: Linking, call: Call, hops: number): readonly End[] {
  const { result } = call;
  const holder = holderOf(call);
  if (holder?.kind === 'bind') return boundEnds(link, call, holder, hops);
  if (result === 'argument') return [{ how: 'argument', at: takerOf(call), span: call.span }];
  if (result === 'dropped' || result === 'awaited' || result === 'returned' || result === 'iterated') {
    return [{ how: result, at: call, span: call.span }];
  }
  if (result === 'tested' || result === 'formatted') return [{ how: result, at: call, span: call.span }];
  const method = methodOn(call);
  return [method ? { how: 'method', at: method, span: method.span } : { how: 'unknown', at: undefined, span: call.span }];
}

/** What becomes of the value that awaiting the call gives; `unknown` where the call is not awaited where it stands. */
export function awaitedEnds(link: Linking, call: Call): readonly End[] {
  const at = indexOf(call);
  const isIt = (value: Value | null): boolean => value?.is === 'awaited' && value.of.is === 'call' && value.of.event === at;
  const found = eventsOf(link, call.in.fn).filter((it) => it.in.chunk === call.in.chunk);
  const wait = found.find((it) => it.kind === 'await' && it.operand.is === 'call' && it.operand.event === at);
  if (!wait) return [{ how: 'unknown', at: undefined, span: call.span }];
  const bind = found.find((it): it is Subject<'bind'> => it.kind === 'bind' && it.from !== 'for' && isIt(it.value));
  if (bind) return boundEnds(link, call, bind, 0);
  const leave = found.find((it) => it.kind === 'leave' && isIt(it.value));
  if (leave) return [{ how: 'returned', at: leave, span: leave.span }];
  const alone = wait.stmt.start === wait.span.start && wait.stmt.end === wait.span.end;
  return [{ how: alone ? 'dropped' : 'unknown', at: wait, span: wait.span }];
}

/** The name the result is bound to: what is read of it later. */
function boundEnds(link: Linking, call: Call, bind: Subject<'bind'>, hops: number): readonly End[] {
  const { target } = bind;
  if (target.is !== 'name' || bind.path.length > 0) return [{ how: 'stored', at: bind, span: bind.span }];
  const found = bindingsOf(link, target.name, bind.in);
  const local = found?.scope.kind === 'function' && found.scope.fn === bind.in.fn;
  if (hops > limits.usageHops) hitBound(link, 'usageHops');
  if (!found || !local || hops > limits.usageHops) {
    // A name of a module may be read by whoever imports it, unless it is the one that says that nobody will.
    return [{ how: target.name === '_' ? 'lost' : 'stored', at: bind, span: bind.span }];
  }
  const uses = usesOf(link, target.name, bind.in.fn);
  if (uses.length > 0) return uses;
  const kept = bind.from === 'with' || isLoaded(link, target.name, bind.in.fn); // a block enters and leaves it in any case
  return [{ how: kept ? 'unknown' : 'lost', at: bind, span: call.span }];
}
/** Is the name read anywhere in the function or in one that is nested in it? */
function isLoaded(link: Linking, name: string, fn: Fn): boolean {
  dependOnBody(link, fn);
  return fn.fact.loads.includes(name) || fn.chunk.functions.some((it) => nestedIn(it, fn) && it.fact.loads.includes(name));
}
/** What a function does with one of its names, in source order; nested functions that mention it count as unknown uses. */
export function usesOf(link: Linking, name: string, fn: Fn): readonly End[] {
  const found: End[] = [];
  const add = (how: End['how'], at: Subject): void => {
    found.push({ how, at, span: at.span });
  };
  for (const event of eventsOf(link, fn)) use(event, name, add);
  for (const child of fn.chunk.functions) {
    if (!nestedIn(child, fn)) continue;
    const own = child.fact.params.some((it) => it.name === name);
    const [event] = own || !child.fact.loads.includes(name) ? [] : eventsOf(link, child);
    if (event) add('unknown', event);
  }
  return found;
}
function nestedIn(child: Fn, fn: Fn): boolean {
  for (let it = child.parent; it; it = it.parent) if (it === fn) return true;
  return false;
}

function use(event: Subject, name: string, add: (how: End['how'], at: Subject) => void): void {
  switch (event.kind) {
    case 'call':
      if (event.callee.is === 'attr' && isName(event.callee.of, name)) add('method', event);
      else if (mentions(event.callee, name)) add('unknown', event);
      for (const it of event.args) if (mentions(it.value, name)) add(it.value.is === 'text' ? 'formatted' : 'argument', event);
      return;
    case 'await':
      if (mentions(event.operand, name)) add('awaited', event);
      return;
    case 'leave':
      if (mentions(event.value, name)) add(event.by === 'yield from' ? 'iterated' : 'returned', event);
      return;
    case 'bind':
      if (mentions(event.value, name)) add(event.from === 'for' ? 'iterated' : 'stored', event);
      else if (event.target.is === 'attr' && mentions(event.target.of, name)) add('method', event);
      else if (event.target.is === 'item' && mentions(event.target.of, name)) add('method', event);
      return;
    case 'loop':
      if (event.iterates && mentions(event.iterates, name)) add('iterated', event);
      else if (event.test && mentions(event.test, name)) add('tested', event);
      return;
    case 'operate':
      if (mentions(event.left, name) || (event.right && mentions(event.right, name))) add('tested', event);
      return;
    case 'read':
      if (mentions(event.value, name)) add('method', event);
      return;
    case 'with':
      for (const it of event.items) if (mentions(it, name)) add('awaited', event);
      return;
    case 'branch':
      if (mentions(event.test, name)) add('tested', event);
      return;
    default:
      return;
  }
}
const isName = (value: Value, name: string): boolean => value.is === 'name' && value.name === name;
/** Is the name part of the value, calls aside, whose arguments are events of their own? */
export function mentions(value: Value | null, name: string): boolean {
  if (!value) return false;
  switch (value.is) {
    case 'name':
      return value.name === name;
    case 'attr':
    case 'awaited':
    case 'star':
      return mentions(value.of, name);
    case 'item':
      return mentions(value.of, name) || mentions(value.index, name);
    case 'items':
      return value.items.some((it) => mentions(it, name));
    case 'dict':
      return value.values.some((it) => mentions(it, name)) || value.keys.some((it) => mentions(it, name));
    case 'op':
    case 'either':
      return value.args.some((it) => mentions(it, name));
    case 'text':
      return value.parts.some((it) => mentions(it, name));
    case 'slice':
      return mentions(value.from, name) || mentions(value.to, name) || mentions(value.step, name);
    case 'comprehension':
      return mentions(value.element, name) || mentions(value.key, name);
    default:
      return false;
  }
}

// ── What holds the value of a call ───────────────────────────────────────────────────────────────

interface Holders {
  readonly binds: Map<number, Subject<'bind'>>;
  readonly takers: Map<number, Call>;
  readonly methods: Map<number, Call>;
}
const holders = new WeakMap<Chunk, Holders>();
/** Depends on the events of the chunk alone, and goes with it. */
function holdersIn(chunk: Chunk): Holders {
  const known = holders.get(chunk);
  if (known) return known;
  const found: Holders = { binds: new Map(), takers: new Map(), methods: new Map() };
  for (const event of chunk.events) {
    if (event.kind === 'bind' && event.from !== 'for') for (const it of callsIn(event.value)) found.binds.set(it, event);
    if (event.kind !== 'call') continue;
    if (event.callee.is === 'attr' && event.callee.of.is === 'call') found.methods.set(event.callee.of.event, event);
    for (const it of event.args) {
      const value = it.value.is === 'star' ? it.value.of : it.value;
      if (value.is === 'call') found.takers.set(value.event, event);
      else if (value.is === 'items') for (const one of value.items) if (one.is === 'call') found.takers.set(one.event, event);
      if (value.is === 'comprehension' && value.element.is === 'call') found.takers.set(value.element.event, event);
    }
  }
  holders.set(chunk, found);
  return found;
}
/** The calls a value is, or is a list of. */
function callsIn(value: Value): readonly number[] {
  if (value.is === 'call') return [value.event];
  if (value.is === 'comprehension') return value.type === 'generator' ? [] : callsIn(value.element);
  return value.is === 'items' ? value.items.flatMap(callsIn) : [];
}
const indices = new WeakMap<Chunk, Map<Subject, number>>();
/** The index that values use for a call. */
export function indexOf(call: Call): number {
  let known = indices.get(call.in.chunk);
  if (!known) {
    known = new Map(call.in.chunk.events.map((it, at) => [it as Subject, at]));
    indices.set(call.in.chunk, known);
  }
  return known.get(call) ?? -1;
}
/** The binding of a call's result to a name, an attribute or an element. */
export const holderOf = (call: Call): Subject<'bind'> | undefined => holdersIn(call.in.chunk).binds.get(indexOf(call));
/** The call that takes the result as an argument, in a display or comprehension too. */
export const takerOf = (call: Call): Call | undefined => holdersIn(call.in.chunk).takers.get(indexOf(call));
/** `f().result()`: the call of a method of the result. */
export const methodOn = (call: Call): Call | undefined => holdersIn(call.in.chunk).methods.get(indexOf(call));

// ── Captures ─────────────────────────────────────────────────────────────────────────────────────

const functionCaptures = question<Fn, readonly Capture[]>({
  kind: 'captures',
  fallback: [],
  same: (a, b) =>
    a.length === b.length &&
    a.every(
      (it, at) =>
        it.name === b[at]?.name && it.rebinds.length === b[at]?.rebinds.length && it.rebinds.every((one, i) => one === b[at]?.rebinds[i]),
    ),
});
/** Names of enclosing functions, and of the loops of a module body, that a function reads; those it takes as a default value are none. */
export function capturesOf(link: Linking, fn: Fn): readonly Capture[] {
  return once(link, functionCaptures, fn, fn, () => {
    const body = bodyOf(fn);
    if (!body) return [];
    dependOnBody(link, fn);
    return fn.fact.loads.flatMap((name): Capture[] => {
      const found = bindingsOf(link, name, body);
      if (!found || found.scope === scopeAt(link, body) || found.scope.fn === fn) return [];
      const binds = found.bound.flatMap((it) => (it.is === 'bind' ? [it.event] : []));
      const rebinds = binds.filter((it) => movesAfter(it, fn));
      return binds.length > 0 ? [{ name, rebinds }] : [];
    });
  });
}
/** Is the name bound again after the function was made: later in the source, or by a loop around its definition? */
function movesAfter(bind: Subject<'bind'>, fn: Fn): boolean {
  const made = bodyOf(fn)?.parent;
  if (!made || bind.in.chunk !== made.chunk) return false;
  for (let it: Region | null = made; it && it.fn === made.fn; it = it.parent) {
    if (it.kind === 'loop' || it.kind === 'comprehension') if (isInside(bind.in, it)) return true;
  }
  return bind.in.fn === made.fn && bind.span.start > fn.fact.span.end;
}
