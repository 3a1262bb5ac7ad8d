// Computing that the event loop's own code does between two awaits, in whole.
import type { Region, Step, Subject, Work } from '../model.js';
import { isAlone } from './alone.js';
import { edgesOf, isLazy } from './calls.js';
import { type Cost, callCost, loopCost } from './costs.js';
import { isDemonstration } from './demonstration.js';
import { isInside } from './inside.js';
import { type Linking, once } from './linking.js';
import { duration } from './outside-costs.js';
import { question } from './question.js';
import { emptyEnv } from './sizes.js';
import { isLoopCode } from './starts.js';
import { loopAt } from './trips.js';

/** Nanoseconds between awaits from which other tasks notice. */
export const noticed = 50e6;

type Burden = Subject<'call' | 'loop'>;
const burdens = question<Burden, Work | undefined>({ kind: 'burden', fallback: undefined, same: (a, b) => a === b });
/** Undefined where little is computed, where it is not known how much, and inside of a loop that is told as a whole. */
export function burdenAt(link: Linking, of: Burden): Work | undefined {
  const { fn } = of.in;
  if (fn.fact.broken || !isLoopCode(link, fn) || (of.kind === 'call' && (of.implied || of.result === 'awaited'))) return undefined;
  return once(link, burdens, of, of.in.chunk, () => {
    if (isLazy(link, of.in) || isDemonstration(link, of.in)) return undefined;
    const work = of.kind === 'loop' ? ofLoop(link, of) : ofCall(link, of);
    return work && !isAlone(link, fn) ? work : undefined;
  });
}

function ofLoop(link: Linking, loop: Subject<'loop'>): Work | undefined {
  const body = loop.in.chunk.regions[loop.body];
  if (!body || pauses(body) || enclosing(body.parent)) return undefined;
  return weigh(loopCost(link, body, emptyEnv(loop.in.fn)), loop);
}
function ofCall(link: Linking, call: Subject<'call'>): Work | undefined {
  if (edgesOf(link, call).some((it) => typeof it.to !== 'string' && it.to.fact.async)) return undefined; // it only makes a coroutine
  const work = weigh(callCost(link, call, emptyEnv(call.in.fn)), call);
  if (!work) return undefined;
  const around = enclosing(call.in);
  const loop = around && loopAt(around);
  return loop && burdenAt(link, loop) ? undefined : work;
}

/** The outermost loop around a region, in its function, that never gives way. */
function enclosing(from: Region | null): Region | undefined {
  let found: Region | undefined;
  for (let it = from; it && it.kind !== 'function' && it.kind !== 'module'; it = it.parent) {
    if (!loopAt(it)) continue;
    if (pauses(it)) break;
    found = it;
  }
  return found;
}
/** Does anything in a region let other tasks run, or hand a value to who asked for one? */
const pauses = (body: Region): boolean =>
  body.chunk.events.some(
    (it) =>
      (it.kind === 'await' || (it.kind === 'leave' && it.by !== 'return' && it.by !== 'raise')) &&
      it.in.fn === body.fn &&
      isInside(it.in, body),
  );

/** A nest of loops in the coroutine itself with arithmetic right in the innermost. */
function isArithmetic(loop: Subject<'loop'>): boolean {
  const body = loop.in.chunk.regions[loop.body];
  const inner = body?.chunk.regions.filter((it) => it !== body && isInside(it, body) && loopAt(it)) ?? [];
  return inner.some((it) => (it.ops[2] ?? 0) >= 2 && (it.ops[2] ?? 0) + (it.ops[3] ?? 0) + (it.ops[4] ?? 0) >= 3);
}
/** With sizes assumed, only a nest of loops that does arithmetic says enough. */
function weigh(cost: Cost, at: Burden): Work | undefined {
  const { held, free, wait, unclear, trail } = cost;
  if (held < noticed || cost.forever || wait > held + free) return undefined;
  const sized = cost.guessed < held / 2;
  if ((!sized && !(at.kind === 'loop' && wait === 0 && isArithmetic(at))) || cost.unclear > 0.3 * held) return undefined;
  const { fn } = at.in;
  const first: Step = {
    chunk: fn.chunk,
    span: fn.fact.span,
    name: fn.id,
    note: fn.fact.async ? `\`${fn.name}\` is a coroutine: it runs on the event loop` : `the event loop calls \`${fn.name}\``,
    by: 'source',
  };
  const says = `about ${duration(held)}`;
  const sum: Step = {
    chunk: at.in.chunk,
    span: at.span,
    name: '',
    note: `${says} without an \`await\``,
    by: sized ? 'source' : 'estimate',
  };
  return { held, free, wait, unclear, bound: 'interpreter', sized, says, because: [first, ...trail, sum] };
}
