// Runners flow down: which threads, tasks and processes may run a function.
import { limits } from '../limits.js';
import type { Fn, Runner, RunnerKind, Step, Witness } from '../model.js';
import { callersOf, callingFunctions } from './callers.js';
import { startedAt } from './classify.js';
import { dependOnBody, hitBound, type Linking, moduleNamed, once } from './linking.js';
import { question } from './question.js';
import { type Root, rootsInForce } from './roots.js';
import { sameSteps } from './steps.js';

/** Every runner that may run the function, by id; at most `limits.runners`, beyond which those of one kind fall together. */
export function runnersOf(link: Linking, fn: Fn): readonly Runner[] {
  return once(link, runners, fn, fn, () =>
    arrivalsAt(link, fn).map(
      (it): Runner => ({ id: it.id, kind: it.kind, many: it.many, space: spaceOf(it), because: becauseOf(link, fn, it) }),
    ),
  );
}
const runners = question<Fn, readonly Runner[]>({
  kind: 'runners',
  fallback: [],
  same: (a, b) => a.length === b.length && a.every((it, at) => sameRunner(it, b[at] as Runner)),
});
const sameRunner = (a: Runner, b: Runner): boolean =>
  a.id === b.id && a.kind === b.kind && a.many === b.many && a.space === b.space && sameSteps(a.because, b.because);

/** A runner on its way down. Evidence stays behind, so that it moves without anybody looking. */
interface Arrival {
  readonly id: string;
  readonly kind: RunnerKind;
  readonly many: boolean;
  /** Spaces it may run in; none where nobody is known to start it. */
  readonly spaces: readonly string[];
  /** Of what fell together the least: a root, and for the main thread a module. */
  readonly least: string;
}
const arrivals = question<Fn, readonly Arrival[]>({
  kind: 'arrivals',
  fallback: [],
  same: (a, b) => a.length === b.length && a.every((it, at) => sameArrival(it, b[at] as Arrival)),
});
const sameArrival = (a: Arrival, b: Arrival): boolean =>
  a.id === b.id &&
  a.many === b.many &&
  a.least === b.least &&
  a.spaces.length === b.spaces.length &&
  a.spaces.every((it, at) => it === b.spaces[at]);

function arrivalsAt(link: Linking, fn: Fn): readonly Arrival[] {
  return once(link, arrivals, fn, fn, () => {
    const found = new Map<string, Arrival>();
    if (fn.fact.kind === 'module') found.set('main', onMain(fn));
    const callers = callingFunctions(link, fn);
    const all = rootsInForce(link, fn);
    const known = all.filter((it) => !it.presumed);
    const roots = known.length > 0 || callers.size > 0 ? known : all;
    for (const root of roots) join(found, root.kind === 'main' ? onMain(fn) : arrivalOf(link, root));
    for (const caller of callers) if (caller !== fn) for (const it of arrivalsAt(link, caller)) join(found, it);
    if (found.size > limits.runners) hitBound(link, 'runners');
    return bounded(found);
  });
}
const onMain = (fn: Fn): Arrival => ({ id: 'main', kind: 'main', many: false, spaces: ['main'], least: fn.chunk.module });
function arrivalOf(link: Linking, root: Root): Arrival {
  const { id, kind, from } = root;
  const starters = from ? arrivalsAt(link, from) : [];
  const spaces = root.space !== null ? [root.space] : from ? union(starters.map((it) => it.spaces)) : ['main'];
  return { id, kind, many: root.many || manyBecause(link, root) !== undefined, spaces, least: id };
}
/** Signal handlers and callbacks take turns on one thread. */
const parallel: ReadonlySet<RunnerKind> = new Set(['thread', 'task', 'process', 'interpreter']);
/** Why a root that starts one runner has several: who starts it does so several times. */
function manyBecause(link: Linking, root: Root): 'twice' | 'loop' | 'starter' | undefined {
  if (root.alone || !parallel.has(root.kind)) return undefined;
  if (root.from && arrivalsAt(link, root.from).some((it) => it.many)) return 'starter';
  if (root.ended) return undefined;
  if (root.from && repeats(link, root.from)) return 'loop';
  return rootsInForce(link, root.id).length > 1 ? 'twice' : undefined;
}
const repeated = question<Fn, boolean>({ kind: 'repeats', fallback: false, same: Object.is });
/** Is it called in a loop, or by what is? */
function repeats(link: Linking, fn: Fn): boolean {
  return once(link, repeated, fn, fn, () =>
    callersOf(link, fn).some((it) => {
      const { n, from } = startedAt(link, it.event);
      return n >= 2 || from === 'guess' || (it.fn !== fn && repeats(link, it.fn));
    }),
  );
}

