// A pool in a `with` block whose tasks are mapped → a plain loop.
import { type Editing, type Fix, type Node, type Offer, type Pool, refuse, review } from '../model.js';
import { argumentsOf, type Change, oneOf, outdented, positionalOf } from './places.js';

export const poolToLoop: Fix<'spawn'> = {
  id: 'pool-to-loop',
  title: 'Use a plain loop',
  best: 'review',
  offer: (spawn, doc) => (spawn.pool ? toLoop(spawn.pool, doc) : undefined),
};
/** The pool that a task of another pool makes. */
export const innerPoolToLoop: Fix<'spawn'> = {
  id: 'inner-pool-to-loop',
  title: 'Use a plain loop inside',
  best: 'review',
  offer(spawn, doc) {
    const { program } = doc;
    const inner = program.reached(spawn).find((it) => program.api(it.name)?.pool?.kind === 'process');
    return inner ? toLoop({ made: inner.call, lazy: /Executor$/.test(inner.name) }, doc) : undefined;
  },
};

function toLoop({ made, ...pool }: Pick<Pool, 'made'> & ({ readonly api: string } | { readonly lazy: boolean }), doc: Editing): Offer {
  const call = made ? doc.node(made) : undefined;
  const found = call ? withAround(call) : undefined;
  if (!found) return refuse('only a pool that one `with` block holds is taken apart');
  const lazy = 'lazy' in pool ? pool.lazy : /Executor$/.test(pool.api);
  const uses = found.body
    .all('identifier')
    .filter((it) => it.text === found.name && it.parent?.field('attribute')?.span.start !== it.span.start);
  const changes: Change[] = [];
  for (const use of uses) {
    const mapped = use.parent?.type === 'attribute' ? use.parent.parent : undefined;
    const method = use.parent?.field('attribute')?.text ?? '';
    if (mapped?.type !== 'call' || !/^(?:map|imap|close|join)$/.test(method))
      return refuse(`\`${found.name}\` is used for more than \`map\``);
    if (method === 'close' || method === 'join') {
      if (mapped.parent?.type !== 'expression_statement') return refuse(`\`${found.name}\` is used for more than \`map\``);
      return refuse(`\`${found.name}.${method}()\` would stay behind`);
    }
    const change = asLoop(mapped, lazy || method === 'imap');
    if (!change) return refuse('the arguments of `map` are written in a form that is not rewritten');
    changes.push(change);
  }
  if (changes.length === 0) return refuse(`nothing is mapped with \`${found.name}\``);
  const text = outdented(found.body, found.statement, changes);
  if (text === undefined) return refuse('a string in the block spans several lines');
  doc.replace(found.statement, text);
  return review('the tasks run one after the other in this process, and an exception in one is raised before the next begins');
}

/** `with Pool(2) as pool:` around the call that makes the pool. */
export function withAround(call: Node): { readonly statement: Node; readonly body: Node; readonly name: string } | undefined {
  const pattern = call.parent?.type === 'as_pattern' ? call.parent : undefined;
  const name = pattern?.children[1]?.text;
  const statement = pattern?.up('with_statement');
  const body = statement?.field('body');
  const items = statement?.all('with_item').filter((it) => !body || it.span.start < body.span.start);
  if (!statement || !body || !name || items?.length !== 1 || /^async\b/.test(statement.text)) return undefined;
  return { statement, body, name };
}

/** `pool.map(f, rows)` → `[f(row) for row in rows]`; a lazy map that nothing turns into a list stays lazy. */
function asLoop(call: Node, lazy: boolean): Change | undefined {
  const given = positionalOf(call);
  const [callee, items] = given;
  const keywords = argumentsOf(call).filter(
    (it) => it.type === 'keyword_argument' && !['chunksize', 'timeout'].includes(it.field('name')?.text ?? ''),
  );
  if (!callee || !items || keywords.length > 0 || given.some((it) => it.type.includes('splat'))) return undefined;
  const listed =
    call.parent?.type === 'argument_list' && call.parent.parent?.field('function')?.text === 'list' && call.parent.children.length === 1
      ? call.parent.parent
      : undefined;
  if (lazy && !listed) return { node: call, text: `map(${given.map((it) => it.text).join(', ')})` };
  const several = given.length > 2 && lazy;
  const name = oneOf(items.text, call.up('function_definition') ?? call);
  const plain = callee.type === 'identifier' || callee.type === 'attribute';
  const text =
    several || !plain
      ? `list(map(${given
          .slice(0, lazy ? undefined : 2)
          .map((it) => it.text)
          .join(', ')}))`
      : `[${callee.text}(${name}) for ${name} in ${items.text}]`;
  return { node: listed ?? call, text };
}
