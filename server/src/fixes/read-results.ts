// `pool.submit(f, x)` in a `with` → collected, and read after the block.
import { type Editing, type Fix, type Node, type Offer, refuse, review, type Subject, safe } from '../model.js';
import { freeName, isSame, nextOf, ownsLine, siblingsOf } from './placing.js';

export const readResults: Fix<'spawn'> = {
  id: 'read-results',
  title: 'Read the results',
  best: 'safe',
  offer(spawn, doc) {
    const call = doc.node(spawn.call);
    const statement = call.statement();
    const block = blockOf(spawn, call, doc);
    const [only] = statement.children.filter((it) => it.type !== 'comment');
    if (statement.type !== 'expression_statement' || !ownsLine(statement, doc))
      return refuse('the call is written in a form that is not rewritten');
    if (spawn.api.endsWith('.map')) {
      if (!isSame(only, call)) return refuse('the call is written in a form that is not rewritten');
      doc.replace(call, `list(${call.text})`);
      return block && !nextOf(statement) ? safe : review('it waits here until every task is done');
    }
    if (!block) return refuse('the pool is not made by a `with` around it, so that no place follows at which all is done');
    if (!ownsLine(block, doc)) return refuse('several statements share the line');
    if (block.all('return_statement').length > 0) return refuse('a `return` leaves the block before its results could be read');
    return collect(call, statement, block, doc);
  },
};

/** The `with` statement that makes the pool, where the call stands inside of it. */
function blockOf(spawn: Subject<'spawn'>, call: Node, doc: Editing): Node | undefined {
  const { pool } = spawn;
  if (!pool?.made || pool.made.in.fn !== spawn.in.fn) return undefined;
  const made = doc.node(pool.made);
  const item = made.parent?.type === 'as_pattern' ? made.parent.parent : made.parent;
  const block = item?.type === 'with_item' ? item.up('with_statement') : undefined;
  const inside = block && block.span.start < call.span.start && call.span.end <= block.span.end;
  return inside ? block : undefined;
}

function collect(call: Node, statement: Node, block: Node, doc: Editing): Offer {
  const scope = block.up('function_definition') ?? block.up('module') ?? block;
  const [expression] = statement.children.filter((it) => it.type !== 'comment');
  const named = expression?.type === 'assignment' && isSame(expression.field('right'), call) ? expression.field('left') : undefined;
  if (!named && !isSame(expression, call)) return refuse('the call is written in a form that is not rewritten');
  const around = statement.up('for_statement', 'while_statement', 'if_statement', 'try_statement', 'with_statement', 'match_statement');
  if (isSame(around, block)) {
    const future = named?.text ?? freeName(scope, ['future', 'submitted', 'running']);
    if (!future || future === '_') return refuse('the names for the future are taken');
    if (!named) doc.replace(call, `${future} = ${call.text}`);
    doc.insert('after', block, `${future}.result()`);
    return safe;
  }
  const direct =
    around?.type === 'for_statement' &&
    isSame(around.up('for_statement', 'while_statement', 'if_statement', 'try_statement', 'with_statement'), block);
  if (!around || !direct || siblingsOf(statement).length > 1 || named)
    return refuse('only a loop that does nothing but submit is rewritten');
  const [list, future] = [freeName(scope, ['futures', 'submitted', 'running']), freeName(scope, ['future', 'one', 'it'])];
  if (!list || !future) return refuse('the names for the futures are taken');
  const indent = doc.indent(block, 1).slice(doc.indent(block).length);
  doc.insert('before', block, `${list} = []`);
  doc.replace(call, `${list}.append(${call.text})`);
  doc.insert('after', block, `for ${future} in ${list}:\n${indent}${future}.result()`);
  return safe;
}
