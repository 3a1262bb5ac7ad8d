// A connection that a fork hands down → one that the child opens itself.
import { type Editing, type Fix, type InheritedHandle, type Node, type Offer, refuse, review, type Subject } from '../model.js';
import { argumentsOf, freeName, keywordOf, positionalOf, topLevelOf } from './places.js';

export const openInChild: Fix<'spawn'> = {
  id: 'open-in-child',
  title: 'Open it in the child',
  best: 'review',
  offer(spawn, doc) {
    const handle = doc.program.inheritedHandle(spawn);
    if (!handle) return undefined;
    const { made, name, readers } = handle;
    if (handle.home === 'object') return refuse(`\`${name}\` belongs to an object that both sides have`);
    const opening = doc.node(made);
    if (opening.parent?.type !== 'assignment') return refuse('it is opened in a form that is not rewritten');
    if (made.in.fn.fact.kind !== 'module' && opening.all('identifier').some((it) => isLocal(it, made, doc)))
      return refuse(`\`${opening.text}\` uses what the child does not have`);
    const of = made.callee.is === 'attr' ? doc.program.type(made.callee.of, made.in) : undefined;
    if (of && doc.program.api(of)?.fork === 'unsafe') return refuse(`\`${opening.text}\` makes it of a connection that is shared as well`);
    const module = made.in.chunk.module;
    if ([spawn.in, ...readers.map((it) => ({ chunk: it.chunk }))].some((it) => it.chunk.module !== module))
      return refuse(`\`${name}\` is a global of another module`);
    const inParent = readers.find((fn) => isRunElsewhere(fn.chunk.regions[fn.fact.body], doc));
    if (inParent) return refuse(`\`${inParent.name}\` runs in the parent as well`);
    const [target, more] = spawn.targets;
    if (!target || more) return refuse('what the child runs is not known');
    const own = !spawn.pool && readers.length === 1 && readers[0] === target;
    return own ? asLocal(handle, doc) : asGlobal(spawn, handle, doc);
  },
};
const changes = 'the child then works in a connection of its own, outside of what the parent has begun in its';

/** Does a name of the call mean something that only the function has in which it stands? */
function isLocal(it: Node, made: Subject<'call'>, doc: Editing): boolean {
  const isAttribute = it.parent?.type === 'attribute' && it.parent.children[0]?.span.start !== it.span.start;
  const isKeyword = it.parent?.type === 'keyword_argument' && it.parent.children[0]?.span.start === it.span.start;
  return !isAttribute && !isKeyword && doc.program.hides(it.text, made.in);
}
function isRunElsewhere(body: Subject['in'] | undefined, doc: Editing): boolean {
  return !body || doc.program.runners(body).some((it) => it.kind !== 'process');
}

/** The task is the only one that uses it: the first thing it does is to open it. */
function asLocal({ name, made, readers }: InheritedHandle, doc: Editing): Offer {
  const [reader] = readers;
  const first = reader && bodyOf(doc.node({ chunk: reader.chunk, span: reader.fact.span }));
  if (!reader || !first) return refuse('the target is written in a form that is not rewritten');
  if (reader.fact.globals.includes(name)) return refuse(`\`${reader.name}\` declares \`${name}\` global`);
  doc.insert('before', first, `${name} = ${doc.node(made).text}`);
  return review(changes);
}
/** A global of the child, set by the initializer of its pool or by the target. */
function asGlobal(spawn: Subject<'spawn'>, { name, made, readers }: InheritedHandle, doc: Editing): Offer {
  const module = doc.module(made.in.chunk);
  const own = freeName(module, `child_${name}`);
  const opened = `global ${own}\n${own} = ${doc.node(made).text}`;
  const tops = readers.flatMap((it) => topLevelOf(doc.node({ chunk: it.chunk, span: it.fact.span })) ?? []);
  const [top] = [...tops].sort((a, b) => a.span.start - b.span.start);
  if (!top) return refuse('the functions that use it are written in a form that is not rewritten');
  const refused = spawn.pool ? inInitializer(spawn, name, opened, top, doc) : inTarget(spawn, opened, own, top, doc);
  if (refused) return refused;
  for (const reader of readers) {
    const definition = doc.node({ chunk: reader.chunk, span: reader.fact.span }).up('function_definition');
    for (const it of definition?.all('identifier') ?? []) if (it.text === name && isRead(it)) doc.replace(it, own);
  }
  return review(changes);
}
const isRead = (it: Node): boolean =>
  !(it.parent?.type === 'attribute' && it.parent.children[0]?.span.start !== it.span.start) &&
  !(it.parent?.type === 'keyword_argument' && it.parent.children[0]?.span.start === it.span.start);

function inTarget(spawn: Subject<'spawn'>, opened: string, own: string, top: Node, doc: Editing): Offer | undefined {
  const [target] = spawn.targets;
  const first = target && bodyOf(doc.node({ chunk: target.chunk, span: target.fact.span }));
  if (!first) return refuse('the target is written in a form that is not rewritten');
  doc.insert('before', top, `${own} = None\n\n`);
  doc.insert('before', first, opened);
  return undefined;
}
function inInitializer(spawn: Subject<'spawn'>, name: string, opened: string, top: Node, doc: Editing): Offer | undefined {
  const made = spawn.pool?.made;
  const call = made && doc.node(made);
  const list = call?.field('arguments');
  if (!call || !list) return refuse('where the pool is made is not known');
  if (positionalOf(call).length > 1 || keywordOf(call, 'initializer')) return refuse('the pool has an initializer already');
  const setter = freeName(doc.module(made.in.chunk), `open_${name}`);
  const last = argumentsOf(call).at(-1);
  if (last) doc.replace(last, `${last.text}, initializer=${setter}`);
  else doc.replace(list, `(initializer=${setter})`);
  doc.insert('before', top, `def ${setter}():\n    ${opened.replace('\n', '\n    ')}\n\n`);
  return undefined;
}

/** The first statement of a function, its docstring aside. */
function bodyOf(name: Node): Node | undefined {
  const statements =
    name
      .up('function_definition')
      ?.field('body')
      ?.children.filter((it) => it.type !== 'comment') ?? [];
  const [first, second] = statements;
  return first?.type === 'expression_statement' && first.children[0]?.type === 'string' ? (second ?? first) : first;
}
