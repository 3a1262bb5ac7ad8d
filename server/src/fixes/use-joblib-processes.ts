// `Parallel(n_jobs=4, backend="threading")` → `Parallel(n_jobs=4, backend="loky")`: the processes that joblib takes by default.
import { type Editing, type Fix, type Node, type Offer, refuse, type Subject } from '../model.js';
import { leaving, staysHere } from './other-process.js';
import { argumentsOf, positionalOf } from './places.js';

/** What asks for threads, and what asks for processes in its place. */
const processes: Readonly<Record<string, string>> = { threading: 'loky', threads: 'processes' };

export const useJoblibProcesses: Fix<'spawn'> = {
  id: 'use-joblib-processes',
  title: 'Let joblib use processes',
  best: 'review',
  offer(spawn, doc) {
    const { pool } = spawn;
    if (pool?.api !== 'joblib.Parallel' || !pool.made) return undefined;
    const made = doc.node(pool.made);
    const refused = kept(spawn, made, doc);
    if (refused) return refused;
    const choices = choicesIn(made);
    if (choices.length === 0) return refuse('what asks for threads is written in a form that is not rewritten');
    for (const it of choices)
      doc.replace(
        it,
        it.text.replace(/threading|threads/, (word) => processes[word] ?? word),
      );
    return leaving(spawn, 'joblib runs the tasks in other processes: arguments and results are copied, and globals are not shared', doc);
  },
};

/** Why the tasks stay on threads. */
function kept(spawn: Subject<'spawn'>, made: Node, doc: Editing): Offer | undefined {
  const { program } = doc;
  const tasks = spawn.pool ? program.tasks(spawn.pool) : [];
  if (argumentsOf(made).some((it) => it.field('name')?.text === 'require'))
    return refuse('`require="sharedmem"` says that the tasks share memory');
  if (program.runners(spawn.in).some((it) => it.kind === 'process'))
    return refuse('it may run in another process already, from which joblib starts none of its own reliably');
  if (givenElsewhere(spawn.pool?.name ?? '', made, tasks, doc))
    return refuse(`\`${spawn.pool?.name}\` is used elsewhere too, and what it runs there is not known`);
  const unknown = tasks.find((it) => it.targets.length === 0);
  if (unknown) return refuse(`what \`${unknown.says}\` does is not known`);
  const stays = staysHere(spawn, tasks, doc);
  if (stays) return stays;
  const waiting = tasks.find((it) => program.work(it).bound === 'waiting');
  if (waiting) return refuse(`\`${waiting.says}\` is given to the same pool and mostly waits: give the two kinds of work a pool each`);
  for (const it of tasks) {
    const [lost] = program.lostExceptions(it);
    if (lost) return refuse(`\`${it.says}\` can raise \`${lost.name}\`, which does not survive pickling: it would break the pool`);
  }
  return undefined;
}
/** Is the name that holds it used for anything but calls with the known tasks? */
function givenElsewhere(name: string, made: Node, tasks: readonly Subject<'spawn'>[], doc: Editing): boolean {
  if (made.parent?.type === 'call') return false;
  const known = tasks.map((it) => doc.node(it.call).span);
  const scope = made.up('function_definition', 'module');
  const uses = scope?.all('identifier').filter((it) => it.text === name) ?? [];
  return uses.some(({ parent, span }) => {
    if (parent?.type === 'as_pattern_target' || parent?.field('left')?.span.start === span.start) return false;
    return !(parent?.type === 'call' && known.some((it) => it.start >= parent.span.start && it.end <= parent.span.end));
  });
}
/** The texts `"threading"` and `"threads"` among the arguments. */
function choicesIn(made: Node): readonly Node[] {
  const named = argumentsOf(made).flatMap((it) => (/^(?:backend|prefer)$/.test(it.field('name')?.text ?? '') ? [it.field('value')] : []));
  return [...named, positionalOf(made)[1]].flatMap((it) => (it && /^["'](?:threading|threads)["']$/.test(it.text) ? [it] : []));
}
