// How large the result of a call is: ranges, lengths, containers made from others, and workspace functions.
import type { Fn, QName, Subject } from '../model.js';
import { argument } from './flows.js';
import { apiOf, canonical, type Linking, methodName } from './linking.js';
import type { Meaning } from './meanings.js';
import { leaves } from './results.js';
import { serialOf } from './serial.js';
import { type Env, emptyEnv, type Size, size, sizeOf, vaguer } from './sizes.js';
import { loopsAround, tripsOf } from './trips.js';
import { evaluate } from './types.js';

export function callSize(link: Linking, call: Subject<'call'>, env: Env): Size | undefined {
  const name = calleeName(link, call, env);
  const known = name ? sizers[name] : undefined;
  const given = call.args.filter((it) => it.name === null).map((it) => it.value);
  if (known) {
    const found = known((index) => (given[index] ? sizeOf(link, given[index], call.in, env) : undefined), call, link, env);
    if (found) return found;
  }
  const receiver = call.callee.is === 'attr' && name?.startsWith('builtins.') ? sizeOf(link, call.callee.of, call.in, env) : undefined;
  if (receiver && name) {
    const method = methodSize(link, name, receiver, call, env);
    if (method) return method;
  }
  for (const it of evaluate(link, call.callee, call.in)) {
    if (it.is === 'fn' || it.is === 'bound') return functionSize(link, it.fn, envFor(link, it, call, env));
  }
  const api = name ? apiOf(link, name) : undefined;
  const type = api?.kind === 'class' ? name : api?.returns;
  return type && type !== 'self' ? size({ type, from: 'guess' }) : undefined;
}

/** The outside name a call means, by resolution or by the type of its receiver here. */
export function calleeName(link: Linking, call: Subject<'call'>, env: Env): QName | undefined {
  const [it] = evaluate(link, call.callee, call.in);
  if (it?.is === 'outside') return canonical(link, it.name);
  if (it || call.callee.is !== 'attr') return undefined;
  const type = sizeOf(link, call.callee.of, call.in, env)?.type;
  return type ? canonical(link, methodName(link, type, call.callee.name)) : undefined;
}

/** What a callee knows of its arguments at this call. */
export function envFor(link: Linking, callee: Meaning, call: Subject<'call'>, env: Env): Env {
  if (callee.is !== 'bound' && callee.is !== 'fn') return emptyEnv(env.fn);
  const params = paramsFor(link, callee, call, env);
  return shared(link, { fn: callee.fn, params, outer: outerOf(callee.fn, env), made: madeOf(link, callee, env) });
}
/** JSON has no infinity, and what is endless is not what is unknown. */
const shown = (_: string, it: unknown): unknown => (it === Number.POSITIVE_INFINITY ? 'endless' : it);
/** Of equal arguments the first, for the question under way: what is worked out with them is worked out once. */
function shared(link: Linking, env: Env): Env {
  const key = `${[env.fn, env.outer, env.made].map((it) => it && serialOf(it))} ${JSON.stringify([...env.params], shown)}`;
  const known = link.sizing.envs.get(key) ?? env;
  link.sizing.envs.set(key, known);
  return known;
}
function paramsFor(link: Linking, callee: Extract<Meaning, { is: 'fn' | 'bound' }>, call: Subject<'call'>, env: Env): Map<number, Size> {
  const { fn } = callee;
  const shift = callee.is === 'bound' ? 1 : 0;
  const params = new Map<number, Size>();
  const rest: (Size | null)[] = [];
  let position = shift;
  for (const arg of call.args) {
    if (arg.value.is === 'star') break;
    const index = arg.name === null ? position++ : fn.fact.params.findIndex((it) => it.name === arg.name);
    const found = index >= 0 ? sizeOf(link, arg.value, call.in, env) : undefined;
    const param = fn.fact.params[index];
    if (param?.kind === 'args' || (arg.name === null && index >= fn.fact.params.length)) rest.push(found ?? null);
    else if (found) params.set(index, found);
  }
  const gathers = fn.fact.params.findIndex((it) => it.kind === 'args');
  if (gathers >= 0 && !call.args.some((it) => it.value.is === 'star')) {
    const length = Math.max(rest.length, position - gathers);
    params.set(gathers, size({ type: 'builtins.tuple', length, element: rest[0] ?? null, parts: rest, from: 'literal' }));
  }
  return params;
}
/** A nested function sees the arguments of the one around it, while that one runs. */
export function outerOf(fn: Fn, env: Env): Env | null {
  for (let it: Env | null = env; it; it = it.outer) if (it.fn === fn.parent) return it;
  return null;
}
/** What the receiver was made with: the arguments its `__init__` got. */
export function madeOf(link: Linking, callee: Meaning, env: Env): Env | null {
  if (callee.is !== 'bound' || callee.self.is !== 'object') return null;
  const made = callee.self.made;
  if (!made) return env.made && env.fn.owner === callee.fn.owner ? env.made : null;
  const init = callee.self.cls.scope.names.get('__init__')?.find((it) => it.is === 'def');
  if (init?.is !== 'def') return null;
  const self = { is: 'bound', fn: init.fn, self: callee.self, by: 'source' } as const;
  return shared(link, { fn: init.fn, params: paramsFor(link, self, made, emptyEnv(made.in.fn)), outer: null, made: null });
}

