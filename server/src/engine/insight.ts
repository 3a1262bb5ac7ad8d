// What the editor says about a place that starts a runner, whether or not it is an alarm.
import { duration } from '../link/outside-costs.js';
import type { Linked } from '../link/program.js';
import type { Subject, Target, Work } from '../model.js';
import type { Held, Insight } from './engine.js';

/** Undefined where no runner with a known target starts. */
export function insightAt(linked: Linked, held: Held, offset: number): Insight | undefined {
  const spawn = linked.spawns
    .filter((it) => it.in.chunk.file === held.source.file && it.targets.length > 0 && it.runner.kind !== 'task')
    .filter((it) => contains(held, it, offset))
    .sort((a, b) => a.span.end - a.span.start - (b.span.end - b.span.start))[0];
  if (!spawn) return undefined;
  const start = startOf(held, spawn);
  const work = linked.program.work(spawn);
  const { target } = linked.program;
  const runner = `${spawn.runner.because[0].note[0]?.toUpperCase() ?? ''}${spawn.runner.because[0].note.slice(1)}.`;
  return {
    file: held.source.file,
    span: { start: start + spawn.span.start, end: start + spawn.span.end },
    title: `\`${spawn.says}\` in ${spawn.pool?.kind === 'process' || spawn.runner.kind === 'process' ? 'processes' : 'threads'}`,
    says: [runner, inThreads(spawn) ? verdict(work, target.gil) : inProcesses(work), assumed(target, inThreads(spawn))],
  };
}
const startOf = (held: Held, spawn: Subject<'spawn'>): number => held.scanned.chunks[spawn.in.chunk.order]?.start ?? 0;
function contains(held: Held, spawn: Subject<'spawn'>, offset: number): boolean {
  const start = startOf(held, spawn);
  return start + spawn.span.start <= offset && offset <= start + spawn.span.end;
}
const inThreads = ({ pool, runner }: Subject<'spawn'>): boolean =>
  (pool?.kind ?? runner.kind) !== 'process' && pool?.kind !== 'interpreter';

/** The runtime it holds for, each part with where it was found; how processes start matters where some start. */
function assumed({ python, gil, start, origin }: Target, threads: boolean): string {
  const versions = python.from === python.to ? `3.${python.from}` : `3.${python.from} to 3.${python.to}`;
  const lock = { on: 'with the GIL', off: 'free-threaded', either: 'with or without the GIL' }[gil];
  const method = start === 'any' ? 'any start method' : `start method \`${start}\``;
  return `Assumes CPython ${versions} (${origin.python}), ${lock} (${origin.gil})${threads ? '' : `, ${method} (${origin.start})`}.`;
}

/** Rules that have nothing to say where no GIL makes threads take turns. */
const gilRules = ['cpu-bound-thread', 'cpu-bound-thread-pool', 'gil-holding-call'].map((it) => `\`${it}\``).join(', ');

function inProcesses(work: Work): string {
  if (work.bound === 'waiting') return `It mostly waits (about ${duration(work.wait)}); threads would wait just as well.`;
  if (work.bound === 'unclear') return 'What it costs is not clear from the source. Each process has a GIL of its own.';
  return `About ${duration(work.held + work.free)} of computing per task. Each process has a GIL of its own, so they run in parallel.`;
}

function verdict(work: Work, gil: Target['gil']): string {
  if (gil === 'off')
    return `This target has no GIL: threads run in parallel, so nothing is said about computing in them (${gilRules} are silent here).`;
  switch (work.bound) {
    case 'native':
      return `The GIL is released for most of the work (about ${duration(work.free)} against ${duration(work.held)} under it, where sizes are known), so threads run in parallel.`;
    case 'waiting':
      return `It mostly waits (about ${duration(work.wait)}, with the GIL released), so threads are right.`;
    case 'interpreter':
      return `It computes under the GIL: ${work.says}. Threads take turns.`;
    case 'little':
      return `It computes little, as far as the source shows: about ${duration(work.held)} under the GIL per task.`;
    case 'unclear':
      return 'What it costs is not clear from the source: a size is unknown, or it calls something whose use of the GIL nobody has described.';
  }
}
