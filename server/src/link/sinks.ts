// Outside calls that wait, by knowledge: what on, and whether the wait has a bound.

import { isGiven, isLimit } from '../knowledge/given.js';
import type { Api, Arg, QName, Step, Subject, Topic, Value } from '../model.js';
import { runsBody } from './calls.js';
import type { Module } from './index.js';
import { apiOf, dependOnModule, type Linking, moduleAt, once } from './linking.js';
import type { Meaning } from './meanings.js';
import { isPatched, startsLoop } from './nested-loop.js';
import { duration, meanPower, sizeOfArgument } from './outside-costs.js';
import { question } from './question.js';
import { emptyEnv } from './sizes.js';
import { takerOf } from './usage.js';
import { isRefused, waitsHere } from './waits.js';

/** A blocking call at the far end of a chain of synchronous calls. */
export interface Sink {
  readonly call: Subject<'call'>;
  readonly name: QName;
  readonly topic: Topic;
  readonly bounded: boolean;
  /** Of a computation, how long it takes. */
  readonly costs?: string;
  /** The hops down to it, itself included. */
  readonly steps: readonly Step[];
}

/** Undefined when the call does not wait, or when its arguments ask it not to. */
export function sinkOf(
  link: Linking,
  name: QName,
  call: Subject<'call'>,
  by: Step['by'],
  self: Meaning | null,
  given: readonly Arg[] = [],
): Sink | undefined {
  const api = apiOf(link, name);
  // Then it is another function, or its result another thing.
  if (call.result === 'awaited' || (call.result === 'argument' && awaiting.test(nameOf(takerOf(call)?.callee)))) return undefined;
  if (startsLoop.test(name) && !isPatched(link)) {
    const note = `\`${name}\` runs an event loop, and one runs in this thread already`;
    return {
      call,
      name,
      topic: 'loop',
      bounded: true,
      steps: [{ chunk: call.in.chunk, span: call.span, name, note, by, evidence: runPage }],
    };
  }
  if (poolMap.test(name) && runsBody(link, call)) return collecting(name, api, call, by);
  if (api && !api.topic) return computing(link, name, api, call, by);
  if (!api?.topic || api.coroutine || (api.spawns && api.waits !== 'pool')) return undefined;
  if (api.gil && api.gil !== 'waits' && api.topic !== 'file') return undefined;
  if (
    isRefused(api, call) ||
    numericHost(name, call) ||
    (/^(?:socket|ssl)\./.test(name) && (nonBlocking(link, call, self) || isLocal(self)))
  )
    return undefined;
  if (!waitsHere(link, name, api, call, self)) return undefined;
  const bounded = isBounded(api, [...given, ...call.args]);
  const declared = api.topic === 'other' ? `is declared blocking by ${api.evidence}` : undefined;
  const note = `\`${name}\` ${declared ?? verb[api.topic] ?? 'waits'}${unbounded.has(api.topic) && !bounded ? ', without a timeout' : ''}`;
  const step: Step = { chunk: call.in.chunk, span: call.span, name, note, by, evidence: api.evidence };
  return { call, name, topic: api.topic, bounded, steps: [step] };
}
/** `list(pool.map(f, xs))`: the pool begins at once, and who asks for the results waits for them. */
const poolMap = /^concurrent\.futures\.\w+\.map$/;
function collecting(name: QName, api: Api | undefined, call: Subject<'call'>, by: Step['by']): Sink {
  const note = `the results of \`${name}\` are waited for where they are used`;
  const step: Step = { chunk: call.in.chunk, span: call.span, name, note, by, ...(api ? { evidence: api.evidence } : {}) };
  const bounded = call.args.some((it) => it.name === 'timeout');
  return { call, name, topic: 'wait', bounded, steps: [step] };
}
/** `asyncio.wait_for(process.communicate(), 10)` */
const awaiting = /^(?:wait_for|gather|shield|create_task|ensure_future|run_coroutine_threadsafe)$/;
const nameOf = (value: Value | undefined): string => (value?.is === 'name' || value?.is === 'attr' ? value.name : '');

