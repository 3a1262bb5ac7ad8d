// Built-in and project knowledge, merged for one target.
import type { Api, Price, QName, Target } from '../model.js';
import { libraries } from './libraries.js';
import { appliesTo, type Entry, type Exception, type Library, parsePrice } from './schema.js';

export interface Knowledge {
  /**
   * What a name means. Second names are followed and methods are inherited: `concurrent.futures.thread.ThreadPoolExecutor.submit`
   * has an answer, whose `alias` is the usual name.
   */
  api(name: QName): Api | undefined;
  /** The same for a name that the project itself speaks of; its functions may be in the workspace. */
  ownApi(name: QName): Api | undefined;
  /** Does the project name functions that run elsewhere? */
  readonly exempts: boolean;
  /** Every name with an entry of its own, sorted. */
  names(): readonly QName[];
}

/** What a project says of names in its settings, beside what is known of them. */
export interface Declared {
  /** A name, with `*` for any letters up to the next dot and `**` for any at all. */
  readonly name: string;
  /**
   * `blocking`: a call waits, and `twin` is the awaitable equivalent. `keeps`: it holds on to a task. `elsewhere` and `startup`: what
   * runs below it does not stop a loop that serves somebody. The rest: who may share an object.
   */
  readonly as: 'blocking' | 'keeps' | 'elsewhere' | 'startup' | 'thread-safe' | 'thread-unsafe';
  readonly twin?: QName;
  /** Where it is said. */
  readonly evidence: string;
}

/**
 * Later files win over earlier ones and over what is built in, name by name; a name wins over a pattern. What is declared adds
 * to whatever entry there is.
 */
export function loadKnowledge(target: Target, extra: readonly Library[] = [], declared: readonly Declared[] = []): Knowledge {
  const entries = new Map<QName, Stated>();
  const patterns: (Stated & { readonly fits: RegExp })[] = [];
  for (const library of [...libraries, ...extra])
    for (const [name, entry] of Object.entries(library.apis)) {
      if (name.includes('*')) patterns.unshift({ entry, library, fits: globOf(name) });
      else entries.set(name, { entry, library });
    }

  const resolved = new Map<QName, Api>();
  const direct = (name: QName): Api | undefined => {
    const known = entries.get(name) ?? patterns.find(({ fits }) => fits.test(name));
    if (known === undefined) return undefined;
    let api = resolved.get(name);
    if (api === undefined) {
      api = resolve(name, known.entry, known.library.evidence, target);
      resolved.set(name, api);
    }
    return api;
  };
  const find = (name: QName, hops: number): Api | undefined => {
    if (hops > hopLimit) return undefined;
    const api = direct(name);
    if (api?.alias !== undefined) {
      const meant = find(api.alias, hops + 1);
      return meant === undefined ? api : { ...meant, alias: meant.alias ?? api.alias };
    }
    if (api === undefined) return inherited(name, hops);
    return api.base === undefined ? api : { ...natureOf(find(api.base, hops + 1)), ...api };
  };
  /** A member of a class with another name or with a base, or of a module with another name. */
  const inherited = (name: QName, hops: number): Api | undefined => {
    for (let dot = name.lastIndexOf('.'); dot > 0; dot = name.lastIndexOf('.', dot - 1)) {
      const holder = direct(name.slice(0, dot));
      if (holder === undefined) continue;
      const member = name.slice(dot);
      if (holder.alias !== undefined) {
        const meant = find(holder.alias + member, hops + 1);
        return meant === undefined ? undefined : { ...meant, alias: meant.alias ?? holder.alias + member };
      }
      return holder.base === undefined ? undefined : find(holder.base + member, hops + 1);
    }
    return undefined;
  };

  const sayings = declared.map((it) => ({ ...it, fits: globOf(it.name) }));
  const answer = (name: QName): Api | undefined => {
    const api = find(name, 0);
    const about = sayings.filter(({ fits }) => fits.test(name) || (api?.alias !== undefined && fits.test(api.alias)));
    return about.reduce((sofar, one) => declare(name, sofar, one), api);
  };
  const found = new Map<QName, Api>();
  let sorted: readonly QName[] | undefined;
  const api = (name: QName): Api | undefined => {
    const known = found.get(name) ?? answer(name);
    if (known !== undefined) found.set(name, known);
    return known;
  };
  const own = [...extra.flatMap((it) => Object.keys(it.apis)), ...declared.map((it) => it.name)];
  const isOwn = { names: new Set(own), globs: own.filter((it) => it.includes('*')).map(globOf) };
  return {
    api,
    ownApi: (name) => (isOwn.names.has(name) || isOwn.globs.some((it) => it.test(name)) ? api(name) : undefined),
    exempts: declared.some((it) => it.as === 'elsewhere'),
    names() {
      sorted ??= [...entries.keys()].sort();
      return sorted;
    },
  };
}

