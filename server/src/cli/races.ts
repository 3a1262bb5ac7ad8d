// `print races`: what accesses, locks and runners amount to: races, gaps and circles, each with both sides.
import { circlesIn } from '../link/circles.js';
import { gapsInChunk } from '../link/gaps.js';
import { racesIn } from '../link/races.js';
import type { Chunk, Lock, Runner, Step, Subject, Touch } from '../model.js';
import { audit } from '../project/audit.js';
import { linesOf } from './lines.js';
import type { Opened } from './open.js';

/** One side of a finding. */
interface Side {
  readonly path: string;
  readonly line: number;
  readonly function: string;
  readonly does: string;
  /** Null where nobody is seen to run it. */
  readonly runner: string | null;
  readonly locks: readonly string[];
}
export interface Gathering {
  readonly kind: 'race' | 'gap' | 'circle';
  /** The place that is raced for, or the lock that waits. */
  readonly name: string;
  readonly note: string;
  readonly sides: readonly Side[];
}

export async function gather(opened: Opened): Promise<readonly Gathering[]> {
  await audit(opened.workspace, { ...opened.wanted, named: new Set(opened.wanted.files) });
  const { engine } = opened.workspace;
  const { link } = engine.inspect();
  const modules = [...link.modules.values()].filter((it) => opened.wanted.files.includes(it.file));
  const chunks = modules.sort((a, b) => (a.file < b.file ? -1 : 1)).flatMap((it) => it.chunks);
  const lineOf = (chunk: Chunk, offset: number): number => {
    const text = engine.text(chunk.file) ?? '';
    return linesOf(text).place(engine.startOf(chunk) + offset).line;
  };
  const touched = (it: Touch): Side => ({
    path: it.event.in.chunk.file,
    line: lineOf(it.event.in.chunk, it.event.span.start),
    function: it.event.in.fn.name,
    does: it.op,
    runner: named(it.runner),
    locks: it.locks.map(nameOf),
  });
  const stepped = (step: Step, runner: Runner | null, does: string, locks: readonly Lock[]): Side => ({
    path: step.chunk.file,
    line: lineOf(step.chunk, step.span.start),
    function: step.name,
    does,
    runner: named(runner),
    locks: locks.map(nameOf),
  });
  const race = (it: Subject<'race'>): Gathering => ({
    kind: 'race',
    name: it.place.name,
    note: `${between[it.window]} between the read and the write, ${it.harm} harm`,
    sides: [touched(it.first), touched(it.second)],
  });
  const gap = (it: Subject<'gap'>): Gathering => ({
    kind: 'gap',
    name: it.place.name,
    note: `used under ${it.guard.lock.name} in ${it.guard.inside} of ${it.guard.inside + it.guard.outside} places`,
    sides: [touched(it.touch), ...it.others.map(touched)],
  });
  const circle = (it: Subject<'circle'>): Gathering => ({
    kind: 'circle',
    name: it.holds[0].held.name,
    note: it.holds.length === 1 ? 'taken by who holds it' : 'taken in opposite orders',
    sides: it.holds.map((hold) => stepped(hold.because.at(-1) ?? hold.because[0], hold.runner, `takes ${hold.wanted.name}`, [hold.held])),
  });
  return chunks.flatMap((chunk) => [
    ...racesIn(link, chunk).map(race),
    ...gapsInChunk(link, chunk).map(gap),
    ...circlesIn(link, chunk).map(circle),
  ]);
}
const between = { none: 'nothing', call: 'a call', await: 'an await' } as const;
const nameOf = (it: Lock): string => it.name;
const named = (it: Runner | null): string | null => (it ? `${it.kind}${it.many ? '*' : ''}` : null);

export function gatheringLines(all: readonly Gathering[]): string {
  return all
    .map((it) => {
      const sides = it.sides.map(
        (side) =>
          `  ${side.path}:${side.line} ${side.function} ${side.does}${side.runner ? `, run by ${side.runner}` : ''}, ${side.locks.length > 0 ? `holding ${side.locks.join(', ')}` : 'no lock held'}\n`,
      );
      return `${it.kind} ${it.name}: ${it.note}\n${sides.join('')}`;
    })
    .join('');
}
