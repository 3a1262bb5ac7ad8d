// Calls from a worker thread on what belongs to the event loop, or to the thread that draws the windows.
import type { Basis, Fn, QName, Runner, Step, Subject, Trespass, Witness } from '../model.js';
import { variantOf } from './called.js';
import { callersOf } from './callers.js';
import { calleesOf, type Edge, edgesOf } from './calls.js';
import { isDemonstration } from './demonstration.js';
import { apiOf, canonical, eventsOf, type Linking, once } from './linking.js';
import type { Meaning } from './meanings.js';
import { outsideBase } from './members.js';
import { question } from './question.js';
import { runnersOf } from './runners.js';
import { isLoopCode, spawnsOf } from './starts.js';
import { evaluate, typeName } from './types.js';
import { holderOf } from './usage.js';

/** Only the loop may call them by the book, and another thread does no harm: they look, or make what nobody waits for yet. */
const harmless =
  /\.(?:get_extra_info|is_closing|cancelling|create_future|run_in_executor|set_default_executor|eager_task_factory)$|^asyncio\.(?:Event\.clear|Handle\.cancel|AbstractEventLoop\.(?:close|(?:add|remove)_signal_handler))$/;
/** From other threads, too: the queue of events is what connects them. */
const crossing = /^tkinter\..*\.(?:after|after_idle|event_generate|quit)$/;
/** Functions that are climbed from a call to where its thread starts. */
const climbed = 40;

