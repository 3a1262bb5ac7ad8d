// A wait in a callback of Tk → a thread, which hands what follows back to the window with `after`.
import { type Editing, type Fix, type Node, type Offer, refuse, review, type Subject } from '../model.js';

export const moveFromWindow: Fix<'call'> = {
  id: 'move-from-window',
  title: 'Wait in a thread and come back with `after`',
  best: 'review',
  offer(call, doc) {
    const stall = doc.program.freeze(call);
    if (!stall) return undefined;
    const node = doc.node(call);
    const callback = node.up('function_definition');
    const statement = node.statement();
    const body = callback?.field('body');
    if (!callback || !body || statement.parent?.span.start !== body.span.start || node.up('lambda', 'generator_expression'))
      return refuse('the wait stands inside of another statement; it would have to be split off first');
    if (stall.at !== call) return refuse('the wait is in a helper, which may touch the window itself');
    const touched = widgetIn(statement, call, doc);
    if (touched) return refuse(`\`${touched}\` belongs to the window: read it before the wait and use the value`);
    const root = rootOf(callback, call, doc);
    if (!root) return refuse('no widget is at hand whose `after` could bring the result back');
    if (body.all('return_statement').some((it) => it.up('function_definition')?.span.start === callback.span.start))
      return refuse('the callback returns something');
    return rewrite(statement, body, root, call, doc);
  },
};

/** A call or attribute of the statement that only the thread of the window may use. */
function widgetIn(statement: Node, call: Subject<'call'>, doc: Editing): string | undefined {
  const start = doc.node(call).span.start - call.span.start;
  for (const it of call.in.chunk.events) {
    if (it.in.fn !== call.in.fn || it.span.start + start < statement.span.start || it.span.end + start > statement.span.end) continue;
    if (it.kind !== 'call') continue;
    const of = it.callee.is === 'attr' ? doc.program.type(it.callee.of, it.in) : undefined;
    if (doc.program.called(it)?.api.belongs === 'main' || of?.startsWith('tkinter.')) return doc.node(it).text;
  }
  return undefined;
}
/** `self` or a name of the module that has the `after` of Tk. */
function rootOf(callback: Node, call: Subject<'call'>, doc: Editing): string | undefined {
  const hasAfter = (name: string): boolean =>
    /^tkinter\./.test(doc.program.meaning({ is: 'attr', of: { is: 'name', name }, name: 'after' }, call.in) ?? '');
  if (callback.field('parameters')?.children[0]?.text === 'self' && hasAfter('self')) return 'self';
  const made = doc.module(call.in.chunk).children.flatMap((it) => (it.children[0]?.type === 'assignment' ? [it.children[0]] : []));
  const names = made.map((it) => it.field('left')).filter((it) => it?.type === 'identifier');
  return names.find((it) => it && hasAfter(it.text))?.text;
}

function rewrite(statement: Node, body: Node, root: string, call: Subject<'call'>, doc: Editing): Offer {
  const { chunk } = call.in;
  const assignment = statement.children[0]?.type === 'assignment' ? statement.children[0] : undefined;
  const target = assignment?.field('left');
  if (assignment && target?.type !== 'identifier') return refuse('the result goes to more than one name');
  if (!assignment && statement.type !== 'expression_statement') return refuse('the wait is part of a larger statement');
  const taken = doc
    .module(chunk)
    .all('identifier')
    .find((it) => it.text === 'work' || it.text === 'done');
  if (taken) return refuse(`\`${taken.text}\` is the name of something else`);
  const rest = body.children.filter((it) => it.type !== 'comment' && it.span.start > statement.span.end);
  const last = rest.at(-1);
  const step = doc.indent(statement, 1).slice(doc.indent(statement).length);
  const first = rest[0];
  const after = `${root}.after(0, done${target ? `, ${target.text}` : ''})`;
  const thread = `${doc.use('threading.Thread', chunk)}(target=work, daemon=True).start()`;
  doc.wrap(statement, statement, 'def work():');
  if (!first || !last) {
    doc.insert('after', statement, `\n${thread}`);
    return done;
  }
  doc.insert('after', statement, `${step}${after}\n`);
  doc.wrap(first, last, `def done(${target?.text ?? ''}):`);
  doc.insert('after', last, `\n${thread}`);
  return done;
}
const done: Offer = review(
  'the callback returns before the work is done: it may be started again meanwhile, and `after` needs a running main loop',
);
