// Law 2. A fork copies the handle of a connection and not the connection: parent and child talk through one.
import { openInChild } from '../../fixes/open-in-child.js';
import { rule } from '../../model.js';

export default rule({
  id: 'handle-across-fork',
  law: 'worker',
  title: 'A connection is used on both sides of a fork',
  on: 'spawn',
  severity: 'warning',
  optIn: true,
  check(spawn, program) {
    const { pool } = spawn;
    if (spawn.runner.kind !== 'process' || !/^(?:multiprocessing|concurrent)\./.test(spawn.api)) return undefined;
    const { can, because } = program.startMethods(spawn);
    if (!can.includes('fork')) return undefined;
    const handle = program.inheritedHandle(spawn);
    if (!handle || program.demonstration(spawn.in)) return undefined;
    const first = pool?.made ? program.tasks(pool).find((it) => program.inheritedHandle(it)?.made === handle.made) : spawn;
    if (first !== spawn) return undefined; // the pool forks once
    return {
      ...(spawn.callable ? { at: spawn.callable.span } : {}),
      message: `\`${handle.name}\` is shared with the child through fork: both sides use one connection`,
      because: [[...handle.because, because]],
      ...(can.length > 1 ? { atMost: 'medium' as const } : {}),
    };
  },
  fixes: [openInChild],
});
