// Would processes be faster? Start-up, messages and payload against the computing they save.
import type { Count, Economics } from '../model.js';
import type { Spawn } from './classify.js';
import type { Linking } from './linking.js';
import { duration } from './outside-costs.js';
import type { Size } from './sizes.js';
import { amount, assumedTrips } from './trips.js';
import { spawnCost, spawnEnv } from './work.js';

/**
 * Nanoseconds, measured on CPython 3.11 and 3.13 under Linux: starting a pool under spawn or forkserver, and one message of a task
 * and its result. Four workers stand for a small machine.
 */
const processCosts = { workers: 4, start: 250e6, message: 0.1e6 } as const;
/** Processes have to save at least this part of the time to be worth their trouble. */
const least = 1 / 3;

/** Of everything that is given to one pool together with `spawn`, or of one start. */
export function economicsOf(link: Linking, spawn: Spawn, spawns: readonly Spawn[]): Economics {
  let [total, longest, n, messages, payload, sized] = [0, 0, 0, 0, 0, spawns.length > 0];
  for (const it of spawns) {
    const cost = spawnCost(link, it);
    n += it.count.n;
    messages += /map$/.test(it.api) ? it.count.n / chunkOf(it.count, cost.held + cost.free) : it.count.n;
    total += (cost.held + cost.free) * it.count.n;
    longest = Math.max(longest, cost.held + cost.free);
    payload += payloadOf(link, it) * it.count.n;
    sized &&= cost.guessed < cost.held / 2 && it.count.from !== 'guess';
  }
  const workers = Math.max(1, Math.min(spawn.pool?.workers ?? processCosts.workers, processCosts.workers, n));
  const price = processCosts.start + messages * processCosts.message + payload;
  const gain = total - Math.max(total / workers, longest) - price;
  const worthwhile = gain > least * total;
  const each = n > 0 ? total / n : 0;
  const says = !sized
    ? paysOff(each, n > 0 ? (messages * processCosts.message + payload) / n : 0)
    : worthwhile
      ? `processes would save about ${duration(gain)} of ${duration(total)}`
      : `processes would be slower or gain little: ${duration(total)} of work against about ${duration(price)} for starting them and moving data`;
  const items = spawns.length === 1 && spawns[0] ? spawns[0].count : { n, from: 'literal' as const, says: amount(n) };
  return {
    items,
    perItem: each / 1e9,
    total: total / 1e9,
    gain: gain / 1e9,
    worthwhile,
    payload: (payloadOf(link, spawn) || assumedPayload(spawn)) / 1e9,
    chunk: chunkOf(spawn.count, each),
    sized,
    says,
  };
}

/** Where sizes had to be assumed: from how many tasks of the assumed cost on processes are worth it. */
function paysOff(each: number, moving: number): string {
  const saved = each * (1 - 1 / processCosts.workers - least) - moving;
  if (saved <= 0) return `as far as sizes are shown, moving the data of a task costs more than its ${duration(each)} of work`;
  const tasks = Math.max(2, Math.ceil(processCosts.start / saved));
  return `sizes are not all shown: if a task takes ${duration(each)}, processes pay off from about ${amount(tasks)} tasks`;
}

/** Nanoseconds of work in one message beside which its own cost no longer matters. */
const worthAMessage = 2e6;
/**
 * Items that one message of a `map` carries: sixteen messages in all, one item each for few items. Where their number is not known, small
 * items are grouped alone: a few large ones in one message would all go to one process.
 */
const chunkOf = ({ n, from }: Count, each: number): number =>
  from === 'guess' ? (each >= worthAMessage ? 1 : 16) : n < 64 ? 1 : Math.ceil(n / 16);

/** Nanoseconds to pickle and unpickle the arguments of one task, where their sizes are shown. */
function payloadOf(link: Linking, spawn: Spawn): number {
  const [fn] = spawn.targets;
  if (!fn) return 0;
  return [...spawnEnv(link, spawn, fn).params.values()].reduce((sum, it) => sum + pickled(it), 0);
}
/** Where the target goes through an argument of unknown length, that length is taken to be the one its loop is priced for. */
function assumedPayload(spawn: Spawn): number {
  const [fn] = spawn.targets;
  const looped = fn?.fact.params.filter((param) =>
    fn.chunk.events.some((it) => it.kind === 'loop' && it.in.fn === fn && it.iterates?.is === 'name' && it.iterates.name === param.name),
  );
  return (looped?.length ?? 0) * (250 + assumedTrips.items * 60);
}
/**
 * Measured on CPython 3.11, `pickle` protocol 5, there and back: numbers 60 ns, texts 500 ns, containers 250 ns and their elements. Arrays
 * are copied as bytes, eight for an element.
 */
/** Nanoseconds for an array without elements, with numpy 2.4. */
const arrayPickle = 4_000;
const elementsIn = (it: Size): number => (it.length ?? 0) * (it.element?.type === 'numpy.ndarray' ? elementsIn(it.element) : 1);
function pickled(it: Size): number {
  if (it.type === 'builtins.str') return 500;
  if (it.type === 'builtins.bytes') return (it.length ?? 0) * 3.3;
  if (it.type === 'numpy.ndarray') return arrayPickle + elementsIn(it) * 8 * 3.3;
  if (it.length === null || !Number.isFinite(it.length) || it.type === 'builtins.range') return 60;
  return 250 + it.length * (it.element ? pickled(it.element) : 60);
}
