// A global that only the parent sets → an argument of the child, or of the initializer of its pool.
import { type Editing, type Fix, type Fn, type Node, type Offer, type ParentState, refuse, review, type Subject } from '../model.js';
import { argumentsOf, freeName, keywordOf, positionalOf, topLevelOf } from './places.js';

export const passToChild: Fix<'spawn'> = {
  id: 'pass-to-child',
  title: 'Pass it to the child',
  best: 'review',
  offer(spawn, doc) {
    const state = doc.program.parentState(spawn);
    if (!state) return undefined;
    const fault = state.set.kind === 'bind' ? doc.program.pickleFault(state.set.value, state.set.in) : undefined;
    if (fault) return refuse(`\`${state.name}\` ${fault} and cannot be sent to another process`);
    if (spawn.in.chunk.module !== state.reader.chunk.module) return refuse(`\`${state.name}\` is a global of another module`);
    return spawn.pool ? byInitializer(spawn, state, doc) : byArgument(spawn, state, doc);
  },
};
const changes = 'the child works with a copy of the value at its start';

function byArgument(spawn: Subject<'spawn'>, { name, reader }: ParentState, doc: Editing): Offer {
  const [target, more] = spawn.targets;
  if (!target || more || target !== reader) return refuse(`\`${reader.name}\` reads it, and \`${spawn.says}\` would have to hand it down`);
  const refused = handOver(spawn, target, name, name, doc);
  return refused ? refuse(refused) : review(changes);
}
/** One more argument for a target that nobody else calls; says why where there is no place for it. */
export function handOver(spawn: Subject<'spawn'>, target: Fn, param: string, value: string, doc: Editing): string | undefined {
  const call = doc.node(spawn.call);
  const module = doc.module(spawn.in.chunk);
  const definition = doc.node({ chunk: target.chunk, span: target.fact.span }).up('function_definition');
  const params = definition?.field('parameters');
  if (!definition || !params || definition.parent?.type !== 'module') return 'the target is written in a form that is not rewritten';
  if (target.fact.params.some((it) => it.kind !== 'plain' || it.preset)) return 'the arguments of the target leave no place for it';
  if (target.fact.globals.includes(param) && param === value) return 'the arguments of the target leave no place for it';
  const uses = module.all('identifier').filter((it) => it.text === target.fact.name && it.parent?.type !== 'attribute');
  if (uses.length !== 2 || doc.program.imported(target.fact.name, spawn.in))
    return `\`${target.fact.name}\` is called in other places as well`;
  if (keywordOf(call, 'kwargs')) return 'the arguments are given by name';
  const args = keywordOf(call, 'args');
  const own = params.text.slice(1, -1).trim().replace(/,$/, '');
  if (args && args.type !== 'tuple' && args.type !== 'list') return 'the arguments are made elsewhere';
  if ((args?.children.length ?? 0) !== target.fact.params.length) return 'the arguments are not as many as the target takes';
  const last = argumentsOf(call).at(-1);
  if (!last) return 'the process has no target';
  doc.replace(params, `(${own ? `${own}, ` : ''}${param})`);
  const values = [...(args?.children.map((it) => it.text) ?? []), value];
  const text = `(${values.join(', ')}${values.length === 1 ? ',' : ''})`;
  if (args) doc.replace(args, text);
  else doc.replace(last, `${last.text}, args=${text}`);
  return undefined;
}

/** `initializer=set_config, initargs=(config,)` */
function byInitializer(spawn: Subject<'spawn'>, { name, reader }: ParentState, doc: Editing): Offer {
  const made = spawn.pool?.made;
  if (!made) return refuse('where the pool is made is not known');
  const call = doc.node(made);
  const top = topLevelOf(doc.node({ chunk: reader.chunk, span: reader.fact.span }));
  const last = argumentsOf(call).at(-1);
  const list = call.field('arguments');
  if (!top || !list || positionalOf(call).length > 1 || argumentsOf(call).some((it) => /^init/.test(it.field('name')?.text ?? '')))
    return refuse('the pool has an initializer already');
  const setter = freeName(doc.module(made.in.chunk), `set_${name.toLowerCase()}`);
  const text = `initializer=${setter}, initargs=(${name},)`;
  if (last) doc.replace(last, `${last.text}, ${text}`);
  else doc.replace(list as Node, `(${text})`);
  doc.insert('before', top, `def ${setter}(value):\n    global ${name}\n    ${name} = value\n\n`);
  return review(changes);
}
