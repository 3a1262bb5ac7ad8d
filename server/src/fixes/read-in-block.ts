// The statement that reads a result → to the end of the `with` of its pool.
import { type Editing, type Fix, type Node, refuse, type Subject, safe } from '../model.js';
import { isSame, nextOf, ownsLine, siblingsOf } from './placing.js';

export const readInBlock: Fix<'spawn'> = {
  id: 'read-in-block',
  title: 'Read it before the pool ends',
  best: 'safe',
  offer(spawn, doc) {
    const block = withOf(spawn, doc);
    const last = block
      ?.field('body')
      ?.children.filter((it) => it.type !== 'comment')
      .at(-1);
    if (!block || !last) return refuse('the block is written in a form that is not rewritten');
    const name = nameOf(doc.node(spawn.call));
    const read = nextOf(block);
    if (!name || !read) return refuse('the result leaves the block, and whoever reads it does so later');
    if (!ownsLine(read, doc) || !ownsLine(last, doc)) return refuse('several statements share the line');
    if (!/^(?:return|expression)_statement$/.test(read.type) || !mentions(read, name))
      return refuse('the statement after the block does not read it');
    const others = siblingsOf(block).filter((it) => it.span.start > read.span.end && mentions(it, name));
    const again = read.all('identifier').some((it) => it.text === name) && others.length > 0 && !/\.get\(/.test(read.text);
    if (again) return refuse('it is read again further down');
    doc.move(read, read, 'after', last);
    return safe;
  },
};

/** The `with` that makes the pool. */
export function withOf(spawn: Subject<'spawn'>, doc: Editing): Node | undefined {
  const made = spawn.pool?.made;
  return made ? doc.node(made).up('with_statement') : undefined;
}
/** The name that holds the result, or the list it is put into. */
function nameOf(call: Node): string | undefined {
  const { parent } = call;
  const bound = call.up('assignment', 'block');
  if (bound?.type === 'assignment' && bound.field('left')?.type === 'identifier') {
    const right = bound.field('right');
    if (right && (isSame(right, call) || /comprehension|list/.test(right.type))) return bound.field('left')?.text;
  }
  const callee = parent?.parent?.type === 'call' ? parent.parent.field('function') : undefined;
  return callee?.field('attribute')?.text === 'append' ? callee.field('object')?.text : undefined;
}
const mentions = (node: Node, name: string): boolean => node.text === name || node.all('identifier').some((it) => it.text === name);
