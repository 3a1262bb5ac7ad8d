// How large a value is: its number, its length, its elements, as far as the source shows.
import type { Fn, Provenance, QName, Region, Subject, Value } from '../model.js';
import { callSize } from './call-sizes.js';
import type { Binding } from './index.js';
import { attributesIn, bodyOf, eventsOf, hitBound, type Linking, moduleAt, moduleNamed, namesIn, onceIn } from './linking.js';
import { absolute, bindingsOf, findModule, nameMeanings } from './names.js';
import { question } from './question.js';
import { guarded, inside, keptIn } from './sizing.js';
import { loopsAround, tripsOf } from './trips.js';
import { evaluate, typeName } from './types.js';

export interface Size {
  readonly type: QName | null;
  /** The number itself; for a range of numbers, their mean. */
  readonly value: number | null;
  readonly length: number | null;
  readonly element: Size | null;
  /** The elements of a tuple, one by one. */
  readonly parts: readonly (Size | null)[] | null;
  /** The value is the mean of numbers spread from about zero to twice it. */
  readonly spread?: boolean;
  readonly from: Provenance;
}
/** What is known of the arguments of a running function; `outer` is the function it is nested in, `made` what `self` was made with. */
export interface Env {
  readonly fn: Fn;
  readonly params: ReadonlyMap<number, Size>;
  readonly outer: Env | null;
  readonly made: Env | null;
}
const empty = new WeakMap<Fn, Env>();
/** One for each function, so that what is worked out in it is worked out once. */
export function emptyEnv(fn: Fn): Env {
  const env = empty.get(fn) ?? { fn, params: new Map(), outer: null, made: null };
  empty.set(fn, env);
  return env;
}

export const size = (it: Partial<Size> & { readonly from: Provenance }): Size => ({
  type: null,
  value: null,
  length: null,
  element: null,
  parts: null,
  ...it,
});
const order: readonly Provenance[] = ['literal', 'constant', 'length', 'recursion', 'guess', 'forever'];
/** The less certain of two provenances. */
export const vaguer = (a: Provenance, b: Provenance): Provenance => (order.indexOf(a) >= order.indexOf(b) ? a : b);

/** Each answer is kept for the question under way, unless it was cut short by what was under way before: there are other ways to it. */
export function sizeOf(link: Linking, value: Value, at: Region, env: Env): Size | undefined {
  const { sizing } = link;
  if (value.is === 'literal') return literalSize(value);
  const kept = keptIn(link, env);
  if (kept?.has(value)) return kept.get(value);
  if (--sizing.left < 0) {
    if (sizing.left === -1) hitBound(link, 'sizes');
    sizing.cut = -1;
    return undefined;
  }
  const before = sizing.cut;
  sizing.cut = Number.POSITIVE_INFINITY;
  const found = newSize(link, value, at, env);
  if (sizing.cut >= sizing.active.size) kept?.set(value, found);
  sizing.cut = Math.min(sizing.cut, before);
  return found;
}
function newSize(link: Linking, value: Exclude<Value, { is: 'literal' }>, at: Region, env: Env): Size | undefined {
  switch (value.is) {
    case 'text':
      return size({ type: 'builtins.str', length: 20, from: 'constant' }); // a formatted text is about as long as its source
    case 'name':
      return nameSize(link, value, at, env);
    case 'items':
      return itemsSize(link, value, at, env);
    case 'dict':
      return size({
        type: 'builtins.dict',
        length: value.count,
        element: value.keys[0] ? (sizeOf(link, value.keys[0], at, env) ?? null) : null,
        from: 'literal',
      });
    case 'comprehension':
      return comprehensionSize(link, value, at, env);
    case 'op':
      return opSize(link, value.op, value.args, at, env);
    case 'either':
      return value.args.map((it) => sizeOf(link, it, at, env)).find((it) => it !== undefined && it.type !== 'builtins.NoneType');
    case 'item':
      return itemSize(link, value, at, env);
    case 'attr':
      return attrSize(link, value, at, env);
    case 'awaited':
      return sizeOf(link, value.of, at, env);
    case 'call': {
      const call = at.chunk.events[value.event] as Subject<'call'> | undefined;
      return call ? guarded(link, call, () => callSize(link, call, env)) : undefined;
    }
    default:
      return undefined;
  }
}
function literalSize(value: Extract<Value, { is: 'literal' }>): Size | undefined {
  if (value.type === 'int' || value.type === 'float' || value.type === 'bool') {
    return size({ type: `builtins.${value.type}`, value: typeof value.value === 'number' ? value.value : null, from: 'literal' });
  }
  if (value.type === 'str' || value.type === 'bytes') {
    const element =
      value.type === 'str' ? size({ type: 'builtins.str', length: 1, from: 'literal' }) : size({ type: 'builtins.int', from: 'literal' });
    return size({ type: `builtins.${value.type}`, length: value.length ?? String(value.value).length, element, from: 'literal' });
  }
  return value.type === 'none' ? size({ type: 'builtins.NoneType', from: 'literal' }) : undefined;
}

