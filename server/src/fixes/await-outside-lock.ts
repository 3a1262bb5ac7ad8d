// `with lock: state[k] = await load()` → the await before the block, and its value stored inside.
import { type Editing, type Fix, type Node, type Offer, refuse, review, type Subject } from '../model.js';
import { freeName, isSame, nextOf, ownsLine, previousOf } from './placing.js';

export const awaitOutsideLock: Fix<'acquire'> = {
  id: 'await-outside-lock',
  title: 'Await without the lock',
  best: 'review',
  offer(acquire, doc) {
    const { by, lock } = acquire;
    const holder = doc.node(acquire).statement();
    const body = holder.field('body');
    if (by.kind !== 'with' || holder.type !== 'with_statement' || !body)
      return refuse('only a `with` block can be left earlier or entered later');
    if (holder.all('with_item').filter((it) => isSame(it.up('with_statement'), holder)).length !== 1)
      return refuse('one `with` takes several things: which of them the `await` needs is not known');
    const pauses = pausesIn(body);
    const [pause] = pauses;
    if (pauses.length !== 1 || pause?.type !== 'await')
      return refuse('more than one `await`, or a form that is not rewritten, stands under the lock');
    const statement = pause.statement();
    if (!isSame(statement.parent, body))
      return refuse('what is decided under the lock decides about the `await`: moving it would open a race');
    if (!ownsLine(statement, doc) || !ownsLine(holder, doc)) return refuse('several statements share the line');
    const read = guardedRead(acquire, pause, doc);
    if (read) return refuse(`the awaited call is given \`${read}\`, which is guarded by \`${lock.name}\``);
    return moved(statement, pause, holder, doc);
  },
};

/** Where others get their turn in a block, functions that are only defined there aside. */
function pausesIn(body: Node): readonly Node[] {
  const inner = body.up('function_definition');
  return body
    .all('await', 'yield', 'for_statement', 'with_statement', 'for_in_clause')
    .filter((it) => (it.type === 'await' && it.children.length > 0) || it.type === 'yield' || it.text.startsWith('async'))
    .filter((it) => isSame(it.up('function_definition'), inner ?? body) && !it.up('lambda'));
}
/** What the awaited call reads and others write with the lock held. */
function guardedRead({ lock, in: at }: Subject<'acquire'>, pause: Node, doc: Editing): string | undefined {
  const { accesses } = pause.chunk;
  const read = accesses.find((it) => {
    const { span } = doc.node(it);
    if (it.in.fn !== at.fn || span.start < pause.span.start || span.end > pause.span.end) return false;
    return doc.program.touches(it.place, it.in, it.part).some((one) => writes(one.op) && one.locks.some((held) => held.id === lock.id));
  });
  return read && doc.node(read).text;
}
const writes = (op: string): boolean => op !== 'read' && op !== 'iterate';

function moved(statement: Node, pause: Node, holder: Node, doc: Editing): Offer {
  const [expression] = statement.children;
  const first = !previousOf(statement);
  const last = !nextOf(statement);
  if (statement.type !== 'expression_statement' || !expression) return refuse('the value is used where the lock is held, not stored');
  if (isSame(expression, pause)) {
    if (first && last) return refuse('nothing but the `await` stands under the lock, so that it may be what the lock is for');
    doc.move(statement, statement, first ? 'before' : 'after', holder);
    return review(`other tasks run ${first ? 'before the lock is taken' : 'after it is given back'}, and may then change what it guards`);
  }
  const target = expression.field('left');
  if (!/assignment$/.test(expression.type) || !target || !isSame(expression.field('right'), pause))
    return refuse('the value is used where the lock is held, not stored');
  if (!first) return refuse('what was done under the lock before the `await` has to hold until after it');
  const local = target.type === 'identifier' && !isShared(target.text, statement);
  if (expression.type === 'assignment' && local && !last) doc.move(statement, statement, 'before', holder);
  else {
    if (local) return refuse('nothing but the `await` stands under the lock, so that it may be what the lock is for');
    const name = freeName(holder.up('function_definition') ?? holder, ['value', 'awaited', 'result']);
    if (!name) return refuse('the names for the value are taken');
    doc.insert('before', holder, `${name} = ${pause.text}`);
    doc.replace(pause, name);
  }
  return review('the lock is held for the store alone: other tasks may change what it guards before the value is there');
}
/** Is the name of a global or of a variable of the function around, by what the function says? */
function isShared(name: string, at: Node): boolean {
  const said = at.up('function_definition')?.all('global_statement', 'nonlocal_statement') ?? [];
  return said.some((it) => it.children.some((one) => one.text === name));
}
