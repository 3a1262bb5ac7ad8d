// Functions of which the project itself says that what they do stops no loop that matters.
import type { Api, Fn } from '../model.js';
import { bodyOf, type Linking } from './linking.js';
import { evaluate } from './types.js';

/** What the project says of one of its functions. */
export const exemptionOf = (link: Linking, fn: Fn): Api['exempt'] => link.knowledge.ownApi(fn.id.replace(':', '.'))?.exempt;

/** Does it run away from the loop, because of what it is or of what decorates it? */
export function isExempt(link: Linking, fn: Fn): boolean {
  if (!link.knowledge.exempts) return false;
  if (exemptionOf(link, fn) === 'elsewhere') return true;
  const at = bodyOf(fn)?.parent;
  return fn.fact.decorators.some((value) => {
    const call = value.is === 'call' ? fn.chunk.events[value.event] : undefined;
    const meant = at ? evaluate(link, call?.kind === 'call' ? call.callee : value, at) : [];
    return meant.some((it) =>
      it.is === 'outside'
        ? link.knowledge.ownApi(it.name)?.exempt === 'elsewhere'
        : it.is === 'fn' && exemptionOf(link, it.fn) === 'elsewhere',
    );
  });
}
