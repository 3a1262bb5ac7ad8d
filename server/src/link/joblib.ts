// `Parallel(n_jobs=4)(delayed(f)(x) for x in xs)`: what joblib runs, and whether on threads or in processes.
import type { HandlerApi, Subject, Value } from '../model.js';
import { handedOver } from './handlers.js';
import { canonical, eventsOf, type Linking } from './linking.js';
import type { Rooted } from './roots.js';
import { evaluate } from './types.js';

/** Processes unless threads are asked for; without `n_jobs`, or with one, the caller does the work. */
export function joblibCalls(link: Linking, call: Subject<'call'>): readonly Rooted[] {
  const [target] = call.args;
  if (!target || !evaluate(link, call.callee, call.in).some((it) => it.is === 'outside' && canonical(link, it.name) === 'joblib.delayed'))
    return [];
  const made = poolAround(link, call);
  const jobs = made && option(made, 'n_jobs', 0);
  if (!made || !jobs || (jobs.is === 'literal' && (jobs.value === 1 || jobs.type === 'none'))) return [];
  const named = [option(made, 'backend', 1), option(made, 'prefer'), option(made, 'require')];
  if (named.some((it) => it !== undefined && it.is !== 'literal')) return []; // chosen elsewhere
  const on = named.some((it) => it?.is === 'literal' && threaded.has(it.value)) ? 'thread' : 'process';
  const api: HandlerApi = { on, sync: on, many: true };
  return evaluate(link, target.value, call.in).flatMap((it) =>
    it.is === 'fn' || it.is === 'bound'
      ? [
          handedOver(
            link,
            it.fn,
            api,
            call,
            `\`joblib.Parallel\` runs \`${it.fn.name}\` in several ${on === 'thread' ? 'threads' : 'processes'}`,
          ),
        ]
      : [],
  );
}
const threaded: ReadonlySet<unknown> = new Set(['threading', 'threads', 'sharedmem']);

/** The call that makes the `Parallel` whose call stands in the same statement. */
function poolAround(link: Linking, call: Subject<'call'>): Subject<'call'> | undefined {
  for (const it of eventsOf(link, call.in.fn)) {
    if (it.kind !== 'call' || it.in.chunk !== call.in.chunk || it.span.start > call.span.start || it.span.end < call.span.end) continue;
    for (const made of evaluate(link, it.callee, it.in))
      if (made.is === 'thing' && canonical(link, made.type) === 'joblib.Parallel' && made.made) return made.made;
  }
  return undefined;
}
function option(made: Subject<'call'>, name: string, position?: number): Value | undefined {
  const plain = made.args.filter((it) => it.name === null);
  return (made.args.find((it) => it.name === name) ?? (position === undefined ? undefined : plain[position]))?.value;
}
