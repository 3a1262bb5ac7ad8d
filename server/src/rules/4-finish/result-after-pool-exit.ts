// Law 4. The `with` of a multiprocessing pool ends its workers: what is read after it never arrives.
import { closeAndJoinPool } from '../../fixes/close-and-join-pool.js';
import { readInBlock } from '../../fixes/read-in-block.js';
import { type End, type Program, type Region, rule, type Subject } from '../../model.js';

const later = /^multiprocessing\.pool\.\w+\.(?:apply_async|map_async|starmap_async|imap|imap_unordered)$/;

export default rule({
  id: 'result-after-pool-exit',
  law: 'finish',
  title: 'A result is read after its pool has ended',
  on: 'spawn',
  severity: 'error',
  check(spawn, program) {
    if (!later.test(spawn.api)) return undefined;
    const block = blockOf(spawn, program);
    if (!block) return undefined;
    const uses = usesOf(spawn, program);
    if (uses.some((it) => isInside(it, block) && reads(it) && it.how !== 'returned')) return undefined;
    const read = uses.find((it) => it.how === 'returned' || (!isInside(it, block) && reads(it)));
    if (!read?.at) return undefined;
    const joined = program
      .within(block)
      .some(
        (it) =>
          it.kind === 'call' &&
          it.callee.is === 'attr' &&
          it.callee.name === 'join' &&
          (it.callee.of.is === 'name' ? it.callee.of.name : '') === spawn.pool?.name,
      );
    if (joined) return undefined;
    const verb = read.how === 'returned' && isInside(read, block) ? 'leaves the block before its work is done, and' : 'is read after';
    const name = spawn.pool?.name ?? 'the pool';
    return {
      at: spawn.call.calleeSpan,
      message: verb.startsWith('is')
        ? `the result of \`${spawn.api.split('.').at(-1)}\` is read after \`${name}\` was terminated: pending work never arrives`
        : `the result of \`${spawn.api.split('.').at(-1)}\` is returned as \`${name}\` is terminated: pending work never arrives`,
      because: [
        [
          ...spawn.runner.because,
          ...program.here(
            read.at,
            verb.startsWith('is')
              ? 'it is read here, after the block has terminated the workers'
              : 'it leaves the block here, whose end terminates the workers',
          ),
        ],
      ],
    };
  },
  fixes: [readInBlock, closeAndJoinPool],
});

/** The body of the `with` that makes the pool, where the call stands inside of it. */
export function blockOf(spawn: Subject<'spawn'>, program: Program): Region | undefined {
  const made = spawn.pool?.made;
  if (!made || made.in.fn !== spawn.in.fn) return undefined;
  const found = made.in.chunk.events.find(
    (it): it is Subject<'with'> =>
      it.kind === 'with' &&
      !it.async &&
      it.in === made.in &&
      it.items.some((one) => one.is === 'call' && made.in.chunk.events[one.event] === made),
  );
  const block = found && program.body(found);
  for (let at: Region | null = spawn.in; at && block; at = at.parent) if (at === block) return block;
  return undefined;
}
/** What becomes of the result, of a list that it is put into as well. */
export function usesOf(spawn: Subject<'spawn'>, program: Program): readonly End[] {
  return program.ends(spawn.call).flatMap((it) => {
    const call = it.how === 'argument' && it.at?.kind === 'call' ? it.at : undefined;
    const list =
      call?.callee.is === 'attr' && call.callee.name === 'append' && call.callee.of.is === 'name' ? call.callee.of.name : undefined;
    return list === undefined ? [it] : program.uses(list, spawn.in).filter((one) => one.at !== call);
  });
}
function isInside(it: End, block: Region): boolean {
  for (let at: Region | null | undefined = it.at?.in; at; at = at.parent) if (at === block) return true;
  return false;
}
function reads(it: End): boolean {
  if (it.how === 'method')
    return it.at?.kind === 'call' && it.at.callee.is === 'attr' && /^(?:get|next|wait|pop|__next__)$/.test(it.at.callee.name);
  return it.how === 'iterated' || it.how === 'argument' || it.how === 'returned';
}
