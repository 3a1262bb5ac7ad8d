// The calls of a chunk that could start something or hand something over, so that who looks for those need not look at all.
import type { Chunk, Subject } from '../model.js';
import { apiOf, attempt, canonical, type Linking, once } from './linking.js';
import { question } from './question.js';
import { evaluate } from './types.js';

const tellingCalls = question<Chunk, ReadonlySet<Subject>>({
  kind: 'telling calls',
  fallback: new Set(),
  same: (a, b) => a.size === b.size && [...a].every((it) => b.has(it)),
});
/** Calls of classes, and of outside functions that are known to start or to take over what they are given. */
export const callsThatTell = (link: Linking, chunk: Chunk): ReadonlySet<Subject> =>
  once(link, tellingCalls, chunk, chunk, () => {
    const telling = chunk.events.filter((it) => it.kind === 'call' && !it.implied && attempt(link, it, false, () => tells(link, it)));
    return new Set(telling);
  });
const tells = (link: Linking, call: Subject<'call'>): boolean =>
  evaluate(link, call.callee, call.in).some((it) => {
    if (it.is !== 'outside') return it.is === 'class';
    const api = apiOf(link, it.name);
    return api?.spawns !== undefined || api?.registers !== undefined || canonical(link, it.name) === 'joblib.delayed';
  });
