// How the processes of a start come to life: as the program says, else as the target allows.
import type { StartMethod, StartMethods, Step, Subject, Value } from '../model.js';
import type { Spawn } from './classify.js';
import { argument } from './flows.js';
import type { Module } from './index.js';
import { canonical, dependOnModule, everyModule, type Linking, once } from './linking.js';
import { question } from './question.js';
import { evaluate } from './types.js';

const every: readonly StartMethod[] = ['fork', 'forkserver', 'spawn'];
const page = 'https://docs.python.org/3/library/multiprocessing.html#contexts-and-start-methods';

/** Of a start, or of a call that makes a pool. */
export function startMethodsOf(link: Linking, of: Spawn | Subject<'call'>): StartMethods {
  const made = of.kind === 'spawn' ? (of.pool?.made ?? of.call) : of;
  const pinned = ofContext(link, made) ?? everywhere(link);
  if (pinned?.method) return { can: [pinned.method], pinned: true, because: pinned.step };
  const { start, origin } =
    link.target.start === 'any' ? { start: every, origin: '' } : { start: [link.target.start], origin: link.target.origin.start };
  const note =
    start.length > 1
      ? 'on macOS, Windows and Linux since Python 3.14, children are not forked'
      : `children start by ${start[0]}${origin ? `, says ${origin}` : ''}`;
  return { can: start, pinned: false, because: step(made, 'multiprocessing', note) };
}

interface Pinned {
  readonly method: StartMethod | undefined;
  readonly step: Step;
}
/** `get_context("fork").Pool()`, `ProcessPoolExecutor(mp_context=context)`. */
function ofContext(link: Linking, made: Subject<'call'>): Pinned | undefined {
  const given = argument(made, ['mp_context']);
  const context: Value | undefined = given?.value ?? (made.callee.is === 'attr' ? made.callee.of : undefined);
  const [it, more] = context ? evaluate(link, context, made.in) : [];
  if (more || it?.is !== 'thing' || !it.type.startsWith('multiprocessing.context.') || !it.made) return undefined;
  const method = methodOf(it.made);
  return method ? { method, step: step(it.made, 'multiprocessing.get_context', `pins the start method \`${method}\``) } : undefined;
}
function methodOf(call: Subject<'call'>): StartMethod | undefined {
  const value = argument(call, [0, 'method'])?.value;
  const found = value?.is === 'literal' ? value.value : undefined;

  return every.find((it) => it === found);
}

/** `set_start_method("fork")`, wherever it stands; two different ones say nothing. */
function everywhere(link: Linking): Pinned | undefined {
  const found = everyModule(link).flatMap((it) => set(link, it));
  const methods = new Set(found.map((it) => it.method));
  return methods.size === 1 ? found[0] : undefined;
}
const inModule = question<Module, readonly Pinned[]>({
  kind: 'start method',
  fallback: [],
  same: (a, b) => a.length === b.length && a.every((it, at) => it.method === b[at]?.method && it.step.span === b[at]?.step.span),
});
function set(link: Linking, module: Module): readonly Pinned[] {
  return once(link, inModule, module, null, () => {
    dependOnModule(link, module);
    return module.chunks.flatMap((chunk) =>
      chunk.events.flatMap((it): Pinned[] => {
        if (it.kind !== 'call' || nameOf(it.callee) !== 'set_start_method') return [];
        const [callee, more] = evaluate(link, it.callee, it.in);
        if (more || callee?.is !== 'outside' || canonical(link, callee.name) !== 'multiprocessing.set_start_method') return [];
        const method = methodOf(it);
        return [{ method, step: step(it, 'multiprocessing.set_start_method', `sets the start method${method ? ` \`${method}\`` : ''}`) }];
      }),
    );
  });
}
const nameOf = (value: Value): string => (value.is === 'name' || value.is === 'attr' ? value.name : '');
const step = (at: Subject, name: string, note: string): Step => ({
  chunk: at.in.chunk,
  span: at.span,
  name,
  note,
  by: 'knowledge',
  evidence: page,
});
