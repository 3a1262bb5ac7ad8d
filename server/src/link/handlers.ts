// Functions that others call: frameworks for each request, message or event, libraries on threads of their own, the interpreter at the end.
import type { Chunk, Fn, HandlerApi, QName, RunnerKind, Step, Subject, Value, Witness } from '../model.js';
import { isLazy } from './calls.js';
import { mentioned, startedAt } from './classify.js';
import type { Class } from './index.js';
import { joblibCalls } from './joblib.js';
import {
  apiOf,
  attempt,
  bodyOf,
  canonical,
  classAt,
  dependOnModule,
  type Linking,
  methodName,
  moduleAt,
  namesIn,
  once,
} from './linking.js';
import type { Meaning } from './meanings.js';
import { mro } from './members.js';
import { question } from './question.js';
import type { Rooted } from './roots.js';
import { callsThatTell } from './telling-calls.js';
import { evaluate } from './types.js';

/** What others call, as the chunk says: by decorators, by the classes of methods, and by handing functions over. */
export const handlersIn = (link: Linking, chunk: Chunk): readonly Rooted[] =>
  once(link, chunkHandlers, chunk, chunk, () => findHandlers(link, chunk));
const chunkHandlers = question<Chunk, readonly Rooted[]>({
  kind: 'handlers',
  fallback: [],
  same: (a, b) => a.length === 0 && b.length === 0,
});
function findHandlers(link: Linking, chunk: Chunk): readonly Rooted[] {
  const telling = callsThatTell(link, chunk);
  const found = chunk.functions.flatMap((fn) => (fn.fact.broken ? [] : [...decoratedAs(link, fn), ...overridden(link, fn)]));
  const given = chunk.events.flatMap((event): readonly Rooted[] => {
    if (event.kind === 'bind') return event.target.is === 'attr' ? attempt(link, event, [], () => assigned(link, event)) : [];
    if (event.kind !== 'call' || !telling.has(event)) return [];
    return attempt(link, event, [], () => [...(isLazy(link, event.in) ? [] : registered(link, event)), ...joblibCalls(link, event)]);
  });
  return [...found, ...given];
}

/** `@app.get(…)` and the like. */
function decoratedAs(link: Linking, fn: Fn): readonly Rooted[] {
  const at = bodyOf(fn)?.parent;
  if (!at) return [];
  for (const value of fn.fact.decorators) {
    const call = value.is === 'call' ? (at.chunk.events[value.event] as Subject<'call'> | undefined) : undefined;
    for (const it of evaluate(link, call ? call.callee : value, at)) {
      const decorates = it.is === 'outside' ? apiOf(link, it.name)?.decorates : undefined;
      if (decorates && it.is === 'outside')
        return [calledBy(fn, decorates, `\`${canonical(link, it.name)}\` has it called`, canonical(link, it.name))];
    }
  }
  return [];
}

/** A method that an outside base class is known to have called, and `__del__`, which runs wherever an object happens to end. */
function overridden(link: Linking, fn: Fn): readonly Rooted[] {
  const at = bodyOf(fn)?.parent;
  const cls = fn.owner && at ? classAt(link, at) : undefined;
  if (!cls) return [];
  if (fn.fact.name === '__del__') return [calledBy(fn, anywhere, 'the interpreter calls it wherever the object ends')];
  for (const base of mro(link, cls).slice(1)) {
    if (isServicer(typeof base === 'string' ? base : base.name) && /^[A-Z]/.test(fn.fact.name))
      return [calledBy(fn, remote, 'the gRPC server calls it for each request')];
    const rule = typeof base === 'string' ? rulesOf(link, base).find((it) => matches(it.methods, fn.fact.name)) : undefined;
    if (rule) return [calledBy(fn, rule, `\`${base}\` has it called`, typeof base === 'string' ? base : undefined)];
  }
  return [];
}
const anywhere: HandlerApi = { on: 'signal', sync: 'signal', many: false };
const remote: HandlerApi = { on: 'task', sync: 'thread', many: true };
/** What the gRPC compiler writes for a service, inside of the workspace or not. */
const isServicer = (name: QName): boolean => /_pb2_grpc\.\w+Servicer$/.test(name);
/** What is known of the methods of subclasses, along the base classes. */
function rulesOf(link: Linking, name: QName) {
  const found = [];
  let at: QName | undefined = canonical(link, name);
  for (let hops = 0; at && hops < 8; hops++) {
    const api = apiOf(link, at);
    found.push(...(api?.runs ?? []));
    at = api?.base;
  }
  return found;
}
const matches = (patterns: readonly string[], name: string): boolean =>
  patterns.some((it) => (it.endsWith('*') ? name.startsWith(it.slice(0, -1)) : it === name));