// ── Sets of arrivals that only grow ──────────────────────────────────────────────────────────────

function join(into: Map<string, Arrival>, it: Arrival): void {
  const known = into.get(it.id);
  into.set(it.id, known ? both(known, it) : it);
}
function both(a: Arrival, b: Arrival): Arrival {
  const [least = a.least] = [a.least, b.least].sort();
  return { id: a.id, kind: a.kind, many: a.many || b.many, spaces: union([a.spaces, b.spaces]), least };
}
function union(all: readonly (readonly string[])[]): readonly string[] {
  return [...new Set(all.flat())].sort();
}
/** By id; once there are too many, those of one kind are one, which stays so further down. */
function bounded(found: ReadonlyMap<string, Arrival>): readonly Arrival[] {
  const over = found.size > limits.runners;
  const kept = new Map<string, Arrival>();
  for (const it of found.values()) {
    const several = `${it.kind} several`;
    const falls = it.kind !== 'main' && (over || found.has(several));
    join(kept, falls ? { ...it, id: several, many: true, spaces: isApart(it.kind) ? [several] : it.spaces } : it);
  }
  return [...kept.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}
const isApart = (kind: RunnerKind): boolean => kind === 'process' || kind === 'interpreter';
const spaceOf = ({ spaces }: Arrival): string => (spaces.length === 1 ? (spaces[0] as string) : 'main');

// ── Evidence ─────────────────────────────────────────────────────────────────────────────────────

function becauseOf(link: Linking, fn: Fn, it: Arrival): Witness {
  const found = it.kind === 'main' ? mainSteps(link, it.least) : rootSteps(link, it);
  const [first, ...rest] = found;
  return first ? [first, ...rest] : [stepAt(fn, 'runs here')]; // where it started has just gone
}
function rootSteps(link: Linking, it: Arrival): readonly Step[] {
  const [root] = inOrder(rootsInForce(link, it.least));
  if (!root) return [];
  return it.many && !root.many ? [...root.because, ...whyMany(link, root)] : root.because;
}
const inOrder = (all: readonly Root[]): readonly Root[] =>
  [...all].sort(({ because: [a] }, { because: [b] }) => a.chunk.order - b.chunk.order || a.span.start - b.span.start);

const bodySteps = question<Fn, readonly Step[]>({ kind: 'main', fallback: [], same: sameSteps });
function mainSteps(link: Linking, module: string): readonly Step[] {
  const body = moduleNamed(link, module)?.body;
  if (!body) return [];
  return once(link, bodySteps, body, null, () => {
    dependOnBody(link, body);
    return [stepAt(body, 'runs when the module is imported or started')];
  });
}
function whyMany(link: Linking, root: Root): readonly Step[] {
  const { from } = root;
  const why = manyBecause(link, root);
  if (!from || why === undefined) return [];
  if (why === 'twice')
    return inOrder(rootsInForce(link, root.id))
      .slice(1, 2)
      .flatMap((it) => it.because);
  if (why === 'starter') {
    const starter = arrivalsAt(link, from).find((it) => it.many);
    return [
      stepAt(
        from,
        `\`${from.name}\`, which starts it, is run by several ${starter?.kind === 'process' ? 'processes' : `${starter?.kind}s`}`,
      ),
    ];
  }
  const caller = callersOf(link, from).find((it) => startedAt(link, it.event).n >= 2 || startedAt(link, it.event).from === 'guess');
  if (!caller) return [stepAt(from, `\`${from.name}\`, which starts it, is called in a loop`)];
  const { event } = caller;
  return [{ chunk: event.in.chunk, span: event.span, name: from.id, note: `calls \`${from.name}\` in a loop`, by: 'source' }];
}
const stepAt = (fn: Fn, note: string): Step => ({ chunk: fn.chunk, span: fn.fact.span, name: fn.id, note, by: 'source' });