function functionSize(link: Linking, fn: Fn, env: Env): Size | undefined {
  if (fn.fact.generator) {
    const [first] = leaves(link, fn, 'yield');
    if (!first) return undefined;
    let length = 1;
    let from: Size['from'] = 'literal';
    for (const loop of loopsAround(first.in)) {
      const trips = tripsOf(link, loop, env);
      length *= trips.n;
      from = trips.from === 'forever' ? 'forever' : vaguer(from, trips.from);
    }
    return size({
      type: 'types.GeneratorType',
      length: from === 'forever' ? Number.POSITIVE_INFINITY : length,
      element: sizeOf(link, first.value, first.in, env) ?? null,
      from,
    });
  }
  for (const it of leaves(link, fn, 'return')) {
    const found = sizeOf(link, it.value, it.in, env);
    if (found && found.type !== 'builtins.NoneType') return found;
  }
  return undefined;
}

type Sizer = (arg: (index: number) => Size | undefined, call: Subject<'call'>, link: Linking, env: Env) => Size | undefined;
const number = (type: 'int' | 'float', value: number | null, from: Size['from']): Size => size({ type: `builtins.${type}`, value, from });
const same =
  (type?: string): Sizer =>
  (arg) => {
    const of = arg(0);
    return of && { ...of, type: type ?? of.type, parts: null };
  };
const mapped =
  (change: (n: number) => number, type: 'int' | 'float' = 'float'): Sizer =>
  (arg) => {
    const of = arg(0);
    return of?.value == null ? number(type, null, 'guess') : number(type, change(of.value), of.from);
  };

/** An array with as many elements as its first argument says, or of that shape. */
const vector: Sizer = (arg, call) => {
  const of = arg(0);
  const plain = call.args.filter((it) => it.name === null).length === 1 || !calleeSays(call, 'arange');
  return of && plain ? arrayOf(of.parts ?? [of]) : undefined;
};
/** Rows of rows, as its elements are arrays themselves. */
function arrayOf(shape: readonly (Size | null)[]): Size | undefined {
  const [first, ...rest] = shape;
  if (first?.value == null) return undefined;
  const element = rest.length === 0 ? number('float', null, 'guess') : arrayOf(rest);
  return element && size({ type: 'numpy.ndarray', length: first.value, element, from: first.from });
}
/** One argument for each dimension. */
const shaped: Sizer = (arg, call) =>
  call.args.some((it) => it.name !== null || it.value.is === 'star') ? undefined : arrayOf(call.args.map((_, at) => arg(at) ?? null));
const square: Sizer = (arg, call) => (call.args.length === 1 ? arrayOf([arg(0) ?? null, arg(0) ?? null]) : undefined);
const calleeSays = ({ callee }: Subject<'call'>, name: string): boolean => callee.is === 'attr' && callee.name === name;

