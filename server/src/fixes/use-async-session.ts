// A `requests.Session` or `httpx.Client` → an `httpx.AsyncClient`, where every request it makes can be awaited.
import { type Editing, type Fix, type Node, type Offer, refuse, review, type Subject } from '../model.js';
import { awaited, letsIn, noAwait, noPause } from './awaiting.js';
import { callAt, type Holder, holderOf, inCoroutine, isForeign, isMade } from './holders.js';
import { intoHttpx } from './http-arguments.js';
import { nextOf, ownsLine, siblingsOf } from './placing.js';
import { errors } from './use-async-client.js';

const requested = /^(requests\.Session|httpx\.Client)\.(get|post|put|patch|delete|head|options)$/;
/** Settings that both have, as attributes. */
const settings = /^(?:headers|cookies|auth|params)$/;

export const useAsyncSession: Fix<'call'> = {
  id: 'use-async-session',
  title: 'Use an asynchronous client for the whole session',
  best: 'review',
  offer(call, doc) {
    const { program } = doc;
    const stall = program.stall(call);
    const type = requested.exec(stall?.sink ?? '')?.[1];
    if (!stall || !type || stall.at !== call || call.callee.is !== 'attr' || !call.in.fn.fact.async) return undefined;
    if (!program.imports('httpx'))
      return refuse('the project does not use httpx, whose client is the nearest to a session: it would have to become a dependency first');
    const held = holderOf(call.callee.of, call, doc);
    if (typeof held === 'string') return refuse(held);
    if (isForeign(held, call, doc)) return refuse(`\`${held.says}\` may be used by other modules, too`);
    return rewrite(call, held, type === 'requests.Session', doc);
  },
};

function rewrite(call: Subject<'call'>, held: Holder, requests: boolean, doc: Editing): Offer {
  const { says, all } = held;
  const made = makersOf(all);
  const [maker, again] = made;
  if (!maker || again || maker.call.type !== 'call') return refuse(`\`${says}\` is made in a form that is not rewritten`);
  const client = doc.use('httpx.AsyncClient', call.in.chunk);
  const given = maker.call.field('arguments')?.children.filter((it) => it.type !== 'comment') ?? [];
  const odd = given.find(
    (it) => it.type !== 'keyword_argument' || /^(?:transport|mounts|event_hooks|app)$/.test(it.field('name')?.text ?? ''),
  );
  if (odd) return refuse(`\`${odd.text}\` may be of another kind for an asynchronous client`);
  const options = [...given.map((it) => it.text), ...(requests ? ['follow_redirects=True', 'timeout=None'] : [])];
  let closes = 0;
  for (const it of all) {
    if (made.some((one) => one.mention === it)) continue;
    const use = mention(it, says, requests, doc);
    if (typeof use !== 'string') return use;
    if (use === 'close') closes++;
  }
  return place(call, maker, `${client}(${options.join(', ')})`, closes > 0, doc);
}

interface Maker {
  readonly mention: Node;
  readonly call: Node;
  readonly how: 'assigned' | 'with';
}
/** `session = requests.Session()`, and `with requests.Session() as session:`. */
function makersOf(all: readonly Node[]): readonly Maker[] {
  return all.flatMap((it): Maker[] => {
    const value = isMade(it) ? it.parent?.field('right') : undefined;
    if (value) return [{ mention: it, call: value, how: 'assigned' }];
    const pattern = it.parent?.type === 'as_pattern_target' ? it.parent.parent : undefined;
    const opened = pattern?.type === 'as_pattern' ? pattern.children[0] : undefined;
    return opened ? [{ mention: it, call: opened, how: 'with' }] : [];
  });
}

/** One mention of the session: what it amounts to, or why it cannot stay. */
function mention(it: Node, says: string, requests: boolean, doc: Editing): 'request' | 'setting' | 'close' | Offer {
  const attribute = it.parent?.type === 'attribute' && it.parent.field('object')?.span.start === it.span.start ? it.parent : undefined;
  const name = attribute?.field('attribute')?.text ?? '';
  if (!attribute) return refuse(`\`${says}\` is handed on, and who uses it there is not known`);
  const use = attribute.parent;
  const called = use?.type === 'call' && use.field('function')?.span.start === attribute.span.start;
  if (!called && settings.test(name)) return 'setting';
  if (called && name === 'close' && inCoroutine(it) && use.parent?.type === 'expression_statement') {
    doc.replace(use, `await ${says}.aclose()`);
    return 'close';
  }
  if (!called || !/^(?:get|post|put|patch|delete|head|options)$/.test(name))
    return refuse(`\`${says}.${name}\` has no equal in an asynchronous client`);
  if (!inCoroutine(it)) return refuse(`\`${says}\` is used outside of coroutines, too`);
  const event = callAt(use, doc);
  if (!event) return refuse(`a use of \`${says}\` is written in a form that is not rewritten`);
  return request(event, use, name, requests, doc) ?? 'request';
}
function request(call: Subject<'call'>, node: Node, verb: string, requests: boolean, doc: Editing): Offer | undefined {
  const list = node.field('arguments');
  const refused = noPause(call, doc) ?? noAwait(call.in, node, doc);
  if (refused) return refused;
  if (list?.type !== 'argument_list') return refuse('an `await` is not possible inside this expression');
  const moving = intoHttpx(node, list, verb, requests, doc);
  if ('tier' in moving) return moving;
  doc.replace(node, awaited(node, `${node.field('function')?.text}(${moving.args.join(', ')})`));
  return undefined;
}

/** The client in the place of the session: in an `async with` where its life is one block. */
function place(call: Subject<'call'>, { mention: it, call: made, how }: Maker, client: string, closes: boolean, doc: Editing): Offer {
  const statement = made.statement();
  const changes = `other tasks run while a server answers.${errors}`;
  if (how === 'with') {
    if (!inCoroutine(it) || statement.type !== 'with_statement' || statement.all('with_item').length !== 1)
      return refuse('the `with` around it cannot become an asynchronous one');
    const refused = leaving(call, statement, doc);
    if (refused) return refused;
    doc.replace(made, client);
    if (!/^async\b/.test(statement.text)) doc.keyword(statement, 'with', 'async with');
    return review(changes);
  }
  const rest = siblingsOf(statement).filter((one) => one.span.start >= statement.span.end);
  const last = rest.at(-1);
  if (closes || it.type !== 'identifier' || !inCoroutine(it) || !last || !ownsLine(statement, doc)) {
    doc.replace(made, client);
    return review(
      `${closes ? '' : `nobody closes \`${it.text}\`: \`await ${it.text}.aclose()\` belongs where the program ends; `}${changes}`,
    );
  }
  const refused = leaving(call, last, doc);
  if (refused) return refused;
  doc.remove(statement);
  doc.wrap(nextOf(statement) ?? last, last, `async with ${client} as ${it.text}:`);
  return review(changes);
}
/** At the end of the block the client is closed, which lets other tasks run as well. */
function leaving(call: Subject<'call'>, last: Node, doc: Editing): Offer | undefined {
  const end = last.span.end - doc.node(call).span.start + call.span.start;
  return letsIn({ in: call.in, span: { start: end, end } }, doc);
}
