// How often a loop turns, and where the number comes from.
import type { Count, Provenance, Region, Subject, Value } from '../model.js';
import { isInside } from './inside.js';
import type { Linking } from './linking.js';
import { type Env, sizeOf } from './sizes.js';

/** Turns assumed for a loop over something of unknown length, and for a `while` without a recognised counter. */
export const assumedTrips = { items: 1000, while: 1000 } as const;

const loopOf = new WeakMap<Region, Subject<'loop'> | null>();
/** The loop whose body a region is. */
export function loopAt(region: Region): Subject<'loop'> | undefined {
  const known = loopOf.get(region);
  if (known !== undefined) return known ?? undefined;
  for (const it of region.chunk.regions) if (!loopOf.has(it)) loopOf.set(it, null);
  for (const it of region.chunk.events) {
    if (it.kind !== 'loop') continue;
    const body = region.chunk.regions[it.body];
    if (body) loopOf.set(body, it);
  }
  return loopOf.get(region) ?? undefined;
}
/** The loops around a region, innermost first, up to its function. */
export function loopsAround(region: Region): readonly Subject<'loop'>[] {
  const found: Subject<'loop'>[] = [];
  for (let it: Region | null = region; it && it.kind !== 'function'; it = it.parent) {
    const loop = loopAt(it);
    if (loop) found.push(loop);
  }
  return found;
}

/** A loop that can end early turns this part of its range: a search that often finds, a test that often fails. */
const early = 0.25;

/** Turns of one run of the loop. */
export function tripsOf(link: Linking, loop: Subject<'loop'>, env: Env): Count {
  const full = loop.iterates ? forTrips(link, loop.iterates, loop.in, env) : whileTrips(link, loop, env);
  return full.from === 'forever' || !loop.exits || full.n < 2 ? full : { ...full, n: full.n * early, says: `up to ${full.says}` };
}

function forTrips(link: Linking, iterates: Value, at: Region, env: Env): Count {
  const found = sizeOf(link, iterates, at, env);
  if (found?.length === Number.POSITIVE_INFINITY) return { n: 1, from: 'forever', says: 'without end' };
  if (found?.length != null && found.from !== 'guess') return count(found.length, found.from);
  if (found?.length != null) return { n: found.length, from: 'guess', says: `about ${amount(found.length)}, assumed` };
  return { n: assumedTrips.items, from: 'guess', says: `an unknown number, taken as ${amount(assumedTrips.items)}` };
}
export function count(n: number, from: Provenance): Count {
  return { n, from, says: amount(n) };
}
/** A number for people: `48`, `10,000`, `4.1e6`. */
export function amount(n: number): string {
  if (n >= 1e12) return n.toExponential(1).replace('e+', 'e');
  if (n >= 1e9) return `${Number((n / 1e9).toPrecision(2))} billion`;
  if (n >= 1e6) return `${Number((n / 1e6).toPrecision(2))} million`;
  return Math.round(n).toLocaleString('en-US');
}

function whileTrips(link: Linking, loop: Subject<'loop'>, env: Env): Count {
  const { test } = loop;
  const endless = test?.is === 'literal' && (test.value === true || test.value === 1);
  if (endless)
    return loop.exits
      ? { n: assumedTrips.while, from: 'guess', says: 'an unknown number' }
      : { n: 1, from: 'forever', says: 'without end' };
  return (
    (test && counted(link, loop, test, env)) ?? {
      n: assumedTrips.while,
      from: 'guess',
      says: `an unknown number, taken as ${amount(assumedTrips.while)}`,
    }
  );
}

/** `while i < n` with `i += k`, `while i * i <= n`, `while n > 1` with `n //= k`. */
function counted(link: Linking, loop: Subject<'loop'>, test: Value, env: Env): Count | undefined {
  const compare = test.is === 'either' ? test.args.find((it) => it.is === 'op') : test;
  if (compare?.is === 'name') return shrinking(link, loop, compare.name, env);
  if (compare?.is !== 'op' || !/^(?:<|<=|>|>=|!=)$/.test(compare.op)) return undefined;
  const [left, right] = compare.args;
  if (!left || !right) return undefined;
  const squared = left.is === 'op' && (left.op === '*' || left.op === '**');
  const name = left.is === 'name' ? left.name : squared && left.args[0]?.is === 'name' ? left.args[0].name : undefined;
  if (!name) return undefined;
  if (compare.op.startsWith('>') || compare.op === '!=') return shrinking(link, loop, name, env);
  const limit = sizeOf(link, right, loop.in, env);
  const step = stepOf(link, loop, name, '+', env);
  if (limit?.value == null || !step) return undefined;
  const end = squared ? Math.sqrt(Math.max(0, limit.value)) : limit.value;
  const from = limit.from === 'guess' ? 'guess' : limit.from;
  if (step.op === '*') return count(Math.max(0, Math.log(Math.max(1, end)) / Math.log(Math.max(1.01, step.by))), from);
  return count(Math.max(0, (end - startOf(link, loop, name, env)) / step.by), from);
}
function shrinking(link: Linking, loop: Subject<'loop'>, name: string, env: Env): Count | undefined {
  const start = startSize(link, loop, name, env);
  const step = stepOf(link, loop, name, '-', env);
  if (start === undefined || !step) return undefined;
  if (step.op === '//' || step.op === '>>')
    return count(Math.log(Math.max(1, start)) / Math.log(step.op === '>>' ? 2 ** step.by : Math.max(1.01, step.by)), 'literal');
  return count(Math.max(0, start / step.by), 'literal');
}

/** The one place in the loop that moves the counter. */
function stepOf(link: Linking, loop: Subject<'loop'>, name: string, sign: '+' | '-', env: Env): { op: string; by: number } | undefined {
  const body = loop.in.chunk.regions[loop.body];
  for (const it of loop.in.chunk.events) {
    if (it.kind !== 'bind' || it.target.is !== 'name' || it.target.name !== name || !body || !isInside(it.in, body)) continue;
    const { value } = it;
    if (value.is !== 'op' || value.args[0]?.is !== 'name' || value.args[0].name !== name || !value.args[1]) continue;
    const by = sizeOf(link, value.args[1], it.in, env)?.value;
    const allowed = sign === '+' ? ['+', '*', '<<'] : ['-', '//', '>>'];
    if (by && by > 0 && allowed.includes(value.op)) return { op: value.op, by };
  }
  return undefined;
}
const startOf = (link: Linking, loop: Subject<'loop'>, name: string, env: Env): number => startSize(link, loop, name, env) ?? 0;
/** What the counter holds before the loop. */
function startSize(link: Linking, loop: Subject<'loop'>, name: string, env: Env): number | undefined {
  const param = loop.in.fn.fact.params.findIndex((it) => it.name === name);
  const given = param < 0 ? undefined : env.params.get(param)?.value;
  if (given != null) return given;
  for (const it of loop.in.chunk.events) {
    if (it.kind !== 'bind' || it.from !== 'assign' || it.target.is !== 'name' || it.target.name !== name || it.in.fn !== loop.in.fn)
      continue;
    const found = it.value.is === 'name' || it.value.is === 'literal' ? sizeOf(link, it.value, it.in, env)?.value : undefined;
    if (found != null) return found;
  }
  return undefined;
}
