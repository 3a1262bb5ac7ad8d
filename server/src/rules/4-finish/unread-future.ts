// Law 4. The exception of a worker waits in a future that nobody reads.
import { logFutureError } from '../../fixes/log-future-error.js';
import { readResults } from '../../fixes/read-results.js';
import { type Program, rule, type Subject, type Witness } from '../../model.js';

const calm = /^(?:time\.|logging\.|builtins\.print$|threading\.|queue\.)/;

export default rule({
  id: 'unread-future',
  law: 'finish',
  title: 'A future is never read',
  on: 'spawn',
  severity: 'warning',
  check(spawn, program) {
    if (!/^concurrent\.futures\.\w+\.(?:submit|map)$/.test(spawn.api) || program.demonstration(spawn.in)) return undefined;
    const [first, ...more] = program.ends(spawn.call);
    if (!first || ![first, ...more].every((it) => it.how === 'dropped' || it.how === 'lost')) return undefined;
    const raised = raises(spawn, program);
    if (!raised) return undefined;
    const what = spawn.api.endsWith('.map') ? 'results' : 'a future';
    const says = spawn.says === 'lambda' || spawn.says === 'it' ? 'the worker' : `\`${spawn.says}\``;
    return {
      at: spawn.call.calleeSpan,
      message: `\`${spawn.api.split('.').at(-1)}\` returns ${what} nobody reads: an exception in ${says} vanishes`,
      because: [[...spawn.runner.because, ...raised.because]],
      ...(raised.known ? {} : { atMost: 'medium' as const }),
    };
  },
  fixes: [readResults, logFutureError],
});

/** What the worker may raise; undefined where it reports for itself, or where another rule speaks. */
function raises(
  spawn: Subject<'spawn'>,
  program: Program,
): { readonly because: Witness | readonly []; readonly known: boolean } | undefined {
  const { callable, targets, call } = spawn;
  if (!callable || callable.value.is === 'call' || targets.some((it) => it.fact.async)) return undefined;
  for (const it of targets) {
    const because = program.raises(it);
    if (because) return { because, known: true };
  }
  if (targets.length > 0) return undefined;
  const { value } = callable;
  const name = program.meaning(value, call.in);
  if (name !== undefined) return calm.test(name) ? undefined : { because: program.here(call, `\`${name}\` may raise`), known: true };
  const isParameter = value.is === 'name' && call.in.fn.fact.params.some((it) => it.name === value.name);
  return { because: program.here(call, `what \`${spawn.says}\` does is up to the caller`), known: isParameter };
}
