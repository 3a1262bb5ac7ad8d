// Paths of functions and classes: through what encloses them, lambdas numbered in each scope, namesakes told apart.
import type { Facts, FunctionFact, QName } from '../model.js';

/** Paths taken so far in a module. */
export interface Names {
  readonly taken: Map<string, number>;
  readonly lambdas: Map<string, number>;
}
export const newNames = (): Names => ({ taken: new Map(), lambdas: new Map() });

export interface Named {
  /** By function; empty for the share of the module body. */
  readonly paths: readonly string[];
  /** By function: the class whose body holds it. */
  readonly owners: readonly (QName | null)[];
  /** Path by region, of those that are bodies of classes. */
  readonly classes: ReadonlyMap<number, string>;
}

/** `prefix` is that of the class the chunk is a member of, else empty; `owner` its qualified name. */
export function nameAll(names: Names, facts: Facts, module: QName, prefix: string, owner: QName | null): Named {
  const classAt = new Map<number, string>();
  for (const it of facts.events) if (it.kind === 'class') classAt.set(it.body, it.name);
  const functionAt = new Map<number, number>();
  facts.functions.forEach((it, index) => {
    if (index > 0) functionAt.set(it.body, index);
  });
  const paths = facts.functions.map(() => '');
  const owners: (QName | null)[] = facts.functions.map(() => null);
  const classes = new Map<number, string>();
  const prefixes: string[] = [prefix];
  const around: (QName | null)[] = [owner];
  facts.regions.forEach((region, index) => {
    if (region.parent < 0) return;
    const before = prefixes[region.parent] ?? '';
    const cls = classAt.get(index);
    const fn = functionAt.get(index);
    const fact = fn === undefined ? undefined : facts.functions[fn];
    if (cls !== undefined) {
      const path = unique(names, `${before}${cls}`);
      prefixes[index] = `${path}.`;
      around[index] = `${module}.${path}`;
      classes.set(index, path);
    } else if (fn !== undefined && fact) {
      const path = unique(names, `${before}${fact.kind === 'lambda' ? `<lambda${next(names.lambdas, before)}>` : fact.name}`);
      paths[fn] = path;
      owners[fn] = facts.regions[region.parent]?.kind === 'class' ? (around[region.parent] ?? null) : null;
      prefixes[index] = `${path}.`;
      around[index] = null;
    } else {
      prefixes[index] = before;
      around[index] = around[region.parent] ?? null;
    }
  });
  return { paths, owners, classes };
}
function next(counter: Map<string, number>, key: string): number {
  const it = (counter.get(key) ?? 0) + 1;
  counter.set(key, it);
  return it;
}
function unique(names: Names, path: string): string {
  const times = next(names.taken, path);
  return times === 1 ? path : `${path}#${times}`;
}

const outermost = new WeakMap<Facts, readonly string[]>();
/** Names that a chunk takes right under its prefix; an empty one for each lambda. */
function taken(facts: Facts): readonly string[] {
  const known = outermost.get(facts);
  if (known) return known;
  const inside = new Set<number>();
  const names = new Map<number, string>();
  for (const it of facts.events) if (it.kind === 'class') names.set(it.body, it.name);
  facts.functions.forEach((it, index) => {
    if (index > 0) names.set(it.body, it.kind === 'lambda' ? '' : it.name);
  });
  const found: string[] = [];
  facts.regions.forEach((region, index) => {
    if (region.parent < 0) return;
    if (inside.has(region.parent)) inside.add(index);
    const name = names.get(index);
    if (name === undefined) return;
    if (!inside.has(index)) found.push(name);
    inside.add(index);
  });
  outermost.set(facts, found);
  return found;
}
/** The numbers its outermost names would get now: with other numbers it has other paths. */
export function numberingOf(names: Names, facts: Facts, prefix: string): string {
  const all = taken(facts).map((it) => (it === '' ? `λ${names.lambdas.get(prefix) ?? 0}` : (names.taken.get(`${prefix}${it}`) ?? 0)));
  return `${prefix}${all.join()}`;
}
/** Names as a chunk with this numbering found them, as far as it looks. */
export function namesBefore(facts: Facts, prefix: string, numbering: string): Names {
  const names = newNames();
  const numbers = numbering.slice(prefix.length).split(',');
  for (const [at, it] of taken(facts).entries()) {
    const number = numbers[at] ?? '';
    if (it === '') names.lambdas.set(prefix, Number(number.slice(1)));
    else names.taken.set(`${prefix}${it}`, Number(number));
  }
  return names;
}
/** Do two chunks take the same names, so that one can stand for the other and no third is numbered anew? */
export function takeTheSame(a: Facts, b: Facts): boolean {
  const [all, others] = [taken(a), taken(b)];
  return all.length === others.length && all.every((it, at) => it === others[at]);
}
/** Counts the names of a chunk that keeps its paths. */
export function take(names: Names, facts: Facts, prefix: string): void {
  for (const it of taken(facts)) {
    if (it === '') unique(names, `${prefix}<lambda${next(names.lambdas, prefix)}>`);
    else unique(names, `${prefix}${it}`);
  }
}

const signatures = new WeakMap<FunctionFact, string>();
/** What callers and readers can see of a function without looking into its body. */
export function signatureOf(fact: FunctionFact): string {
  const known = signatures.get(fact);
  if (known !== undefined) return known;
  const { kind, name, async, generator, params, decorators, returns, globals, nonlocals, broken, requires } = fact;
  const found = JSON.stringify([kind, name, async, generator, params, decorators, returns, globals, nonlocals, broken, requires]);
  signatures.set(fact, found);
  return found;
}
