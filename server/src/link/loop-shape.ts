// Loops whose body is one formula over the elements of arrays: what a single array expression could say.
import type { Axis, Chunk, LoopShape, Region, Stencil, Subject, Value } from '../model.js';
import { extremeOf } from './extreme.js';
import { isInside } from './inside.js';
import { type Linking, once } from './linking.js';
import { type Header, headerOf, isArray, outsideCall } from './loop-header.js';
import { question } from './question.js';
import { stencilOf } from './stencil.js';

const loopShape = question<Subject<'loop'>, LoopShape | undefined>({
  kind: 'loop shape',
  fallback: undefined as LoopShape | undefined,
  same: (a, b) => JSON.stringify(plain(a)) === JSON.stringify(plain(b)),
});
const plain = (it: LoopShape | undefined) =>
  it && {
    ...it,
    axes: it.axes.map((one) => ({ ...one, loop: one.loop.span })),
    assigns: it.assigns.map((one) => one.span),
    test: it.test?.span,
  };
/** `break`, `continue`, `try`, `yield`, a third loop and calls of unknown effect: no shape. */
export function loopShapeOf(link: Linking, loop: Subject<'loop'>): LoopShape | undefined {
  return once(link, loopShape, loop, loop.in.chunk, () => (loop.form === 'comprehension' ? builtShape(link, loop) : findShape(link, loop)));
}

/** What the body of a loop does, apart from going through arrays. */
interface Body {
  readonly assigns: readonly Subject<'bind'>[];
  readonly branches: readonly Subject<'branch'>[];
  readonly calls: readonly Subject<'call'>[];
  readonly loops: readonly Subject<'loop'>[];
}
function bodyOf(link: Linking, loop: Subject<'loop'>): Body | undefined {
  const region = loop.in.chunk.regions[loop.body];
  if (!region) return undefined;
  const [assigns, branches]: [Subject<'bind'>[], Subject<'branch'>[]] = [[], []];
  const [calls, loops]: [Subject<'call'>[], Subject<'loop'>[]] = [[], []];
  for (const it of loop.in.chunk.events) {
    if (!isInside(it.in, region)) continue;
    if (it.kind === 'bind') {
      if (it.from !== 'for') assigns.push(it);
    } else if (it.kind === 'branch') branches.push(it);
    else if (it.kind === 'loop') loops.push(it);
    else if (it.kind === 'call') {
      if (!isPure(link, it)) return undefined;
      calls.push(it);
    } else if (it.kind !== 'read' && it.kind !== 'operate') return undefined;
  }
  return { assigns, branches, calls, loops };
}
const isPure = (link: Linking, call: Subject<'call'>): boolean =>
  /^(?:builtins\.(?:abs|len|range|enumerate|zip|float)|math\.\w+|numpy\.\w+)$/.test(outsideCall(link, call) ?? '');

function findShape(link: Linking, loop: Subject<'loop'>): LoopShape | undefined {
  const body = loop.form === 'for' && !loop.exits ? bodyOf(link, loop) : undefined;
  const headers = body && headersOf(link, loop, body);
  if (!body || !headers) return undefined;
  const { assigns, branches } = body;
  const [first, second, more] = assigns;
  if (!first || more || branches.length > 1) return undefined;
  const running = headers.length === 1 ? accumulated(headers[0], body, loop) : undefined;
  if (!running && second && (branches.length === 0 || JSON.stringify(second.target) !== JSON.stringify(first.target))) return undefined;
  const found: Found = { arrays: new Map(), partly: false };
  const values = running ? running.values : [...assigns.flatMap((one) => [one.value, one.target]), ...branches.map((one) => one.test)];
  for (const it of values) collect(it, headers, found);
  for (const it of body.calls) if (!isHeaderCall(it, headers, loop)) for (const arg of it.args) collect(arg.value, headers, found);
  const [header] = headers;
  const isOne = headers.length === 1 && !second && header;
  const extreme = isOne ? extremeOf(first, branches[0], header) : undefined;
  const kind = running ? 'accumulate' : (extreme ?? kindOf(assigns, headers, body, loop));
  if (kind === 'reduce' && found.partly) return undefined; // the loop inside is one of its own
  const all = [...values, ...body.calls.flatMap((it) => it.args.map((arg) => arg.value))];
  const stencil = kind === 'map' && isOne && branches.length === 0 ? stencilOf(link, loop, header, first, all) : undefined;
  return kind && shaped(link, loop, headers, found, { kind, assigns, test: branches[0] ?? null, stencil });
}
function shaped(
  link: Linking,
  loop: Subject<'loop'>,
  headers: readonly Header[],
  found: Found,
  {
    kind,
    assigns,
    test,
    stencil,
  }: {
    kind: 'map' | 'max' | 'min' | 'reduce' | 'accumulate' | 'build';
    assigns: readonly Subject<'bind'>[];
    test: LoopShape['test'];
    stencil?: Stencil | undefined;
  },
): LoopShape | undefined {
  const arrays = [...found.arrays.keys()];
  if (arrays.some((name) => !isArray(link, { is: 'name', name }, loop.in))) return undefined;
  const over = headers[0]?.over ?? arrays[0] ?? (kind === 'build' ? 'range' : undefined);
  if (stencil) {
    const axes = headers.map(({ from: _, counted: __, ...it }): Axis => ({ ...it, over: stencil.over }));
    return { form: 'stencil', aligned: true, axes, over: stencil.over, arrays, assigns, test, stencil };
  }
  const aligned = ![...found.arrays.values()].includes(false);
  const axes = headers.map(({ from: _, counted: __, ...it }): Axis => it);
  const form = !aligned ? 'scan' : test && kind === 'map' ? 'masked' : kind;
  return over === undefined ? undefined : { form, aligned, axes, over, arrays, assigns, test };
}

