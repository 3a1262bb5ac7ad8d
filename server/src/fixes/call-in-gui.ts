// `label.config(text=…)` in a worker thread → the same, handed to the thread of the windows: `after`, `idle_add`.
import { type Editing, type Fix, type Offer, refuse, review, type Subject } from '../model.js';
import { isPath, writtenCall } from './places.js';

export const callInGui: Fix<'call' | 'bind'> = {
  id: 'call-in-gui',
  title: 'Hand the call to the GUI thread',
  best: 'review',
  offer(call, doc) {
    const found = doc.program.trespass(call);
    if (found?.of !== 'main') return undefined;
    if (call.kind === 'bind')
      return found.name.startsWith('tkinter.') ? option(call, doc) : refuse('a store into an item is not handed on');
    if (call.result !== 'dropped') return refuse('what the call gives is used here, and only the GUI thread could say it');
    const way = wayTo(call, found.name, doc);
    if (typeof way !== 'function') return way;
    const node = doc.node(call);
    const written = writtenCall(node);
    if (!written) return refuse('the call is written in a form that is not rewritten');
    const { callee, given } = written;
    if (call.callee.is !== 'attr' || !isPath(call.callee.of)) return refuse('what it is called on is no plain name');
    const keywords = given.some((it) => it.type === 'keyword_argument' || it.type === 'dictionary_splat');
    const all = [callee, ...given].map((it) => it.text).join(', ');
    doc.replace(node, way(keywords ? `${doc.use('functools.partial', call.in.chunk)}(${all})` : all));
    return review(later);
  },
};
const later = 'the widget changes a moment later; what is given to it is still worked out here';
/** `label["text"] = x` is `label.config(text=x)`. */
function option(bind: Subject<'bind'>, doc: Editing): Offer {
  const statement = doc.node(bind).statement();
  const assignment = statement.type === 'expression_statement' ? statement.children[0] : statement;
  const target = assignment?.field('left');
  const [holder, key, value] = [target?.field('value'), target?.field('subscript'), assignment?.field('right')];
  const name = /^["']([a-z_]+)["']$/.exec(key?.text ?? '')?.[1];
  if (assignment?.type !== 'assignment' || !holder || !value || !name || !/^[\w.]+$/.test(holder.text))
    return refuse('the option is set in a form that is not rewritten');
  const partial = doc.use('functools.partial', bind.in.chunk);
  doc.replace(assignment, `${holder.text}.after(0, ${partial}(${holder.text}.config, ${name}=${value.text}))`);
  return review(later);
}

function wayTo(call: Subject<'call'>, name: string, doc: Editing): ((args: string) => string) | ReturnType<typeof refuse> {
  const holder = doc.node(call).field('function')?.field('object')?.text;
  if (name.startsWith('tkinter.')) {
    if (name.startsWith('tkinter.Variable.')) return refuse('a variable of Tk has no `after`: call that of a widget');
    return (args) => `${holder}.after(0, ${args})`;
  }
  if (!name.startsWith('gi.')) return refuse('Qt has signals for it: connect one of the worker to this method, and emit it here');
  if (doc.program.meaning({ is: 'name', name: 'GLib' }, call.in) !== 'gi.repository.GLib') return refuse('`GLib` is not imported here');
  return (args) => `GLib.idle_add(${args})`;
}
