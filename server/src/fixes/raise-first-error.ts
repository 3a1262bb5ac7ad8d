// `await gather(…, return_exceptions=True)` → its results are bound, and the first error is raised.
import { type Fix, refuse, review } from '../model.js';
import { freeName, isSame, ownsLine } from './placing.js';

export const raiseFirstError: Fix<'call'> = {
  id: 'raise-first-error',
  title: 'Raise the first error',
  best: 'review',
  offer(call, doc) {
    const node = doc.node(call);
    const statement = node.statement();
    const [expression] = statement.children;
    const awaited = node.parent;
    if (statement.type !== 'expression_statement' || awaited?.type !== 'await' || !ownsLine(statement, doc))
      return refuse('the call is written in a form that is not rewritten');
    const named = expression?.type === 'assignment' && isSame(expression.field('right'), awaited) ? expression.field('left') : undefined;
    if (!named && !isSame(expression, awaited)) return refuse('the call is written in a form that is not rewritten');
    if (named && named.type !== 'identifier') return refuse('each result has a name of its own');
    const scope = node.up('function_definition') ?? doc.module(call.in.chunk);
    const [results, result] = [named?.text ?? freeName(scope, ['results', 'outcomes']), freeName(scope, ['result', 'outcome', 'one'])];
    if (!results || !result || doc.program.hides('isinstance', call.in)) return refuse('the names for the results are taken');
    if (!named) doc.replace(awaited, `${results} = ${awaited.text}`);
    const step = doc.indent(statement, 1).slice(doc.indent(statement).length);
    doc.insert(
      'after',
      statement,
      `for ${result} in ${results}:\n${step}if isinstance(${result}, BaseException):\n${step}${step}raise ${result}`,
    );
    return review('the first error is raised once everything has ended');
  },
};
