// Law 2. A fork copies the state of a random generator: every worker goes on from there, with the same numbers.
import { seedPerTask } from '../../fixes/seed-per-task.js';
import { rule, type Subject, type Value } from '../../model.js';

export default rule({
  id: 'duplicated-rng',
  law: 'worker',
  title: 'Forked workers draw the same random numbers',
  on: 'spawn',
  severity: 'warning',
  optIn: true,
  check(spawn, program) {
    const { pool } = spawn;
    if (spawn.runner.kind !== 'process' || !/^(?:multiprocessing|concurrent)\./.test(spawn.api)) return undefined;
    const { can, because } = program.startMethods(spawn);
    if (!can.includes('fork')) return undefined;
    const found = program.duplicatedDraws(spawn);
    const [draw] = found?.draws ?? [];
    if (!found || !draw || program.demonstration(spawn.in)) return undefined;
    if (pool?.made && program.tasks(pool).find((it) => program.duplicatedDraws(it)) !== spawn) return undefined; // told at the first
    return {
      ...(spawn.callable ? { at: spawn.callable.span } : {}),
      message: `\`${spelled(draw)}\` draws from a state that every forked worker inherits: the streams are identical`,
      because: [[...found.because, because]],
      ...(can.length > 1 ? { atMost: 'medium' as const } : {}),
    };
  },
  fixes: [seedPerTask],
});
const spelled = ({ callee }: Subject<'call'>): string => dotted(callee);
const dotted = (value: Value): string =>
  value.is === 'attr' ? `${dotted(value.of)}.${value.name}` : value.is === 'name' ? value.name : 'random';
