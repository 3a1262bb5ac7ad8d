// Law 4. A task that nothing refers to can vanish while it runs, and its error with it.
import { keepTask } from '../../fixes/keep-task.js';
import { useTaskGroup } from '../../fixes/use-task-group.js';
import { rule } from '../../model.js';

/** The loop refers weakly to what these make; groups, and calls that wait, keep theirs. */
const starters: ReadonlySet<string> = new Set(['asyncio.create_task', 'asyncio.ensure_future', 'asyncio.AbstractEventLoop.create_task']);

export default rule({
  id: 'dropped-task',
  law: 'finish',
  title: 'A task is started and kept nowhere',
  on: 'spawn',
  severity: 'warning',
  check(spawn, program) {
    if (!starters.has(spawn.api) || program.demonstration(spawn.in)) return undefined;
    const ends = program.ends(spawn.call);
    const [first] = ends;
    if (!first || !ends.every((it) => it.how === 'dropped' || it.how === 'lost')) return undefined;
    if (program.trespass(spawn.call)?.of === 'loop') return undefined; // the thread it is started from is the worse defect
    const note = first.how === 'lost' ? 'the task is kept under a name that nothing reads' : 'the task ends here, as a statement';
    return {
      at: spawn.call.calleeSpan,
      message: `\`${spawn.api.split('.').at(-1)}\` keeps no reference: the task can vanish mid-run and its error goes unseen`,
      because: [[...spawn.runner.because, ...program.here(spawn.call, note)]],
    };
  },
  fixes: [keepTask, useTaskGroup],
});