const sizers: { readonly [name: string]: Sizer } = {
  'builtins.range': (arg, call) => {
    const [a, b, c] = [arg(0), arg(1), arg(2)];
    const start = call.args.length > 1 ? a?.value : 0;
    const end = call.args.length > 1 ? b?.value : a?.value;
    const step = call.args.length > 2 ? c?.value : 1;
    if (start == null || end == null || !step)
      return size({ type: 'builtins.range', element: number('int', null, 'guess'), from: 'guess' });
    const length = Math.max(0, Math.ceil((end - start) / step));
    const from = [a, b, c].reduce<Size['from']>((found, it) => (it ? vaguer(found, it.from) : found), 'literal');
    return size({
      type: 'builtins.range',
      length,
      element: { ...number('int', (start + end) / 2, from), spread: Math.min(start, end) < Math.max(start, end) / 4 },
      from,
    });
  },
  'builtins.len': (arg) => {
    const of = arg(0);
    return of?.length == null
      ? number('int', null, 'guess')
      : number('int', of.length, of.from === 'guess' ? 'guess' : vaguer(of.from, 'length'));
  },
  'numpy.arange': vector,
  'numpy.empty': vector,
  'numpy.full': vector,
  'numpy.eye': square,
  'numpy.identity': square,
  'numpy.ones': vector,
  'numpy.random.rand': shaped,
  'numpy.random.randn': shaped,
  'numpy.zeros': vector,
  'builtins.int': mapped(Math.trunc, 'int'),
  'builtins.float': mapped((n) => n),
  'builtins.round': mapped(Math.round, 'int'),
  'builtins.abs': mapped(Math.abs, 'int'),
  'math.sqrt': mapped(Math.sqrt),
  'math.isqrt': mapped((n) => Math.floor(Math.sqrt(n)), 'int'),
  'math.floor': mapped(Math.floor, 'int'),
  'math.ceil': mapped(Math.ceil, 'int'),
  'math.log': mapped(Math.log),
  'math.log2': mapped(Math.log2),
  'builtins.list': same('builtins.list'),
  'builtins.tuple': same('builtins.tuple'),
  'builtins.set': same('builtins.set'),
  'builtins.sorted': same('builtins.list'),
  'builtins.reversed': same(),
  'builtins.iter': same(),
  'builtins.bytes': (arg) => {
    const of = arg(0);
    return of?.value != null ? size({ type: 'builtins.bytes', length: of.value, from: of.from }) : of && { ...of, type: 'builtins.bytes' };
  },
  'os.urandom': (arg) => size({ type: 'builtins.bytes', length: arg(0)?.value ?? null, from: arg(0)?.from ?? 'guess' }),
  'builtins.str': () => size({ type: 'builtins.str', length: 10, from: 'guess' }),
  'builtins.enumerate': (arg) => {
    const of = arg(0);
    return (
      of && {
        ...of,
        parts: null,
        element: size({
          type: 'builtins.tuple',
          length: 2,
          parts: [number('int', of.length === null ? null : of.length / 2, of.from), of.element],
          from: of.from,
        }),
      }
    );
  },
  'builtins.zip': (_arg, call, link, env) => {
    const all = call.args.filter((it) => it.name === null).map((it) => sizeOf(link, it.value, call.in, env));
    const known = all.filter((it): it is Size => it?.length != null);
    const shortest = known.reduce<Size | undefined>((best, it) => (!best || (it.length ?? 0) < (best.length ?? 0) ? it : best), undefined);
    return (
      shortest && {
        ...shortest,
        type: 'builtins.zip',
        parts: null,
        element: size({ type: 'builtins.tuple', length: all.length, parts: all.map((it) => it?.element ?? null), from: shortest.from }),
      }
    );
  },
  'builtins.map': (arg) => {
    const of = arg(1);
    return of && { ...of, type: 'builtins.map', element: null, parts: null };
  },
  'builtins.filter': (arg) => arg(1),
  'builtins.max': extreme,
  'builtins.min': extreme,
  'itertools.product': (_arg, call, link, env) => {
    const repeat = argument(call, ['repeat']);
    const times = repeat ? sizeOf(link, repeat.value, call.in, env) : size({ value: 1, from: 'literal' });
    const all = call.args.filter((it) => it.name === null).map((it) => sizeOf(link, it.value, call.in, env));
    if (times?.value == null || all.some((it) => it?.length == null)) return undefined;
    const once = all.reduce((product, it) => product * (it?.length ?? 1), 1);
    const from = all.reduce<Size['from']>((found, it) => (it ? vaguer(found, it.from) : found), times.from);
    return size({
      type: 'itertools.product',
      length: once ** times.value,
      element: size({ type: 'builtins.tuple', length: all.length * times.value, element: all[0]?.element ?? null, from }),
      from,
    });
  },
  'itertools.permutations': (arg) => choose(arg, (n, k) => product(n, k)),
  'itertools.combinations': (arg) => choose(arg, (n, k) => product(n, k) / product(k, k)),
  'itertools.count': () =>
    size({ type: 'itertools.count', length: Number.POSITIVE_INFINITY, element: number('int', null, 'guess'), from: 'forever' }),
  'itertools.repeat': (arg) =>
    arg(1)?.value == null
      ? size({ type: 'itertools.repeat', length: Number.POSITIVE_INFINITY, element: arg(0) ?? null, from: 'forever' })
      : size({ type: 'itertools.repeat', length: arg(1)?.value ?? 0, element: arg(0) ?? null, from: 'literal' }),
  'itertools.chain': (arg) => arg(0),
  'itertools.islice': (arg) => {
    const [of, stop] = [arg(0), arg(1)];
    return of && stop?.value != null ? { ...of, length: Math.min(of.length ?? stop.value, stop.value), parts: null, from: stop.from } : of;
  },
  'functools.partial': () => undefined,
  'os.cpu_count': () => number('int', 4, 'guess'),
  'multiprocessing.cpu_count': () => number('int', 4, 'guess'),
};
function extreme(arg: (index: number) => Size | undefined, call: Subject<'call'>): Size | undefined {
  if (call.args.length === 1) return arg(0)?.element ?? undefined;
  return [arg(0), arg(1)].find((it) => it?.value != null && it.from !== 'guess') ?? arg(0);
}
function choose(arg: (index: number) => Size | undefined, ways: (n: number, k: number) => number): Size | undefined {
  const of = arg(0);
  if (of?.length == null) return undefined;
  const k = arg(1)?.value ?? of.length;
  return size({
    type: 'builtins.zip',
    length: ways(of.length, k),
    element: size({ type: 'builtins.tuple', length: k, element: of.element, from: of.from }),
    from: of.from,
  });
}
const product = (n: number, k: number): number =>
  Array.from({ length: Math.max(0, Math.round(k)) }).reduce<number>((all, _, i) => all * (n - i), 1);

