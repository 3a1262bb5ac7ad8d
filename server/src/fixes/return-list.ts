// A generator that should go to or come from another process → a list.
import { type Editing, type Fix, type Node, type Offer, refuse, review, safe, type Unpicklable } from '../model.js';
import { freeName } from './places.js';

export const returnList: Fix<'spawn'> = {
  id: 'return-list',
  title: 'Send a list instead',
  best: 'safe',
  offer(spawn, doc) {
    const [it, more] = doc.program.unpicklable(spawn);
    if (!it || it.kind === 'lambda' || it.kind === 'nested') return undefined;
    if (it.kind !== 'generator')
      return refuse(
        `${it.spelled === 'an argument' ? it.spelled : `\`${it.spelled}\``} ${it.says}: make it in the worker, or send what it is made from`,
      );
    if (more) return refuse('more than one thing that is sent cannot be pickled');
    if (it.what === 'callable') return undefined;
    if (it.what === 'argument') return display(doc.node({ chunk: spawn.in.chunk, span: it.span }), doc);
    return it.fn?.fact.generator
      ? collected(it, doc)
      : it.fn?.fact.async
        ? refuse(`\`${it.fn.name}\` is a coroutine function, and a pool does not run an event loop`)
        : returned(it, doc);
  },
};

/** `(f(x) for x in xs)` → `[f(x) for x in xs]`, also where it is given by name. */
function display(given: Node, doc: Editing): Offer {
  const node = (given.type === 'keyword_argument' && given.field('value')) || given;
  if (node.type !== 'generator_expression') return refuse('the generator is made elsewhere');
  doc.replace(node, `[${node.text.slice(1, -1)}]`);
  return safe;
}
function returned(it: Unpicklable, doc: Editing): Offer {
  const step = it.because.at(-2);
  const statement = step ? doc.node(step) : undefined;
  const value = statement?.type === 'return_statement' ? statement.children.find((one) => one.type !== 'comment') : statement;
  return value ? display(value, doc) : refuse('the generator is made elsewhere');
}

/** `yield x` → `found.append(x)`, with the list returned at the end. */
function collected({ fn }: Unpicklable, doc: Editing): Offer {
  const definition = fn && doc.node({ chunk: fn.chunk, span: fn.fact.span }).up('function_definition');
  const body = definition?.field('body');
  if (!definition || !body) return refuse('the generator is made elsewhere');
  const yields = body
    .all('yield')
    .filter((it) => it.parent?.type !== 'yield' && it.up('function_definition')?.span.start === definition.span.start);
  const plain = yields.every(
    (it) => it.parent?.type === 'expression_statement' && !/^yield\s+from\b/.test(it.text) && it.children.length === 1,
  );
  if (!plain) return refuse('its `yield` is more than a statement, so it does not just produce one value after the other');
  if (body.all('while_statement').some((it) => it.field('condition')?.text === 'True')) return refuse('the generator has no end');
  const name = freeName(definition, 'found');
  for (const it of yields) doc.replace(it, `${name}.append(${it.children[0]?.text})`);
  for (const it of body.all('return_statement').filter((one) => one.up('function_definition')?.span.start === definition.span.start)) {
    if (it.children.length > 0) return refuse('the generator returns a value as well');
    doc.replace(it, `return ${name}`);
  }
  const statements = body.children.filter((it) => it.type !== 'comment');
  const docstring =
    statements[0]?.type === 'expression_statement' && statements[0].children[0]?.type === 'string' ? statements[0] : undefined;
  const [first, last] = [docstring ? statements[1] : statements[0], statements.at(-1)];
  if (!first || !last) return refuse('the generator is empty');
  doc.insert('before', first, `${name} = []`);
  doc.insert('after', last, `return ${name}`);
  return review('everything it yields is collected first, for its other callers as well');
}
