// What a function may raise and does not catch: the first such thing of a run, if any.
import type { Fn, Region, Step, Subject, Value, Witness } from '../model.js';
import { edgesOf } from './calls.js';
import { attempt, canonical, eventsOf, type Linking, once } from './linking.js';
import { question } from './question.js';
import { sameSteps } from './steps.js';
import { evaluate } from './types.js';
import { handlersOf } from './within.js';

const raising = question<Fn, Witness | undefined>({
  kind: 'raises',
  fallback: undefined,
  same: (a, b) => a === b || (a !== undefined && b !== undefined && sameSteps(a, b)),
});
/** Undefined for a function that catches every exception of its own, or does nothing that could raise. */
export function raisesIn(link: Linking, fn: Fn): Witness | undefined {
  return once(link, raising, fn, fn, () => {
    for (const event of eventsOf(link, fn)) {
      const note = isCaught(link, event.in) ? undefined : attempt(link, event, undefined, () => mayRaise(link, event));
      if (!note) continue;
      const step: Step = { chunk: event.in.chunk, span: event.span, name: fn.id, note, by: 'source' };
      return [step];
    }
    return undefined;
  });
}

/** What one event may raise that nothing between it and the region catches. */
export function raisesAt(link: Linking, event: Subject, upTo: Region): Witness | undefined {
  const note = isCaught(link, event.in, upTo) ? undefined : attempt(link, event, undefined, () => mayRaise(link, event));
  return note ? [{ chunk: event.in.chunk, span: event.span, name: event.in.fn.id, note, by: 'source' }] : undefined;
}

function mayRaise(link: Linking, event: Subject): string | undefined {
  if (event.kind === 'leave') return event.by === 'raise' ? `\`${event.in.fn.name}\` raises here` : undefined;
  if (event.kind === 'operate')
    return /^(?:\[\]|del\[\]|\/|\/\/|%|\+)$/.test(event.op) ? 'this may raise, and nothing here catches it' : undefined;
  if (event.kind !== 'call' || event.implied) return undefined;
  if (event.callee.is === 'attr' && /^(?:debug|info|warning|error|exception|critical|log)$/.test(event.callee.name)) return undefined;
  const edges = edgesOf(link, event);
  const quiet =
    edges.length > 0 && edges.every((it) => (typeof it.to === 'string' ? calm.test(canonical(link, it.to)) : !raisesIn(link, it.to)));
  return quiet ? undefined : 'this call may raise, and nothing here catches it';
}
/** Outside calls that raise for wrong arguments alone. */
const calm =
  /^(?:logging\.|time\.|contextlib\.|threading\.|queue\.|builtins\.(?:print|len|isinstance|range|str|repr|id|enumerate|zip|list|dict|set|bool|object|sorted|list\.(?:append|extend|copy|clear)|dict\.(?:get|items|keys|values|setdefault|update)|set\.(?:add|discard|update)|str\.\w+)$|collections\.)/;

/** In the body of a `try` whose handlers take everything, in such a handler, or in a `suppress` of everything. */
export function isCaught(link: Linking, at: Region, upTo?: Region): boolean {
  for (let it: Region | null = at; it && it !== upTo && it.kind !== 'function' && it.kind !== 'module'; it = it.parent) {
    const region: Region = it;
    if (region.kind === 'try' && handlersOf(region).some((one) => takesAll(link, one))) return true;
    if (region.kind === 'except') {
      const handler = region.chunk.events.find(
        (one): one is Subject<'catch'> => one.kind === 'catch' && region.chunk.regions[one.body] === region,
      );
      if (handler && takesAll(link, handler)) return true;
    }
    if (region.kind === 'with') {
      const block = region.chunk.events.find(
        (one): one is Subject<'with'> => one.kind === 'with' && region.chunk.regions[one.body] === region,
      );
      if (block?.items.some((one) => suppresses(link, one, block))) return true;
    }
  }
  return false;
}
const takesAll = (link: Linking, it: Subject<'catch'>): boolean =>
  !it.reraises && (it.types.length === 0 || it.types.some((type) => isEverything(link, type, it.in)));
const isEverything = (link: Linking, type: Value, at: Region): boolean =>
  evaluate(link, type, at).some((it) => it.is === 'outside' && /^builtins\.(?:Base)?Exception$/.test(it.name));
function suppresses(link: Linking, item: Value, at: Subject<'with'>): boolean {
  const call = item.is === 'call' ? at.in.chunk.events[item.event] : undefined;
  if (call?.kind !== 'call') return false;
  const isIt = evaluate(link, call.callee, call.in).some((it) => it.is === 'outside' && it.name === 'contextlib.suppress');
  return isIt && call.args.some((it) => isEverything(link, it.value, call.in));
}
