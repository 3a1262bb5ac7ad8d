// How often a function that calls itself runs.
import type { Fn, Region, Step, Subject, Value } from '../model.js';
import { eventsOf } from './calls.js';
import type { Linking } from './linking.js';
import { type Env, sizeOf } from './sizes.js';
import { amount, loopsAround } from './trips.js';
import { evaluate } from './types.js';

export interface Recursion {
  readonly runs: number;
  /** Is the number shown by the source? Exponential growth counts as shown: no size makes it cheap. */
  readonly sized: boolean;
  readonly step: Step;
}
/** Runs assumed where the depth is not shown. */
const assumed = { linear: 100, exponential: 1e6 } as const;

/** Undefined when it does not call itself. Two calls in one run that each take a constant off are exponential, unless memoised. */
export function recursionOf(link: Linking, env: Env): Recursion | undefined {
  const { fn } = env;
  const calls = eventsOf(link, fn).filter(
    (it): it is Subject<'call'> =>
      it.kind === 'call' && evaluate(link, it.callee, it.in).some((m) => (m.is === 'fn' || m.is === 'bound') && m.fn === fn),
  );
  const [first] = calls;
  if (!first) return undefined;
  const branching = branches(calls);
  const step = (note: string, by: Step['by']): Step => ({ chunk: fn.chunk, span: first.span, name: fn.id, note, by });
  const moves = calls.map((it) => moveOf(link, it, env)).filter((it) => it !== undefined);
  const [move] = moves;
  const start = move ? (env.params.get(move.param)?.value ?? null) : null;
  if (branching >= 2 && !memoised(fn) && move?.by === 'minus') {
    const growth = growthOf(moves.slice(0, branching).map((it) => it.n));
    const runs = start === null ? assumed.exponential : Math.min(1e15, 1.2 * growth ** start);
    const says =
      start === null
        ? 'calls itself more than once: the number of runs grows exponentially'
        : `calls itself ${branching} times: about ${amount(runs)} runs`;
    return { runs, sized: start !== null, step: step(says, start === null ? 'estimate' : 'source') };
  }
  if (branching >= 2 && !memoised(fn) && move?.by === 'divided') {
    const runs = start === null ? assumed.linear * 10 : 2 * start;
    return {
      runs,
      sized: start !== null,
      step: step(`calls itself on halves: about ${amount(runs)} runs`, start === null ? 'estimate' : 'source'),
    };
  }
  const runs =
    start === null ? assumed.linear : Math.max(1, move?.by === 'divided' ? Math.log2(Math.max(2, start)) : start / (move?.n ?? 1));
  return { runs, sized: start !== null, step: step(`calls itself: about ${amount(runs)} runs`, start === null ? 'estimate' : 'source') };
}

/** Calls that can happen in one run: of sibling branches only one is taken. */
function branches(calls: readonly Subject<'call'>[]): number {
  const perBranch = new Map<Region, number>();
  let always = 0;
  for (const it of calls) {
    if (loopsAround(it.in).length > 0) continue;
    const branch = enclosingBranch(it.in);
    if (branch) perBranch.set(branch, (perBranch.get(branch) ?? 0) + 1);
    else always++;
  }
  return always + Math.max(0, ...perBranch.values());
}
function enclosingBranch(at: Region): Region | null {
  for (let it: Region | null = at; it && it.kind !== 'function'; it = it.parent) if (it.kind === 'branch') return it;
  return null;
}

/** `f(n - 2)` moves parameter 0 by 2; `f(n // 2)` divides it. */
function moveOf(link: Linking, call: Subject<'call'>, env: Env): { param: number; by: 'minus' | 'divided'; n: number } | undefined {
  const { fn } = env;
  const shift = fn.owner && call.callee.is === 'attr' ? 1 : 0;
  for (const [index, arg] of call.args.entries()) {
    const { value } = arg;
    if (value.is !== 'op' || !value.args[1]) continue;
    const param = fn.fact.params.findIndex((it) => isName(value.args[0], it.name));
    if (param < 0 || param !== index + shift) continue;
    const n = sizeOf(link, value.args[1], call.in, env)?.value;
    if (!n || n <= 0) continue;
    if (value.op === '-') return { param, by: 'minus', n };
    if (value.op === '//' || value.op === '/' || value.op === '>>') return { param, by: 'divided', n };
  }
  return undefined;
}
const isName = (value: Value | undefined, name: string): boolean => value?.is === 'name' && value.name === name;

/** A cache around it makes each argument run once. */
function memoised(fn: Fn): boolean {
  const names = fn.fact.decorators.map((it) => {
    const call = it.is === 'call' ? fn.chunk.events[it.event] : undefined;
    return JSON.stringify(call?.kind === 'call' ? call.callee : it);
  });
  return names.some((it) => /(?:cache|memo)/i.test(it)) || fn.fact.params.some((it) => /^(?:memo|cache)$/.test(it.name));
}

/** The r > 1 with 1 = Σ r^-k. */
function growthOf(moves: readonly number[]): number {
  let [low, high] = [1, 1 + moves.length];
  for (let round = 0; round < 60; round++) {
    const middle = (low + high) / 2;
    const sum = moves.reduce((all, k) => all + middle ** -k, 0);
    if (sum > 1) low = middle;
    else high = middle;
  }
  return low;
}
