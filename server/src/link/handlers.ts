// Functions that a framework calls: for each request, message or event.
import type { Chunk, Fn, RunnerKind, Step, Subject } from '../model.js';
import { apiOf, bodyOf, type Linking } from './linking.js';
import type { Rooted } from './roots.js';
import { evaluate } from './types.js';

/** What frameworks call among the functions of a chunk. */
export function handlersIn(link: Linking, chunk: Chunk): readonly Rooted[] {
  return chunk.functions.flatMap((fn) => (fn.fact.broken ? [] : decoratedAs(link, fn)));
}

/** `@app.get(…)` and the like. */
function decoratedAs(link: Linking, fn: Fn): readonly Rooted[] {
  const at = bodyOf(fn)?.parent;
  if (!at) return [];
  for (const value of fn.fact.decorators) {
    const call = value.is === 'call' ? (at.chunk.events[value.event] as Subject<'call'> | undefined) : undefined;
    for (const it of evaluate(link, call ? call.callee : value, at)) {
      const decorates = it.is === 'outside' ? apiOf(link, it.name)?.decorates : undefined;
      if (!decorates || it.is !== 'outside') continue;
      const on = fn.fact.async ? decorates.on : decorates.sync;
      return [handler(fn, on, decorates.many, `\`${it.name}\` has it called`)];
    }
  }
  return [];
}

/** The function as the first of a runner of a framework; the threads of a server are threads. */
function handler(fn: Fn, on: RunnerKind, many: boolean, note: string): Rooted {
  const kind = on === 'handler' ? 'thread' : on;
  const id = kind === 'main' ? kind : `${kind} ${fn.id}`;
  const step: Step = { chunk: fn.chunk, span: fn.fact.span, name: fn.id, note, by: 'source' };
  const space = kind === 'process' || kind === 'interpreter' ? id : null;
  return { root: { id, kind, many, space, from: null, ended: false, alone: false, because: [step] }, targets: [fn] };
}
