// `total = total + await f()` → `value = await f()`, and then the update: nothing can come in between.
import { type Fix, type Node, refuse, review } from '../model.js';
import { freeName, isSame, ownsLine } from './placing.js';

export const updateAfterAwait: Fix<'race'> = {
  id: 'update-after-await',
  title: 'Wait first, then update',
  best: 'review',
  offer({ first }, doc) {
    const statement = doc.node(first.event).statement();
    const [assigned] = statement.children.filter((it) => it.type !== 'comment');
    const value = assigned && /assignment$/.test(assigned.type) ? assigned.field('right') : undefined;
    const act = first.event.act && doc.node({ chunk: first.event.in.chunk, span: first.event.act }).statement();
    if (first.op !== 'update' || (act && !isSame(act, statement)) || !value) return undefined;
    const [awaited, more] = [value, ...value.all('await')].filter((it) => it.type === 'await' && it.children.length > 0); // the word has this type, too
    if (!awaited || more) return undefined;
    if (!ownsLine(statement, doc)) return refuse('several statements share the line');
    for (let it: Node | null = awaited; it && it.span.start >= value.span.start && it.span.end <= value.span.end; it = it.parent)
      if (/comprehension|lambda|conditional|boolean|comparison|generator/.test(it.type))
        return refuse('it is not certain that the `await` is reached');
    const others = value.all('call').filter((it) => it.span.end <= awaited.span.start || it.span.start >= awaited.span.end);
    if (others.length > 0) return refuse('other calls stand in the same expression, and would then run after the `await`');
    const scope = statement.up('function_definition');
    const name = scope && freeName(scope, ['value', 'change', 'awaited']);
    if (!name) return refuse('the names for what is awaited are taken');
    doc.insert('before', statement, `${name} = ${awaited.text}`);
    doc.replace(awaited, name);
    return review('the old value is read after the `await`: it may be another one than before');
  },
};
