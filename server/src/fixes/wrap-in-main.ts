// The statements of a script, scattered between its definitions → a function `main` at its end, called under the guard.
import { type Editing, type Fix, type Node, refuse, review } from '../model.js';
import { freeName, topLevelOf } from './places.js';

const definition = /^(?:function_definition|class_definition|decorated_definition)$/;
const importing = /^(?:import_statement|import_from_statement|future_import_statement)$/;

/** Where a guard alone would hide definitions: everything from the start on that is neither a definition nor an import goes into `main`. */
export const wrapInMain: Fix<'spawn'> = {
  id: 'wrap-in-main',
  title: 'Move the script into `main()`',
  best: 'review',
  offer(spawn, doc) {
    const start = doc.program.atImport(spawn);
    const first = start && topLevelOf(doc.node(start));
    if (!start || !first || definition.test(first.type)) return undefined;
    const module = doc.module(start.in.chunk);
    const later = module.children.filter((it) => it.type !== 'comment' && it.span.start >= first.span.start);
    const stays = later.filter((it) => definition.test(it.type) || importing.test(it.type));
    const moved = later.filter((it) => !stays.includes(it));
    const last = stays.at(-1);
    if (!last) return undefined; // a guard around the rest is enough
    const bound = new Set(moved.flatMap(boundBy));
    const refused = refusal(start.in, { module, moved, stays, bound }, doc);
    if (refused) return refuse(refused);
    const shared = [...bound]
      .filter((name) =>
        isUsed(
          name,
          module.children.filter((it) => definition.test(it.type)),
        ),
      )
      .sort();
    const unit = doc.indent(last, 1);
    const name = freeName(module, 'main');
    const lines = [...(shared.length > 0 ? [`global ${shared.join(', ')}`] : []), ...moved.flatMap((it) => linesOf(it))];
    const body = lines.map((line) => (line ? unit + line : line)).join('\n');
    for (const it of moved) for (const one of [...commentsBefore(it), it]) doc.remove(one);
    const end = module.children.at(-1) === last || last.span.start > (moved.at(-1)?.span.start ?? 0) ? last : (moved.at(-1) as Node);
    doc.insert('after', end, `\n\ndef ${name}():\n${body}\n\n\nif __name__ == "__main__":\n${unit}${name}()`);
    return review('importing the module no longer runs it, and what it sets is set when `main` runs');
  },
};
interface Script {
  readonly module: Node;
  readonly moved: readonly Node[];
  readonly stays: readonly Node[];
  readonly bound: ReadonlySet<string>;
}
function refusal(
  at: Parameters<Editing['program']['imported']>[1],
  { module, moved, stays, bound }: Script,
  doc: Editing,
): string | undefined {
  const imported = [...bound].find((name) => doc.program.imported(name, at));
  if (imported) return `\`${imported}\` is imported by another module, which would not find it`;
  if (moved.some((it) => it.all('string').some((one) => one.text.includes('\n')) || it.text.includes('\r')))
    return 'a string in the script spans several lines';
  if (moved.some((it) => it.all('wildcard_import').length > 0 || it.type === 'wildcard_import')) return 'it imports `*`';
  const all = module.children;
  if (moved.some((it) => isTrailing(all[all.findIndex((one) => one.span.start === it.span.start) + 1])))
    return 'a comment stands at the end of a line that would move';
  const needed = [...bound].find((name) => stays.some((it) => isNeededAtOnce(name, it)));
  if (needed) return `a definition that follows needs \`${needed}\` at once`;
  const prepares = moved.find(
    (it) =>
      stays.some((one) => importing.test(one.type) && one.span.start > it.span.start) &&
      /\b(?:sys\.path|os\.environ|putenv|filterwarnings|matplotlib\.use|set_start_method)\b/.test(it.text),
  );
  if (prepares) return 'an import follows that what stands before it prepares';
  return module.all('string').some((it) => it.text.slice(1, -1) === '__all__') ? 'it says what it exports' : undefined;
}

const isTrailing = (it: Node | undefined): boolean => it?.type === 'comment' && it.column > 0;

/** Names that a statement gives a value, nested functions aside. */
function boundBy(statement: Node): readonly string[] {
  return statement.chunk.events.flatMap((it) => {
    if (it.in.fn.fact.kind !== 'module') return [];
    if (it.kind === 'bind' && it.target.is === 'name') return [it.target.name];
    return it.kind === 'def' || it.kind === 'class' ? [it.name] : [];
  });
}
const isUsed = (name: string, definitions: readonly Node[]): boolean =>
  definitions.some((it) =>
    it.all('identifier').some((one) => one.text === name && one.parent?.field('attribute')?.span.start !== one.span.start),
  );
/** In a decorator, a default value, an annotation, or the body of a class. */
function isNeededAtOnce(name: string, statement: Node): boolean {
  return statement.all('identifier').some((it) => {
    if (it.text !== name || it.parent?.field('attribute')?.span.start === it.span.start) return false;
    const body = it.up('function_definition')?.field('body');
    return !(body && body.span.start <= it.span.start && it.span.end <= body.span.end);
  });
}

/** The comments on lines of their own right above a statement. */
function commentsBefore(statement: Node): readonly Node[] {
  const all = statement.parent?.children ?? [];
  const found: Node[] = [];
  for (
    let at = all.findIndex((it) => it.span.start === statement.span.start) - 1;
    all[at]?.type === 'comment' && all[at]?.column === 0;
    at--
  )
    found.unshift(all[at] as Node);
  return found;
}
const linesOf = (statement: Node): readonly string[] => [...commentsBefore(statement).map((it) => it.text), ...statement.text.split('\n')];
