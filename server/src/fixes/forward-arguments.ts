// An exception that forwards to its base what its own `__init__` takes, so that it can be made again from it.
import { type Editing, type Fix, type LostException, type Node, type Offer, type Param, refuse, review, safe } from '../model.js';
import { positionalOf } from './places.js';

export const forwardArguments: Fix<'spawn'> = {
  id: 'forward-arguments',
  title: 'Forward all arguments',
  best: 'safe',
  offer: (spawn, doc) => forEach(doc.program.lostExceptions(spawn), (it) => forward(it, doc)),
};
export const reduceException: Fix<'spawn'> = {
  id: 'add-reduce',
  title: 'Add `__reduce__`',
  best: 'review',
  offer: (spawn, doc) => forEach(doc.program.lostExceptions(spawn), (it) => reduce(it, doc)),
};
/** The repair of one class is none while another one is left. */
function forEach(all: readonly LostException[], repair: (it: LostException) => Offer): Offer | undefined {
  const offers = all.map(repair);
  return offers.find((it) => it.tier === 'refused') ?? offers[0];
}
const own = ({ init }: LostException): readonly Param[] => init.fact.params.slice(1);
const selfOf = ({ init }: LostException): string => init.fact.params[0]?.name ?? 'self';

function forward(lost: LostException, doc: Editing): Offer {
  const params = own(lost);
  const call = doc.node(lost.call);
  const definition = call.up('function_definition');
  const body = definition?.parent;
  if (!definition || body?.type !== 'block') return refuse('the class is written in a form that is not rewritten');
  if (lost.overridden) return refuse('a subclass has an `__init__` of its own, which would have to forward the same');
  if (params.some((it) => it.kind !== 'plain' && it.kind !== 'positional'))
    return refuse('it takes arguments by name or any number of them, and exceptions are made again from positions');
  if (body.all('attribute').some((it) => it.field('attribute')?.text === 'args'))
    return refuse('the class uses its `args`, which would change');
  const byName = call.field('function')?.field('object')?.type === 'identifier';
  const [message, more] = positionalOf(call).slice(byName ? 1 : 0);
  const names = params.map((it) => it.name);
  if (more) return refuse('it hands more than a message to its base');
  const shows = body.children.some((it) => it.field('name')?.text === '__str__');
  const list = call.field('arguments');
  if (!list) return refuse('the call is written in a form that is not rewritten');
  if (!shows && !message) return refuse('it has no message of its own, and would get one');
  if (!shows && message) {
    const local = new Set(
      lost.init.chunk.events.flatMap((it) =>
        it.kind === 'bind' && it.in.fn === lost.init && it.target.is === 'name' ? [it.target.name] : [],
      ),
    );
    const made = [message, ...message.all('identifier')].find((it) => it.type === 'identifier' && local.has(it.text));
    if (made) return refuse(`the message is made from \`${made.text}\`, which \`__init__\` works out`);
    const used = names.filter((name) => [message, ...message.all('identifier')].some((it) => it.type === 'identifier' && it.text === name));
    const self = selfOf(lost);
    const unpack =
      used.length === 0
        ? ''
        : `    ${names.length === 1 ? `${names[0]},` : names.map((name) => (used.includes(name) ? name : '_')).join(', ')} = ${self}.args\n`;
    const text = message.type === 'string' || message.type === 'concatenated_string' ? message.text : `str(${message.text})`;
    doc.insert('after', definition, `\ndef __str__(${self}):\n${unpack}    return ${text}`);
  }
  doc.replace(list, `(${[...(byName ? [selfOf(lost)] : []), ...names].join(', ')})`);
  return safe;
}

/** `return type(self), (self.path, self.line)`: every argument has to be kept under some name. */
function reduce(lost: LostException, doc: Editing): Offer {
  const definition = doc.node(lost.call).up('function_definition');
  if (!definition) return refuse('the class is written in a form that is not rewritten');
  const params = own(lost);
  const self = selfOf(lost);
  if (params.some((it) => it.kind === 'args' || it.kind === 'kwargs')) return refuse('it takes any number of arguments');
  if (params.some((it) => it.kind === 'keyword'))
    return refuse('it takes arguments by name, which `__reduce__` cannot give back in a line');
  const kept = keptAs(definition, self);
  const lostName = params.find((it) => !kept.has(it.name));
  if (lostName) return refuse(`\`${lostName.name}\` is not kept as it is, so it cannot be handed to \`__init__\` again`);
  const values = params.map((it) => `${self}.${kept.get(it.name)}`);
  doc.insert(
    'after',
    definition,
    `\ndef __reduce__(${self}):\n    return type(${self}), (${values.join(', ')}${values.length === 1 ? ',' : ''})`,
  );
  return review('a worker sends the arguments back, and the exception is made from them again');
}
/** Parameters that are kept unchanged, by the attribute that holds them. */
function keptAs(definition: Node, self: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const it of definition.all('assignment')) {
    const [target, value] = [it.field('left'), it.field('right')];
    if (target?.type === 'attribute' && target.field('object')?.text === self && value?.type === 'identifier')
      found.set(value.text, target.field('attribute')?.text ?? '');
  }
  return found;
}
