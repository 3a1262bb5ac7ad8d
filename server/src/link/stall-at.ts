// Which call speaks of a wait that the event loop's own code reaches, and how harmful it is there.
import { limits } from '../limits.js';
import type { Fn, Running, Stall, Subject } from '../model.js';
import { isAlone } from './alone.js';
import { isBefore } from './arrivals.js';
import { read } from './cells.js';
import { answerOf, type Linking } from './linking.js';
import { pressureOn } from './pressure.js';
import { chain, isNotebook, leaks, toldOf } from './stalls.js';
import { isLoopCode, isWindowCode } from './starts.js';

/**
 * Made by the loop's own code, does the call keep the loop from turning? Of the calls that lead to one wait a single one speaks, the
 * first in a file that was asked for, and tells of the others.
 */
export function stallAt(link: Linking, call: Subject<Running>): Stall | undefined {
  const { fn } = call.in;
  return isLoopCode(link, fn) || isNotebook(fn) ? told(link, call, false) : undefined;
}
/** The same for code that the thread runs which draws the windows. */
export function freezeAt(link: Linking, call: Subject<'call'>): Stall | undefined {
  return isWindowCode(link, call.in.fn) && !isLoopCode(link, call.in.fn) ? told(link, call, true) : undefined;
}
function told(link: Linking, call: Subject<Running>, window: boolean): Stall | undefined {
  const { fn } = call.in;
  const cell = answerOf(link, leaks, fn);
  const own = cell && read(link.cells, cell).find((it) => it.event === call);
  if (!own) return undefined;
  const known = toldOf(link, own.sink.call);
  read(link.cells, link.inputs.asked);
  const first = read(link.cells, known.first);
  const speaks = (it: Fn): boolean =>
    window === !(isLoopCode(link, it) || isNotebook(it)) && (own.sink.topic === 'loop' || !isAlone(link, it));
  if (first && first !== fn && link.asked(first.chunk.file) && speaks(first)) return undefined;
  read(link.cells, known.cell);
  const asked = ([at]: readonly [Subject, unknown]): number => (link.asked(at.in.chunk.file) ? 0 : 1);
  const roots = [...known.roots].filter(([, it]) => speaks(it.fn)).sort((a, b) => asked(a) - asked(b) || (isBefore(a[0], b[0]) ? -1 : 1));
  if (roots[0]?.[0] !== call) return undefined;
  const others = roots.slice(1, 1 + limits.others).map(([at, it]) => chain(at, it.fn, it.sink, window));
  const { sink } = own;
  const more = roots.length - 1 - others.length;
  const pressure = pressureOn(link, call);
  const because = chain(call, fn, sink, window);
  return {
    topic: sink.topic,
    sink: sink.name,
    at: sink.call,
    bounded: sink.bounded,
    because: pressure?.by === 'deadline' ? [...because, pressure.because] : because,
    others,
    more,
    costs: sink.costs ?? '',
    reached: sink.call === call ? '' : `, reached from \`${fn.name}\``,
    pressure,
  };
}
