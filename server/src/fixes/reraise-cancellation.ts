// A handler that swallows cancellation → one that raises it again, or one for cancellation alone before it.
import { type Fix, type Node, refuse, review, safe } from '../model.js';
import { ownsLine } from './placing.js';

const plain = /^(?:expression|pass|delete|assert|import|import_from|global|nonlocal)_statement$/;

export const reraiseCancellation: Fix<'catch'> = {
  id: 'reraise-cancellation',
  title: 'Raise the cancellation again',
  best: 'safe',
  offer(handler, doc) {
    const clause = clauseOf(doc.node({ chunk: handler.in.chunk, span: doc.program.body(handler).span }));
    const block = clause?.children.find((it) => it.type === 'block');
    if (!clause || !block) return refuse('the handler is written in a form that is not rewritten');
    const alone =
      handler.types.length > 0 && handler.types.every((it) => /CancelledError$/.test(doc.program.meaning(it, handler.in) ?? ''));
    if (!alone) {
      if (doc.program.hides('asyncio', handler.in)) return refuse('`asyncio` is a local name here');
      const indent = doc.indent(clause, 1).slice(doc.indent(clause).length);
      doc.insert('before', clause, `except ${doc.use('asyncio.CancelledError', handler.in.chunk)}:\n${indent}raise`);
      return review('cancellation goes on to the caller, without what the handler does for other exceptions');
    }
    const statements = block.children.filter((it) => it.type !== 'comment');
    const last = statements.at(-1);
    if (!last || !ownsLine(last, doc)) return refuse('the handler shares a line with its head');
    if (last.text === 'return' || last.text === 'return None') {
      doc.replace(last, 'raise');
      return review('whoever awaits the task then sees that it was cancelled');
    }
    const other = statements.find((it) => !plain.test(it.type));
    if (other)
      return refuse(
        `the handler holds a \`${other.type.replace(/_(?:statement|definition)$/, '')}\`, and which of its ways end the task is not plain`,
      );
    if (last.type === 'pass_statement') doc.replace(last, 'raise');
    else doc.insert('after', last, 'raise');
    return safe;
  },
};

export const clauseOf = (node: Node): Node | undefined =>
  node.type === 'except_clause' ? node : (node.up('except_clause') ?? node.children.find((it) => it.type === 'except_clause'));
