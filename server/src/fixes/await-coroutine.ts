// `asyncio.run(f())` inside of a coroutine → `await f()`.
import { type Fix, refuse, safe } from '../model.js';
import { awaited, noAwait, noPause } from './awaiting.js';

export const awaitCoroutine: Fix<'call'> = {
  id: 'await-coroutine',
  title: 'Await the coroutine',
  best: 'safe',
  offer(call, doc) {
    const stall = doc.program.stall(call);
    if (stall?.topic !== 'loop' || stall.at !== call) return undefined; // a helper: it would have to become a coroutine itself
    const cell = call.in.chunk.file.endsWith('.ipynb') && call.in.fn.fact.kind === 'module';
    const node = doc.node(call);
    const refused = cell ? undefined : (noPause(call, doc) ?? noAwait(call.in, node, doc));
    if (refused) return refused;
    if (cell && node.up('lambda', 'generator_expression')) return refuse('an `await` is not possible inside this expression');
    const args = node.field('arguments')?.children.filter((it) => it.type !== 'comment') ?? [];
    const [coroutine] = args;
    if (!coroutine || args.length > 1 || coroutine.type === 'keyword_argument' || coroutine.type === 'list_splat')
      return refuse('it is not given one coroutine alone');
    if (/\.(?:anyio|trio)\.run$/.test(`.${stall.sink}`)) return refuse(`\`${stall.sink}\` takes a function and its arguments apart`);
    const text =
      coroutine.type === 'call' || coroutine.type === 'identifier' || coroutine.type === 'attribute'
        ? coroutine.text
        : `(${coroutine.text})`;
    doc.replace(node, awaited(node, text));
    return safe;
  },
};
