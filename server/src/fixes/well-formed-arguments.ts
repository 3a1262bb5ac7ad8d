// `args=(x)` → `args=(x,)`, `Thread(f)` → `Thread(target=f)`.
import { type Fix, refuse, safe } from '../model.js';

export const wellFormedArguments: Fix<'call'> = {
  id: 'well-formed-arguments',
  title: 'Give it as it is meant',
  best: 'safe',
  offer(call, doc) {
    const called = doc.program.called(call);
    const spawns = called?.api.spawns;
    const list =
      doc
        .node(call)
        .field('arguments')
        ?.children.filter((it) => it.type !== 'comment') ?? [];
    const plain = list.filter((it) => it.type !== 'keyword_argument');
    const named = (name: string) => list.find((it) => it.field('name')?.text === name)?.field('value');
    const where = spawns?.from ?? [];
    const args = where.map((it) => (typeof it === 'string' ? named(it) : plain[it])).find((it) => it !== undefined);
    if (!args || (plain[0] && spawns?.target.includes(1) && !named('target') && plain.length === 1)) {
      const [first] = plain;
      if (!first || plain.length > 1) return refuse('what the other positional arguments mean is not plain');
      doc.replace(first, `target=${first.text}`);
      return safe;
    }
    if (args.type === 'parenthesized_expression') {
      const inside = args.text.slice(1, -1);
      if (inside.includes('#') || inside.includes('\n')) return refuse('the value spans several lines');
      doc.replace(args, `(${inside.trimEnd()},)`);
    } else doc.replace(args, `(${args.text},)`);
    return safe;
  },
};
