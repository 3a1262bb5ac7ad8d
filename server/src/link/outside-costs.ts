// What a call of an outside function costs, by knowledge and by the size of what it is given.

import type { Api, QName, Step, Subject } from '../model.js';
import { calleeName } from './call-sizes.js';
import { variantOf } from './called.js';
import { runsBody } from './calls.js';
import { add, type Cost, functionCost, nothing, potOf, scale, spend } from './costs.js';
import { argument } from './flows.js';
import { apiOf, canonical, type Linking } from './linking.js';
import type { Meaning } from './meanings.js';
import { defaultPrice, unknownPrice } from './prices.js';
import { type Env, type Size, sizeOf } from './sizes.js';
import { amount } from './trips.js';
import { evaluate } from './types.js';

/** Methods whose names only strings and containers have: cheap, whatever the receiver is. */
const cheap =
  /^(?:append|appendleft|extend|strip|lstrip|rstrip|lower|upper|title|split|rsplit|splitlines|partition|startswith|endswith|replace|items|keys|values|isdigit|isalpha|isalnum|isspace|isupper|islower|encode|decode|format|index|count|setdefault|popleft|intersection|union|difference|issubset|bit_length|hexdigest|copy|zfill|ljust|rjust|translate|casefold)$/;
const cheapPrice = 60;
/** Sizes assumed where the source shows none. */
const assumedSize = 100;

/** `callee` undefined: nothing resolved. Then a telling name is cheap and anything else is unclear. */
export function outsidePrice(
  link: Linking,
  callee: Extract<Meaning, { is: 'outside' }> | undefined,
  call: Subject<'call'>,
  env: Env,
): Cost {
  const name = callee ? canonical(link, callee.name) : calleeName(link, call, env);
  const api = name ? apiOf(link, name) : undefined;
  if (!name || !api) return undescribed(name, call);
  if (api.coroutine) return spend('wait', defaultPrice.waits);
  if (api.spawns) return spend('held', 20_000);
  const given = variantOf(api, call);
  return add(described(link, name, given, call, env), callbacks(link, name, given, call, env));
}

function undescribed(name: QName | undefined, call: Subject<'call'>): Cost {
  if (name?.startsWith('builtins.')) return spend('held', 80);
  if (!name && call.callee.is === 'attr' && cheap.test(call.callee.name)) return spend('held', cheapPrice);
  return spend('unclear', unknownPrice);
}
function described(link: Linking, name: QName, api: Api, call: Subject<'call'>, env: Env): Cost {
  const gil = api.gil ?? (name.startsWith('builtins.') ? 'holds' : 'unknown');
  const price = api.costs;
  const of = price && price.of !== null ? sizeOfArgument(link, price.arg, call, env) : undefined;
  const amountOf = price?.of === 'value' ? of?.value : price?.of === 'bytes' ? extentOf(of) : of?.length;
  const scalar = price?.of === 'length' && amountOf == null && of?.type != null && /^builtins\.(?:int|float|bool)$/.test(of.type);
  const several = call.args.length > 1 && (name === 'builtins.min' || name === 'builtins.max');
  const quantity = scalar || several ? 0 : (amountOf ?? assumedSize);
  const ns = price ? price.fixed + (price.of === null ? 0 : price.each * meanPower(quantity, price.power, of?.spread)) : defaultPrice[gil];
  if (gil === 'releases-above') return threshold(link, api, call, env, ns);
  const cost = spend(potOf(gil), ns);
  if (cost.held === 0) return cost;
  const assumedPart =
    price?.of && !scalar && !several && (amountOf == null || of?.from === 'guess') ? Math.max(0, cost.held - price.fixed) : 0;
  const step: Step = {
    chunk: call.in.chunk,
    span: call.span,
    name,
    note: `\`${name.replace('builtins.', '')}\` keeps the GIL${ns >= 10_000 ? ` for about ${duration(ns)}` : ''}`,
    by: assumedPart > cost.held / 2 ? 'estimate' : 'knowledge',
    evidence: api.evidence,
  };
  const heavy = ns > 50_000 && assumedPart === 0;
  return { ...cost, guessed: assumedPart, depth: heavy ? 2 : 0, arithmetic: heavy ? 3 : 0, trail: [step] };
}
/** The mean of a power over numbers spread from zero to twice their mean is larger than the power of the mean. */
export const meanPower = (n: number, power: number, spread: boolean | undefined): number =>
  n ** power * (spread ? 2 ** power / (power + 1) : 1);

