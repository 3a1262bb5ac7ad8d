// Law 1. A synchronous network call, made here or any number of synchronous calls below, stops the event loop.

import { askInThread } from '../../fixes/ask-in-thread.js';
import { makeAsync } from '../../fixes/make-async.js';
import { moveToThread } from '../../fixes/move-to-thread.js';
import { useAiohttp } from '../../fixes/use-aiohttp.js';
import { useAsyncClient } from '../../fixes/use-async-client.js';
import { useAsyncSession } from '../../fixes/use-async-session.js';
import { useDeclaredTwin } from '../../fixes/use-declared-twin.js';
import { pressed, rule, runningAt, runningKinds, type Topic } from '../../model.js';

const network: ReadonlySet<Topic | undefined> = new Set(['http', 'network', 'dns']);

export default rule({
  id: 'blocking-network',
  law: 'loop',
  title: 'A network call stops the event loop',
  on: runningKinds,
  severity: 'warning',
  check(call, program) {
    const stall = program.stall(call);
    if (!stall || !network.has(stall.topic)) return undefined;
    const bounded = stall.bounded || stall.topic === 'dns'; // a name server answers or gives up by itself
    const how = bounded ? 'until the network answers' : 'with no timeout: the wait has no bound';
    return {
      at: runningAt(call),
      message: `\`${stall.sink}\` blocks the event loop ${how}${stall.reached}`,
      because: [stall.because, ...stall.others],
      severity: pressed(stall, bounded ? 'warning' : 'error'),
    };
  },
  fixes: [useDeclaredTwin, moveToThread, useAsyncClient, useAsyncSession, useAiohttp, makeAsync, askInThread],
});
