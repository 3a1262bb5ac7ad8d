// `with lock:` → `async with lock:`, or the other way round.
import { type Fix, refuse, safe } from '../model.js';

export const matchWith: Fix<'with'> = {
  id: 'match-with',
  title: 'Use the other `with`',
  best: 'safe',
  offer(block, doc) {
    if (!block.async && !block.in.fn.fact.async) return refuse('`async with` stands in an `async def` alone, and this function is none');
    if (block.items.length > 1) return refuse('several things are entered here, and not all of them alike');
    const node = doc.node(block);
    const statement = node.type === 'with_statement' ? node : node.up('with_statement');
    if (!statement) return refuse('the block is written in a form that is not rewritten');
    if (block.async) doc.keyword(statement, statement.text.slice(0, /^async\s+with/.exec(statement.text)?.[0].length ?? 0), 'with');
    else doc.keyword(statement, 'with', 'async with');
    return safe;
  },
};
