// A loop that computes one call per turn, seen as tasks that processes could share.
import type { Subject, Turns } from '../model.js';
import { edgesOf } from './calls.js';
import { economicsOf } from './economics.js';
import { isInside } from './inside.js';
import { type Linking, once } from './linking.js';
import { asTask, obstaclesOf } from './obstacles.js';
import { question } from './question.js';
import { reachedBy } from './reached.js';
import { runnersOf } from './runners.js';
import { emptyEnv } from './sizes.js';
import { tripsOf } from './trips.js';
import { eventsWithin } from './within.js';
import { spawnWork } from './work.js';

/** Seconds of computing below which nobody would want to see a loop rewritten. */
const hot = 0.1;
/** Output in the order of the turns, and answers that depend on how many were given before. */
const inOrder =
  /^(?:builtins\.(?:print|input)|random\.(?!Random)|secrets\.|numpy\.random\.|time\.(?:time|monotonic|perf_counter)$|logging\.)/;

const loopTurns = question<Subject<'loop'>, Turns | undefined>({ kind: 'turns', fallback: undefined, same: () => false });
export function turnsOf(link: Linking, loop: Subject<'loop'>): Turns | undefined {
  return once(link, loopTurns, loop, loop.in.chunk, () => findTurns(link, loop));
}
function findTurns(link: Linking, loop: Subject<'loop'>): Turns | undefined {
  const body = loop.in.chunk.regions[loop.body];
  if (!body || loop.form === 'while' || loop.exits || loop.in.fn.fact.async) return undefined;
  if (runnersOf(link, loop.in.fn).some((it) => it.kind === 'process' || it.kind === 'interpreter')) return undefined;
  const calls = eventsWithin(link, body).filter((it): it is Subject<'call'> => it.kind === 'call' && isInside(it.in, body));
  const own = calls.filter((it) => edgesOf(link, it).some((edge) => typeof edge.to !== 'string'));
  const [call, other] = own;
  if (!call || other || call.in !== body) return undefined;
  const task = asTask(link, call, tripsOf(link, loop, emptyEnv(loop.in.fn)));
  if (task.count.n < 2 || task.count.from === 'forever' || task.targets.length !== 1 || spawnWork(link, task).bound !== 'interpreter')
    return undefined;
  const economics = economicsOf(link, task, [task]);
  if (!economics.sized || economics.total < hot) return undefined;
  return {
    call,
    obstacles: obstaclesOf(link, [task]),
    economics,
    ordered: reachedBy(link, task).find((it) => inOrder.test(it.name))?.name,
    because: spawnWork(link, task).because,
  };
}
