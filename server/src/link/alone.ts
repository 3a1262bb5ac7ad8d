// Coroutines on whose loop nobody else waits: one `asyncio.run`, one task.
import type { Fn, QName, Subject } from '../model.js';
import { callersOf, isHandedOn } from './callers.js';
import { edgesOf } from './calls.js';
import { spawnsIn } from './classify.js';
import { isDemonstration } from './demonstration.js';
import { apiOf, bodyOf, eventsOf, type Linking, once } from './linking.js';
import { question } from './question.js';
import { rootsOf } from './roots.js';
import { crossesThreads } from './starts.js';

/** Starts a loop for one coroutine, which ends with it. */
const runs = /^(?:asyncio\.(?:run|Runner\.run|AbstractEventLoop\.run_until_complete)|anyio\.run|trio\.run)$/;
/** Waits for the one coroutine it is given. */
const waits = /^asyncio\.(?:wait_for|shield)$/;
/** Libraries that keep no tasks of their own. */
const still = /^(?:asyncio|builtins|contextlib|httpx|aiofiles|aiosqlite|asyncpg|aiomysql|anyio|trio|redis|motor|sqlalchemy|psycopg)\./;

const lonely = question<Fn, boolean>({ kind: 'alone', fallback: true, same: Object.is });
/**
 * Everything that runs the coroutine leads to a start of a loop below which no other task comes to be. A start in a test or an example says
 * nothing about code that others use.
 */
export function isAlone(link: Linking, fn: Fn): boolean {
  return once(link, lonely, fn, fn, () => {
    if (!fn.fact.async || isHandedOn(link, fn) || crossesThreads(link)) return false;
    const shown = (of: Fn): boolean => {
      const [own, other] = [bodyOf(fn), bodyOf(of)];
      return own !== undefined && other !== undefined && isDemonstration(link, other) && !isDemonstration(link, own);
    };
    const roots = rootsOf(link, fn).filter((it) => !(it.from && shown(it.from)));
    const callers = callersOf(link, fn).filter((it) => it.fn !== fn && !shown(it.fn));
    if (roots.length + callers.length === 0) return false;
    return (
      roots.every((it) => runs.test(it.because[0].name) && it.kind === 'task' && isStill(link, fn)) &&
      callers.every((it) => it.fn.fact.async && isAlone(link, it.fn))
    );
  });
}

const stillness = question<Fn, boolean>({ kind: 'still', fallback: true, same: Object.is });
/** Starts no task and waits for nothing that could: whatever does not resolve could. */
function isStill(link: Linking, fn: Fn): boolean {
  return once(link, stillness, fn, fn, () => eventsOf(link, fn).every((it) => isStillEvent(link, it)));
}
function isStillEvent(link: Linking, event: Subject): boolean {
  if (event.kind === 'await') {
    const of = event.operand.is === 'call' ? event.in.chunk.events[event.operand.event] : undefined;
    return of !== undefined && isStillWait(link, of);
  }
  const edges = edgesOf(link, event);
  if (event.kind !== 'call') return edges.every((it) => typeof it.to === 'string' || isStill(link, it.to));
  const spawn = spawnsIn(link, event.in.chunk).find((it) => it.call === event);
  const kind = spawn?.runner.kind;
  if (spawn && (kind === 'task' || kind === 'callback' || kind === 'handler'))
    return (waits.test(spawn.api) && spawn.targets.length > 0 && spawn.targets.every((it) => isStill(link, it))) || runs.test(spawn.api);
  return edges.every((it) => (typeof it.to === 'string' ? !hasCalled(link, it.to) : isStill(link, it.to)));
}
/** The API has functions called on the loop. */
function hasCalled(link: Linking, name: QName): boolean {
  const it = apiOf(link, name)?.registers;
  return it !== undefined && [it.on, it.sync].some((on) => on === 'task' || on === 'callback' || on === 'handler');
}
/** What is awaited, by `async with` too, resolves to something that keeps no tasks. */
function isStillWait(link: Linking, call: Subject): boolean {
  const edges = edgesOf(link, call);
  return edges.length > 0 && edges.every((it) => typeof it.to !== 'string' || still.test(it.to));
}