const keepsText =
  /^builtins\.(?:str|bytes)\.(?:strip|lstrip|rstrip|lower|upper|title|capitalize|casefold|swapcase|replace|translate|zfill|center|ljust|rjust|format)$/;
/** Results of methods of strings and containers. */
function methodSize(link: Linking, name: QName, of: Size, call: Subject<'call'>, env: Env): Size | undefined {
  const method = name.split('.').at(-1) ?? '';
  if (keepsText.test(name)) return { ...of, parts: null };
  if (name === 'builtins.str.encode') return { ...of, type: 'builtins.bytes' };
  if (name === 'builtins.bytes.decode') return { ...of, type: 'builtins.str' };
  if (method === 'split' || method === 'splitlines') {
    const length = Math.max(1, (of.length ?? 60) / 6);
    return size({ type: 'builtins.list', length, element: size({ type: of.type, length: 6, from: 'guess' }), from: 'guess' });
  }
  if (method === 'join') return joined(link, of, call, env);
  if (method === 'items')
    return { ...of, parts: null, element: size({ type: 'builtins.tuple', length: 2, parts: [of.element, null], from: of.from }) };
  if (method === 'keys' || method === 'values' || method === 'copy') return { ...of, parts: null };
  const returns = apiOf(link, name)?.returns;
  return returns && returns !== 'self' ? size({ type: returns, from: 'guess' }) : undefined;
}

/** `sep.join(parts)` is as long as its parts and the separators between them. */
function joined(link: Linking, of: Size, call: Subject<'call'>, env: Env): Size {
  const parts = call.args[0] ? sizeOf(link, call.args[0].value, call.in, env) : undefined;
  const each = parts?.element?.length;
  if (parts?.length == null || each == null || of.length === null) return size({ type: of.type, from: 'guess' });
  return size({ type: of.type, length: parts.length * (each + of.length), from: vaguer(parts.from, parts.element?.from ?? 'guess') });
}
