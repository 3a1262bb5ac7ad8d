// `if not q.empty(): x = q.get()` → `try: x = q.get_nowait()`, which tests and takes in one step.
import { type Fix, type Node, refuse, review } from '../model.js';
import { ownsLine } from './placing.js';

const shape = 'only `if not q.empty():` and `while not q.empty():` with `q.get()` as the first statement are rewritten';

export const getNowait: Fix<'race'> = {
  id: 'get-nowait',
  title: 'Take with get_nowait',
  best: 'review',
  offer({ first, place }, doc) {
    if (place.holds === undefined || doc.program.api(place.holds)?.is !== 'queue') return undefined;
    const statement = doc.node(first.event).statement();
    const block = statement.field(statement.type === 'while_statement' ? 'body' : 'consequence');
    const test = statement.field('condition');
    const queue = /^not\s+([\w.]+)\.empty\(\)$/.exec(test?.text ?? '')?.[1];
    const [taking, ...rest] = block?.children.filter((it) => it.type !== 'comment') ?? [];
    if (!queue || !test || !block || !taking || statement.field('alternative')) return refuse(shape);
    if (!ownsLine(statement, doc) || !ownsLine(taking, doc)) return refuse('several statements share the line');
    const get = taking.all('call').find((it) => isGet(it, queue));
    if (taking.type !== 'expression_statement' || !get) return refuse(shape);
    const taken = taking.text.replace(get.text, `${queue}.get_nowait()`);
    const empty = doc.use('queue.Empty', first.event.in.chunk);
    const margin = doc.indent(taking);
    const outer = doc.indent(statement);
    if (statement.type === 'while_statement') {
      doc.replace(test, 'True');
      doc.replace(
        taking,
        `try:\n${margin}${margin.slice(outer.length)}${taken}\n${margin}except ${empty}:\n${margin}${margin.slice(outer.length)}break`,
      );
    } else {
      const [from, to] = [taking.span.start - statement.span.start, taking.span.end - statement.span.start];
      const head = statement.text.slice(0, from).replace(/^if\b[^:]*:/, 'try:');
      const next = rest.length > 0 ? `\n${outer}else:` : '';
      const tail = statement.text.slice(to);
      doc.replace(statement, `${head}${taken}\n${outer}except ${empty}:\n${margin}pass${next}${tail}`);
    }
    return review('an empty queue is met where the item is taken, and nobody waits for one');
  },
};
const isGet = (call: Node, queue: string): boolean =>
  /^(?:\(\s*\)|\(\s*(?:block\s*=\s*)?(?:True|False)\s*\))$/.test(call.field('arguments')?.text ?? '') &&
  call.field('function')?.text === `${queue}.get`;
