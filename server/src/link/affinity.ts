// Objects that another thread must not use: connections of SQLite, sessions in a transaction, the connections of Django.
import type { Affinity, FnId, Subject, Value } from '../model.js';
import { argument } from './flows.js';
import { isA, type Linking } from './linking.js';
import type { Meaning } from './meanings.js';
import { sinkBelow } from './stalls.js';
import { evaluate, typeName } from './types.js';

/** What the call itself is given or is a method of, and what the wait below it is a method of. */
export function affinityOf(link: Linking, call: Subject<'call'>): Affinity | undefined {
  const below = sinkBelow(link, call);
  if (below?.name.startsWith('django.db.')) return { what: 'django', name: below.name };
  const inside = new Set(below?.steps.map((it) => it.name) ?? []);
  const given = [call.callee, ...call.args.map((it) => it.value)];
  const sink = below && below.call !== call ? [below.call.callee] : [];
  for (const [at, values] of [
    [call, given],
    [below?.call ?? call, sink],
  ] as const) {
    for (const value of values) {
      const of = value === at.callee ? (value.is === 'attr' ? value.of : undefined) : value;
      const found = of && evaluate(link, of, at.in).flatMap((it) => bound(link, it, of, inside) ?? [])[0];
      if (found) return found;
    }
  }
  return undefined;
}
function bound(link: Linking, it: Meaning, value: Value, inside: ReadonlySet<FnId>): Affinity | undefined {
  const type = typeName(it);
  const made = it.is === 'thing' ? it.made : null;
  if (!type || (made && inside.has(made.in.fn.id))) return undefined; // it is made, used and left in one thread
  const name = value.is === 'name' || value.is === 'attr' ? value.name : type;
  if (isA(link, type, 'sqlite3.Connection') || isA(link, type, 'sqlite3.Cursor')) {
    const check = made && isA(link, type, 'sqlite3.Connection') ? argument(made, ['check_same_thread', 4]) : undefined;
    return check?.value.is === 'literal' && check.value.value === false ? undefined : { what: 'thread', name };
  }
  return isA(link, type, 'sqlalchemy.orm.Session') || type === 'sqlalchemy.engine.Connection' ? { what: 'transaction', name } : undefined;
}
