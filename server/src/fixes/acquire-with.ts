// `lock.acquire() … lock.release()` → `with lock:`.
import { type Fix, refuse, safe } from '../model.js';
import { ownsLine, siblingsOf } from './placing.js';

export const acquireWith: Fix<'acquire'> = {
  id: 'acquire-with',
  title: 'Hold it in a `with` block',
  best: 'safe',
  offer(acquire, doc) {
    if (acquire.by.kind !== 'call') return undefined;
    const call = doc.node(acquire.by);
    if (acquire.bounded) return undefined;
    const lock = call.field('function')?.field('object');
    const statement = call.statement();
    const [expression] = statement.children;
    const awaits = expression?.type === 'await';
    if (!lock || statement.type !== 'expression_statement' || (expression?.text !== call.text && !awaits))
      return refuse('the result of `acquire` is used');
    if ((call.field('arguments')?.children.length ?? 0) > 0) return refuse('`acquire` has arguments, which a `with` has no place for');
    const after = siblingsOf(statement).filter((it) => it.span.start >= statement.span.end);
    const at = after.findIndex((it) => it.text === `${lock.text}.release()`);
    const release = after[at];
    const [first, last] = [after[0], after[at - 1]];
    if (!release || !first || !last || at < 1) return refuse('acquire and release do not stand in one block');
    const scope = statement.up('function_definition') ?? doc.module(acquire.in.chunk);
    const pairs = scope
      .all('call')
      .filter((it) => it.text === `${lock.text}.release()` || it.field('function')?.text === `${lock.text}.acquire`);
    const inner = pairs.filter((it) => it.span.start > statement.span.end && it.span.end < release.span.start);
    if (inner.length > 0) return refuse('it is released and taken again in between');
    if (![statement, first, release].every((it) => ownsLine(it, doc))) return refuse('several statements share the line');
    doc.remove(statement);
    doc.wrap(first, last, `${awaits ? 'async with' : 'with'} ${lock.text}:`);
    doc.remove(release);
    return safe;
  },
};
