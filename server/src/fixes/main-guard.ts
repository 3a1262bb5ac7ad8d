// Top-level statements under `if __name__ == "__main__":`, alone or as part of another rewrite.
import { type Editing, type Fix, type Node, type Obstacle, type Offer, refuse, type Subject, safe } from '../model.js';

/** Everything from the start of the processes to the end of the module goes under the guard. */
export const addMainGuard: Fix<'spawn'> = {
  id: 'add-main-guard',
  title: 'Add `if __name__ == "__main__":`',
  best: 'safe',
  offer(spawn, doc) {
    const start = doc.program.atImport(spawn);
    return start ? (guardFrom(doc.node(start), start, doc) ?? safe) : undefined;
  },
};

/** The same for a rewrite that has just found out that it needs one; a refusal when the guard would hide names others may import. */
export function guarded(obstacles: readonly Obstacle[], doc: Editing): Offer | undefined {
  for (const it of obstacles) {
    const [step] = it.because;
    if (it.what !== 'main-guard') continue;
    const at = step.chunk.regions[0];
    const refused = at && guardFrom(doc.node(step), { in: at }, doc);
    if (refused) return refused;
  }
  return undefined;
}

function guardFrom(node: Node, { in: at }: Pick<Subject, 'in'>, doc: Editing): Offer | undefined {
  const statement = topLevel(node);
  if (!statement) return refuse('the start of the processes is no statement of the module');
  const rest = following(statement);
  if (rest.some((it) => /^(?:function_definition|class_definition|decorated_definition)$/.test(it.type)))
    return refuse('definitions follow the start of the processes; they would have to move before the main guard');
  if (rest.some((it) => /^import_/.test(it.type)))
    return refuse('imports follow the start of the processes; they would have to move before the main guard');
  const wanted = rest.flatMap(boundBy).find((name) => doc.program.imported(name, at));
  if (wanted) return refuse(`\`${wanted}\` is imported by another module, which would not find it under the guard`);
  doc.wrap(statement, rest.at(-1) ?? statement, 'if __name__ == "__main__":');
  return undefined;
}
/** Names of the module that a statement binds. */
const boundBy = (statement: Node): readonly string[] =>
  statement.chunk.events.flatMap((it) =>
    it.kind === 'bind' && it.in.fn.fact.kind === 'module' && it.target.is === 'name' ? [it.target.name] : [],
  );

/** The statement of the module body around a node. */
function topLevel(node: Node): Node | undefined {
  for (let it: Node | null = node; it; it = it.parent) if (it.parent?.type === 'module') return it;
  return undefined;
}
/** The statement and all after it: they may use what it binds. */
function following(statement: Node): readonly Node[] {
  const all = statement.parent?.children.filter((it) => it.type !== 'comment') ?? [];
  return all.filter((it) => it.span.start >= statement.span.start);
}
