// Closures that run later: which variables of the loop around a start have moved on by then.
import type { Api, Fn, LateBound, Region, Step, Subject, Value } from '../model.js';
import type { Spawn } from './classify.js';
import { isInside } from './inside.js';
import { apiOf, bodyOf, eventsOf, type Linking, once } from './linking.js';
import { momentsIn } from './moments.js';
import { question } from './question.js';
import { loopsAround } from './trips.js';
import { capturesOf, endsOf } from './usage.js';

type Loop = Subject<'loop'>;
type Bind = Subject<'bind'>;

const spawnLate = question<Spawn, LateBound | undefined>({
  kind: 'late bound',
  fallback: undefined,
  same: (a, b) => a?.closure === b?.closure && a?.loop === b?.loop && a?.names.join() === b?.names.join(),
});
/** The variables of an enclosing loop that what is started reads when it runs; undefined where it has run before they move on. */
export function lateBound(link: Linking, spawn: Spawn): LateBound | undefined {
  return once(link, spawnLate, spawn, spawn.in.chunk, () => {
    const { kind } = spawn.runner;
    if (kind !== 'thread' && kind !== 'task' && kind !== 'callback') return undefined; // a process has a copy of its own
    const [closure, more] = spawn.targets;
    if (!closure || more || closure.chunk !== spawn.in.chunk || !isNestedIn(closure, spawn.in.fn)) return undefined;
    const body = bodyOf(closure);
    if (!body || !spawn.start) return undefined;
    const captures = capturesOf(link, closure).filter((it) => it.rebinds.length > 0 && !closure.fact.nonlocals.includes(it.name));
    for (const loop of loopsAround(spawn.call.in)) {
      const found = captures.flatMap((it) => bindIn(it.rebinds, loop, spawn) ?? []);
      const [first] = found;
      if (!first || isOver(link, spawn, loop)) continue;
      const names = found.map((it) => (it.target.is === 'name' ? it.target.name : ''));
      return { closure, names, loop, because: steps(closure, names[0] ?? '', spawn, first) };
    }
    return undefined;
  });
}
/** Directly: what lies deeper is made by a function that has its own variables. */
const isNestedIn = (it: Fn, fn: Fn): boolean => it.parent === fn;

/** What gives a variable its value in each turn, before the start: the loop itself, or a statement that every turn passes. */
function bindIn(rebinds: readonly Bind[], loop: Loop, spawn: Spawn): Bind | undefined {
  const body = loop.in.chunk.regions[loop.body];
  return rebinds.find((it) => {
    if (!body || !isInside(it.in, body) || it.from === 'augmented' || it.from === 'del' || it.from === 'narrow') return false;
    if (it.from === 'for') return isOf(it, loop);
    return isInside(spawn.call.in, it.in) && it.span.start < spawn.call.span.start;
  });
}
/** Is it this loop that binds, and not one inside of it, which is over or has one of its own? */
const isOf = (bind: Bind, loop: Loop): boolean => loopsAround(bind.in)[0] === loop;

/** Has the runner ended, or begun, before the turn is over; or does the turn not come again? */
function isOver(link: Linking, spawn: Spawn, loop: Loop): boolean {
  const body = loop.in.chunk.regions[loop.body] as Region;
  const { call, start } = spawn;
  if (call.result === 'awaited' || call.result === 'iterated' || call.result === 'returned' || isConditional(call.in, body, loop))
    return true;
  if (comesBack(apiOf(link, spawn.api))) return true;
  const from = Math.max(call.span.start, start?.span.start ?? 0);
  const later = eventsOf(link, spawn.in.fn).filter((it) => it.in.chunk === call.in.chunk && isInside(it.in, body) && it.span.end >= from);
  const cooperative = spawn.runner.kind !== 'thread';
  for (const it of later) {
    if (it.kind === 'leave' && (it.by.startsWith('yield') || isInside(call.in, it.in))) return true;
    if (it.kind === 'await' && (cooperative || isSpawnsOwn(it.operand, spawn))) return true;
  }
  const waits = momentsIn(link, call.in.chunk).some((it) => {
    if (it.kind !== 'wait' || !isInside(it.in, body) || it.in.fn !== call.in.fn) return false;
    return it.for.includes(spawn) || (it.span.start >= from && /^(?:thread|future|event|barrier|queue|condition|pool)$/.test(it.on));
  });
  return waits || endsOf(link, call).some((it) => it.at !== undefined && isConsumed(it.how, it.at, body));
}
/** `run_until_complete` and its like come back when what they were given has run. */
const comesBack = (api: Api | undefined): boolean => api?.gil === 'waits' && api.waits !== undefined && !api.coroutine;
/** A `break` beside the start may be what ends the loop: where breaks stand is not told. */
function isConditional(at: Region, body: Region, loop: Loop): boolean {
  if (!loop.exits && loop.form !== 'while') return false;
  for (let it: Region | null = at; it && it !== body; it = it.parent) if (it.kind === 'branch' || it.kind === 'except') return true;
  return false;
}
const isSpawnsOwn = (operand: Value, spawn: Spawn): boolean => operand.is === 'call' && spawn.in.chunk.events[operand.event] === spawn.call;
/** Walked, awaited or waited for in the same turn. */
function isConsumed(how: string, at: Subject, body: Region): boolean {
  if (!isInside(at.in, body)) return false;
  if (how === 'awaited' || how === 'iterated' || how === 'returned') return true;
  return (
    how === 'method' && at.kind === 'call' && at.callee.is === 'attr' && /^(?:result|join|exception|wait|get|cancel)$/.test(at.callee.name)
  );
}

function steps(closure: Fn, name: string, spawn: Spawn, bind: Bind): LateBound['because'] {
  const { chunk } = spawn.in;
  const step = (span: Step['span'], note: string): Step => ({ chunk, span, name: closure.id, note, by: 'source' });
  const it = closure.fact.kind === 'lambda' ? 'the lambda' : `\`${closure.fact.name}\``;
  return [
    step(closure.fact.span, `${it} reads \`${name}\` when it runs`),
    step(spawn.call.span, `it is handed over here, and may run later`),
    step(bind.span, bind.from === 'for' ? `the loop gives \`${name}\` its next value` : `the next turn gives \`${name}\` another value`),
  ];
}
