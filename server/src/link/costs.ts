// What a run of a function costs: three pots of time, as products of trip counts with their provenance.
import { limits } from '../limits.js';
import type { Basis, Fn, Gil, Region, Step, Subject } from '../model.js';
import { envFor } from './call-sizes.js';
import { edgesOf, isLazy, runsBody } from './calls.js';
import { componentOf } from './components.js';
import { bodyOf, dependOnBody, hitBound, type Linking, moduleAt, onceIn } from './linking.js';
import { outsidePrice } from './outside-costs.js';
import { callPrice, instancePrice, opPrices, turnPrice } from './prices.js';
import { question } from './question.js';
import { recursionOf } from './recursion.js';
import { serialOf } from './serial.js';
import { type Env, emptyEnv, type Size } from './sizes.js';
import { afresh } from './sizing.js';
import { sameSteps } from './steps.js';
import { loopAt, tripsOf } from './trips.js';
import { evaluate } from './types.js';

/** Nanoseconds in each pot; `unclear` is time nobody knows the pot of, `guessed` the part of `held` that rests on assumed sizes. */
export interface Cost {
  readonly held: number;
  readonly free: number;
  readonly wait: number;
  readonly unclear: number;
  readonly guessed: number;
  /** Contains a loop without an end: the cost is that of one turn. */
  readonly forever: boolean;
  /** Deepest nest of loops seen from here, and the arithmetic in the innermost. */
  readonly depth: number;
  readonly arithmetic: number;
  /** What most of `held` goes into, outermost first, and how much of it. */
  readonly trail: readonly Step[];
  readonly share: number;
}
export const nothing: Cost = {
  held: 0,
  free: 0,
  wait: 0,
  unclear: 0,
  guessed: 0,
  forever: false,
  depth: 0,
  arithmetic: 0,
  trail: [],
  share: 0,
};

export function add(a: Cost, b: Cost): Cost {
  const main = b.share > a.share ? b : a;
  return {
    held: a.held + b.held,
    free: a.free + b.free,
    wait: a.wait + b.wait,
    unclear: a.unclear + b.unclear,
    guessed: a.guessed + b.guessed,
    forever: a.forever || b.forever,
    depth: Math.max(a.depth, b.depth),
    arithmetic: a.depth === b.depth ? a.arithmetic + b.arithmetic : a.depth > b.depth ? a.arithmetic : b.arithmetic,
    trail: main.trail,
    share: main.share,
  };
}
export function scale(it: Cost, times: number): Cost {
  return {
    ...it,
    held: it.held * times,
    free: it.free * times,
    wait: it.wait * times,
    unclear: it.unclear * times,
    guessed: it.guessed * times,
    share: it.share * times,
  };
}
export const spend = (pot: 'held' | 'free' | 'wait' | 'unclear', ns: number): Cost => ({
  ...nothing,
  [pot]: ns,
  share: pot === 'held' ? ns : 0,
});

const runCost = question<Fn, Cost>({ kind: 'cost', fallback: nothing, same: sameCost });
function sameCost(a: Cost, b: Cost): boolean {
  if (a === b) return true;
  const { trail: x, ...one } = a;
  const { trail: y, ...other } = b;
  const keys = Object.keys(one) as (keyof typeof one)[];
  return keys.every((key) => one[key] === other[key]) && sameSteps(x, y);
}

/**
 * One run of a function with what is known of its arguments. Functions that call each other in a circle are priced together: each
 * once, as how often they come round is not to be seen.
 */
