// `except CancelledError: clean(); return` → `finally: clean()`.
import { type Fix, refuse, review } from '../model.js';
import { ownsLine } from './placing.js';
import { clauseOf } from './reraise-cancellation.js';

export const cleanUpInFinally: Fix<'catch'> = {
  id: 'clean-up-in-finally',
  title: 'Clean up in `finally`',
  best: 'review',
  offer(handler, doc) {
    const clause = clauseOf(doc.node({ chunk: handler.in.chunk, span: doc.program.body(handler).span }));
    const block = clause?.children.find((it) => it.type === 'block');
    const statements = block?.children.filter((it) => it.type !== 'comment') ?? [];
    const last = statements.at(-1);
    if (!handler.exits || !clause || !block || !last || statements.length < 2) return undefined;
    if (last.text !== 'return' && last.text !== 'return None') return undefined;
    const alone =
      handler.types.length > 0 && handler.types.every((it) => /CancelledError$/.test(doc.program.meaning(it, handler.in) ?? ''));
    if (!alone) return refuse('the handler takes other exceptions as well');
    if (doc.program.loop(handler.in)) return refuse('in a loop a `finally` would clean up in each turn');
    const others = clause.parent?.children.filter((it) => /_clause$/.test(it.type)) ?? [];
    if (others.length > 1) return refuse('the `try` has other clauses');
    if (!ownsLine(last, doc)) return refuse('the handler shares a line with its head');
    const bound = /\bas\s+(\w+)/.exec(clause.text.slice(0, block.span.start - clause.span.start))?.[1];
    if (bound && block.all('identifier').some((it) => it.text === bound)) return refuse(`the handler reads \`${bound}\``);
    const head = clause.children.filter((it) => it !== block && it.type !== 'comment');
    const type = head.at(-1);
    if (!type) return undefined;
    doc.replace(clause, `finally${clause.text.slice(type.span.end - clause.span.start, last.span.start - clause.span.start).trimEnd()}`);
    return review('it then cleans up in every case, and whoever awaits the task sees that it was cancelled');
  },
};
