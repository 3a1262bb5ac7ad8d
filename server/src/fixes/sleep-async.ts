// `time.sleep(x)` → `await asyncio.sleep(x)`.
import { type Fix, refuse, safe } from '../model.js';
import { isOutside, letsIn } from './awaiting.js';

export const sleepAsync: Fix<'call'> = {
  id: 'sleep-async',
  title: 'Sleep without blocking the loop',
  best: 'safe',
  offer(call, doc) {
    const stall = doc.program.stall(call);
    if (stall?.at !== call) return undefined; // the sleep is in a helper, which may be fine in a thread
    if (doc.program.api(stall.sink)?.twin !== 'asyncio.sleep') return refuse(`\`${stall.sink}\` is not known to do nothing but sleep`);
    const [lock] = doc.program.locks(call.in);
    if (lock) return refuse(`\`${lock}\` is held here and would stay held across the \`await\``);
    const refused = letsIn(call, doc);
    if (refused) return refused;
    const node = doc.node(call);
    if (isOutside(node)) return refuse('an `await` is not possible in a class body or a decorator');
    const given = node.field('arguments')?.text;
    if (!given) return undefined;
    const library = doc.program.library(call.in);
    if (!call.in.fn.fact.async) return refuse(`\`${call.in.fn.name}\` is a callback, not a coroutine: it has no place for an \`await\``);
    if (doc.program.hides(library, call.in)) return refuse(`\`${library}\` is a local name here`);
    doc.replace(node, `await ${doc.use(`${library}.sleep`, call.in.chunk)}${given}`);
    return safe;
  },
};
