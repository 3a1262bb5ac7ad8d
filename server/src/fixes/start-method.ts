// The start method of a process or pool, pinned where it is made.
import { type Editing, type Fix, type Node, type Offer, refuse, review, type StartMethod, type Subject } from '../model.js';
import { argumentsOf, nextOf, previousOf } from './places.js';

/** A fresh interpreter has no locks that other threads hold. */
export const useSpawn: Fix<'spawn' | 'call'> = {
  id: 'use-spawn',
  title: 'Start it by `spawn`',
  best: 'review',
  offer(subject, doc) {
    if (subject.kind === 'call') return refuse('`os.fork` has no other start method: `multiprocessing` does');
    const { program } = doc;
    const [closed] = program.unpicklable(subject);
    if (closed) return refuse(`\`${closed.spelled}\` ${closed.says} and cannot be sent to a spawned process`);
    const state = program.parentState(subject);
    if (state) return refuse(`\`${state.reader.name}\` reads \`${state.name}\`, which a spawned process would not have`);
    if (program.atImport(subject)) return refuse('the process starts on import, and a spawned child would start it again');
    const bound = boundToFork(subject, doc);
    if (bound) return refuse(`\`${bound}\` is made for processes that fork, and would have to come from the context of the other method`);
    return (
      pin(subject, 'spawn', doc) ??
      review('a new interpreter starts and imports the module, which takes longer, and inherits no open files')
    );
  },
};
const primitive =
  /^multiprocessing\.(?:\w+\.)?(?:\w*Queue|R?Lock|(?:Bounded)?Semaphore|Event|Condition|Barrier|Value|Array|Synchronized(?:Array)?)$/;
/** A queue or lock that a process is given, where only the process would get the other start method. */
function boundToFork(spawn: Subject<'spawn'>, doc: Editing): string | undefined {
  if (spawn.pool) return undefined;
  const call = doc.node(spawn.call);
  const { pinned, because } = doc.program.startMethods(spawn);
  const pin = pinned ? doc.node(because).span.start : call.span.start;
  if (pin < call.span.start || pin > call.span.end) return undefined; // the pin is that of the primitive, too
  return argumentsOf(call)
    .flatMap((it) => it.all('identifier'))
    .find((it) => primitive.test(doc.program.type({ is: 'name', name: it.text }, spawn.in) ?? ''))?.text;
}
/** The parent's globals come along. */
export const useFork: Fix<'spawn'> = {
  id: 'pin-fork',
  title: 'Pin the start method `fork`',
  best: 'review',
  offer(spawn, doc) {
    if (!doc.program.startMethods(spawn).can.includes('fork')) return refuse('the target has no `fork`');
    return pin(spawn, 'fork', doc) ?? review('the program then runs on Linux and macOS only, and must not have started threads before');
  },
};

/** Undefined once it is written. */
function pin(spawn: Subject<'spawn'>, method: StartMethod, doc: Editing): Offer | undefined {
  const made = spawn.pool ? spawn.pool.made : spawn.call;
  if (!made) return refuse('where the pool is made is not known');
  const call = doc.node(made);
  const callee = call.field('function');
  if (!callee) return refuse('it is made in a form that is not rewritten');
  const { because, pinned } = doc.program.startMethods(spawn);
  if (pinned) {
    const literal = argumentsOf(doc.node(because)).find((it) => it.type === 'string');
    if (!literal) return refuse('the start method is set in a form that is not rewritten');
    doc.replace(literal, literal.text.replace(/\w+(?=\W*$)/, method));
    return undefined;
  }
  const context = `${doc.use('multiprocessing.get_context', made.in.chunk)}("${method}")`;
  const name = doc.program.meaning(made.callee, made.in);
  if (name === 'concurrent.futures.ProcessPoolExecutor') {
    const list = call.field('arguments');
    if (!list) return refuse('it is made in a form that is not rewritten');
    const given = argumentsOf(call);
    const last = given.at(-1);
    if (last) doc.replace(last, `${last.text}, mp_context=${context}`);
    else doc.replace(list, `(mp_context=${context})`);
    return undefined;
  }
  if (name !== 'multiprocessing.Process' && name !== 'multiprocessing.Pool')
    return refuse('its class is derived from `Process`, and would need the context of the other method');
  doc.replace(callee, `${context}.${name.split('.').at(-1)}`);
  return undefined;
}

/** The process first: then there is no thread yet. */
export const processFirst: Fix<'spawn' | 'call'> = {
  id: 'start-process-first',
  title: 'Start the process before the thread',
  best: 'review',
  offer(subject, doc) {
    const found = doc.program.forkedThreads(subject);
    if (!found || subject.kind === 'call' || subject.pool || !subject.start) return undefined;
    const thread = found.thread.start;
    if (doc.program.atImport(subject)) return refuse('the process starts on import, and needs a main guard first');
    if (!thread || thread.in !== subject.start.in) return refuse('the two are not started in one block');
    const [from, to] = [doc.node(subject.call).statement(), doc.node(subject.start).statement()];
    const anchor = doc.node(thread).statement();
    if (from.span.start !== to.span.start && nextOf(from)?.span.start !== to.span.start)
      return refuse('something stands between the process and its start');
    if (from.type !== 'expression_statement' || anchor.type !== 'expression_statement')
      return refuse('the two are started in a form that is not rewritten');
    const used = new Set([...from.all('identifier'), ...to.all('identifier')].map((it) => it.text));
    for (let it = previousOf(from); it && it.span.start >= anchor.span.start; it = previousOf(it)) {
      const bound = it.all('assignment').map((one) => one.field('left')?.text ?? '');
      if (bound.some((name) => used.has(name)))
        return refuse(`the process uses \`${bound.find((name) => used.has(name))}\`, which is made after the thread has started`);
    }
    doc.move(commentAbove(from) ?? from, to, 'before', anchor);
    return review('the process no longer sees what happens between the two starts');
  },
};
/** The first of the comments on lines of their own right above a statement. */
function commentAbove(statement: Node): Node | undefined {
  const all = statement.parent?.children ?? [];
  let at = all.findIndex((it) => it.span.start === statement.span.start);
  while (all[at - 1]?.type === 'comment' && all[at - 1]?.column === statement.column) at--;
  return all[at];
}
