// The process pool of a module that coroutines share.
import type { Chunk, Editing, Node } from '../model.js';

/** A process pool of the module, or a new one in front of the statement that holds the coroutine. */
export function poolOf(module: Node, doc: Editing, at: Node, chunk: Chunk): string | undefined {
  const assigned = module.children.flatMap((it) =>
    it.type === 'expression_statement' && it.children[0]?.type === 'assignment' ? [it.children[0]] : [],
  );
  const known = assigned.find((it) => /^(?:concurrent\.futures\.|futures\.)?ProcessPoolExecutor\(/.test(it.field('right')?.text ?? ''));
  if (known) return known.field('left')?.text;
  if (module.all('identifier').some((it) => it.text === 'process_pool')) return undefined;
  let statement: Node = at;
  while (statement.parent && statement.parent.type !== 'module') statement = statement.parent;
  doc.insert('before', statement, `process_pool = ${doc.use('concurrent.futures.ProcessPoolExecutor', chunk)}()\n\n`);
  return 'process_pool';
}
