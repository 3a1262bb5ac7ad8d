// Law 4, opt-in. `gather` returns errors as values on request, and nobody looks at them.

import { gatherInGroup } from '../../fixes/gather-in-group.js';
import { raiseFirstError } from '../../fixes/raise-first-error.js';
import { type EventKind, type Region, rule, type Subject } from '../../model.js';

/** What looks at a result, or is the end of tasks that were cancelled. */
const looking = /^(?:isinstance|issubclass|type|exception|print_exception|format_exception|raise_for_errors)$/;

export default rule({
  id: 'discarded-gather-errors',
  law: 'finish',
  title: 'Errors that `gather` returns are thrown away',
  on: 'call',
  severity: 'warning',
  optIn: true,
  check(call, program) {
    if (call.result !== 'awaited' || program.called(call)?.name !== 'asyncio.gather') return undefined;
    if (!call.args.some((it) => it.name === 'return_exceptions' && it.value.is === 'literal' && it.value.value === true)) return undefined;
    const { fn } = call.in;
    const own = program.within(fn.chunk.regions[fn.fact.body] ?? call.in);
    const named = (it: Subject<EventKind>, names: RegExp): boolean =>
      it.kind === 'call' && names.test(it.callee.is === 'name' || it.callee.is === 'attr' ? it.callee.name : '');
    if (own.some((it) => it.span.start < call.span.start && named(it, /^cancel/))) return undefined;
    if (own.some((it) => it.span.start > call.span.end && named(it, /^(?:result|exception)$/))) return undefined; // each task is asked later on
    const ends = program.awaitedEnds(call);
    const [first] = ends;
    const unused = ends.every((it) => it.how === 'dropped' || it.how === 'lost');
    const used = ends.every((it) => it.how === 'iterated' || it.how === 'tested' || it.how === 'formatted');
    if (!first || !(unused || used)) return undefined;
    if (used && own.some((it) => named(it, looking) || (it.kind === 'leave' && it.by === 'raise'))) return undefined;
    return {
      message: '`asyncio.gather` returns errors as values and nothing looks at them',
      ...(isFinal(call.in) ? { severity: 'hint' as const } : {}),
      because: [
        [
          ...program.here(call, '`return_exceptions=True` makes errors results like any other'),
          ...program.here(first.at ?? call, unused ? 'the results end here' : 'the results are used as if all had gone well'),
        ],
      ],
    };
  },
  fixes: [raiseFirstError, gatherInGroup],
});
/** On the way out there may be nobody left to tell. */
function isFinal(at: Region): boolean {
  for (let it: Region | null = at; it && it.kind !== 'function'; it = it.parent) if (it.kind === 'finally') return true;
  return false;
}
