// `queue.Queue()` for a process → `multiprocessing.Queue()`; for a task of a pool → the one of a manager.
import { type Editing, type Fix, type Offer, refuse, review, safe, type WrongDomain } from '../model.js';

/** By class; what the twin lacks is in `lacks`. */
const twins: { readonly [type: string]: string } = {
  'queue.Queue': 'Queue',
  'queue.SimpleQueue': 'SimpleQueue',
  'threading.Lock': 'Lock',
  'threading.RLock': 'RLock',
  'threading.Event': 'Event',
  'threading.Semaphore': 'Semaphore',
  'threading.BoundedSemaphore': 'BoundedSemaphore',
  'threading.Barrier': 'Barrier',
  'threading.Condition': 'Condition',
};
/** Methods that only the queue of threads has, or of which the twin has another meaning. */
const lacks = ['put_nowait', 'get_nowait', 'locked', 'shutdown', 'abort', 'reset'];
const managed = /^multiprocessing\.(?:Queue|JoinableQueue|Lock|RLock|Event|Semaphore|BoundedSemaphore|Barrier|Condition)$/;

export const useProcessTwin: Fix<'spawn'> = {
  id: 'use-process-twin',
  title: 'Use the twin that reaches processes',
  best: 'safe',
  offer(spawn, doc) {
    const found = doc.program.wrongDomain(spawn);
    if (!found) return undefined;
    if (doc.program.hides('multiprocessing', found.made.in)) return refuse('`multiprocessing` is a local name here');
    return found.family === 'process' ? byManager(found, doc) : byTwin(found, doc);
  },
};

function byTwin(found: WrongDomain, doc: Editing): Offer {
  const { made, type, family, name } = found;
  const twin = twins[type];
  if (family === 'task')
    return refuse(`\`${name}\` is awaited: the loop and the process need a queue of processes and a thread between them`);
  if (!twin) return refuse(`\`multiprocessing\` has no \`${type.split('.').at(-1)}\``);
  if (twin === 'Condition' && made.args.length > 0) return refuse('the lock that it is made with is one of threads, too');
  const special = type.endsWith('SimpleQueue') || twin === 'Lock' ? lacks : lacks.filter((it) => it === 'shutdown');
  const missing = doc.program.methodsOn(made, special).calls[0];
  if (missing?.callee.is === 'attr') return refuse(`the twin has no \`${missing.callee.name}\``);
  const counted = twin === 'Queue' && doc.program.methodsOn(made, ['task_done', 'join']).calls.length > 0;
  return replaceMaker(found, doc, `multiprocessing.${counted ? 'JoinableQueue' : twin}`) ?? safe;
}
function byManager(found: WrongDomain, doc: Editing): Offer {
  const name = doc.program.called(found.made)?.name ?? '';
  if (!managed.test(name)) return refuse('hand it to the workers as they start: `initializer=` and `initargs=`');
  const node = doc.node(found.made).field('function');
  if (!node) return refuse('it is made in a form that is not rewritten');
  doc.replace(node, `${doc.use('multiprocessing.Manager', found.made.in.chunk)}().${name.split('.').at(-1)}`);
  return review('a manager, a process of its own, then carries it: each use is a message');
}
function replaceMaker(found: WrongDomain, doc: Editing, name: string): Offer | undefined {
  const node = doc.node(found.made).field('function');
  if (!node) return refuse('it is made in a form that is not rewritten');
  doc.replace(node, doc.use(name, found.made.in.chunk));
  return undefined;
}
