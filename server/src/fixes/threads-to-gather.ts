// Threads that wait, in a pool or in a list → `asyncio.gather` or a `TaskGroup` over `asyncio.to_thread`, with `asyncio.run` at the edge.
import { type Editing, type Fix, type Node, type Offer, refuse, review, type Subject } from '../model.js';
import { freeName, nextOf } from './places.js';
import { handedTo, threadListOf } from './thread-list.js';

export const threadsToGather: Fix<'spawn'> = {
  id: 'threads-to-gather',
  title: 'Gather them on an event loop',
  best: 'review',
  offer: (spawn, doc) => toLoop(spawn, doc, false),
};
export const threadsToTaskGroup: Fix<'spawn'> = {
  id: 'threads-to-task-group',
  title: 'Run them in a TaskGroup on an event loop',
  best: 'review',
  offer: (spawn, doc) => (doc.program.target.python.from < 11 ? undefined : toLoop(spawn, doc, true)),
};

function toLoop(spawn: Subject<'spawn'>, doc: Editing, group: boolean): Offer {
  const { program } = doc;
  const found = shapeOf(doc.node(spawn.call));
  if (!found)
    return refuse(
      spawn.pool
        ? 'only `list(pool.map(f, items))`, or futures that are made and read in one block of the pool, are rewritten'
        : 'only threads that are made in one list, started and joined right after it are rewritten',
    );
  if (spawn.in.fn.fact.async || program.runners(spawn.in).some((it) => it.kind === 'task' || it.kind === 'callback'))
    return refuse('it may run on an event loop already, where no second one can be started');
  if (program.target.python.from < 9) return refuse('`asyncio.to_thread` needs Python 3.9');
  if (program.hides('asyncio', spawn.in)) return refuse('`asyncio` is a local name here');
  const moved = spawn.targets.find((it) => it.fact.async);
  if (moved) return refuse(`\`${moved.name}\` is a coroutine itself`);
  if (/\bawait\b|\byield\b/.test(found.items.text)) return refuse('what it goes over waits for something itself');
  rewrite(spawn, found, group, doc);
  const errors = spawn.pool
    ? group
      ? 'the first call that fails cancels those that have not begun, and its error comes in a group'
      : 'when one call fails the others still run to their end'
    : `an error of a call is raised here, where a thread would print it${group ? ', in a group' : ''}`;
  return review(`the loop runs at most as many threads at once as its default executor has; ${errors}`);
}

interface Shape {
  readonly first: Node;
  /** Statements behind the first that go as well. */
  readonly rest: readonly Node[];
  /** What the results are for: `return `, `pages = `, or nothing. */
  readonly before: string;
  /** The callable and its arguments, for one item. */
  readonly handed: string;
  readonly item: string;
  readonly items: Node;
  readonly results: boolean;
}
function shapeOf(call: Node): Shape | undefined {
  return mapped(call) ?? submitted(call) ?? listed(call);
}
/** `with ThreadPoolExecutor() as pool: pages = list(pool.map(get, urls))` */
function mapped(call: Node): Shape | undefined {
  const list = call.parent?.parent;
  const statement = call.statement();
  const block = poolBlock(call);
  if (block?.field('body')?.children.length !== 1) return undefined;
  if (list?.type !== 'call' || list.field('function')?.text !== 'list') return undefined;
  const [callable, items, more] = call.field('arguments')?.children ?? [];
  if (!callable || !items || more || items.type === 'keyword_argument' || items.type === 'list_splat') return undefined;
  const before = whatFor(statement, list);
  if (before === undefined || list.span.end !== statement.span.end) return undefined;
  const item = freeName(block.up('function_definition', 'module') ?? block, 'item');
  return { first: block, rest: [], before, handed: `${callable.text}, ${item}`, item, items, results: true };
}
/** `futures = [pool.submit(get, url) for url in urls]` and `pages = [it.result() for it in futures]` in one block. */
function submitted(call: Node): Shape | undefined {
  const block = poolBlock(call);
  const comprehension = call.parent;
  const [clause, odd] = comprehension?.children.filter((it) => it.type !== 'comment').slice(1) ?? [];
  const statement = call.statement();
  const futures = comprehension?.parent?.type === 'assignment' ? comprehension.parent.field('left')?.text : undefined;
  if (!block || comprehension?.type !== 'list_comprehension' || clause?.type !== 'for_in_clause' || odd || !futures) return undefined;
  const [make, read, more] = block.field('body')?.children ?? [];
  const [item, items] = [clause.field('left')?.text, clause.field('right')];
  const handed = call.field('arguments')?.text.slice(1, -1).trim().replace(/,$/, '');
  if (make?.span.start !== statement.span.start || !read || more || !item || !items || !handed) return undefined;
  const results = new RegExp(`^(return |\\w+ = )\\[(\\w+)\\.result\\(\\) for \\2 in ${futures}\\]$`).exec(read.text);
  const after = nextOf(block)
    ?.parent?.all('identifier')
    .some((it) => it.text === futures && it.span.start > block.span.end);
  return results?.[1] !== undefined && !after
    ? { first: block, rest: [], before: results[1], handed, item, items, results: true }
    : undefined;
}
/** Threads in a list, started and joined right after it. */
function listed(call: Node): Shape | undefined {
  const list = threadListOf(call);
  const handed = list && handedTo(call);
  if (!list || !handed) return undefined;
  const rest = [...(list.last === list.first ? [] : [list.last]), ...list.run];
  return { first: list.first, rest, before: '', handed, item: list.over.target, items: list.over.items, results: false };
}
function poolBlock(call: Node): Node | undefined {
  const block = call.up('with_statement');
  return block?.all('with_item').length === 1 ? block : undefined;
}
function whatFor(statement: Node, value: Node): string | undefined {
  const before = statement.text.slice(0, value.span.start - statement.span.start);
  return /^(?:return |\w+ = |)$/.test(before) ? before : undefined;
}

function rewrite(spawn: Subject<'spawn'>, shape: Shape, group: boolean, doc: Editing): void {
  const { first, rest, before, handed, item, items, results } = shape;
  const { chunk } = spawn.in;
  const scope = first.up('function_definition', 'module') ?? first;
  const name = freeName(scope, group ? 'run_all' : 'gather_all');
  const step = doc.indent(first, 1).slice(doc.indent(first).length);
  const each = `${doc.use('asyncio.to_thread', chunk)}(${handed})`;
  const over = `for ${item} in ${items.text}`;
  const body = group
    ? inGroup(freeName(scope, 'group'), each, over, results, step, doc.use('asyncio.TaskGroup', chunk))
    : [`${results ? 'return ' : ''}await ${doc.use('asyncio.gather', chunk)}(*[${each} ${over}])`];
  const lines = [`async def ${name}():`, ...body.map((it) => step + it), '', `${before}${doc.use('asyncio.run', chunk)}(${name}())`];
  for (const it of rest) doc.remove(it);
  doc.replace(first, lines.map((it, at) => (it === '' || at === 0 ? it : doc.indent(first) + it)).join('\n'));
}
function inGroup(group: string, each: string, over: string, results: boolean, step: string, taskGroup: string): readonly string[] {
  const head = `async with ${taskGroup}() as ${group}:`;
  if (!results) return [head, `${step}${over}:`, `${step}${step}${group}.create_task(${each})`];
  return [head, `${step}tasks = [${group}.create_task(${each}) ${over}]`, 'return [task.result() for task in tasks]'];
}
