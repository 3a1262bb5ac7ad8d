// What a call gives back.
import { isGiven } from '../knowledge/given.js';
import type { Fn, Region, Subject, Value } from '../model.js';
import { annotationMeanings } from './annotations.js';
import { receiversOf } from './bindings.js';
import { passedThrough } from './elements.js';
import { argument } from './flows.js';
import { classOf } from './index.js';
import { apiOf, bodyOf, canonical, eventsOf, few, type Linking, once, scopeAt } from './linking.js';
import { anything, type Meaning, orHint, withBasis } from './meanings.js';
import { attributeMeanings, dunder } from './members.js';
import { bindingsOf, findModule } from './names.js';
import { givesFirst, returnsWhen } from './optional-argument.js';
import { meaningsOf } from './question.js';
import { resolve } from './types.js';

/** What a call in the source gives. */
export function callMeanings(link: Linking, call: Subject<'call'>): readonly Meaning[] {
  return resolve(link, call.callee, call.in).flatMap((it) => callMeaning(link, it, call));
}

/** What calling this gives; `call` is where it is written, null for a decorator that is applied. */
export function callMeaning(link: Linking, callee: Meaning, call: Subject<'call'> | null): readonly Meaning[] {
  switch (callee.is) {
    case 'fn':
    case 'bound':
      return pending(callee) ?? choosing(link, callee, call) ?? handedBack(link, callee, call) ?? resultOf(link, callee);
    case 'class':
      return [{ is: 'object', cls: callee.cls, made: call, by: callee.by === 'source' ? 'constructor' : callee.by }];
    case 'object': {
      const run = dunder(link, callee, '__call__');
      return run ? (pending(run) ?? resultOf(link, run)) : [];
    }
    case 'partial':
      return callMeaning(link, callee.of, call);
    case 'outside':
      return outsideResult(link, callee, call);
    case 'anything':
      return anything;
    default:
      return [];
  }
}
/** Of a function that looks whether it got its first argument: what it gives in this call. */
function choosing(
  link: Linking,
  { fn, by }: Extract<Meaning, { is: 'fn' | 'bound' }>,
  call: Subject<'call'> | null,
): readonly Meaning[] | undefined {
  const given = call ? givesFirst(fn, call.args) : undefined;
  const found = given === undefined ? undefined : returnsWhen(link, fn, given);
  return found && found.length > 0 ? found.map((it) => (by === 'source' ? it : withBasis(it, by))) : undefined;
}
/** Of a function that returns a parameter as it came: what this call gave for it, and not what others gave. */
function handedBack(
  link: Linking,
  { fn, is, by }: Extract<Meaning, { is: 'fn' | 'bound' }>,
  call: Subject<'call'> | null,
): readonly Meaning[] | undefined {
  if (!call || call.args.length === 0 || call.args.some((it) => it.value.is === 'star')) return undefined;
  const all = leaves(link, fn, 'return');
  const params = all.map((it) => (it.value.is === 'name' ? parameterOf(link, fn, it.value.name, it.in) : undefined));
  if (!params.some((it) => it !== undefined)) return undefined;
  const outside = bodyOf(fn)?.parent;
  const found = all.flatMap((it, at): readonly Meaning[] => {
    const index = params[at];
    const param = index === undefined ? undefined : fn.fact.params[index];
    if (index === undefined || !param) return resolve(link, it.value, it.in);
    const given = argument(call, param.kind === 'keyword' ? [param.name] : [param.name, index - (is === 'bound' ? 1 : 0)]);
    const value = given?.value ?? param.preset;
    const where = given ? call.in : outside;
    return value && where ? resolve(link, value, where) : [];
  });
  const useful = few(link, found).filter((it) => !(it.is === 'thing' && it.type === 'builtins.NoneType'));
  const hinted = orDeclared(link, useful, fn);
  return by === 'source' ? hinted : hinted.map((it) => withBasis(it, by));
}
/** The parameter that a name means, where nothing else is bound to it. */
function parameterOf(link: Linking, fn: Fn, name: string, at: Region): number | undefined {
  const [bound, more] = (bindingsOf(link, name, at)?.bound ?? []).filter((it) => it.is !== 'bind' || it.event.from !== 'narrow');
  return bound?.is === 'param' && !more && bound.fn === fn && !(fn.owner && bound.index === 0) ? bound.index : undefined;
}
function pending(it: Extract<Meaning, { is: 'fn' | 'bound' }>): readonly Meaning[] | undefined {
  const { async: isAsync, generator } = it.fn.fact;
  if (generator) return [{ is: 'pending', of: it, how: 'generator', by: it.by }];
  return isAsync ? [{ is: 'pending', of: it, how: 'coroutine', by: it.by }] : undefined;
}

