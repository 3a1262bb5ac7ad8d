// A pool that a loop makes on each pass → one pool around the loop.
import { type Fix, type Node, refuse, review } from '../model.js';
import { outdented } from './places.js';
import { withAround } from './pool-to-loop.js';

export const hoistPool: Fix<'call'> = {
  id: 'hoist-pool',
  title: 'Make one pool around the loop',
  best: 'review',
  offer(call, doc) {
    const { program } = doc;
    const loop = program.loop(call.in);
    if (!loop)
      return refuse(
        'where a pool for all requests should live is not to be seen: make it when the application starts, and shut it down at its end',
      );
    const node = doc.node(call);
    const found = withAround(node);
    if (!found) return refuse('only a pool that one `with` block holds is moved');
    const { statement, body, name } = found;
    const around = statement.up('for_statement', 'while_statement', 'function_definition', 'module');
    if (!around || (around.type !== 'for_statement' && around.type !== 'while_statement'))
      return refuse('the loop is written in a form that is not rewritten');
    if (statement.parent?.parent?.span.start !== around.span.start)
      return refuse('the pool is made only on some passes, or under something else in the loop');
    const arguments_ = node.field('arguments');
    const moved = bound(around);
    const depends = arguments_?.all('identifier').find((it) => moved.has(it.text));
    if (depends) return refuse(`its arguments depend on \`${depends.text}\`, which the loop changes`);
    const recycled = arguments_?.children.find((it) => /^(?:maxtasksperchild|max_tasks_per_child)$/.test(it.field('name')?.text ?? ''));
    if (recycled) return refuse(`\`${recycled.field('name')?.text}\` says that workers are not to live long`);
    if (around.all('identifier').some((it) => /^Broken(?:Process|Thread)?(?:Pool|Executor)$/.test(it.text)))
      return refuse('the loop makes a new pool where one is broken');
    if (
      around
        .all('identifier')
        .some((it) => it.text === name && (it.span.start < statement.span.start || it.span.start > statement.span.end))
    )
      return refuse(`\`${name}\` is used outside of its block`);
    const left = body
      .all('call')
      .find(
        (it) =>
          it.parent?.type === 'expression_statement' &&
          /\.(?:submit|apply_async|map_async|starmap_async)\(/.test(
            it.text.slice(0, (it.field('arguments')?.span.start ?? 0) - it.span.start + 1),
          ),
      );
    if (left) return refuse('what one pass gives to the pool could still run in the next one');
    const text = outdented(body, statement, []);
    if (text === undefined) return refuse('a string in the block spans several lines');
    doc.replace(statement, text);
    doc.wrap(around, around, `with ${node.text} as ${name}:`);
    return review('the workers stay alive between the passes, with what they remember');
  },
};
/** Names that the loop binds, its own target among them. */
function bound(loop: Node): ReadonlySet<string> {
  const found = new Set<string>();
  const add = (node: Node | undefined): void => {
    if (node?.type === 'identifier') found.add(node.text);
    for (const it of node?.all('identifier') ?? []) found.add(it.text);
  };
  add(loop.field('left'));
  for (const it of loop.all('assignment', 'augmented_assignment', 'for_statement', 'named_expression'))
    add(it.field('left') ?? it.field('name'));
  for (const it of loop.all('as_pattern_target')) add(it);
  return found;
}
