// Law 5. A condition is waited for without testing again, or used without holding it.
import { testAgain } from '../../fixes/test-again.js';
import { waitForPredicate } from '../../fixes/wait-for-predicate.js';
import { type Program, rule, type Subject } from '../../model.js';

const methods: ReadonlySet<string> = new Set(['wait', 'wait_for', 'notify', 'notify_all']);

export default rule({
  id: 'condition-misuse',
  law: 'circle',
  title: 'A condition is used the wrong way',
  on: 'call',
  severity: 'warning',
  check(call, program) {
    const { callee } = call;
    if (callee.is !== 'attr' || !methods.has(callee.name)) return undefined;
    const condition = program.object(callee.of, call.in);
    if (condition?.role !== 'condition') return undefined;
    const lock = program.lock(callee.of, call.in);
    if (!lock?.exact) return undefined;
    const written = `${lock.name}.${callee.name}`;
    if (!program.held(call).some((it) => it.id === lock.id || !it.exact)) {
      if (isForOthers(call)) return undefined;
      return {
        at: call.calleeSpan,
        message: `\`${written}\` raises RuntimeError here: \`${lock.name}\` is not held`,
        severity: 'error',
        because: [program.here(call, `nothing around it takes \`${lock.name}\``)],
      };
    }
    const test = callee.name === 'wait' ? testedOnce(call, program) : undefined;
    if (!test) return undefined;
    return {
      at: call.calleeSpan,
      message: `\`${written}\` may return before what the \`if\` asks for holds: the test runs once only`,
      because: [[...program.here(test, 'tests once'), ...program.here(call, 'and goes on after the first wake-up')]],
    };
  },
  fixes: [testAgain, waitForPredicate],
});
/** A method that its callers call with the lock held, for all that is known. */
const isForOthers = (call: Subject<'call'>): boolean => call.in.fn.owner !== null && call.in.fn.fact.name.startsWith('_');

/**
 * The `if` right around the wait, with no loop in between that would test again. Who waits for a time only looks again later, and who
 * leaves right after the wait trusts nothing.
 */
function testedOnce(call: Subject<'call'>, program: Program): Subject<'branch'> | undefined {
  if (program.loop(call.in) || call.args.length > 0) return undefined;
  if (program.within(call.in).some((it) => it.kind === 'leave' && it.span.start > call.span.start)) return undefined;
  return program.within(program.scope(call.in)).find((it): it is Subject<'branch'> => it.kind === 'branch' && program.body(it) === call.in);
}
