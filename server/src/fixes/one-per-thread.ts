// One global connection for all threads → a function that gives each thread its own.
import { type Fix, type Node, refuse, review } from '../model.js';
import { freeName, ownsLine } from './placing.js';

export const onePerThread: Fix<'call'> = {
  id: 'one-per-thread',
  title: 'Give each thread its own',
  best: 'review',
  offer(call, doc) {
    const found = doc.program.unsafeUse(call);
    if (!found) return undefined;
    const { made } = found;
    const node = doc.node(made);
    const statement = node.statement();
    const assignment = node.parent?.type === 'assignment' ? node.parent : undefined;
    const name = assignment?.field('left');
    if (
      made.in.kind !== 'module' ||
      !assignment ||
      name?.type !== 'identifier' ||
      assignment.field('right')?.span.start !== node.span.start
    )
      return refuse('only a global that is made in one line is rewritten');
    const plain = /^(?:string|integer|float|true|false|none|identifier)$/;
    const given = node.field('arguments')?.children ?? [];
    if (!given.every((it) => plain.test((it.type === 'keyword_argument' ? it.field('value') : it)?.type ?? '')))
      return refuse('what it is made from may be another thing each time');
    if (doc.program.imported(name.text, made.in)) return refuse(`other modules use \`${name.text}\` as well`);
    if (!ownsLine(statement, doc)) return refuse('several statements share the line');
    const module = doc.module(made.in.chunk);
    const uses = module.all('identifier').filter((it) => it.text === name.text && it.span.start !== name.span.start && !isLabel(it));
    if (uses.some((it) => it.up('parameters', 'lambda_parameters', 'global_statement', 'del_statement') || isTarget(it)))
      return refuse(`\`${name.text}\` gets another value elsewhere`);
    const local = freeName(module, ['local', '_local', `${name.text}_local`]);
    if (!local) return refuse('the names for the thread-local object are taken');
    const indent = doc.indent(statement, 1).slice(doc.indent(statement).length);
    const lines = [
      `${local} = ${doc.use('threading.local', made.in.chunk)}()`,
      '',
      '',
      `def ${name.text}():`,
      `${indent}if not hasattr(${local}, "${name.text}"):`,
      `${indent}${indent}${local}.${name.text} = ${node.text}`,
      `${indent}return ${local}.${name.text}`,
    ];
    doc.replace(statement, lines.join('\n'));
    for (const it of uses) doc.replace(it, `${name.text}()`);
    const memory = found.type.startsWith('sqlite3.') && /:memory:/.test(node.text);
    return review(
      memory
        ? 'each thread then has a database of its own, as this one is in memory'
        : 'each thread then makes its own at its first use, and none sees what another has not committed',
    );
  },
};
const isLabel = (it: Node): boolean =>
  (it.parent?.type === 'keyword_argument' && it.parent.field('name')?.span.start === it.span.start) ||
  (it.parent?.type === 'attribute' && it.parent.field('attribute')?.span.start === it.span.start);
const isTarget = (it: Node): boolean => {
  const left = it.parent && /assignment$|^for_statement$|^for_in_clause$/.test(it.parent.type) ? it.parent.field('left') : undefined;
  return (
    left?.span.start === it.span.start ||
    /^(?:as_pattern_target|function_definition|class_definition|named_expression)$/.test(it.parent?.type ?? '')
  );
};