/** What the body of a function returns: its `return` values, else its annotation. */
export function resultOf(link: Linking, callee: Meaning): readonly Meaning[] {
  if (callee.is === 'partial') return resultOf(link, callee.of);
  if (callee.is === 'outside') return awaitedOutside(link, callee);
  if (callee.is === 'anything') return anything;
  if (callee.is !== 'fn' && callee.is !== 'bound') return [];
  return returnsOf(link, callee.fn).map((it) => (callee.by === 'source' ? it : withBasis(it, callee.by)));
}
function awaitedOutside(link: Linking, callee: Extract<Meaning, { is: 'outside' }>): readonly Meaning[] {
  const api = apiOf(link, callee.name);
  if (!api?.coroutine) return returned(link, callee, null);
  return api.returns && api.returns !== 'self' ? [{ is: 'thing', type: api.returns, made: null, by: callee.by }] : [];
}
const returnedMeanings = meaningsOf<Fn>('returns');
export function returnsOf(link: Linking, fn: Fn): readonly Meaning[] {
  return once(link, returnedMeanings, fn, fn, () => {
    const found = leaves(link, fn, 'return').flatMap((it) => resolve(link, it.value, it.in));
    const useful = few(link, found).filter((it) => !(it.is === 'thing' && it.type === 'builtins.NoneType'));
    return orDeclared(link, useful, fn);
  });
}
/** The annotation of what a function returns, where no more is known. */
function orDeclared(link: Linking, found: readonly Meaning[], { fact, chunk }: Fn): readonly Meaning[] {
  const at = chunk.regions[fact.body]?.parent;
  const { returns } = fact;
  return returns && at ? orHint(found, () => annotationMeanings(link, returns, at)) : found;
}
/** The `return`, `yield` or `raise` events of a function. */
export function leaves(link: Linking, fn: Fn, by: Subject<'leave'>['by']): readonly Subject<'leave'>[] {
  return eventsOf(link, fn).filter((it): it is Subject<'leave'> => it.kind === 'leave' && it.by === by);
}

function outsideResult(link: Linking, callee: Extract<Meaning, { is: 'outside' }>, call: Subject<'call'> | null): readonly Meaning[] {
  const name = canonical(link, callee.name);
  if (call) {
    const special = specials[name];
    const found = special?.(link, call);
    if (found) return found;
    const through = passedThrough(link, name, callee.self, call);
    if (through) return through;
  }
  return returned(link, callee, call);
}

/** By knowledge; a capitalised name nobody described is taken to be a class, which only matters for naming its methods. */
function returned(link: Linking, callee: Extract<Meaning, { is: 'outside' }>, call: Subject<'call'> | null): readonly Meaning[] {
  const entry = apiOf(link, callee.name);
  const api = (call && entry?.variants?.find((it) => isGiven(it.given, call.args))?.api) || entry;
  const type = api?.kind === 'class' ? callee.name : api?.returns === 'self' ? undefined : api?.returns;
  if (api?.returns === 'self' && callee.self) return [callee.self];
  if (api?.coroutine) return [{ is: 'pending', of: callee, how: 'coroutine', by: callee.by }];
  if (type) return [{ is: 'thing', type, made: call, by: callee.by === 'source' || callee.by === 'import' ? 'constructor' : callee.by }];
  const last = callee.name.split('.').at(-1) ?? '';
  if (!api && !callee.self && /^[A-Z][A-Za-z0-9]*[a-z]/.test(last))
    return [{ is: 'thing', type: callee.name, made: call, by: 'constructor' }];
  return builtinClasses.has(callee.name) ? [{ is: 'thing', type: callee.name, made: call, by: 'constructor' }] : [];
}
const builtinClasses: ReadonlySet<string> = new Set(
  'str bytes bytearray int float complex bool list tuple dict set frozenset object range'.split(' ').map((it) => `builtins.${it}`),
);

