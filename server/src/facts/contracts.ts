// `# guarded-by: self._lock` behind an assignment, `GuardedBy("_lock")` in its annotation, and `# requires: self._lock` behind the head of a function.
import type { EventFact, FunctionFact, Span } from '../model.js';
import type { FlatTree } from '../syntax/flat.js';
import type { Building } from './walk.js';

/** Comments that say which lock belongs to what; `(?!…)` leaves out prose. */
const form = /^#\s*(guarded-by|requires):\s*([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)\s*(?:$|[#,;.(-])/i;
export const mayHoldContracts = (text: string): boolean => /#\s*(?:guarded-by|requires):/i.test(text);

interface Said {
  readonly events: readonly EventFact[];
  readonly functions: readonly Building<FunctionFact>[];
}
/** `Annotated[list, GuardedBy("_lock")]` */
const annotated = /\bGuardedBy\(\s*["']([A-Za-z_][\w.]*)["']\s*\)/;
/** `base` is where the chunk starts, from which spans count. */
export function addContracts(tree: FlatTree, comments: readonly number[], { events, functions }: Said, base: number): void {
  for (const it of events) {
    if (it.kind !== 'bind' || it.annotation?.is !== 'item') continue;
    const lock = annotated.exec(tree.text.slice(base + it.stmt.start, base + it.stmt.end))?.[1];
    if (lock !== undefined) (it as { guardedBy?: string }).guardedBy = lock;
  }
  for (const node of comments) {
    const match = form.exec(tree.text.slice(tree.start(node), tree.end(node)));
    const [, what, lock] = match ?? [];
    if (what === undefined || lock === undefined) continue;
    const at = tree.start(node) - base;
    const line = tree.text.lastIndexOf('\n', tree.start(node) - 1) + 1 - base;
    const isOnLine = (it: Span): boolean => it.start < at && it.end >= line;
    if (what.toLowerCase() === 'requires') {
      const fn = functions.find((it) => it.kind === 'def' && line <= it.span.start && it.span.start < at);
      if (fn) fn.requires = lock;
      continue;
    }
    for (const it of events) {
      if (it.kind !== 'bind' || it.from !== 'assign' || !isOnLine(it.stmt) || it.stmt.end > at) continue;
      if (it.target.is === 'attr' || it.target.is === 'name') (it as { guardedBy?: string }).guardedBy = lock;
    }
  }
}
