// `ctx = threading.local()` → one `ContextVar` for each of its attributes.
import { type Fix, type Node, refuse, review } from '../model.js';
import { freeName, isSame, ownsLine } from './placing.js';

export const useContextVar: Fix<'bind'> = {
  id: 'use-context-var',
  title: 'Use a ContextVar',
  best: 'review',
  offer(bind, doc) {
    const { program } = doc;
    if (bind.target.is !== 'attr' || bind.target.of.is !== 'name') return refuse('the object is kept in a form that is not rewritten');
    const { name } = bind.target.of;
    const made = program.object(bind.target.of, bind.in)?.made;
    const module = doc.module(bind.in.chunk);
    const statement = made && made.in.chunk.file === bind.in.chunk.file ? doc.node(made).statement() : undefined;
    if (
      !made ||
      !statement ||
      !isSame(statement.parent, module) ||
      !/^\w+\s*=\s*[\w.]+\(\)$/.test(statement.text) ||
      !ownsLine(statement, doc)
    )
      return refuse('it is made in a form that is not rewritten');
    if (program.called(made)?.name !== 'threading.local') return refuse('its class says more than what is local');
    if (program.imported(name, made.in)) return refuse(`other modules use \`${name}\` as well`);
    const uses = module.all('identifier').filter((it) => it.text === name && !isSame(it.statement(), statement));
    const found = uses.map(useOf);
    const odd = found.indexOf(undefined);
    if (odd >= 0) return refuse(`\`${uses[odd]?.parent?.text ?? name}\` uses it in another way than to set or read an attribute`);
    const [thread] = threadsOf(uses, doc);
    if (thread !== undefined) return refuse(`a thread runs \`${thread}\`, which uses it too`);
    const variables = new Map<string, string>();
    for (const it of found) {
      if (!it || variables.has(it.attribute)) continue;
      const free = freeName(module, [`${name}_${it.attribute}`, `${name}_${it.attribute}_var`]);
      if (!free) return refuse('the names for the variables are taken');
      variables.set(it.attribute, free);
    }
    for (const it of found) {
      const variable = it && variables.get(it.attribute);
      if (!it || !variable) continue;
      if (it.set) doc.replace(it.set, `${variable}.set(${it.set.field('right')?.text ?? ''})`);
      else doc.replace(it.node, `${variable}.get()`);
    }
    const type = doc.use('contextvars.ContextVar', made.in.chunk);
    doc.replace(statement, [...variables.values()].map((it) => `${it} = ${type}("${it}")`).join('\n'));
    return review('each task has a value of its own; what no task has set raises a `LookupError`');
  },
};
/** The functions around these places that threads run. */
function* threadsOf(uses: readonly Node[], doc: Parameters<typeof useContextVar.offer>[1]): Generator<string> {
  for (const it of uses) {
    const fn = it.chunk.functions.find((one) => {
      const node = doc.node({ chunk: one.chunk, span: one.fact.span }).up('function_definition');
      return one.fact.kind === 'def' && node !== undefined && node.span.start <= it.span.start && it.span.end <= node.span.end;
    });
    const body = fn?.chunk.regions[fn.fact.body];
    if (fn && body && doc.program.runners(body).some((one) => one.kind === 'thread')) yield fn.name;
  }
}
interface LocalUse {
  readonly attribute: string;
  readonly node: Node;
  /** The assignment that sets it. */
  readonly set: Node | undefined;
}
function useOf(it: Node): LocalUse | undefined {
  const node = it.parent;
  const attribute = node?.type === 'attribute' && isSame(node.field('object'), it) ? node.field('attribute')?.text : undefined;
  if (!node || attribute === undefined || attribute.startsWith('__')) return undefined;
  const { parent } = node;
  if (parent?.type === 'assignment' && isSame(parent.field('left'), node))
    return parent.parent?.type === 'expression_statement' && parent.field('right')?.type !== 'assignment'
      ? { attribute, node, set: parent }
      : undefined;
  if (parent?.type === 'augmented_assignment' && isSame(parent.field('left'), node)) return undefined;
  if (parent?.type === 'delete_statement' || parent?.type === 'pattern_list' || parent?.type === 'for_statement') return undefined;
  return { attribute, node, set: undefined };
}