function nameSize(link: Linking, value: Extract<Value, { is: 'name' }>, at: Region, env: Env): Size | undefined {
  const { name } = value;
  const found = bindingsOf(link, name, at);
  if (!found) return undefined;
  const holder = envOf(env, found.scope.fn);
  const sizes = inside(link, found.scope, name, () =>
    found.bound.flatMap((it) => {
      const one = guarded(link, it, () => bindingSize(link, it, holder));
      return one && one.type !== 'builtins.NoneType' ? [one] : [];
    }),
  );
  const changed = found.bound.some((it) => it.is === 'bind' && it.event.from === 'augmented');
  const [first, ...others] = sizes;
  if (!first) return imported(link, name, at) ?? outsideConstant(link, value, at);
  const same = others.every((it) => it.value === first.value && it.length === first.length);
  const known = same ? first : others.reduce(larger, first);
  return changed && known.type !== 'builtins.list'
    ? { ...known, value: null, length: known.value === null ? known.length : null, from: 'guess' }
    : known;
}
/** Of two possible sizes the one that says more, as an assumption unless they agree. */
function larger(a: Size, b: Size): Size {
  const [x, y] = [a.length ?? a.value ?? -1, b.length ?? b.value ?? -1];
  const it = y > x ? b : a;
  return x < 0 || y < 0 || x === y ? it : { ...it, from: vaguer(it.from, 'guess') };
}
const envOf = (env: Env, fn: Fn): Env => {
  for (let it: Env | null = env; it; it = it.outer) if (it.fn === fn) return it;
  return emptyEnv(fn);
};

function bindingSize(link: Linking, it: Binding, env: Env): Size | undefined {
  if (it.is === 'param') return paramSize(link, it.fn, it.index, env);
  if (it.is !== 'bind' || it.event.from === 'narrow' || it.event.from === 'match') return undefined;
  return bindSize(link, it.event, env);
}

function bindSize(link: Linking, event: Subject<'bind'>, env: Env): Size | undefined {
  if (event.from === 'augmented') return undefined;
  const at = event.from === 'for' ? (event.in.parent ?? event.in) : event.in;
  const whole = sizeOf(link, event.value, at, env);
  const given = event.from === 'for' ? (whole?.element ?? undefined) : whole;
  const part = event.path.reduce<Size | undefined>((it, index) => (it?.parts?.[index] ?? it?.element) || undefined, given);
  if (!part) return undefined;
  const constant = event.in.kind === 'module' && part.from === 'literal' ? { ...part, from: 'constant' as const } : part;
  return constant.length === 0 && constant.value === null ? grown(link, event, constant, env) : constant;
}

/** An empty list that loops of its function append to is as long as they turn. */
function grown(link: Linking, event: Subject<'bind'>, empty: Size, env: Env): Size {
  const { target } = event;
  if (target.is !== 'name') return empty;
  let length = 0;
  let from: Provenance = 'literal';
  let element: Size | null = null;
  for (const it of eventsOf(link, event.in.fn)) {
    const [of, item] = addition(it);
    if (of?.is !== 'name' || of.name !== target.name || !item) continue;
    let times = 1;
    for (const loop of loopsAround(it.in)) {
      if (encloses(loop, event)) break;
      const trips = tripsOf(link, loop, env);
      times *= trips.n;
      from = vaguer(from, trips.from);
    }
    length += times;
    element ??= sizeOf(link, item, it.in, env) ?? null;
  }
  return length > 0 ? { ...empty, length, element, from } : empty;
}
function addition(it: Subject): readonly [Value | undefined, Value | undefined] {
  if (
    it.kind === 'call' &&
    it.callee.is === 'attr' &&
    (it.callee.name === 'append' || it.callee.name === 'add' || it.callee.name === 'appendleft')
  ) {
    return [it.callee.of, it.args[0]?.value];
  }
  if (it.kind === 'bind' && it.target.is === 'item' && it.from === 'assign') return [it.target.of, it.value];
  return [undefined, undefined];
}
const encloses = (loop: Subject<'loop'>, event: Subject): boolean => loopsAround(event.in).includes(loop);

