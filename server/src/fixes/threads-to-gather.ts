// `with ThreadPoolExecutor() as pool: list(pool.map(f, xs))` → `asyncio.gather` over `asyncio.to_thread`, with `asyncio.run` at the edge.
import { type Editing, type Fix, type Node, refuse, review, type Subject } from '../model.js';

export const threadsToGather: Fix<'spawn'> = {
  id: 'threads-to-gather',
  title: 'Gather them on an event loop',
  offer(spawn, doc) {
    const { program } = doc;
    const call = doc.node(spawn.call);
    const found = shapeOf(call);
    if (!found) return refuse('only `list(pool.map(f, items))` as the one statement in the block of the pool is rewritten');
    if (spawn.in.fn.fact.async || program.runners(spawn.in).some((it) => it.kind === 'task' || it.kind === 'callback'))
      return refuse('it may run on an event loop already, where no second one can be started');
    if (program.target.python.from < 9) return refuse('`asyncio.to_thread` needs Python 3.9');
    if (program.hides('asyncio', spawn.in)) return refuse('`asyncio` is a local name here');
    if (
      found.block
        .up('function_definition', 'module')
        ?.all('identifier')
        .some((it) => it.text === 'gather_all' || it.text === 'item')
    )
      return refuse('`gather_all` or `item` is the name of something else');
    rewrite(spawn, found, doc);
    return review(
      'the loop runs at most as many threads at once as its default executor has; when one call fails the others still run to their end',
    );
  },
};

interface Shape {
  readonly block: Node;
  /** What the list is for, up to the `list(…)`: `return ` or `pages = `. */
  readonly before: string;
  readonly callable: string;
  readonly items: string;
}
function shapeOf(call: Node): Shape | undefined {
  const list = call.parent?.parent;
  const block = call.up('with_statement');
  const statement = call.statement();
  const body = block?.field('body');
  if (!block || !body || list?.type !== 'call' || list.field('function')?.text !== 'list') return undefined;
  if (body.children.length !== 1 || body.children[0]?.span.start !== statement.span.start) return undefined;
  if (block.all('with_item').length !== 1) return undefined;
  const [callable, items, more] = call.field('arguments')?.children ?? [];
  if (!callable || !items || more || items.type === 'keyword_argument' || items.type === 'list_splat') return undefined;
  if (
    list.span.end !== statement.span.end ||
    !/^(?:return |\w+ = |)$/.test(statement.text.slice(0, list.span.start - statement.span.start))
  )
    return undefined;
  const before = statement.text.slice(0, list.span.start - statement.span.start);
  return { block, before, callable: callable.text, items: items.text };
}
function rewrite(spawn: Subject<'spawn'>, { block, before, callable, items }: Shape, doc: Editing): void {
  const { chunk } = spawn.in;
  const step = doc.indent(block, 1).slice(doc.indent(block).length);
  const each = `${doc.use('asyncio.to_thread', chunk)}(${callable}, item) for item in ${items}`;
  const lines = [
    'async def gather_all():',
    `${step}return await ${doc.use('asyncio.gather', chunk)}(*[${each}])`,
    '',
    `${before}${doc.use('asyncio.run', chunk)}(gather_all())`,
  ];
  doc.replace(block, lines.map((it, at) => (it === '' || at === 0 ? it : doc.indent(block) + it)).join('\n'));
}
