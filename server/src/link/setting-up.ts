// Functions that run before anybody else can have the object: initialisers, and what only they call.
import type { Fn } from '../model.js';
import { callersOf } from './callers.js';
import { type Linking, once } from './linking.js';
import { question } from './question.js';

const initial = new Set([
  '__init__',
  '__new__',
  '__post_init__',
  '__set_name__',
  '__setstate__',
  '__init_subclass__',
  'setUp',
  'setup_method',
]);
const functionSettingUp = question<Fn, boolean>({ kind: 'setting up', fallback: true, same: Object.is });
/** Runs before anybody else can have the object: an initialiser, or a method that only initialisers call. */
export function isSettingUp(link: Linking, fn: Fn): boolean {
  if (initial.has(fn.fact.name) && fn.owner !== null) return true;
  if (fn.owner === null) return false;
  return once(link, functionSettingUp, fn, fn, () => {
    const callers = callersOf(link, fn);
    return callers.length > 0 && callers.every((it) => it.fn.owner !== null && it.fn !== fn && isSettingUp(link, it.fn));
  });
}
