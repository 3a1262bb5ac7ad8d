// A `redis.Redis` → its twin in `redis.asyncio`, where every command it is given can be awaited.
import { type Editing, type Fix, type Node, type Offer, refuse, review, type Subject } from '../model.js';
import { awaited, noAwait, noPause } from './awaiting.js';
import { callAt, type Holder, holderOf, inCoroutine, isForeign, isMade } from './holders.js';

const clients: { readonly [name: string]: string } = {
  'redis.Redis': 'redis.asyncio.Redis',
  'redis.StrictRedis': 'redis.asyncio.Redis',
  'redis.client.Redis': 'redis.asyncio.Redis',
  'redis.from_url': 'redis.asyncio.from_url',
  'redis.Redis.from_url': 'redis.asyncio.Redis',
};

export const useAsyncRedis: Fix<'call'> = {
  id: 'use-async-redis',
  title: 'Use the client of redis.asyncio',
  best: 'review',
  offer(call, doc) {
    const stall = doc.program.stall(call);
    if (!stall?.sink.startsWith('redis.') || stall.at !== call || call.callee.is !== 'attr') return undefined;
    if (!doc.program.api(stall.sink)?.twin?.startsWith('redis.asyncio.')) return undefined;
    if (doc.program.library(call.in) !== 'asyncio') return refuse('this module does not use asyncio');
    const held = holderOf(call.callee.of, call, doc);
    if (typeof held === 'string') return refuse(held);
    if (isForeign(held, call, doc)) return refuse(`\`${held.says}\` may be used by other modules, too`);
    return rewrite(call, held, doc);
  },
};

/** What the first arguments mean; the client of `redis.asyncio` takes them by name alone. */
const order = ['host', 'port', 'db', 'password'] as const;

function rewrite(call: Subject<'call'>, { says, all }: Holder, doc: Editing): Offer {
  const [made, again] = all.filter(isMade);
  const value = made?.parent?.field('right');
  const maker = value?.type === 'call' ? callAt(value, doc) : undefined;
  const twin = maker && clients[doc.program.called(maker)?.name ?? ''];
  const callee = value?.field('function');
  if (!made || again || !twin || !callee) return refuse(`\`${says}\` is made in a form that is not rewritten`);
  const given = value?.field('arguments')?.children.filter((it) => it.type !== 'comment') ?? [];
  if (given.some((it) => /connection_pool|connection_class|retry/.test(it.field('name')?.text ?? '')))
    return refuse('its pool or its connections would have to be those of `redis.asyncio`, too');
  const plain = given.filter((it) => it.type !== 'keyword_argument');
  const named = twin === 'redis.asyncio.Redis' && !/from_url$/.test(callee.text) ? plain : [];
  if (named.length > order.length || given.some((it) => /splat$/.test(it.type)))
    return refuse('its arguments are not all written out, and the twin takes them by name alone');
  named.forEach((it, at) => {
    doc.replace(it, `${order[at]}=${it.text}`);
  });
  let closes = false;
  for (const it of all) {
    if (it === made) continue;
    const use = command(it, says, doc);
    if (typeof use !== 'string') return use;
    closes ||= use === 'close';
  }
  doc.replace(callee, `${doc.use(twin, call.in.chunk)}${/Redis\.from_url$/.test(callee.text) ? '.from_url' : ''}`);
  const open = closes ? '' : `nobody closes \`${says}\`: \`await ${says}.aclose()\` belongs where the program ends; `;
  return review(`${open}other tasks run at each command, and the connections belong to the event loop that used them first`);
}
/** One mention of the client: a command that is awaited from now on, or why it cannot stay. */
function command(it: Node, says: string, doc: Editing): 'command' | 'close' | Offer {
  const attribute = it.parent?.type === 'attribute' && it.parent.field('object')?.span.start === it.span.start ? it.parent : undefined;
  const use = attribute?.parent;
  if (!attribute || use?.type !== 'call' || use.field('function')?.span.start !== attribute.span.start)
    return refuse(`\`${says}\` is handed on, and who uses it there is not known`);
  const name = attribute.field('attribute')?.text ?? '';
  if (!inCoroutine(it)) return refuse(`\`${says}\` is used outside of coroutines, too`);
  const event = callAt(use, doc);
  if (!event) return refuse(`a use of \`${says}\` is written in a form that is not rewritten`);
  const refused = noPause(event, doc) ?? noAwait(event.in, use, doc);
  if (refused) return refused;
  if (name === 'close') {
    doc.replace(use, awaited(use, `${says}.aclose()`));
    return 'close';
  }
  const twin = doc.program.api(`redis.Redis.${name}`)?.twin;
  if (!twin || /_iter$/.test(name)) return refuse(`\`${name}\` is used otherwise in \`redis.asyncio\``);
  doc.replace(use, awaited(use, use.text));
  return 'command';
}
