// Law 2. A spawned child imports the module anew: what only the parent has set, it does not see.
import { passToChild } from '../../fixes/pass-to-child.js';
import { useFork } from '../../fixes/start-method.js';
import { rule } from '../../model.js';

export default rule({
  id: 'fork-dependent-state',
  law: 'worker',
  title: 'A child reads what only its parent set',
  on: 'spawn',
  severity: 'warning',
  check(spawn, program) {
    if (spawn.runner.kind !== 'process' || !/^(?:multiprocessing|concurrent)\./.test(spawn.api)) return undefined;
    const { can, pinned, because } = program.startMethods(spawn);
    if (pinned && can[0] === 'fork') return undefined;
    const state = program.parentState(spawn);
    if (!state || program.demonstration(spawn.in)) return undefined;
    return {
      ...(spawn.callable ? { at: spawn.callable.span } : {}),
      message: `\`${state.name}\` is set in the parent only: a spawned child that runs \`${spawn.says}\` sees ${state.value}`,
      because: [[...state.because, because]],
      severity: can.includes('fork') ? (can.length === 1 ? 'hint' : 'warning') : 'error',
    };
  },
  fixes: [passToChild, useFork],
});