interface Stated {
  readonly entry: Entry;
  readonly library: Library;
}

/** `*` stands for letters up to the next dot, `**` for any. */
function globOf(name: string): RegExp {
  const parts = name.split(/(\*+)/).map((it) => (it === '*' ? '[^.]*' : it.startsWith('*') ? '.*' : it.replaceAll('.', '\\.')));
  return new RegExp(`^${parts.join('')}$`);
}

function declare(name: QName, known: Api | undefined, { as, twin, evidence }: Declared): Api {
  // A capitalised name nobody described is taken for a class, as it is without a declaration.
  const isClass = known === undefined && /^_*[A-Z]/.test(name.slice(name.lastIndexOf('.') + 1));
  const api: Api = known ?? { ...(isClass ? { kind: 'class', returns: name } : {}), evidence };
  switch (as) {
    case 'keeps':
      return { ...api, keeps: true };
    case 'elsewhere':
    case 'startup':
      return { ...api, exempt: as };
    case 'thread-safe':
      return { ...api, safety: 'shared', evidence };
    case 'thread-unsafe':
      return { ...api, safety: 'distinct', evidence };
    case 'blocking': {
      const better = twin === undefined ? {} : { twin, ownTwin: twin };
      if (api.coroutine) return api;
      return api.topic === undefined ? { ...api, gil: 'waits', topic: 'other', ...better, evidence } : { ...api, ...better };
    }
  }
}

/** Second names and base classes followed for one lookup; longer chains are mistakes in a project's file. */
const hopLimit = 8;

/** What a class is, and may be used for, its subclasses are as long as they say nothing else. */
function natureOf(base: Api | undefined): Partial<Api> {
  if (base === undefined) return {};
  const { is, family, safety, fork } = base;
  return {
    ...(is === undefined ? {} : { is }),
    ...(family === undefined ? {} : { family }),
    ...(safety === undefined ? {} : { safety }),
    ...(fork === undefined ? {} : { fork }),
  };
}

type Claims = Omit<Exception, 'given' | 'python'>;

function resolve(name: QName, entry: Entry, page: string, target: Target): Api {
  const { unless = [], ...stated } = entry;
  let claims: Entry = stated;
  for (const { given, python, ...other } of unless)
    if (given === undefined) claims = merge(claims, other, python === undefined ? 'all' : appliesTo(python, target.python));
  const api = finish(name, claims, page);
  const variants = unless.flatMap(({ given, python, ...other }) => {
    const applies = python === undefined ? 'all' : appliesTo(python, target.python);
    if (given === undefined || applies === 'none') return [];
    return [{ given, api: finish(name, merge(claims, other, applies), page) }];
  });
  return variants.length === 0 ? api : { ...api, variants };
}

/** Where versions disagree nobody can be accused: the class becomes unknown and the rest stays as it was. */
function merge(claims: Entry, other: Claims, applies: 'all' | 'some' | 'none'): Entry {
  if (applies === 'none') return claims;
  if (applies === 'some') return other.gil === undefined || other.gil === claims.gil ? claims : without(claims, 'unknown');
  const replaced = other.gil === undefined || other.above !== undefined ? claims : without(claims, other.gil);
  return { ...replaced, ...other };
}

function without(claims: Entry, gil: NonNullable<Api['gil']>): Entry {
  const { above: _, ...rest } = claims;
  return { ...rest, gil };
}

function finish(name: QName, claims: Entry, page: string): Api {
  const { costs, by: _by, unless: _unless, evidence = page, ...rest } = claims;
  const price: Price | undefined = costs === undefined ? undefined : parsePrice(costs);
  const itself = claims.kind === 'class' && claims.returns === undefined && claims.alias === undefined ? { returns: name } : {};
  return { ...(rest as Omit<Api, 'evidence' | 'costs'>), ...itself, ...(price === undefined ? {} : { costs: price }), evidence };
}