export function functionCost(link: Linking, env: Env, caller?: Fn): Cost {
  const { fn } = env;
  if (caller && (caller === fn || componentOf(link, caller).includes(fn))) return nothing;
  return onceIn(link, runCost, fn, signature(env), () => afresh(link, () => priced(link, env)));
}
function priced(link: Linking, env: Env): Cost {
  const own = ownCost(link, env);
  const recursion = recursionOf(link, env);
  const circle = componentOf(link, env.fn).filter((it) => it !== env.fn);
  if (circle.length > limits.circleMembers) hitBound(link, 'circleMembers');
  let all = own;
  for (const it of circle.slice(0, limits.circleMembers)) all = add(all, ownCost(link, emptyEnv(it)));
  return recursion ? recurring(all, recursion) : all;
}
function ownCost(link: Linking, env: Env): Cost {
  const { fn } = env;
  dependOnBody(link, fn);
  const body = bodyOf(fn);
  if (!body || fn.fact.broken) return nothing;
  return compiled(link, fn) ? spend('unclear', 1e9) : regionCost(link, body, env);
}
/** `@njit` and its kin replace the body by machine code, of which the source says little. */
function compiled(link: Linking, fn: Fn): boolean {
  const at = bodyOf(fn)?.parent;
  return fn.fact.decorators.some((value) => {
    const call = value.is === 'call' ? fn.chunk.events[value.event] : undefined;
    const named = call?.kind === 'call' ? call.callee : value;
    return (
      at != null &&
      evaluate(link, named, at).some((it) => it.is === 'outside' && /^(?:numba|cython|jax|torch|taichi|pythran|triton)\./.test(it.name))
    );
  });
}
function recurring(once: Cost, it: NonNullable<ReturnType<typeof recursionOf>>): Cost {
  const all = scale(once, it.runs);
  const guessed = it.sized ? all.guessed : all.held;
  return { ...all, guessed, depth: it.sized ? Math.max(2, all.depth) : all.depth, trail: [it.step, ...all.trail] };
}
/** Functions that had the same path at different times are told apart. */
function signature(env: Env): string {
  const shown = (it: Size, deep = 0): string =>
    `${it.type}/${it.value}/${it.length}/${it.from}${it.element && deep < 3 ? `[${shown(it.element, deep + 1)}]` : ''}`;
  const own = [...env.params].map(([index, it]) => `${index}=${shown(it)}`).join(',');
  return `${own}${env.outer ? `|${serialOf(env.outer.fn)} ${signature(env.outer)}` : ''}${env.made ? `@${serialOf(env.made.fn)} ${signature(env.made)}` : ''}`;
}

/** Everything in a region once, inner loops multiplied out. Bodies of nested functions and classes are not part of it. */
export function regionCost(link: Linking, region: Region, env: Env): Cost {
  const inside = contentsOf(link, region);
  const ops = region.ops.reduce((sum, n, kind) => sum + n * (opPrices[kind] as number), 0);
  let total: Cost = { ...spend('held', ops), arithmetic: (region.ops[2] ?? 0) + (region.ops[3] ?? 0) + (region.ops[4] ?? 0) };
  for (const event of inside.events) total = add(total, eventCost(link, event, env));
  for (const child of inside.regions) total = add(total, childCost(link, child, env));
  return total;
}

interface Contents {
  readonly events: readonly Subject[];
  readonly regions: readonly Region[];
}
const contents = new WeakMap<Region, Contents>();
/** Events and regions directly in a region; the module body's first region stands for all its chunks. */
function contentsOf(link: Linking, region: Region): Contents {
  const known = region.kind === 'module' ? undefined : contents.get(region);
  if (known) return known;
  const chunks = region.kind === 'module' ? moduleAt(link, region).chunks : [region.chunk];
  const top = (it: Region | null): boolean => it === region || (region.kind === 'module' && it?.kind === 'module');
  const found = {
    events: chunks.flatMap((chunk) => chunk.events.filter((it) => top(it.in))),
    regions: chunks.flatMap((chunk) => chunk.regions.filter((it) => top(it.parent) && it.kind !== 'function' && it.kind !== 'class')),
  };
  if (region.kind !== 'module') contents.set(region, found);
  return found;
}

export { childCost as loopCost };

function childCost(link: Linking, child: Region, env: Env): Cost {
  if (child.lazy || child.guard === 'typing' || (child.kind === 'comprehension' && isLazy(link, child))) return nothing;
  const loop = loopAt(child);
  const once = regionCost(link, child, env);
  if (!loop) return weigh(child, once);
  const trips = tripsOf(link, loop, env);
  const turn = add(once, spend('held', turnPrice));
  const all = scale(turn, trips.n);
  const note = trips.from === 'forever' ? 'a loop without an end' : `a loop of ${trips.says} turns`;
  const step: Step = { chunk: child.chunk, span: loop.span, name: '', note, by: trips.from === 'guess' ? 'estimate' : 'source' };
  return {
    ...all,
    guessed: trips.from === 'guess' ? all.held : all.guessed,
    forever: all.forever || trips.from === 'forever',
    depth: once.depth + 1,
    share: all.held,
    trail: [step, ...once.trail],
  };
}
/** Calls of unknown cost inside a branch are mostly reports, made in few of its turns. */
const seldom = 0.1;

