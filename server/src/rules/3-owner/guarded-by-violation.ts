// Law 3. Somebody wrote down which lock belongs to what, and here it is not held.
import { holdDeclaredLock } from '../../fixes/guard-with-lock.js';
import { type Problem, type Program, rule, type Subject } from '../../model.js';

export default rule({
  id: 'guarded-by-violation',
  law: 'owner',
  title: 'The declared lock is not held',
  on: ['gap', 'call'],
  severity: 'warning',
  optIn: true,
  check(subject, program) {
    if (subject.kind === 'call') return required(subject, program);
    const { guard, touch, place } = subject;
    if (guard.by !== 'declaration') return undefined;
    return {
      message: `\`${place.name}\` is declared guarded by \`${guard.lock.name}\`, which is not held here`,
      because: [[...guard.because, ...touch.because]],
      severity: program.target.gil === 'off' ? 'error' : 'warning',
    };
  },
  fixes: [holdDeclaredLock],
});

/** A function that says which lock its callers hold. */
function required(call: Subject<'call'>, program: Program): Problem | undefined {
  if (call.implied || call.in.fn.fact.name === '__init__') return undefined;
  const [fn, more] = program.callees(call);
  const lock = fn && !more && fn.fact.requires !== undefined ? program.required(fn) : undefined;
  if (!fn || !lock || program.required(call.in.fn)?.id === lock.id) return undefined;
  if (program.held(call).some((it) => it.id === lock.id || !it.exact)) return undefined;
  return {
    at: call.calleeSpan,
    message: `\`${fn.fact.name}\` requires \`${lock.name}\`, which is not held here`,
    because: [[...program.at(fn, `\`${fn.name}\` wants \`${lock.name}\` held`), ...program.here(call, 'it is called without it')]],
    severity: program.target.gil === 'off' ? 'error' : 'warning',
  };
}