function paramSize(link: Linking, fn: Fn, index: number, env: Env): Size | undefined {
  const given = env.params.get(index);
  if (given) return given;
  const param = fn.fact.params[index];
  const at = bodyOf(fn)?.parent;
  if (param?.preset && at) {
    const preset = sizeOf(link, param.preset, at, env);
    if (preset && preset.type !== 'builtins.NoneType') return preset;
  }
  const only = onceIn(link, paramType, fn, String(index), () => {
    const types = new Set((at ? nameMeanings(link, param?.name ?? '', bodyOf(fn) as Region) : []).map(typeName));
    const [type] = types;
    return types.size === 1 ? type : undefined;
  });
  return only ? size({ type: only, from: 'guess' }) : undefined;
}
const paramType = question<Fn, QName | undefined>({ kind: 'parameter type', fallback: undefined, same: Object.is });

/** A name imported from another module of the workspace: a constant there. */
function imported(link: Linking, name: string, at: Region): Size | undefined {
  const [fact] = bindingsOf(link, name, at)?.bound.flatMap((it) => (it.is === 'import' ? [it.fact] : [])) ?? [];
  if (!fact?.member) return undefined;
  const from = findModule(link, absolute(moduleAt(link, at), fact));
  return from ? memberSize(link, from.name, fact.member) : undefined;
}
/** Lengths of the constants of `string`: https://docs.python.org/3/library/string.html#string-constants */
const constants: { readonly [name: string]: number } = {
  'string.ascii_lowercase': 26,
  'string.ascii_uppercase': 26,
  'string.ascii_letters': 52,
  'string.digits': 10,
  'string.hexdigits': 22,
  'string.octdigits': 8,
  'string.punctuation': 32,
  'string.printable': 100,
  'string.whitespace': 6,
};
function outsideConstant(link: Linking, name: Value, at: Region): Size | undefined {
  const [it] = evaluate(link, name, at);
  const length = it?.is === 'outside' ? constants[it.name] : undefined;
  return length === undefined
    ? undefined
    : size({ type: 'builtins.str', length, element: size({ type: 'builtins.str', length: 1, from: 'constant' }), from: 'constant' });
}
function memberSize(link: Linking, module: QName, name: string): Size | undefined {
  const it = moduleNamed(link, module);
  const bound = (it && namesIn(link, it.scope, name)?.filter((b) => b.is === 'bind')) ?? [];
  const [only] = bound;
  return it && bound.length === 1 && only?.is === 'bind'
    ? guarded(link, only, () => bindSize(link, only.event, emptyEnv(it.body)))
    : undefined;
}

function itemsSize(link: Linking, value: Extract<Value, { is: 'items' }>, at: Region, env: Env): Size {
  const parts = value.items.map((it) => sizeOf(link, it.is === 'star' ? it.of : it, at, env) ?? null);
  return size({ type: `builtins.${value.type}`, length: value.count, element: mean(parts), parts, from: 'literal' });
}
/** One size that stands for all: the mean of numbers and lengths. */
function mean(parts: readonly (Size | null)[]): Size | null {
  const known = parts.filter((it): it is Size => it !== null);
  const [first] = known;
  if (!first) return null;
  const over = (pick: (it: Size) => number | null): number | null => {
    const all = known.map(pick);
    return all.every((it) => it !== null) ? all.reduce<number>((sum, it) => sum + (it as number), 0) / all.length : null;
  };
  return { ...first, value: over((it) => it.value), length: over((it) => it.length) };
}

function comprehensionSize(link: Linking, value: Extract<Value, { is: 'comprehension' }>, at: Region, env: Env): Size {
  const inner = at.chunk.regions[value.region] ?? at;
  let length = 1;
  let from: Provenance = 'literal';
  for (const loop of loopsAround(inner)) {
    if (loopsAround(at).includes(loop)) break;
    const trips = tripsOf(link, loop, env);
    length *= trips.n;
    from = vaguer(from, trips.from);
  }
  const element = sizeOf(link, value.key ?? value.element, inner, env) ?? null;
  return size({ type: value.type === 'generator' ? 'types.GeneratorType' : `builtins.${value.type}`, length, element, from });
}