type Special = (link: Linking, call: Subject<'call'>) => readonly Meaning[] | undefined;
const positional = (call: Subject<'call'>, index: number): Value | undefined => call.args.filter((it) => it.name === null)[index]?.value;

const specials: { readonly [name: string]: Special } = {
  'builtins.super': (link, call) => {
    const given = positional(call, 1);
    const method = methodAround(call);
    const selves = given ? resolve(link, given, call.in) : method ? receiversOf(link, method) : [];
    const first = positional(call, 0);
    const named = first ? resolve(link, first, call.in)[0] : undefined;
    const cls = named?.is === 'class' ? named.cls : method && ownerOf(link, method);
    return cls ? selves.map((self): Meaning => ({ is: 'super', cls, self, by: 'inherited' })) : [];
  },
  'builtins.type': (link, call) => {
    const of = positional(call, 0);
    if (!of || call.args.length !== 1) return undefined;
    return resolve(link, of, call.in).flatMap((it): readonly Meaning[] =>
      it.is === 'object'
        ? [{ is: 'class', cls: it.cls, by: it.by }]
        : it.is === 'thing'
          ? [{ is: 'outside', name: it.type, self: null, by: it.by }]
          : it.is === 'anything'
            ? anything
            : [],
    );
  },
  'builtins.getattr': (link, call) => {
    const [of, name] = [positional(call, 0), positional(call, 1)];
    if (!of || name?.is !== 'literal' || typeof name.value !== 'string') return [];
    const attribute = name.value;
    return resolve(link, of, call.in).flatMap((it) => attributeMeanings(link, it, attribute));
  },
  'functools.partial': (link, call) => {
    const of = positional(call, 0);
    return of ? resolve(link, of, call.in).map((it): Meaning => ({ is: 'partial', of: it, call, by: it.by })) : [];
  },
  'functools.wraps': () => [{ is: 'outside', name: 'functools.update_wrapper', self: null, by: 'knowledge' }],
  'functools.update_wrapper': firstArgument,
  'functools.lru_cache': (link, call) => {
    const of = positional(call, 0);
    const given = of ? resolve(link, of, call.in).filter((it) => it.is === 'fn' || it.is === 'bound') : [];
    return given.length > 0 ? given : [{ is: 'outside', name: 'functools.lru_cache', self: null, by: 'knowledge' }];
  },
  'functools.cache': firstArgument,
  'copy.copy': firstArgument,
  'copy.deepcopy': firstArgument,
  'typing.cast': (link, call) => {
    const [type, at] = [positional(call, 0), call.in];
    return type ? annotationMeanings(link, type, at) : [];
  },
  'importlib.import_module': (link, call) => {
    const name = positional(call, 0);
    if (name?.is !== 'literal' || typeof name.value !== 'string' || name.value.startsWith('.')) return [];
    const found = findModule(link, name.value);
    return [found ? { is: 'module', module: found, by: 'import' } : { is: 'outside', name: name.value, self: null, by: 'import' }];
  },
  'asyncio.run': awaitedArgument,
  'asyncio.wait_for': (link, call) =>
    awaitedArgument(link, call).map(
      (it): Meaning => ({ is: 'pending', of: { is: 'partial', of: it, call, by: it.by }, how: 'coroutine', by: it.by }),
    ),
};
function firstArgument(link: Linking, call: Subject<'call'>): readonly Meaning[] {
  const of = positional(call, 0);
  return of ? resolve(link, of, call.in) : [];
}
function awaitedArgument(link: Linking, call: Subject<'call'>): readonly Meaning[] {
  return firstArgument(link, call).flatMap((it) => (it.is === 'pending' ? resultOf(link, it.of) : it.is === 'anything' ? anything : []));
}
function methodAround(call: Subject<'call'>): Fn | undefined {
  for (let fn: Fn | null = call.in.fn; fn; fn = fn.parent) if (fn.owner) return fn;
  return undefined;
}
function ownerOf(link: Linking, method: Fn) {
  const region = bodyOf(method)?.parent;
  return region ? classOf.get(scopeAt(link, region)) : undefined;
}