/** Above so many bytes the GIL is free; unknown sizes are unclear. */
function threshold(link: Linking, api: Api, call: Subject<'call'>, env: Env, ns: number): Cost {
  const of = sizeOfArgument(link, api.costs?.arg ?? 0, call, env);
  if (call.args.length === 0) return spend('held', ns);
  const length = extentOf(of);
  if (of === undefined || length == null) return spend('unclear', ns);
  if (length > (api.above ?? 0)) return spend('free', ns);
  const name = calleeName(link, call, env) ?? '';
  const note = `\`${name}\` of about ${amount(length)} bytes keeps the GIL: it is released above ${amount(api.above ?? 0)}`;
  const step: Step = { chunk: call.in.chunk, span: call.span, name, note, by: 'knowledge', evidence: api.evidence };
  return { ...spend('held', ns), guessed: of.from === 'guess' ? ns : 0, trail: [step] };
}
/** The length; of an array of arrays all there is in it. */
function extentOf(of: Size | undefined): number | null | undefined {
  const inner = of?.type === 'numpy.ndarray' && of.element?.type === 'numpy.ndarray' ? extentOf(of.element) : 1;
  return of?.length == null ? of?.length : inner == null ? null : of.length * inner;
}
export function sizeOfArgument(link: Linking, index: number, call: Subject<'call'>, env: Env): Size | undefined {
  if (index < 0) return call.callee.is === 'attr' ? sizeOf(link, call.callee.of, call.in, env) : undefined;
  const arg = argument(call, [index]);
  return arg ? sizeOf(link, arg.value, call.in, env) : undefined;
}

/** Functions that call theirs for each element; others call it once. */
const perElement = /^(?:builtins|itertools|heapq|bisect|re)\.|^functools\.reduce$/;

/** `sorted(xs, key=f)` runs `f` for each element. */
function callbacks(link: Linking, name: QName, api: Api, call: Subject<'call'>, env: Env): Cost {
  if (!api.calls) return nothing;
  let total = nothing;
  const positions = call.args.filter((it) => it.name === null);
  for (const where of api.calls) {
    const arg = argument(call, [where]);
    if (!arg || (api.lazy && !runsBody(link, call))) continue;
    const items = perElement.test(name) ? positions.find((it) => it !== arg) : undefined;
    const length = items ? (sizeOf(link, items.value, call.in, env)?.length ?? null) : 1;
    const element = items ? (sizeOf(link, items.value, call.in, env)?.element ?? null) : null;
    for (const it of evaluate(link, arg.value, call.in).slice(0, 1)) {
      const once =
        it.is === 'fn'
          ? functionCost(link, { fn: it.fn, params: element ? new Map([[0, element]]) : new Map(), outer: env, made: null }, env.fn)
          : it.is === 'outside'
            ? spend('held', 60)
            : spend('unclear', unknownPrice);
      const all = scale(once, length ?? assumedSize * 10);
      const step: Step = {
        chunk: call.in.chunk,
        span: call.span,
        name,
        note: `\`${name.replace('builtins.', '')}\` calls it ${length === null ? 'for an unknown number of elements' : `${amount(length)} times`}`,
        by: length === null ? 'estimate' : 'source',
      };
      total = add(total, {
        ...all,
        guessed: length === null ? all.held : all.guessed,
        depth: once.depth + 1,
        share: all.held,
        trail: [step, ...once.trail],
      });
    }
  }
  return total;
}

/** `110 ms`, `2.3 s`, `40 µs`. */
export function duration(ns: number): string {
  if (ns >= 1e9) return `${round(ns / 1e9)} s`;
  if (ns >= 1e6) return `${round(ns / 1e6)} ms`;
  return ns >= 1e3 ? `${round(ns / 1e3)} µs` : `${Math.round(ns)} ns`;
}
const round = (n: number): string =>
  n >= 1e4
    ? n.toExponential(0).replace('e+', 'e')
    : n >= 100
      ? String(Math.round(n / 10) * 10)
      : n >= 10
        ? String(Math.round(n))
        : String(Math.round(n * 10) / 10);
