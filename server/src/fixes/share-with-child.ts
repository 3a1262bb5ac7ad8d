// What a child changes in its own copy → what both sides share: a list or dict of a manager, or a number with its lock.
import { type Editing, type Fix, type Fn, type Node, type Offer, refuse, review, type Subject } from '../model.js';
import { handOver } from './pass-to-child.js';
import { freeName, keywordOf, siblingsOf } from './places.js';

export const shareWithChild: Fix<'spawn'> = {
  id: 'share-with-child',
  title: 'Share it with the child',
  best: 'review',
  offer(spawn, doc) {
    const [lost, other] = doc.program.lostChanges(spawn);
    const [target, more] = spawn.targets;
    if (!lost || spawn.pool) return undefined;
    if (other) return refuse('the child changes several things');
    const { name, change } = lost;
    if (!target || more || change.in.fn !== target || !/^\w+$/.test(name))
      return refuse('what is changed is not a name that the target itself could be given');
    const definition = doc.node({ chunk: target.chunk, span: target.fact.span }).up('function_definition');
    const span = spanOf(doc.node(spawn.call));
    if (definition?.parent?.type !== 'module' || target.chunk.module !== spawn.in.chunk.module)
      return refuse('the target is written in a form that is not rewritten');
    if (!span) return refuse('nothing waits for the processes in the block that starts them');
    if (doc.program.atImport(spawn)) return refuse('the process starts on import, and needs a main guard first');
    const read = doc.node(lost.read);
    if (lost.read.in.fn === spawn.in.fn && read.span.start < span.last.span.end && read.span.start > span.first.span.start)
      return refuse(`the parent reads \`${name}\` while the children run`);
    const at: Place = { spawn, target, definition, name, ...span };
    const type = doc.program.type({ is: 'name', name }, spawn.in) ?? '';
    const kind = /^builtins\.(list|dict)$/.exec(type)?.[1];
    if (kind === 'list' || kind === 'dict') return byManager(at, kind, doc);
    if (type === 'builtins.int' || type === 'builtins.float') return byValue(at, type, doc);
    return refuse(`\`${name}\` is neither a list, a dict nor a number, which is what can be shared`);
  },
};
interface Place {
  readonly spawn: Subject<'spawn'>;
  readonly target: Fn;
  readonly definition: Node;
  readonly name: string;
  /** From the statement that makes the processes to the one that has waited for them, in one block. */
  readonly first: Node;
  readonly last: Node;
}
function spanOf(call: Node): { readonly first: Node; readonly last: Node } | undefined {
  for (let it: Node | null = call.statement(); it && it.type !== 'function_definition' && it.type !== 'module'; it = it.parent) {
    const from = it.span.start;
    const waits = siblingsOf(it).filter((one) => one.span.start > from && /\.join\(/.test(one.text));
    const last = waits.at(-1);
    if (last) return { first: it, last };
  }
  return undefined;
}
/** The name of it in the target: a parameter that is given it, or the global itself. */
function inTarget({ spawn, target, name }: Place, doc: Editing): { readonly name: string; readonly given: Node | undefined } {
  const args = keywordOf(doc.node(spawn.call), 'args')?.children.filter((it) => it.type !== 'comment') ?? [];
  const index = args.findIndex((it) => it.type === 'identifier' && it.text === name);
  const param = target.fact.params[index];
  return param ? { name: param.name, given: args[index] } : { name, given: undefined };
}

function byManager(at: Place, kind: 'list' | 'dict', doc: Editing): Offer {
  const { name, definition, first, last, spawn } = at;
  const own = inTarget(at, doc);
  const uses =
    definition
      .field('body')
      ?.all('identifier')
      .filter((it) => it.text === own.name && !isLabel(it)) ?? [];
  if (uses.some((it) => !isPlain(it, kind)))
    return refuse(`\`${at.target.name}\` uses \`${own.name}\` in a way that a manager does not see`);
  const scope = definition.parent as Node;
  const [manager, shared] = ['manager', `shared_${name}`].map((it) => freeName(scope, it)) as [string, string];
  if (own.given) doc.replace(own.given, shared);
  else {
    const refused = handOver(spawn, at.target, name, shared, doc);
    if (refused) return refuse(refused);
  }
  doc.insert(
    'before',
    first,
    `${manager} = ${doc.use('multiprocessing.Manager', spawn.in.chunk)}()\n${shared} = ${manager}.${kind}(${name})`,
  );
  const back = kind === 'list' ? `${name}[:] = ${shared}` : `${name}.clear()\n${name}.update(${shared})`;
  doc.insert('after', last, `${back}\n${manager}.shutdown()`);
  return review('each change is a message to the process of the manager, and the parent has them once it has waited');
}
const isLabel = (it: Node): boolean =>
  (it.parent?.type === 'attribute' || it.parent?.type === 'keyword_argument') && it.parent.children[0]?.span.start !== it.span.start;
const methods = {
  list: /^(?:append|extend|insert|pop|remove|index|count)$/,
  dict: /^(?:update|setdefault|get|pop|keys|values|items|copy)$/,
} as const;
/** One message each: a method, an element that is put, one that is read and not changed itself. */
function isPlain(it: Node, kind: 'list' | 'dict'): boolean {
  const { parent } = it;
  if (parent?.type === 'attribute')
    return (
      parent.parent?.type === 'call' &&
      parent.parent.parent?.type !== 'attribute' &&
      methods[kind].test(parent.field('attribute')?.text ?? '')
    );
  if (parent?.type === 'subscript' && parent.children[0]?.span.start === it.span.start) {
    const outer = parent.parent;
    return outer?.type !== 'augmented_assignment' && outer?.type !== 'attribute' && outer?.type !== 'subscript';
  }
  return parent?.type === 'comparison_operator';
}

function byValue(at: Place, type: string, doc: Editing): Offer {
  const { name, definition, first, last, spawn, target } = at;
  const body = definition.field('body');
  const uses = body?.all('identifier').filter((it) => it.text === name && !isLabel(it)) ?? [];
  const declared = uses.find((it) => it.parent?.type === 'global_statement')?.parent;
  const updates = uses.filter((it) => it.parent !== declared && it.parent?.type !== 'global_statement').map((it) => it.parent);
  if (declared?.children.length !== 1) return refuse(`\`${name}\` is not declared alone as \`global\``);
  const changed = updates.flatMap((it) => (it?.type === 'augmented_assignment' && it.field('left')?.text === name ? [it] : []));
  if (changed.length !== updates.length || changed.some((it) => it.parent?.parent?.type !== 'block'))
    return refuse(`\`${target.name}\` does more with \`${name}\` than to change it in one step`);
  const code = codeOf(changed, type, target, doc);
  if (!code) return refuse(`what is added to \`${name}\` is not known to be a number of the same kind`);
  const scope = definition.parent as Node;
  const shared = freeName(scope, `shared_${name}`);
  const refused = handOver(spawn, target, name, shared, doc);
  if (refused) return refuse(refused);
  doc.remove(declared);
  for (const it of changed) {
    const unit = doc.indent(it, 1);
    doc.replace(it, `with ${name}.get_lock():\n${unit}${it.text.replace(name, `${name}.value`)}`);
  }
  const starter = first.up('function_definition');
  const top = starter?.field('body')?.children.find((it) => it.type !== 'comment' && !/^(?:r|u)?["']/i.test(it.text));
  if (starter && top && !starter.all('global_statement').some((it) => it.children.some((one) => one.text === name)))
    doc.insert('before', top, `global ${name}`);
  doc.insert('before', first, `${shared} = ${doc.use('multiprocessing.Value', spawn.in.chunk)}("${code}", ${name})`);
  doc.insert('after', last, `${name} = ${shared}.value`);
  return review('the number lies in shared memory with a lock, and the parent has it once it has waited');
}
/** The type code of the number: 64 bits or a float, as far as everything that is added shows. */
function codeOf(changed: readonly Node[], type: string, target: Fn, doc: Editing): 'q' | 'd' | undefined {
  if (type === 'builtins.float') return 'd';
  const whole = changed.every((it) => {
    const right = it.field('right');
    if (!right || !/[+\-*]=/.test(it.text.slice(0, right.span.start - it.span.start))) return false;
    if (right.type === 'integer') return true;
    const bind = target.chunk.events.find(
      (one) => one.kind === 'bind' && one.from === 'augmented' && one.in.fn === target && doc.node(one).span.start === it.span.start,
    );
    const value = bind?.kind === 'bind' && bind.value.is === 'op' ? bind.value.args[1] : undefined;
    return value !== undefined && bind !== undefined && doc.program.type(value, bind.in) === 'builtins.int';
  });
  return whole ? 'q' : undefined;
}
