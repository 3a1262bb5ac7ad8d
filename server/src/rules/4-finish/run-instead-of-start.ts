// Law 4. `run()` of a thread or process is a plain call: it runs here, and nothing is started.
import { startInsteadOfRun } from '../../fixes/start-instead-of-run.js';
import { type Program, rule, type Subject, type Value } from '../../model.js';

export default rule({
  id: 'run-instead-of-start',
  law: 'finish',
  title: '`run()` is called where `start()` was meant',
  on: 'call',
  severity: 'error',
  check(call, program) {
    if (call.callee.is !== 'attr' || call.callee.name !== 'run' || call.args.length > 0 || program.demonstration(call.in)) return undefined;
    const { of } = call.callee;
    const object = program.object(of, call.in);
    if (!object?.made || (object.role !== 'thread' && object.role !== 'process')) return undefined;
    if (methodsOn(of, call, program).includes('start')) return undefined; // both are there: somebody chooses
    const name = of.is === 'name' || of.is === 'attr' ? of.name : (object.type.split('.').at(-1) ?? '');
    return {
      message: `\`${name}.run()\` runs in this ${object.role}; no new ${object.role} starts`,
      because: [
        [
          ...program.here(object.made, `a ${object.role} is made here`),
          ...program.here(call, `its \`run\` is called like any method, and \`start\` nowhere`),
        ],
      ],
    };
  },
  fixes: [startInsteadOfRun],
});

/** Methods that the same function calls on the same expression. */
export function methodsOn(of: Value, call: Subject<'call'>, program: Program): readonly string[] {
  const path = JSON.stringify(of);
  const body = call.in.fn.chunk.regions[call.in.fn.fact.body] ?? call.in;
  return program
    .within(body)
    .flatMap((it) => (it.kind === 'call' && it.callee.is === 'attr' && JSON.stringify(it.callee.of) === path ? [it.callee.name] : []));
}
