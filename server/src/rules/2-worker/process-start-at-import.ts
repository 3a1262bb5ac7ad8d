// Law 2. A process that starts when its module is imported starts again in each child that imports the module.
import { addMainGuard } from '../../fixes/main-guard.js';
import { wrapInMain } from '../../fixes/wrap-in-main.js';
import { rule } from '../../model.js';

export default rule({
  id: 'process-start-at-import',
  law: 'worker',
  title: 'A process starts when the module is imported',
  on: 'spawn',
  severity: 'error',
  check(spawn, program) {
    if (spawn.runner.kind !== 'process' || !/^(?:multiprocessing|concurrent)\./.test(spawn.api)) return undefined;
    const start = program.atImport(spawn);
    if (!start || start.in.chunk.file.endsWith('.ipynb') || program.demonstration(spawn.in)) return undefined;
    const { can, pinned, because } = program.startMethods(spawn);
    const [leads] = program.here(start, 'runs when the module is imported');
    const what = spawn.pool?.made ? `\`${spawn.pool.name}\` starts processes on import` : `\`${spawn.says}\` starts as a process on import`;
    return {
      message: `${what}: each spawned child imports this file and would start it again`,
      because: [[leads, ...spawn.runner.because, because]],
      severity: can.some((it) => it !== 'fork') ? 'error' : pinned ? 'hint' : 'warning',
    };
  },
  fixes: [addMainGuard, wrapInMain],
});