/** The loop, and the one inside that is all of its body. */
function headersOf(link: Linking, loop: Subject<'loop'>, body: Body): readonly Header[] | undefined {
  const outer = headerOf(link, loop);
  const [inner, more] = body.loops;
  if (!outer || !inner) return outer && [outer];
  const region = loop.in.chunk.regions[inner.body] ?? null;
  if (more || inner.form !== 'for' || inner.exits || inner.in !== loop.in.chunk.regions[loop.body]) return undefined;
  if ([...body.assigns, ...body.branches].some((it) => !isInside(it.in, region))) return undefined;
  const header = headerOf(link, inner, outer.elements);
  // A second dimension that depends on where the first one is: a triangle.
  const depends = header?.counted && isCounted(header.counted, outer, loop.in.chunk);
  return header && !depends ? [outer, header] : undefined;
}
/** Does an end depend on the variables of the loop around, other than as the length of a row? */
function isCounted(value: Value, outer: Header, chunk: Chunk): boolean {
  if (value.is === 'name') return value.name === outer.index || outer.elements.some((it) => it.name === value.name);
  if (value.is === 'literal') return false;
  const call = value.is === 'call' ? chunk.events[value.event] : undefined;
  const [given, more] = call?.kind === 'call' && call.callee.is === 'name' && call.callee.name === 'len' ? call.args : [];
  if (given && !more) {
    const row = given.value;
    if (row.is === 'name') return false;
    return !(row.is === 'item' && row.of.is === 'name' && (row.index.is === 'name' || row.index.is === 'literal'));
  }
  if (value.is === 'op') return value.args.some((it) => isCounted(it, outer, chunk));
  return !(value.is === 'item' && value.of.is === 'attr' && value.of.name === 'shape' && value.index.is === 'literal');
}
const isHeaderCall = (call: Subject<'call'>, headers: readonly Header[], loop: Subject<'loop'>): boolean =>
  headers.length > 1 && /^(?:len|range|enumerate|zip)$/.test(call.callee.is === 'name' ? call.callee.name : '') && call.in !== loop.in;

/** Does it write an element for each turn, or add to a running total? */
function kindOf(
  assigns: readonly Subject<'bind'>[],
  headers: readonly Header[],
  body: Body,
  loop: Subject<'loop'>,
): 'map' | 'reduce' | undefined {
  const target = assigns[0]?.target;
  if (!target) return undefined;
  if (target.is === 'item') {
    const key = keyOf(target, headers);
    return key !== undefined && key === headers.map((_, at) => at).join() ? 'map' : undefined;
  }
  if (target.is !== 'name' || assigns.some((it) => it.from !== 'augmented')) return undefined;
  const isRead = [
    ...assigns.flatMap(addedTo),
    ...body.branches.map((it) => it.test),
    ...body.calls.flatMap((it) => it.args.map((arg) => arg.value)),
  ];
  return isRead.some((it) => names(it, loop.in.chunk).has(target.name)) ? undefined : 'reduce';
}
const addedTo = (it: Subject<'bind'>): readonly Value[] => (it.value.is === 'op' ? it.value.args.slice(1) : [it.value]);

