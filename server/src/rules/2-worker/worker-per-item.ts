// Law 2. One thread or process for each item of a collection that nothing bounds.
import { workersToPool } from '../../fixes/workers-to-pool.js';
import { rule } from '../../model.js';

export default rule({
  id: 'worker-per-item',
  law: 'worker',
  title: 'A worker for each item',
  on: 'spawn',
  severity: 'hint',
  optIn: true,
  check(spawn, program) {
    const { kind } = spawn.runner;
    if (spawn.pool || (kind !== 'thread' && kind !== 'process') || !spawn.runner.many || program.demonstration(spawn.in)) return undefined;
    const loop = program.loop(spawn.call.in);
    const items = loop && program.unbounded(loop);
    if (!loop || !items) return undefined;
    const body = program.within(program.body(loop));
    if (body.some((it) => it.kind === 'call' && /^(?:join|acquire|wait|get|result)$/.test(it.callee.is === 'attr' ? it.callee.name : '')))
      return undefined; // it waits for room
    return {
      message: `one ${kind} is started for each item of \`${items}\`: nothing bounds their number`,
      because: [
        [
          ...program.here(loop, `\`${items}\` is as long as whoever calls makes it`),
          ...spawn.runner.because,
        ] as unknown as typeof spawn.runner.because,
      ],
      severity: kind === 'process' ? 'warning' : 'hint',
    };
  },
  fixes: [workersToPool],
});
