// A list of threads, started and joined → `ProcessPoolExecutor.map`.
import { type Editing, type Fix, type Node, type Offer, type QName, refuse, review, type Subject } from '../model.js';
import { guarded } from './main-guard.js';

const shape = 'only threads that are made in one list, started and joined right after it are rewritten';

export const threadsToProcessPool: Fix<'spawn'> = {
  id: 'threads-to-process-pool',
  title: 'Use a ProcessPoolExecutor',
  offer(spawn, doc) {
    const obstacles = doc.program.obstacles(spawn);
    const hard = obstacles.find((it) => it.what !== 'main-guard');
    if (hard) return refuse(hard.say);
    const workers = spawn.count.from === 'guess' ? '' : `max_workers=${Math.min(spawn.count.n, 61)}`;
    return mapped(spawn, doc, 'concurrent.futures.ProcessPoolExecutor', workers) ?? guarded(obstacles, doc) ?? done;
  },
};
/** Writes the list of threads or processes as a `map` of a pool; a refusal where it has another shape. */
export function mapped(spawn: Subject<'spawn'>, doc: Editing, executor: QName, workers: string): Offer | undefined {
  const call = doc.node(spawn.call);
  const found = madeInList(call) ?? appendedInLoop(call);
  if (!found) return refuse(shape);
  const run = startAndJoin(found);
  if (!run) return refuse(shape);
  const argument = argumentOf(spawn, call, found);
  if (!argument) return refuse('the arguments of the threads are not one plain value each');
  const target = spawn.callable ? targetText(call) : undefined;
  if (!target) return refuse(shape);
  const pool = doc.use(executor, spawn.in.chunk);
  replaceRun(doc, found, run, `with ${pool}(${workers}) as pool:\n${' '.repeat(4)}list(pool.map(${target}, ${argument}))`);
  return undefined;
}
const done: Offer = review(
  'tasks run in other processes: arguments are copied, globals are not shared, and an exception in one is raised here',
);

interface Threads {
  /** The name of the list. */
  readonly list: string;
  /** The first statement and the last of what makes the list. */
  readonly first: Node;
  readonly last: Node;
  /** `for x in xs` around the call: its target and what it iterates. */
  readonly over: { readonly target: string; readonly items: string };
}

/** `threads = [Thread(…) for x in xs]` */
function madeInList(call: Node): Threads | undefined {
  const { parent } = call;
  if (parent?.type !== 'list_comprehension' || parent.parent?.type !== 'assignment') return undefined;
  const clauses = parent.children.filter((it) => it.type !== 'comment').slice(1);
  const [clause] = clauses;
  const list = parent.parent.field('left');
  const [target, items] = [clause?.field('left')?.text, clause?.field('right')?.text];
  if (clauses.length !== 1 || clause?.type !== 'for_in_clause' || list?.type !== 'identifier' || !target || !items) return undefined;
  const statement = parent.parent.statement();
  return { list: list.text, first: statement, last: statement, over: { target, items } };
}

/** `threads = []` and `for x in xs: t = Thread(…); threads.append(t)`, with or without `t.start()` in the loop. */
function appendedInLoop(call: Node): Threads | undefined {
  const loop = call.up('for_statement');
  const block = loop?.field('body');
  const [target, items] = [loop?.field('left')?.text, loop?.field('right')?.text];
  if (!loop || !block || !target || !items || loop.field('alternative')) return undefined;
  const statements = block.children.filter((it) => it.type !== 'comment');
  const append = /^(\w+)\.append\((.+)\)$/s;
  const appending = statements.map((it) => append.exec(it.text)).find((it) => it !== null);
  const list = appending?.[1];
  if (!list) return undefined;
  const named = call.parent?.type === 'assignment' ? call.parent.field('left')?.text : undefined;
  const allowed = statements.every(
    (it) =>
      (named !== undefined &&
        (it.text.startsWith(`${named} =`) || it.text === `${named}.start()` || it.text === `${list}.append(${named})`)) ||
      it.text === `${list}.append(${call.text})`,
  );
  const before = previous(loop);
  if (!allowed || before?.text.replace(/\s/g, '') !== `${list}=[]`) return undefined;
  return { list, first: before, last: loop, over: { target, items } };
}

/** The loops that start and join every thread, in the statements right after; nothing later may use the list. */
function startAndJoin(threads: Threads): readonly Node[] | undefined {
  const rest: Node[] = [];
  let started = /\.start\(\)/.test(threads.last.text);
  let joined = false;
  for (let it = next(threads.last); it; it = next(it)) {
    const match = /^for\s+(\w+)\s+in\s+(\w+)\s*:\s*(\w+)\.(start|join)\(\)$/s.exec(it.text.trim());
    if (!match || match[2] !== threads.list || match[1] !== match[3]) break;
    if (match[4] === 'start') started = true;
    else joined = true;
    rest.push(it);
  }
  const after = rest.at(-1);
  if (!started || !joined || !after) return undefined;
  for (let it = next(after); it; it = next(it)) if (it.all('identifier').some((name) => name.text === threads.list)) return undefined;
  return rest;
}
const siblings = (node: Node): readonly Node[] => node.parent?.children.filter((it) => it.type !== 'comment') ?? [];
const at = (node: Node): number => siblings(node).findIndex((it) => it.span.start === node.span.start);
const next = (node: Node): Node | undefined => siblings(node)[at(node) + 1];
const previous = (node: Node): Node | undefined => siblings(node)[at(node) - 1];

function keyword(call: Node, name: string): Node | undefined {
  return call
    .field('arguments')
    ?.children.find((it) => it.field('name')?.text === name)
    ?.field('value');
}
const targetText = (call: Node): string | undefined => keyword(call, 'target')?.text;

/** The second argument of `map`: one value per thread. */
function argumentOf(spawn: Subject<'spawn'>, call: Node, { over }: Threads): string | undefined {
  const others =
    call.field('arguments')?.children.filter((it) => !['target', 'args', 'name', 'daemon'].includes(it.field('name')?.text ?? '')) ?? [];
  const args = keyword(call, 'args');
  const values = args?.children.filter((it) => it.type !== 'comment') ?? [];
  if (
    others.length > 0 ||
    !args ||
    (args.type !== 'tuple' && args.type !== 'list') ||
    values.length === 0 ||
    values.some((it) => it.type === 'list_splat')
  )
    return undefined;
  const columns = values.map((value) => {
    if (value.text === over.target) return over.items;
    const names = value.all('identifier').map((it) => it.text);
    const uses = value.type === 'identifier' ? value.text === over.target : names.includes(over.target);
    if (!uses && spawn.count.from === 'literal') return `[${value.text}] * ${spawn.count.n}`;
    return `[${value.text} for ${over.target} in ${over.items}]`;
  });
  return columns.join(', ');
}

function replaceRun(doc: Editing, threads: Threads, run: readonly Node[], text: string): void {
  for (const it of run) doc.remove(it);
  if (threads.last !== threads.first) doc.remove(threads.last);
  doc.replace(threads.first, text.replaceAll('\n', `\n${' '.repeat(threads.first.column)}`));
}