/** One outside call that computes for so long by itself that other tasks notice, with a size the source shows. */
function computing(link: Linking, name: QName, api: Api, call: Subject<'call'>, by: Step['by']): Sink | undefined {
  const price = api.costs;
  if (!price || api.coroutine || api.spawns || /^(?:builtins|boto3|timeit|tkinter|PIL\.ImageGrab|time)\./.test(name)) return undefined;
  if (price.of === null && price.fixed < noticed) return undefined;
  const size = price.of === null ? undefined : sizeOfArgument(link, price.arg, call, emptyEnv(call.in.fn));
  const amount = price.of === 'value' ? size?.value : size?.length;
  if (price.of !== null && (amount == null || size?.from === 'guess')) return undefined;
  const ns = price.fixed + price.each * meanPower(amount ?? 0, price.power, size?.spread);
  if (ns < noticed) return undefined;
  const costs = duration(ns);
  const note = `\`${name}\` computes for about ${costs}`;
  const step: Step = { chunk: call.in.chunk, span: call.span, name, note, by, evidence: api.evidence };
  return { call, name, topic: 'compute', bounded: true, costs, steps: [step] };
}
/** Nanoseconds of computing from which other tasks notice. */
const noticed = 50e6;

const runPage = 'https://docs.python.org/3/library/asyncio-runner.html#asyncio.run';
const unbounded: ReadonlySet<Topic> = new Set(['http', 'network']);
const verb: { readonly [topic in Topic]?: string } = {
  sleep: 'sleeps',
  http: 'waits for the server',
  network: 'waits for the network',
  dns: 'waits for the name server',
  subprocess: 'waits for the child process',
  file: 'waits for the disk',
  database: 'waits for the database',
  console: 'waits for the terminal',
  wait: 'waits for another thread or process',
  metadata: 'asks the file system',
};

/** A timeout that is given and is not `None`, or one the library sets by itself. */
function isBounded(api: Api, args: readonly Arg[]): boolean {
  if (args.some((it) => it.value.is === 'star' && it.value.twice)) return true; // it may be among the keywords
  const variant = api.variants?.find((it) => isGiven(it.given, args))?.api ?? api;
  return (variant.bounded ?? []).some((it) => isLimit(it, args));
}

/** `getaddrinfo` with flags is mostly asked to read a numeric address, which takes no time. */
const numericHost = (name: QName, call: Subject<'call'>): boolean =>
  /getaddrinfo$/.test(name) && call.args.some((it, at) => it.name === 'flags' || (it.name === null && at === 5));

/** A Unix domain socket leads to a process of this machine, which answers at once or not at all. */
function isLocal(self: Meaning | null): boolean {
  const [family] = self?.is === 'thing' ? (self.made?.args ?? []) : [];
  return family?.value.is === 'attr' && family.value.name === 'AF_UNIX';
}

const modes = question<Module, boolean>({ kind: 'socket mode', fallback: false, same: Object.is });
/** A module that takes its sockets out of blocking mode does not wait on them, nor does whom it hands their methods. */
function nonBlocking(link: Linking, call: Subject<'call'>, self: Meaning | null): boolean {
  const made = self?.is === 'thing' ? self.made : null;
  const all = new Set([moduleAt(link, call.in), ...(made ? [moduleAt(link, made.in)] : [])]);
  return [...all].some((it) => once(link, modes, it, null, () => unblocks(link, it)));
}
function unblocks(link: Linking, module: Module): boolean {
  dependOnModule(link, module);
  return module.chunks.some((chunk) =>
    chunk.events.some((it) => {
      if (it.kind !== 'call' || it.callee.is !== 'attr') return false;
      const [given] = it.args;
      const value = given?.value.is === 'literal' ? given.value.value : undefined;
      return (it.callee.name === 'setblocking' && (value === false || value === 0)) || (it.callee.name === 'settimeout' && value === 0);
    }),
  );
}