/** `total += a[i]; out[i] = total`, and `a[i] += a[i - 1]` from the second element on. */
function accumulated(
  header: Header | undefined,
  { assigns, branches, calls }: Body,
  loop: Subject<'loop'>,
): { readonly values: readonly Value[] } | undefined {
  const [first, second] = assigns;
  if (!header || !first || branches.length > 0) return undefined;
  const { chunk } = loop.in;
  if (second) {
    const isTotal = first.from === 'augmented' && first.target.is === 'name' && first.value.is === 'op' && first.value.op === '+';
    const total = first.target.is === 'name' ? first.target.name : '';
    if (!isTotal || second.from !== 'assign' || second.value.is !== 'name' || second.value.name !== total) return undefined;
    const added = addedTo(first);
    if (keyOf(second.target, [header]) !== '0' || added.some((it) => names(it, chunk).has(total))) return undefined;
    return { values: [...added, second.target] };
  }
  if (header.from !== 1 || calls.length > 0 || first.value.is !== 'op' || first.value.op !== '+' || keyOf(first.target, [header]) !== '0')
    return undefined;
  const [left, right, more] = first.value.args;
  if (!left || !right || more) return undefined;
  const before = (it: Value): boolean => isBefore(it, first.target, header.index);
  const other = before(left) ? right : before(right) ? left : undefined;
  return other && { values: [other, first.target] };
}
/** `a[i - 1]` where the target is `a[i]`. */
function isBefore(it: Value, target: Value, index: string | null): boolean {
  if (it.is !== 'item' || target.is !== 'item' || it.of.is !== 'name' || target.of.is !== 'name' || it.of.name !== target.of.name)
    return false;
  const { index: at } = it;
  const [left, right] = at.is === 'op' && at.op === '-' ? at.args : [];
  return isName(left, index) && right?.is === 'literal' && right.value === 1;
}

/** A comprehension over arrays, or over a `range` whose elements become an array. */
function builtShape(link: Linking, loop: Subject<'loop'>): LoopShape | undefined {
  const made = madeBy(loop);
  const body = made && bodyOf(link, loop);
  const header = body && headerOf(link, loop);
  if (!made || !header || header.from !== 0 || body.loops.length > 0 || body.assigns.length > 0 || body.branches.length > 0)
    return undefined;
  const { value, taker } = made;
  if (value.key || !isFormula(value.element, loop.in.chunk) || value.tests.some((it) => !isTest(it))) return undefined;
  const call = taker && outsideCall(link, taker);
  const taken =
    call !== undefined && /^(?:builtins\.(?:sum|any|all|min|max)|numpy\.(?:array|asarray))$/.test(call) && taker?.args[0]?.value === value;
  if (value.type === 'generator' && !taken) return undefined;
  if (taken && taker?.args.some((it) => it.name !== null && it.name !== 'dtype')) return undefined;
  const found: Found = { arrays: new Map(), partly: false };
  for (const it of [value.element, ...value.tests, ...body.calls.flatMap((one) => one.args.map((arg) => arg.value))])
    collect(it, [header], found);
  const mentioned = names(value.element, loop.in.chunk);
  const isUsed = [header.index, ...header.elements.map((it) => it.name)].some((it) => it !== null && mentioned.has(it));
  if (header.over === null && found.arrays.size === 0 && !/^numpy\./.test(call ?? '')) return undefined; // nothing is an array yet
  const counts = value.element.is === 'literal' && value.element.value === 1 && call === 'builtins.sum' && value.tests.length > 0;
  if (!isUsed && !counts) return undefined;
  return shaped(link, loop, [header], found, { kind: 'build', assigns: [], test: null });
}
type Comprehension = Extract<Value, { is: 'comprehension' }>;
/** The comprehension of a loop and the call that is given it. */
function madeBy(loop: Subject<'loop'>): { readonly value: Comprehension; readonly taker: Subject<'call'> | undefined } | undefined {
  const { regions, events } = loop.in.chunk;
  for (const event of events) {
    if (event.in !== loop.in) continue;
    const values: readonly (Value | null)[] =
      event.kind === 'call' ? event.args.map((it) => it.value) : event.kind === 'bind' || event.kind === 'leave' ? [event.value] : [];
    for (const it of values)
      if (it?.is === 'comprehension' && isInside(regions[it.region] as Region, regions[loop.body] ?? null))
        return { value: it, taker: event.kind === 'call' ? event : undefined };
  }
  return undefined;
}
/** Numbers and what is worked out of them: no text, no display, no attribute. */
function isFormula(value: Value, chunk: Chunk): boolean {
  switch (value.is) {
    case 'name':
      return true;
    case 'literal':
      return value.type === 'int' || value.type === 'float' || value.type === 'bool';
    case 'op':
      return !/^(?:not|is|is not|in|not in|@)$/.test(value.op) && value.args.every((it) => isFormula(it, chunk));
    case 'either':
      return value.args.every((it) => isFormula(it, chunk));
    case 'item':
      return value.of.is === 'name' && value.index.is === 'name';
    case 'call': {
      const call = chunk.events[value.event];
      return call?.kind === 'call' && call.args.every((it) => isFormula(it.value, chunk));
    }
    default:
      return false;
  }
}
const isTest = (value: Value): boolean =>
  value.is === 'op' ? /^(?:<|<=|>|>=|==|!=)$/.test(value.op) : value.is === 'either' && value.args.every(isTest);