export function trespassAt(link: Linking, of: Subject<'call' | 'bind'>): Trespass | undefined {
  if (of.in.fn.fact.async || of.in.fn.fact.broken) return undefined;
  const touch = of.kind === 'call' ? called(link, of) : stored(link, of);
  if (!touch || harmless.test(touch.name) || crossing.test(touch.name)) return undefined;
  const { name, owner, self, by } = touch;
  const made = self?.is === 'thing' || self?.is === 'object' ? self.made : null;
  const all = runnersOf(link, of.in.fn);
  const runner = all.find(
    (it) => it.kind === 'thread' && isForeign(link, it, of.in.fn, made) && !isTried(link, it, of) && mayMeet(link, it, made),
  );
  if (!runner) return undefined;
  // A future calls back on the thread that ends it, which may be the loop's own.
  const returns = /add_done_callback` has /.test(runner.because[0].note);
  const ours = returns || all.some((it) => it.kind === 'task' || it.kind === 'callback' || it.kind === 'main');
  if (!self && (ours || owner !== 'loop')) return undefined; // it may be asked first which thread this is
  return { name, of: owner, made: made ?? undefined, runner, ours, because: stepsOf(link, of, { name, owner, self, by }, made, runner) };
}

interface Touching {
  readonly name: QName;
  readonly owner: 'loop' | 'main';
  /** What it is called on. */
  readonly self: Meaning | null;
  readonly by: Basis;
}
function called(link: Linking, call: Subject<'call'>): Touching | undefined {
  const [edge, more] = edgesOf(link, call);
  if (!edge || more || typeof edge.to !== 'string') return undefined;
  const name = canonical(link, edge.to);
  const owner = ownerOf(link, name, edge, call);
  return owner && { name, owner, self: edge.self, by: edge.by };
}
/** `label["text"] = x` */
function stored(link: Linking, { target, path, in: at }: Subject<'bind'>): Touching | undefined {
  if (target.is !== 'item' || path.length > 0) return undefined;
  const [self, more] = evaluate(link, target.of, at);
  const type = self && !more ? classOf(link, self) : undefined;
  return self && type && isOfWindow(link, type) ? { name: `${type}.__setitem__`, owner: 'main', self, by: self.by } : undefined;
}
const classOf = (link: Linking, it: Meaning | null): QName | undefined =>
  it?.is === 'object' ? outsideBase(link, it.cls) : typeName(it ?? undefined);

function ownerOf(link: Linking, name: QName, edge: Edge, call: Subject<'call'>): 'loop' | 'main' | undefined {
  const api = apiOf(link, name);
  const says = api && variantOf(api, call).belongs;
  if (says) return says;
  const type = classOf(link, edge.self);
  return type && isOfWindow(link, type) && !api ? 'main' : undefined;
}
/** A widget: whatever it is asked for, the window is asked. */
function isOfWindow(link: Linking, type: QName): boolean {
  let at: QName | undefined = canonical(link, type);
  for (let hops = 0; at && hops < 8; hops++) {
    const api = apiOf(link, at);
    if (api?.belongs === 'main') return true;
    at = api?.base;
  }
  return false;
}

/** The thread neither made the object, nor runs a loop of its own, nor asks which thread it is. */
function isForeign(link: Linking, runner: Runner, fn: Fn, made: Subject<'call'> | null): boolean {
  if (made && runnersOf(link, made.in.fn).some((it) => it.id === runner.id)) return false;
  const seen = new Set<Fn>([fn]);
  for (const it of seen) {
    if (asksThread(link, it) || drivesLoop(link, it)) return false;
    for (const { fn: caller } of callersOf(link, it)) {
      if (seen.size < climbed && runnersOf(link, caller).some((one) => one.id === runner.id)) seen.add(caller);
    }
    if (it.parent && it.parent.fact.kind !== 'module' && seen.size < climbed && asksThread(link, it.parent)) return false;
  }
  return true;
}
/** An object keeps what its coroutine has made; the thread may have one of which no coroutine runs, unless a loop or that object starts it. */
function mayMeet(link: Linking, runner: Runner, made: Subject<'call'> | null): boolean {
  const holder = made && holderOf(made);
  if (!made?.in.fn.fact.async || holder?.target.is !== 'attr' || holder.target.of.is !== 'name') return true;
  const { owner } = made.in.fn;
  const spawns = spawnsOf(link, runner);
  return owner === null || spawns.length === 0 || spawns.some((it) => isLoopCode(link, it.in.fn) || it.in.fn.owner === owner);
}
/** Only a test starts the thread, and the call is not the test's. */
function isTried(link: Linking, { because: [start] }: Runner, call: Subject): boolean {
  const [region] = start.chunk.regions;
  return region !== undefined && start.chunk.module !== call.in.chunk.module && isDemonstration(link, region);
}
const drivers =
  /^asyncio\.(?:run|set_event_loop|new_event_loop|Runner(?:\.run)?|AbstractEventLoop\.(?:run_forever|run_until_complete))$|\.(?:run_forever|run_until_complete|mainloop|exec_?)$/;
/** By their last name, as projects wrap them. */
const askers =
  /^(?:get_ident|get_native_id|current_?[tT]hread|main_thread|_?get_running_loop|_?get_event_loop|current_task|is_main_thread)$/;
const functionDrives = question<Fn, boolean>({ kind: 'drives loop', fallback: false, same: Object.is });
/** Does a run of the function make or run a loop, itself or below? */
function drivesLoop(link: Linking, fn: Fn): boolean {
  return once(link, functionDrives, fn, fn, () => callsAny(link, fn, drivers) || calleesOf(link, fn).some((it) => drivesLoop(link, it.fn)));
}
const functionAsks = question<Fn, boolean>({ kind: 'asks thread', fallback: false, same: Object.is });
/** Does the function look which thread or loop it is on, or test what a helper says of that? */
const asksThread = (link: Linking, fn: Fn): boolean =>
  once(link, functionAsks, fn, fn, () =>
    eventsOf(link, fn).some((it) => {
      if (it.kind !== 'call') return false;
      if (askers.test(lastName(it))) return true;
      return it.result === 'tested' && edgesOf(link, it).some(({ to }) => typeof to !== 'string' && asksThread(link, to));
    }),
  );
const lastName = ({ callee }: Subject<'call'>): string => (callee.is === 'name' || callee.is === 'attr' ? callee.name : '');
function callsAny(link: Linking, fn: Fn, names: RegExp): boolean {
  return eventsOf(link, fn).some(
    (it) => it.kind === 'call' && edgesOf(link, it).some(({ to }) => typeof to === 'string' && names.test(canonical(link, to))),
  );
}

/** From the start of the thread to the call, and where what it is called on came from. */
function stepsOf(link: Linking, of: Subject, { name, self, by }: Touching, made: Subject<'call'> | null, runner: Runner): Witness {
  const evidence = apiOf(link, name)?.evidence;
  const step: Step = {
    chunk: of.in.chunk,
    span: of.span,
    name,
    note: `\`${of.in.fn.name}\` calls \`${name}\` there`,
    by,
    ...(evidence ? { evidence } : {}),
  };
  const origin = made ? [originOf(made, self, by)] : [];
  return [...runner.because, step, ...origin] as unknown as Witness;
}
function originOf(made: Subject<'call'>, self: Meaning | null, by: Basis): Step {
  const type = typeName(self ?? undefined) ?? 'the object';
  return { chunk: made.in.chunk, span: made.span, name: type, note: `the \`${type}\` comes from here`, by };
}