/** `path('a', view)`, `Server(address, Handler)`, `queue.enqueue(f)`. */
function registered(link: Linking, call: Subject<'call'>): readonly Rooted[] {
  const [callee, more] = evaluate(link, call.callee, call.in);
  if (!callee || more) return [];
  const name = callee.is === 'outside' ? callee.name : callee.is === 'class' ? serverOf(link, callee.cls) : undefined;
  const registers = name === undefined ? undefined : apiOf(link, name)?.registers;
  if (!name || !registers) return [];
  const plain = call.args.filter((it) => it.name === null);
  const given = registers.target.flatMap((at) => (typeof at === 'number' ? (plain[at] ?? []) : call.args.filter((it) => it.name === at)));
  const targets = given.flatMap((it) => listed(it.value)).flatMap((it) => evaluate(link, it, call.in));
  const fns = targets.flatMap((it) => calledOf(link, it, registers.methods ?? []));
  return fns.map((fn) =>
    handedOver(link, fn, registers, call, `\`${canonical(link, name)}\` has \`${fn.name}\` called`, canonical(link, name)),
  );
}
/** Of a class made of outside ones the nearest that takes something over. */
function serverOf(link: Linking, cls: Class): QName | undefined {
  return mro(link, cls).find((it): it is QName => typeof it === 'string' && apiOf(link, it)?.registers !== undefined);
}
const listed = (value: Value): readonly Value[] => (value.is === 'items' ? value.items : [value]);

/** `client.on_message = f`. */
function assigned(link: Linking, bind: Subject<'bind'>): readonly Rooted[] {
  if (bind.target.is !== 'attr' || bind.from !== 'assign' || bind.path.length > 0) return [];
  const { of, name } = bind.target;
  return evaluate(link, of, bind.in).flatMap((it): readonly Rooted[] => {
    const attribute = it.is === 'thing' ? methodName(link, it.type, name) : it.is === 'outside' ? `${it.name}.${name}` : undefined;
    const api = attribute ? apiOf(link, attribute)?.assigned : undefined;
    if (!attribute || !api || (api.starts && !isMentioned(link, bind, api.starts))) return [];
    const fns = evaluate(link, bind.value, bind.in).flatMap((target) => calledOf(link, target, []));
    return fns.map((fn) =>
      handedOver(link, fn, api, bind, `\`${canonical(link, attribute)}\` is called when it happens`, canonical(link, attribute)),
    );
  });
}
function isMentioned(link: Linking, at: Subject, attribute: string): boolean {
  const module = moduleAt(link, at.in);
  dependOnModule(link, module);
  return module.chunks.some((it) => mentioned(it).has(attribute));
}

/** The functions that a callable is; of a class or an object, those of its methods. */
function calledOf(link: Linking, it: Meaning, methods: readonly string[]): readonly Fn[] {
  if (it.is === 'fn' || it.is === 'bound') return [it.fn];
  if (it.is === 'partial') return calledOf(link, it.of, methods);
  if (it.is !== 'class' && it.is !== 'object') return [];
  const found = new Map<string, Fn>();
  for (const cls of methods.length > 0 ? mro(link, it.cls) : []) {
    if (typeof cls === 'string') continue;
    dependOnModule(link, cls.module);
    for (const name of cls.scope.names.keys()) {
      if (found.has(name) || !matches(methods, name)) continue;
      for (const bound of namesIn(link, cls.scope, name) ?? []) if (bound.is === 'def') found.set(name, bound.fn);
    }
  }
  return [...found.values()];
}

// ── Roots ────────────────────────────────────────────────────────────────────────────────────────

function calledBy(fn: Fn, api: HandlerApi, note: string, by?: QName): Rooted {
  const step: Step = { chunk: fn.chunk, span: fn.fact.span, name: fn.id, note, by: 'source' };
  return rooted(fn, fn.fact.async ? api.on : api.sync, api.many, '', [step], by);
}
/** Handed over several times, as in a loop, it may run several times at once. */
export function handedOver(link: Linking, fn: Fn, api: HandlerApi, at: Subject, note: string, by?: QName): Rooted {
  const times = startedAt(link, at);
  const kind = fn.fact.async ? api.on : api.sync;
  const step: Step = { chunk: at.in.chunk, span: at.span, name: fn.id, note, by: 'knowledge' };
  const many = api.many || (kind !== 'signal' && (times.n >= 2 || times.from === 'guess'));
  return rooted(fn, kind, many, ` from ${at.in.fn.id}`, [step], by);
}
/** The threads of a server are threads. */
function rooted(fn: Fn, on: RunnerKind, many: boolean, where: string, because: Witness, by?: QName): Rooted {
  const kind = on === 'handler' ? 'thread' : on;
  const id = kind === 'main' ? kind : `${kind} ${fn.id}${where}`;
  const space = kind === 'process' || kind === 'interpreter' ? id : null;
  return { root: { id, kind, many, space, from: null, ended: false, alone: false, because, ...(by ? { by } : {}) }, targets: [fn] };
}
