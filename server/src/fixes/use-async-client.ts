// `requests.get(…)` or `httpx.get(…)` → `await client.get(…)` of an `httpx.AsyncClient`.
import { type Editing, type Fix, type Offer, refuse, review, type Subject } from '../model.js';
import { noAwait, noPause } from './awaiting.js';
import { intoHttpx } from './http-arguments.js';

const verbs = /^(requests|httpx)\.(get|post|put|patch|delete|head|options)$/;

export const useAsyncClient: Fix<'call'> = {
  id: 'use-async-client',
  title: 'Use an asynchronous client',
  best: 'review',
  offer(call, doc) {
    const { program } = doc;
    const stall = program.stall(call);
    const [, library, verb] = verbs.exec(stall?.sink ?? '') ?? [];
    if (!stall || !library || !verb) return undefined;
    if (stall.at !== call) return undefined; // the helper would have to become a coroutine, with all its callers
    if (!call.in.fn.fact.async) return undefined;
    if (!program.imports('httpx')) {
      if (program.imports('aiohttp')) return undefined;
      return refuse('the project does not use httpx; aiohttp or httpx would have to become a dependency first');
    }
    const refused = noPause(call, doc) ?? noAwait(call.in, doc.node(call), doc);
    return refused ?? rewrite(call, doc, library === 'requests', verb);
  },
};

function rewrite(call: Subject<'call'>, doc: Editing, requests: boolean, verb: string): Offer {
  const node = doc.node(call);
  const statement = node.statement();
  const list = node.field('arguments');
  if (list?.type !== 'argument_list') return refuse('an `await` is not possible inside this expression');
  const simple = statement.type === 'expression_statement' || statement.type === 'return_statement';
  if (!simple) return refuse('the call is part of a larger statement; give its result a name first');
  const moving = intoHttpx(node, list, verb, requests, doc);
  if ('tier' in moving) return moving;
  const { given, args } = moving;
  const limits = requests && !given.some((it) => it.name === 'timeout') ? ['timeout=None'] : [];
  const moved = `await client.${verb}(${[...args, ...limits].join(', ')})`;
  doc.replace(node, node.parent?.type === 'attribute' ? `(${moved})` : moved);
  const client = doc.use('httpx.AsyncClient', call.in.chunk);
  doc.wrap(statement, statement, `async with ${client}(${requests ? 'follow_redirects=True' : ''}) as client:`);
  return review(
    `other tasks run while the server answers; a client that lives longer would keep its connections, and read the certificates once.${requests ? errors : ''}`,
  );
}
export const errors = ' Errors are `httpx.HTTPError`, not `requests.RequestException`, and a text is decoded as its headers say.';
