// What makes a stall more or less harmful: a deadline around it that cannot fire, or that nobody is served yet.
import type { Pressure, Region, Step, Subject } from '../model.js';
import { edgesOf } from './calls.js';
import { isDemonstration } from './demonstration.js';
import type { Linking } from './linking.js';
import { spawnsOfTarget } from './starts.js';
import { isStartup } from './surroundings.js';

const deadlines =
  /^(?:asyncio\.timeout(?:_at)?|async_timeout\.timeout(?:_at)?|(?:anyio|trio)\.(?:fail_after|move_on_after|fail_at|move_on_at))$/;

export function pressureOn(link: Linking, call: Subject): Pressure | undefined {
  if (isStartup(link, call.in)) return { by: 'startup' };
  const around = blockAround(link, call.in) ?? waitedFor(link, call);
  return around ? { by: 'deadline', because: around } : undefined;
}

/** `async with asyncio.timeout(5):` in the same function. */
function blockAround(link: Linking, at: Region): Step | undefined {
  for (let region: Region | null = at; region && region.kind !== 'function'; region = region.parent) {
    const body: Region = region;
    if (body.kind !== 'with') continue;
    const event = body.chunk.events.find((it): it is Subject<'with'> => it.kind === 'with' && body.chunk.regions[it.body] === body);
    for (const item of event?.items ?? []) {
      const call = item.is === 'call' ? body.chunk.events[item.event] : undefined;
      const name = call ? nameOf(link, call, deadlines) : undefined;
      if (call && name) return fires(call, name);
    }
  }
  return undefined;
}
function nameOf(link: Linking, call: Subject, wanted: RegExp): string | undefined {
  const found = edgesOf(link, call).find((it) => typeof it.to === 'string' && wanted.test(it.to));
  return typeof found?.to === 'string' ? found.to : undefined;
}
/** `asyncio.wait_for(f(), 5)` where the call stands in `f`. */
function waitedFor(link: Linking, call: Subject): Step | undefined {
  const it = spawnsOfTarget(link, call.in.fn).find((spawn) => spawn.api === 'asyncio.wait_for' && !isDemonstration(link, spawn.in));
  return it ? fires(it.call, it.api) : undefined;
}
const fires = (at: Subject, name: string): Step => ({
  chunk: at.in.chunk,
  span: at.span,
  name,
  note: `\`${name}\` cannot fire while the event loop is blocked`,
  by: 'knowledge',
  evidence: 'https://docs.python.org/3/library/asyncio-dev.html#running-blocking-code',
});
