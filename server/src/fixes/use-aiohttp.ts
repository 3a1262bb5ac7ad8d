// `requests.get(…)` → `session.get(…)` of an `aiohttp.ClientSession`, where the project has aiohttp and not httpx.
import { type Editing, type Fix, type Node, type Offer, refuse, review, type Subject } from '../model.js';
import { isOutside, letsIn, noAwait, noPause } from './awaiting.js';
import { caughtError, type Given, givenTo, type ResponseUse, usesOf } from './http-arguments.js';
import { freeName, isSame, ownsLine, siblingsOf } from './placing.js';

const verbs = /^requests\.(get|post|put|patch|delete|head|options)$/;
/** What a response of requests offers, as aiohttp spells it. */
const answers: ReadonlyMap<string, string> = new Map([
  ['status_code', 'status'],
  ['text', 'text()'],
  ['content', 'read()'],
  ['headers', 'headers'],
  ['ok', 'ok'],
  ['reason', 'reason'],
]);

export const useAiohttp: Fix<'call'> = {
  id: 'use-aiohttp',
  title: 'Use a session of aiohttp',
  best: 'review',
  offer(call, doc) {
    const { program } = doc;
    const stall = program.stall(call);
    const verb = verbs.exec(stall?.sink ?? '')?.[1];
    if (!stall || !verb || stall.at !== call || !call.in.fn.fact.async) return undefined;
    if (program.imports('httpx') || !program.imports('aiohttp')) return undefined;
    if (program.library(call.in) !== 'asyncio') return refuse('aiohttp needs asyncio, which this module does not use');
    const node = doc.node(call);
    const refused = noPause(call, doc) ?? noAwait(call.in, node, doc);
    return refused ?? rewrite(call, node, verb, doc);
  },
};

function rewrite(call: Subject<'call'>, node: Node, verb: string, doc: Editing): Offer {
  const statement = node.statement();
  const list = node.field('arguments');
  if (list?.type !== 'argument_list') return refuse('the call is written in a form that is not rewritten');
  if (!/^(?:expression|return)_statement$/.test(statement.type) || !ownsLine(statement, doc))
    return refuse('the call is part of a larger statement; give its result a name first');
  const given = givenTo(list, verb);
  if (typeof given === 'string') return refuse(given);
  const args = forAiohttp(given, call, doc);
  if (typeof args === 'string') return refuse(args);
  const caught = caughtError(node);
  if (caught) return refuse(`\`${caught}\` is caught here, and aiohttp raises errors of its own`);
  const uses = usesOf(node);
  if (typeof uses === 'string') return refuse(uses);
  const scope = node.up('function_definition') ?? node;
  const bound = node.parent?.type === 'assignment' ? node.parent.field('left')?.text : undefined;
  const session = freeName(scope, ['session', 'client', 'http']);
  const response = bound ?? freeName(scope, ['response', 'reply', 'answer']);
  if (!session || !response) return refuse('the names for the session are taken');
  const last = lastOf(statement, uses);
  if (!last) return refuse('the response is used outside of the block in which the request is made');
  const wrong = respell(uses, call, node, response, doc);
  if (wrong) return wrong;
  const opened = `async with ${doc.use('aiohttp.ClientSession', call.in.chunk)}() as ${session}, ${session}.${verb}(${args.join(', ')}) as ${response}:`;
  return enclose(statement, last, node, opened, bound !== undefined, doc);
}
/** The arguments as aiohttp takes them; a text where one has no equal there. */
function forAiohttp(given: readonly Given[], call: Subject<'call'>, doc: Editing): readonly string[] | string {
  const texts: string[] = [];
  const timeout = (text: string): string => `timeout=${doc.use('aiohttp.ClientTimeout', call.in.chunk)}(total=${text})`;
  for (const { name, value } of given) {
    if (name === 'url') texts.push(value.text);
    else if (name === 'timeout' && value.type !== 'tuple') texts.push(timeout(value.text));
    else if (name === 'auth' && value.type === 'tuple') texts.push(`auth=${doc.use('aiohttp.BasicAuth', call.in.chunk)}${value.text}`);
    else if (/^(?:params|headers|json|data|allow_redirects)$/.test(name)) texts.push(`${name}=${value.text}`);
    else return `\`${name}\` has no equal in aiohttp`;
  }
  return given.some((it) => it.name === 'timeout') ? texts : [...texts, timeout('None')];
}

/** The last statement of the block that uses the response; undefined where it is used outside of the block. */
function lastOf(statement: Node, uses: readonly ResponseUse[]): Node | undefined {
  const block = siblingsOf(statement).filter((it) => it.span.start >= statement.span.start);
  const at = uses.map(({ node }) => block.findIndex((it) => it.span.start <= node.span.start && node.span.end <= it.span.end));
  return at.includes(-1) ? undefined : block[Math.max(0, ...at)];
}
/** Reading the body is awaited as well. */
function respell(uses: readonly ResponseUse[], call: Subject<'call'>, request: Node, response: string, doc: Editing): Offer | undefined {
  for (const { node, attribute } of uses) {
    const used = node.parent?.type === 'call' && node.parent.field('function')?.span.start === node.span.start ? node.parent : undefined;
    if (attribute === 'raise_for_status' && used) {
      if (!isSame(node.field('object'), request)) continue;
      return refuse('the call is part of a larger statement; give its result a name first');
    }
    const json = attribute === 'json' && used?.field('arguments')?.children.length === 0;
    const name = json ? 'json(content_type=None)' : answers.get(attribute);
    if (!name || (used && !json)) return refuse(`\`.${attribute}\` of the response has no equal in aiohttp`);
    const whole = json && used ? used : node;
    if (!name.endsWith(')')) {
      doc.replace(whole, `${response}.${name}`);
      continue;
    }
    const start = whole.span.start - request.span.start + call.span.start;
    const inner = whole.up('function_definition', 'lambda', 'generator_expression');
    if (inner?.type !== 'function_definition' || isOutside(whole) || inner.span.start !== request.up('function_definition')?.span.start)
      return refuse('an `await` is not possible where the body is read');
    const refused = letsIn({ in: call.in, span: { start, end: start + 1 } }, doc);
    if (refused) return refused;
    const operand = /^(?:attribute|subscript|call|await)$/.test(whole.parent?.type ?? '') && isSame(whole.parent?.children[0], whole);
    doc.replace(whole, operand ? `(await ${response}.${name})` : `await ${response}.${name}`);
  }
  return undefined;
}
function enclose(statement: Node, last: Node, node: Node, opened: string, bound: boolean, doc: Editing): Offer {
  const alone = isSame(statement.children[0], node);
  const [next] = siblingsOf(statement).filter((it) => it.span.start >= statement.span.end);
  if (bound) {
    if (isSame(last, statement) || !next) return refuse('nothing is done with the response');
    doc.remove(statement);
    doc.wrap(next, last, opened);
  } else if (alone) doc.replace(statement, `${opened}\n${doc.indent(statement, 1)}pass`);
  else doc.wrap(statement, statement, opened);
  return review(
    'other tasks run while the server answers; a session that lives longer would keep its connections. Errors are `aiohttp.ClientError`, the timeout is one for the whole request, and values of `params` must be texts or numbers.',
  );
}
