// `requests.get(…)` or `httpx.get(…)` → `await client.get(…)` of an `httpx.AsyncClient`.
import { type Editing, type Fix, type Node, type Offer, refuse, review, type Subject } from '../model.js';
import { isOutside } from './awaiting.js';

const verbs = /^(requests|httpx)\.(get|post|put|patch|delete|head|options)$/;
/** Arguments that mean the same on both sides. */
const same: ReadonlySet<string> = new Set([
  'url',
  'params',
  'headers',
  'json',
  'data',
  'timeout',
  'auth',
  'cookies',
  'allow_redirects',
  'follow_redirects',
  'content',
]);
/** What a response offers under one name in both libraries. */
const answers: ReadonlySet<string> = new Set([
  'status_code',
  'json',
  'text',
  'content',
  'headers',
  'raise_for_status',
  'url',
  'cookies',
  'encoding',
  'reason_phrase',
]);

export const useAsyncClient: Fix<'call'> = {
  id: 'use-async-client',
  title: 'Use an asynchronous client',
  offer(call, doc) {
    const { program } = doc;
    const stall = program.stall(call);
    const [, library, verb] = verbs.exec(stall?.sink ?? '') ?? [];
    if (!stall || !library || !verb) return undefined;
    if (stall.at !== call) return undefined; // the helper would have to become a coroutine, with all its callers
    if (!call.in.fn.fact.async) return undefined;
    if (!program.imports('httpx'))
      return refuse('the project does not use httpx; aiohttp or httpx would have to become a dependency first');
    const [lock] = program.locks(call.in);
    if (lock) return refuse(`\`${lock}\` is held here and would stay held across the \`await\``);
    const shared = program.interleaved(call);
    if (shared) return refuse(`\`${shared}\` is read before and written after: during an \`await\` another task could change it`);
    return rewrite(call, doc, library, verb);
  },
};

function rewrite(call: Subject<'call'>, doc: Editing, library: string, verb: string): Offer {
  const node = doc.node(call);
  const statement = node.statement();
  const list = node.field('arguments');
  if (!list || isOutside(node) || node.up('lambda', 'generator_expression'))
    return refuse('an `await` is not possible inside this expression');
  const simple = statement.type === 'expression_statement' || statement.type === 'return_statement';
  if (!simple) return refuse('the call is part of a larger statement; give its result a name first');
  if (list.children.some((it) => it.type === 'dictionary_splat' || it.type === 'list_splat'))
    return refuse('the arguments are not all written out');
  const foreign = list.children.find((it) => it.type === 'keyword_argument' && !same.has(it.field('name')?.text ?? ''));
  if (foreign) return refuse(`\`${foreign.field('name')?.text}\` has no equal in httpx`);
  const use = unknownUse(node, statement);
  if (use) return refuse(use);
  const args = list.children
    .filter((it) => it.type !== 'comment')
    .map((it) => it.text.replace(/^allow_redirects\s*=/, 'follow_redirects='));
  if (library === 'requests' && !args.some((it) => it.startsWith('timeout='))) args.push('timeout=None');
  const moved = `await client.${verb}(${args.join(', ')})`;
  doc.replace(node, node.parent?.type === 'attribute' ? `(${moved})` : moved);
  const client = doc.use('httpx.AsyncClient', call.in.chunk);
  doc.wrap(statement, statement, `async with ${client}(${library === 'requests' ? 'follow_redirects=True' : ''}) as client:`);
  const errors = library === 'requests' ? ' Errors are `httpx.HTTPError`, not `requests.RequestException`.' : '';
  return review(`other tasks run while the server answers; a client that lives longer would keep its connections.${errors}`);
}

/** Something that is done with the response and that httpx spells otherwise; undefined when there is nothing. */
function unknownUse(node: Node, statement: Node): string | undefined {
  const after = (of: Node | null | undefined): string | undefined => (of?.type === 'attribute' ? of.field('attribute')?.text : undefined);
  const direct = after(node.parent);
  if (direct !== undefined) return answers.has(direct) ? undefined : `\`.${direct}\` of the response has no equal in httpx`;
  const target = node.parent?.type === 'assignment' ? node.parent.field('left') : undefined;
  if (statement.type === 'return_statement' || (node.parent?.type === 'assignment' && target?.type !== 'identifier'))
    return 'the response leaves the function, and what is done with it elsewhere is not known';
  if (!target) return undefined;
  for (const it of node.up('function_definition')?.all('identifier') ?? []) {
    if (it.text !== target.text || it.span.start === target.span.start) continue;
    const used = it.parent?.type === 'attribute' && it.parent.children[0]?.span.start === it.span.start ? after(it.parent) : '';
    if (used === '')
      return it.parent?.type === 'attribute' ? undefined : 'the response is passed on, and what is done with it elsewhere is not known';
    if (used !== undefined && !answers.has(used)) return `\`.${used}\` of the response has no equal in httpx`;
  }
  return undefined;
}