/** A branch is taken half of the time, a handler seldom; of two branches one runs. Waiting counts in full: it is what acquits. */
function weigh(child: Region, once: Cost): Cost {
  const part = child.kind === 'except' ? 0.05 : child.kind === 'branch' && child.guard !== 'main' ? 0.5 : 1;
  return part === 1 ? once : { ...scale(once, part), unclear: once.unclear * seldom, wait: once.wait };
}

function eventCost(link: Linking, event: Subject, env: Env): Cost {
  if (event.kind === 'loop' || event.kind === 'bind' || event.kind === 'leave') return nothing;
  if (event.kind === 'call') return callCost(link, event, env);
  let total = nothing;
  for (const edge of edgesOf(link, event).slice(0, 2)) {
    if (typeof edge.to !== 'string')
      total = add(total, inner(functionCost(link, envOfEdge(link, edge.to, edge.self, env), env.fn), edge.to, event, edge.by));
  }
  return total;
}
const envOfEdge = (_link: Linking, fn: Fn, _self: unknown, env: Env): Env => ({
  fn,
  params: new Map(),
  outer: null,
  made: env.fn.owner === fn.owner ? env.made : null,
});

/** The cheapest of what a call may run, since only one of them does. A generator or coroutine that is not consumed here runs nothing. */
export function callCost(link: Linking, call: Subject<'call'>, env: Env): Cost {
  if (call.implied) return nothing;
  const meanings = evaluate(link, call.callee, call.in);
  let cheapest: Cost | undefined;
  for (const it of meanings) {
    const one = meaningCost(link, it, call, env);
    if (one && (!cheapest || one.held < cheapest.held)) cheapest = one;
  }
  return cheapest ?? outsidePrice(link, undefined, call, env);
}

function meaningCost(link: Linking, it: ReturnType<typeof evaluate>[number], call: Subject<'call'>, env: Env): Cost | undefined {
  if (it.is === 'outside') return outsidePrice(link, it, call, env);
  if (it.is === 'fn' || it.is === 'bound') {
    if ((it.fn.fact.generator || it.fn.fact.async) && !runsBody(link, call)) return spend('held', callPrice);
    const own = functionCost(link, envFor(link, it, call, env), env.fn);
    return add(inner(own, it.fn, call, it.by), spend('held', callPrice));
  }
  if (it.is === 'class') {
    const made = edgesOf(link, call).filter((edge) => typeof edge.to !== 'string' && edge.to.owner !== null);
    let total = spend('held', instancePrice);
    for (const edge of made) {
      if (typeof edge.to === 'string') continue;
      const bound = { is: 'bound', fn: edge.to, self: { is: 'object', cls: it.cls, made: call, by: 'source' }, by: 'source' } as const;
      total = add(total, inner(functionCost(link, envFor(link, bound, call, env), env.fn), edge.to, call, edge.by));
    }
    return total;
  }
  if (it.is === 'partial' || it.is === 'object') {
    const edge = edgesOf(link, call).find((e) => typeof e.to !== 'string');
    return edge && typeof edge.to !== 'string' ? inner(functionCost(link, emptyEnv(edge.to), env.fn), edge.to, call, edge.by) : undefined;
  }
  return undefined;
}
/** The callee's trail, with the call in front of it. */
function inner(cost: Cost, fn: Fn, at: Subject, by: Basis): Cost {
  const step: Step = { chunk: at.in.chunk, span: at.span, name: fn.id, note: `calls \`${fn.name}\``, by };
  return {
    ...cost,
    share: cost.held,
    trail: cost.trail.length > 0 || cost.held > 10_000 ? [step, ...cost.trail].slice(0, limits.witness) : [],
  };
}
export const potOf = (gil: Gil | undefined): 'held' | 'free' | 'wait' | 'unclear' =>
  gil === 'holds' || gil === 'interprets' ? 'held' : gil === 'releases' ? 'free' : gil === 'waits' ? 'wait' : 'unclear';
