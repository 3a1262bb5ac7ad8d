// `map(f, items)` → `map(f, items, chunksize=…)`: several items in one message.
import { type Fix, refuse, review, type Subject, safe } from '../model.js';
import { argumentsOf } from './places.js';

/** Items of one message where their number is not known: a hundred cost little more than one. */
const unknownCount = 100;

export const addChunksize: Fix<'spawn'> = {
  id: 'add-chunksize',
  title: 'Add `chunksize`',
  best: 'safe',
  offer(spawn, doc) {
    if (spawn.api.endsWith('.submit') || spawn.api.endsWith('apply_async'))
      return refuse('the futures are used one by one: `map` would send several tasks in one message');
    const call = doc.node(spawn.call);
    const iterated = call.parent?.type === 'for_statement' || call.parent?.type === 'for_in_clause';
    if (/\.imap/.test(spawn.api) && !iterated && call.parent?.parent?.field('function')?.text !== 'list')
      return refuse('`imap` hands each result on as it comes, for progress perhaps, and chunks would make that late');
    if (/\.imap/.test(spawn.api) && iterated)
      return refuse('`imap` hands each result on as it comes, for progress perhaps, and chunks would make that late');
    const last = argumentsOf(call).at(-1);
    if (!last) return undefined;
    doc.replace(last, `${last.text}, chunksize=${grouped(chunkOf(spawn))}`);
    return obviouslyPure(spawn)
      ? safe
      : review('results arrive in groups, and what a task does outside of its result may happen in another order');
  },
};
/** Four messages for each worker. */
export function chunkOf({ count, pool }: Pick<Subject<'spawn'>, 'count' | 'pool'>): number {
  return count.from === 'guess' ? unknownCount : Math.max(1, Math.ceil(count.n / (4 * (pool?.workers ?? 4))));
}
const grouped = (n: number): string => String(n).replace(/\B(?=(\d{3})+$)/g, '_');
/** It only works out a value: it writes nothing but its own names and makes no statement of a call. */
function obviouslyPure({ targets }: Subject<'spawn'>): boolean {
  const [fn] = targets;
  if (!fn || fn.fact.globals.length + fn.fact.nonlocals.length > 0) return false;
  const own = fn.chunk.events.filter((it) => it.in.fn === fn);
  return own.every(
    (it) => (it.kind === 'call' ? it.result !== 'dropped' : it.kind !== 'bind' || it.target.is === 'name') && it.kind !== 'with',
  );
}
