// Calls that lean on an event loop which newer versions of Python no longer make or accept.
import type { ImplicitLoop, Region, Step, Subject, Value } from '../model.js';
import { edgesOf, eventsOf } from './calls.js';
import { isDemonstration } from './demonstration.js';
import { argument } from './flows.js';
import type { Module } from './index.js';
import { dependOnModule, everyModule, type Linking, once } from './linking.js';
import { bindingsOf } from './names.js';
import { question } from './question.js';
import { runnersOf } from './runners.js';
import { isLoopCode } from './starts.js';
import { mentions } from './usage.js';

type Call = Subject<'call'>;

/** Took `loop=` until 3.9. */
const takers =
  /^asyncio\.(?:sleep|wait_for|wait|gather|as_completed|shield|Queue|LifoQueue|PriorityQueue|Lock|Event|Condition|Semaphore|BoundedSemaphore|open_connection|start_server|open_unix_connection|start_unix_server|create_subprocess_exec|create_subprocess_shell)$/;

export function implicitLoopAt(link: Linking, call: Call): ImplicitLoop | undefined {
  const [edge, more] = edgesOf(link, call);
  if (!edge || more || typeof edge.to !== 'string' || isDemonstration(link, call.in)) return undefined;
  const name = edge.to;
  const told = (form: ImplicitLoop['form'], since: number, note: string, coroutines: readonly Call[] = []): ImplicitLoop => {
    const step: Step = { chunk: call.in.chunk, span: call.span, name, note, by: edge.by, evidence: pages[form] };
    const error = form === 'get' ? 'RuntimeError' : 'TypeError';
    return { form, since, error, coroutines, because: [step, ...coroutines.map((it) => made(it))] };
  };
  if (name === 'asyncio.get_event_loop' && leans(link, call)) return told('get', 14, 'since 3.14 it makes no loop where none is set');
  if (takers.test(name) && call.args.some((it) => it.name === 'loop')) return told('argument', 10, 'since 3.10 it takes no `loop`');
  if (name !== 'asyncio.wait') return undefined;
  const coroutines = coroutinesIn(link, argument(call, [0, 'aws'])?.value, call.in);
  return coroutines.length > 0 ? told('coroutines', 11, 'since 3.11 it takes no coroutines', coroutines) : undefined;
}
const pages = {
  get: 'https://docs.python.org/3/library/asyncio-eventloop.html#asyncio.get_event_loop',
  argument: 'https://docs.python.org/3/whatsnew/3.10.html#removed',
  coroutines: 'https://docs.python.org/3/library/asyncio-task.html#asyncio.wait',
} as const;
const made = (it: Call): Step => ({ chunk: it.in.chunk, span: it.span, name: '', note: 'makes a coroutine, not a task', by: 'source' });

/** A plain function that no loop runs, in a program that sets no loop of its own. */
function leans(link: Linking, call: Call): boolean {
  const { fn } = call.in;
  if (fn.fact.async || isLoopCode(link, fn) || knowsBetter(link, call)) return false;
  if (everyModule(link).some((it) => setsLoop(link, it))) return false;
  const runners = runnersOf(link, fn);
  if (runners.some((it) => it.kind !== 'main' && it.kind !== 'thread')) return false;
  return runners.some((it) => it.kind === 'main') || runsIt(link, call);
}
/** The function has another way as well, which newer versions take. */
const knowsBetter = (link: Linking, call: Call): boolean =>
  eventsOf(link, call.in.fn).some(
    (it) =>
      it.kind === 'call' &&
      edgesOf(link, it).some(
        (edge) => typeof edge.to === 'string' && /^asyncio\.(?:run|Runner|new_event_loop|get_running_loop)$/.test(edge.to),
      ),
  );
/** A loop that is told to run is not running yet. */
const runsIt = (link: Linking, call: Call): boolean =>
  eventsOf(link, call.in.fn).some(
    (it) => it.kind === 'call' && it.callee.is === 'attr' && /^run_(?:until_complete|forever)$/.test(it.callee.name),
  );
const setting = question<Module, boolean>({ kind: 'sets a loop', fallback: false, same: Object.is });
function setsLoop(link: Linking, module: Module): boolean {
  return once(link, setting, module, null, () => {
    dependOnModule(link, module);
    return module.chunks.some((chunk) =>
      chunk.events.some(
        (it) => it.kind === 'call' && (it.callee.is === 'attr' || it.callee.is === 'name') && it.callee.name === 'set_event_loop',
      ),
    );
  });
}

/** Coroutine calls in a display or comprehension, or in the one that a name of the function is bound to and that nothing else changes. */
function coroutinesIn(link: Linking, value: Value | undefined, at: Region): readonly Call[] {
  if (!value) return [];
  if (value.is === 'items') return value.items.flatMap((it) => coroutine(link, it, at));
  if (value.is === 'comprehension') return coroutine(link, value.element, at);
  if (value.is !== 'name') return [];
  const [bound, more] = bindingsOf(link, value.name, at)?.bound ?? [];
  if (bound?.is !== 'bind' || more || bound.event.in.fn !== at.fn || bound.event.from !== 'assign' || bound.event.path.length > 0)
    return [];
  const uses = eventsOf(link, at.fn).filter((it) => it.kind === 'call' && it.args.some((arg) => mentions(arg.value, value.name)));
  return bound.event.value.is === 'name' || uses.length > 1 ? [] : coroutinesIn(link, bound.event.value, bound.event.in);
}
function coroutine(link: Linking, value: Value, at: Region): readonly Call[] {
  const call = value.is === 'call' ? at.chunk.events[value.event] : undefined;
  if (call?.kind !== 'call') return [];
  const edges = edgesOf(link, call);
  return edges.length > 0 &&
    edges.every((it) => typeof it.to !== 'string' && it.to.fact.async && !it.to.fact.generator && it.to.fact.decorators.length === 0)
    ? [call]
    : [];
}
