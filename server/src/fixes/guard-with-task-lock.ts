// A value read before an `await` and written after it → both under `async with lock:`.
import { type Fix, refuse, review } from '../model.js';
import { guarding, hazardOf, merged, type Stretch, stretchOf } from './locking.js';

export const guardWithTaskLock: Fix<'race'> = {
  id: 'guard-with-task-lock',
  title: 'Hold an asyncio lock over it',
  best: 'review',
  offer(race, doc) {
    const { program } = doc;
    const library = program.library(race.in);
    const wide = race.place.home === 'global' || race.place.home === 'class';
    if (wide && library === 'asyncio' && program.target.python.from < 10)
      return refuse('before Python 3.10 an `asyncio.Lock` belongs to the loop of the moment in which it is made');
    const lock = guarding(race, doc, `${library}.Lock`);
    if (typeof lock === 'string') return refuse(lock);
    const found: Stretch[] = [];
    for (const touch of program.conflicts(race).filter((it) => !lock.isHeld(it))) {
      const { fn } = touch.event.in;
      if (touch.runner?.kind === 'thread') return refuse('threads write it, too, and cannot wait for a lock of tasks');
      if (!fn.fact.async) return refuse(`\`${fn.name}\` writes it, too, and is no coroutine that could wait for the lock`);
      const stretch = stretchOf(touch.event, doc);
      if (typeof stretch === 'string') return refuse(stretch);
      const hazard = hazardOf(stretch, doc, ['await', 'wait', 'callback']);
      if (hazard) return refuse(hazard);
      const { in: at, span } = touch.event;
      const shared = program.interleaved({ in: at, span: { start: span.start, end: span.start } });
      if (shared && last(shared) !== last(race.place.name))
        return refuse(`\`${shared}\` is read before and written after: while the lock is waited for another task could change it`);
      if (!lock.refer(touch.event)) return refuse('the lock cannot be named everywhere where it is needed');
      found.push(stretch);
    }
    const name = lock.refer(race.first.event) ?? lock.name;
    for (const it of merged(found)) doc.wrap(it.first, it.last, `async with ${name}:`);
    lock.make();
    return review(`other tasks wait for \`${lock.name}\` until this one has written`);
  },
};
const last = (name: string): string | undefined => name.split('.').at(-1);
