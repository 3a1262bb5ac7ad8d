// `if cache is None: cache = {}` → `cache = {}` where it is declared, for what costs nothing to build.
import { type Editing, type Fix, type Node, refuse, review, type Touch } from '../model.js';
import { isSame, ownsLine, siblingsOf } from './placing.js';

export const buildAtImport: Fix<'race'> = {
  id: 'build-at-import',
  title: 'Build it when the module is imported',
  best: 'review',
  offer(race, doc) {
    const built = race.first.event;
    const test = doc.node(built).up('if_statement') ?? doc.node(built);
    const made = test.type === 'if_statement' ? onlyAssignment(test) : undefined;
    const [target, value] = [made?.field('left'), made?.field('right')];
    if (!target || !value) return refuse('more is done on first use than to build it');
    if (!isCheap(value, doc))
      return refuse('building it takes time, starts something or needs arguments: an import should do none of these');
    if (doc.program.touches(built.place, built.in).some((it) => isOther(it, race.first)))
      return refuse('it is given another value elsewhere');
    const declared = declarationOf(target, doc.module(built.in.chunk));
    if (!declared) return refuse(`\`${target.text}\` is not declared as \`None\` at the top of its module or class`);
    if (!ownsLine(test, doc) || siblingsOf(test).length < 2) return refuse('the test is written in a form that is not rewritten');
    if (test.all('comment').length > 0) return refuse('a comment of the test would be lost');
    doc.replace(declared, value.text);
    doc.remove(test);
    for (const it of globalsOf(target.text, test)) doc.remove(it);
    return review('it is there from the start, whether anybody uses it or not');
  },
};

/** `if x is None: x = make()`, and nothing else. */
function onlyAssignment(test: Node): Node | undefined {
  const [only, more] = test.field('consequence')?.children.filter((it) => it.type !== 'comment') ?? [];
  const assignment = only?.type === 'expression_statement' && !more ? only.children[0] : undefined;
  if (assignment?.type !== 'assignment' || test.field('alternative')) return undefined;
  const condition = test.field('condition')?.text ?? '';
  const name = assignment.field('left')?.text ?? '';
  return condition === `${name} is None` || condition === `not ${name}` ? assignment : undefined;
}
/** Containers of the language, empty. */
function isCheap(value: Node, doc: Editing): boolean {
  if (value.type === 'dictionary' || value.type === 'list') return value.children.length === 0;
  if (value.type !== 'call' || (value.field('arguments')?.children.length ?? 1) > 0) return false;
  const call = value.chunk.events.find((it) => it.kind === 'call' && isSame(doc.node(it), value));
  const name = call?.kind === 'call' ? doc.program.called(call)?.name : undefined;
  return name !== undefined && /^builtins\.(?:dict|list|set)$/.test(name);
}
const isOther = (it: Touch, own: Touch): boolean =>
  it.event !== own.event && it.op !== 'read' && it.op !== 'iterate' && it.event.in.kind !== 'module' && it.event.in.kind !== 'class';

/** The `None` that the name, or the attribute of a class, begins with. */
function declarationOf(target: Node, module: Node): Node | undefined {
  const name = target.field('attribute')?.text ?? target.text;
  const owner = target.type === 'attribute' ? target.up('class_definition') : undefined;
  const body = owner ? owner.field('body') : module;
  const found = (body?.children ?? []).flatMap((it) => {
    const assignment = it.type === 'expression_statement' && it.children[0]?.type === 'assignment' ? it.children[0] : undefined;
    return assignment?.field('left')?.text === name ? (assignment.field('right') ?? []) : [];
  });
  const [only, more] = found;
  return more || only?.type !== 'none' ? undefined : only;
}
/** `global x` of who assigns it no longer. */
function globalsOf(name: string, test: Node): readonly Node[] {
  const fn = test.up('function_definition');
  const said = fn?.all('global_statement') ?? [];
  const assigned = fn?.all('assignment', 'augmented_assignment').filter((it) => it.field('left')?.text === name).length ?? 0;
  return assigned > 1 ? [] : said.filter((it) => it.children.length === 1 && it.children[0]?.text === name);
}
