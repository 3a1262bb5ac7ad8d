// Runners flow down: which threads, tasks and processes may run a function.
import { limits } from '../limits.js';
import type { Fn, Runner, Step, Subject } from '../model.js';
import { edgesOf, eventsOf } from './calls.js';
import type { Spawn } from './classify.js';
import { apiOf, bodyOf, everyModule, type Linking } from './linking.js';
import { evaluate } from './types.js';

/** For each function every runner that may reach it over calls; at most `limits.runners`, further ones of a kind fall together. */
export function runnersOf(link: Linking, spawns: readonly Spawn[]): ReadonlyMap<Fn, readonly Runner[]> {
  const found = new Map<Fn, Runner[]>();
  const open: { fn: Fn; runner: Runner }[] = [];
  const reached = new Set<Fn>(spawns.flatMap((it) => it.targets));
  for (const module of everyModule(link)) {
    for (const fn of module.functions) {
      if (!fn.fact.async) continue;
      for (const event of eventsOf(link, fn))
        for (const edge of edgesOf(link, event)) if (typeof edge.to !== 'string') reached.add(edge.to);
    }
  }
  for (const module of everyModule(link)) {
    for (const fn of module.functions) {
      if (fn === module.body) open.push({ fn, runner: seed('main', false, fn, 'runs when the module is imported or started') });
      else if (fn.fact.async && !reached.has(fn))
        open.push({ fn, runner: seed('task', true, fn, 'a coroutine: it runs on the event loop') });
      const handler = handlerOf(link, fn);
      if (handler) open.push({ fn, runner: handler });
    }
  }
  for (const spawn of spawns) for (const fn of spawn.targets) open.push({ fn, runner: spawn.runner });
  for (let next = open.pop(); next; next = open.pop()) {
    const { fn, runner } = next;
    const known = found.get(fn) ?? [];
    if (known.some((it) => same(it, runner)) || known.length >= limits.runners) continue;
    found.set(fn, [...known, runner]);
    for (const event of eventsOf(link, fn)) {
      for (const edge of edgesOf(link, event)) {
        if (typeof edge.to === 'string' || (edge.to.fact.async && (event.kind !== 'call' || event.result !== 'awaited'))) continue;
        open.push({ fn: edge.to, runner });
      }
    }
  }
  return found;
}
const same = (a: Runner, b: Runner): boolean =>
  a.kind === b.kind && a.space === b.space && a.many === b.many && a.because[0].span === b.because[0].span;

function seed(kind: Runner['kind'], many: boolean, fn: Fn, note: string): Runner {
  const step: Step = { chunk: fn.chunk, span: fn.fact.span, name: fn.id, note, by: 'source' };
  return { kind, many, space: 'main', because: [step] };
}

/** `@app.get(…)` and the like: a framework runs the function, in threads where it is a plain `def`. */
function handlerOf(link: Linking, fn: Fn): Runner | undefined {
  const at = bodyOf(fn)?.parent;
  if (!at) return undefined;
  for (const value of fn.fact.decorators) {
    const call = value.is === 'call' ? (at.chunk.events[value.event] as Subject<'call'> | undefined) : undefined;
    for (const it of evaluate(link, call ? call.callee : value, at)) {
      const decorates = it.is === 'outside' ? apiOf(link, it.name)?.decorates : undefined;
      if (decorates)
        return seed(fn.fact.async ? decorates.on : decorates.sync, decorates.many, fn, 'a framework calls it for each request');
    }
  }
  return undefined;
}
