// `os.chdir(path)` before `subprocess.run(…)` → `subprocess.run(…, cwd=path)`.
import { type Fix, refuse, review, type Subject } from '../model.js';
import { nextOf, ownsLine } from './placing.js';

const starters = /^subprocess\.(?:run|call|check_call|check_output|Popen)$/;

export const passFolder: Fix<'call' | 'bind'> = {
  id: 'pass-folder',
  title: 'Tell the child process its folder',
  best: 'review',
  offer(call, doc) {
    const name = call.kind === 'call' ? doc.program.called(call)?.name : undefined;
    if (call.kind !== 'call' || name !== 'os.chdir')
      return refuse('who relies on it is not known: hand the value to those who need it, or hold one lock over the change and its use');
    const node = doc.node(call);
    const statement = node.statement();
    const [path, more] = node.field('arguments')?.children ?? [];
    if (!path || more || call.result !== 'dropped' || !/^(?:identifier|attribute|string)$/.test(path.type))
      return refuse('the folder is worked out in the same line');
    const next = nextOf(statement);
    const events = next ? call.in.chunk.events : [];
    const start =
      next &&
      events.find((it): it is Subject<'call'> => it.kind === 'call' && isIn(doc.node(it).span, next.span) && isStart(it, doc.program));
    if (!next || !start) return refuse('what relies on the folder is not the next line: use absolute paths');
    if (nextOf(next)) return refuse('what follows may rely on the folder, too: use absolute paths');
    const list = doc.node(start).field('arguments');
    const last = list?.children.at(-1);
    if (!last || list?.children.some((it) => it.type === 'comment' || it.field('name')?.text === 'cwd' || it.type === 'dictionary_splat'))
      return refuse('the child process is started in a form that is not rewritten');
    if (!ownsLine(statement, doc)) return refuse('several statements share the line');
    doc.remove(statement);
    doc.replace(last, `${last.text}, cwd=${path.text}`);
    return review('the folder of this process stays as it is');
  },
};
const isIn = (a: { start: number; end: number }, b: { start: number; end: number }): boolean => a.start >= b.start && a.end <= b.end;
const isStart = (it: Subject<'call'>, program: { called(of: Subject<'call'>): { name: string } | undefined }): boolean =>
  starters.test(program.called(it)?.name ?? '');
