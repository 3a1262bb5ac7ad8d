// Locks that a comment or an annotation declares: what they guard, and which functions want them held.
import type { Fn, Guard, Lock, Place, Region, Step, Subject, Value } from '../model.js';
import type { Class } from './index.js';
import { attributesIn, bodyOf, type Linking, namesIn, once } from './linking.js';
import { lockOf } from './locks.js';
import { mro } from './members.js';
import { bindsOf, receiverClass, type Spot } from './places.js';
import { question } from './question.js';

const spotDeclared = question<Spot, Guard | undefined>({
  kind: 'declared guard',
  fallback: undefined,
  same: (a, b) => a?.lock === b?.lock,
});
/** What the first binding that says so declares; `place` is for the words. */
export function declaredGuard(link: Linking, spot: Spot, place: Place): Guard | undefined {
  return once(link, spotDeclared, spot, null, () => {
    for (const bind of bindsOf(link, spot)) {
      const lock = bind.guardedBy === undefined ? undefined : lockNamed(link, bind.guardedBy, bind, spot);
      if (!lock?.made) continue;
      const note = `\`${place.name}\` is declared guarded by \`${lock.name}\``;
      const step: Step = { chunk: bind.in.chunk, span: bind.span, name: bind.in.fn.id, note, by: 'source' };
      return { lock, inside: 0, outside: 0, by: 'declaration', because: [step] };
    }
    return undefined;
  });
}
/** `self._lock` and `_lock` in a class are its attribute, anything else a name of the module. */
function lockNamed(link: Linking, said: string, bind: Subject<'bind'>, spot: Spot): Lock | undefined {
  const words = said.split('.');
  const last = words.at(-1) ?? said;
  if ('cls' in spot.holder && words.length <= 2) {
    const found = memberLock(link, spot.holder.cls, last, words.length === 2 ? said : `self.${last}`);
    if (found) return found;
  }
  return lockOf(link, named(words), bind.in);
}
function memberLock(link: Linking, cls: Class, name: string, spelled: string): Lock | undefined {
  for (const it of mro(link, cls)) {
    if (typeof it === 'string') continue;
    const own = (namesIn(link, it.scope, name) ?? []).flatMap((one) => (one.is === 'bind' ? [one.event] : []));
    const [bind] = [...own, ...(attributesIn(link, it, name) ?? [])];
    const lock = bind && lockOf(link, bind.target, bind.in);
    if (lock) return { ...lock, name: spelled };
  }
  return undefined;
}
function named(words: readonly string[]): Value {
  const [first, ...rest] = words;
  return rest.reduce<Value>((of, name) => ({ is: 'attr', of, name }), { is: 'name', name: first ?? '' });
}

const functionRequires = question<Fn, Lock | undefined>({ kind: 'requires', fallback: undefined, same: (a, b) => a?.id === b?.id });
/** The lock that a function wants its callers to hold. */
export function requiredBy(link: Linking, fn: Fn): Lock | undefined {
  if (fn.fact.requires === undefined) return undefined;
  return once(link, functionRequires, fn, fn, () => {
    const said = fn.fact.requires ?? '';
    const body: Region | undefined = bodyOf(fn);
    const words = said.split('.');
    const self = fn.fact.params[0]?.name;
    const own = body && self !== undefined ? receiverClass(link, self, body) : undefined;
    const member = own && words.length <= 2 ? memberLock(link, own.cls, words.at(-1) ?? said, said) : undefined;
    const lock = member ?? (body ? lockOf(link, named(words), body) : undefined);
    return lock?.made ? lock : undefined;
  });
}