function opSize(link: Linking, op: string, args: readonly Value[], at: Region, env: Env): Size | undefined {
  const [a, b] = args.map((it) => sizeOf(link, it, at, env));
  if (op.startsWith('unary')) return a && a.value !== null ? { ...a, value: op === 'unary -' ? -a.value : a.value } : a;
  if (/[<>=!]|^(?:in|not|is)/.test(op)) return size({ type: 'builtins.bool', from: 'literal' });
  if (!a || !b) return a?.value === null ? a : undefined;
  const from = vaguer(a.from, b.from);
  if (a.value !== null && b.value !== null) {
    const value = arithmetic[op]?.(a.value, b.value);
    const type = op === '/' || a.type === 'builtins.float' || b.type === 'builtins.float' ? 'builtins.float' : a.type;
    return value === undefined || !Number.isFinite(value) ? size({ type, from: 'guess' }) : size({ type, value, from });
  }
  if (op === '*') {
    const [many, times] = a.length !== null ? [a, b.value] : [b, a.value];
    return many.length !== null && times !== null ? { ...many, length: many.length * Math.max(0, times), parts: null, from } : undefined;
  }
  if (op === '+' && a.length !== null && b.length !== null) return { ...a, length: a.length + b.length, parts: null, from };
  return a.type === 'builtins.str' || a.type?.startsWith('numpy')
    ? a
    : b.type?.startsWith('numpy')
      ? b
      : a.type
        ? { ...a, value: null }
        : undefined;
}
const arithmetic: { readonly [op: string]: (a: number, b: number) => number } = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '//': (a, b) => Math.floor(a / b),
  '%': (a, b) => ((a % b) + b) % b,
  '**': (a, b) => a ** b,
  '<<': (a, b) => a * 2 ** b,
  '>>': (a, b) => Math.floor(a / 2 ** b),
};

function itemSize(link: Linking, value: Extract<Value, { is: 'item' }>, at: Region, env: Env): Size | undefined {
  const of = sizeOf(link, value.of, at, env);
  const { index } = value;
  if (!of) return undefined;
  if (index.is !== 'slice') {
    const part = index.is === 'literal' && typeof index.value === 'number' ? of.parts?.at(index.value) : undefined;
    return (part ?? of.element) || undefined;
  }
  const span = sliceLength(link, of, index, at, env);
  return { ...of, length: span?.value ?? of.length, parts: null, from: span ? vaguer(of.from, span.from) : 'guess' };
}
/** `x[i:i + k]` is `k` long; else the difference of the bounds, never more than the whole. */
function sliceLength(link: Linking, of: Size, index: Extract<Value, { is: 'slice' }>, at: Region, env: Env): Size | undefined {
  const whole = of.length;
  const most = (it: Size): Size => (whole !== null && it.value !== null && it.value > whole ? { ...it, value: whole } : it);
  const { from, to } = index;
  if (from && to?.is === 'op' && to.op === '+') {
    const [base, width] = to.args;
    const found = base && width && JSON.stringify(base) === JSON.stringify(from) ? sizeOf(link, width, at, env) : undefined;
    if (found?.value != null) return most(found);
  }
  const start = from ? sizeOf(link, from, at, env) : size({ value: 0, from: 'literal' });
  const end = to ? sizeOf(link, to, at, env) : whole === null ? undefined : size({ value: whole, from: of.from });
  if (start?.value == null || end?.value == null) return undefined;
  const absolute = (it: number): number => (it < 0 ? (whole ?? 0) + it : it);
  const value = Math.max(0, absolute(end.value) - absolute(start.value));
  return most(size({ value, from: vaguer(start.from, end.from) }));
}

function attrSize(link: Linking, value: Extract<Value, { is: 'attr' }>, at: Region, env: Env): Size | undefined {
  const [of] = evaluate(link, value.of, at);
  if (of?.is === 'module') return memberSize(link, of.module.name, value.name);
  if (of?.is === 'object' || of?.is === 'class') {
    const events = attributesIn(link, of.cls, value.name) ?? [];
    const [only] = events;
    if (events.length === 1 && only) {
      const made = value.of.is === 'name' ? env.made : null;
      return guarded(link, only, () => bindSize(link, only, made?.fn === only.in.fn ? made : emptyEnv(only.in.fn)));
    }
    const [own] = namesIn(link, of.cls.scope, value.name) ?? [];
    return events.length === 0 && own?.is === 'bind'
      ? guarded(link, own, () => bindSize(link, own.event, emptyEnv(own.event.in.fn)))
      : undefined;
  }
  const constant = of?.is === 'outside' ? constants[`${of.name}.${value.name}`] : undefined;
  if (constant !== undefined)
    return size({
      type: 'builtins.str',
      length: constant,
      element: size({ type: 'builtins.str', length: 1, from: 'constant' }),
      from: 'constant',
    });
  const [type] = evaluate(link, value, at).map(typeName);
  return type ? size({ type, from: 'guess' }) : undefined;
}
