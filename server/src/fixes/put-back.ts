// `d[k].append(x)` on the proxy of a manager → take the value out, change it, put it back.
import { type Editing, type Fix, type Node, refuse, review, type Subject, safe } from '../model.js';
import { freeName, ownsLine } from './placing.js';

export const putBack: Fix<'call' | 'bind'> = {
  id: 'put-back',
  title: 'Take it out, change it, put it back',
  best: 'safe',
  offer(of, doc) {
    if (!doc.program.proxyCopy(of)) return undefined;
    const statement = doc.node(of).statement();
    if (of.kind === 'call' && of.result !== 'dropped' && of.result !== 'bound')
      return refuse('what the change gives is used in the same line');
    if (!ownsLine(statement, doc)) return refuse('several statements share the line');
    const copy = copyNode(of, doc);
    const back = copy && slotOf(copy);
    if (!copy || !back) return refuse('the change is written in a form that is not rewritten');
    if (/\(/.test(back.replace(/^[^[]*/, ''))) return refuse('the key is worked out by a call, and would be twice');
    const scope = copy.up('function_definition', 'module') ?? copy;
    const word = /\[["']([A-Za-z_]\w*)["']\]$/.exec(back)?.[1] ?? /\.(\w+)$/.exec(back)?.[1];
    const name = freeName(scope, [...(word && !reserved.test(word) ? [word] : []), 'value', 'current', 'fresh']);
    if (!name) return refuse('the names for what is taken out are taken');
    doc.insert('before', statement, `${name} = ${copy.text}`);
    doc.replace(copy, name);
    doc.insert('after', statement, `${back} = ${name}`);
    const writers = doc.program.runners(of.in).filter((it) => it.kind === 'process' || it.kind === 'thread');
    return writers.some((it) => it.many) || writers.length > 1
      ? review('another process may write the same key in between: then all three lines need one lock')
      : safe;
  },
};
const reserved =
  /^(?:and|as|assert|async|await|break|class|continue|def|del|elif|else|except|finally|for|from|global|if|import|in|is|lambda|nonlocal|not|or|pass|raise|return|try|while|with|yield|list|dict|set|str|int)$/;

/** `d[k]` of `d[k].append(x)` and of `d[k][j] = x`. */
function copyNode(of: Subject<'call' | 'bind'>, doc: Editing): Node | undefined {
  if (of.kind === 'call') return doc.node(of).field('function')?.field('object');
  const statement = doc.node(of).statement();
  const target = (statement.type === 'expression_statement' ? statement.children[0] : statement)?.field('left');
  return target?.field('value') ?? target?.field('object');
}
/** Where it goes back to. */
function slotOf(copy: Node): string | undefined {
  if (copy.type === 'subscript' || copy.type === 'attribute') return copy.text;
  const on = copy.type === 'call' ? copy.field('function')?.field('object') : undefined;
  const key = copy.field('arguments')?.children[0];
  return on && key && key.type !== 'keyword_argument' ? `${on.text}[${key.text}]` : undefined;
}