const isName = (value: Value | undefined, name: string | null): boolean => name !== null && value?.is === 'name' && value.name === name;
/** The loops whose variables an element is taken by: `0` for `a[i]`, `0,1` for `a[i, j]` and `a[i][j]`; undefined for any other. */
function keyOf(value: Value, headers: readonly Header[]): string | undefined {
  const indexes: Value[] = [];
  let it = value;
  while (it.is === 'item') {
    indexes.unshift(...(it.index.is === 'items' && it.index.type === 'tuple' ? it.index.items : [it.index]));
    it = it.of;
  }
  if (it.is !== 'name') return undefined;
  const at = indexes.map((one) => headers.findIndex((header) => isName(one, header.index)));
  return at.includes(-1) || at.some((one, place) => place > 0 && one <= (at[place - 1] ?? 0)) ? undefined : at.join();
}
/** `arrays`: what is subscripted with an index, and whether with nothing but indexes. `partly`: not with those of both loops. */
interface Found {
  readonly arrays: Map<string, boolean>;
  partly: boolean;
}
function collect(value: Value | null, headers: readonly Header[], to: Found): void {
  if (!value) return;
  switch (value.is) {
    case 'item': {
      const of = rootOf(value);
      if (of !== undefined && mentionsIndex(value, headers)) {
        const key = keyOf(value, headers);
        to.arrays.set(of, (to.arrays.get(of) ?? true) && key !== undefined);
        to.partly ||= key !== headers.map((_, at) => at).join();
      } else {
        collect(value.of, headers, to);
        collect(value.index, headers, to);
      }
      return;
    }
    case 'op':
    case 'either':
      for (const it of value.args) collect(it, headers, to);
      return;
    case 'attr':
      collect(value.of, headers, to);
      return;
    default:
      return;
  }
}
function rootOf(value: Value): string | undefined {
  let it = value;
  while (it.is === 'item') it = it.of;
  return it.is === 'name' ? it.name : undefined;
}
function mentionsIndex(value: Value, headers: readonly Header[]): boolean {
  if (value.is === 'name') return headers.some((it) => it.index === value.name);
  if (value.is === 'op' || value.is === 'either') return value.args.some((it) => mentionsIndex(it, headers));
  if (value.is === 'items') return value.items.some((it) => mentionsIndex(it, headers));
  if (value.is === 'item') return mentionsIndex(value.of, headers) || mentionsIndex(value.index, headers);
  return headers.some((it) => it.index !== null) && (value.is === 'unknown' || value.is === 'slice' || value.is === 'call');
}
/** Names that an expression reads. */
function names(value: Value, chunk: Chunk, into: Set<string> = new Set()): Set<string> {
  switch (value.is) {
    case 'name':
      into.add(value.name);
      break;
    case 'op':
    case 'either':
      for (const it of value.args) names(it, chunk, into);
      break;
    case 'item':
      names(value.of, chunk, into);
      names(value.index, chunk, into);
      break;
    case 'items':
      for (const it of value.items) names(it, chunk, into);
      break;
    case 'attr':
      names(value.of, chunk, into);
      break;
    case 'call': {
      const call = chunk.events[value.event];
      if (call?.kind === 'call') for (const it of call.args) names(it.value, chunk, into);
      break;
    }
    default:
      break;
  }
  return into;
}
