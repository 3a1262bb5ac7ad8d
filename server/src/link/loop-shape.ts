// Loops whose body is one formula over the elements of arrays: what a single array expression could say.
import type { LoopShape, Region, Subject, Value } from '../model.js';
import { isInside } from './inside.js';
import { type Linking, once } from './linking.js';
import { question } from './question.js';
import { evaluate, typeName } from './types.js';

const loopShape = question<Subject<'loop'>, LoopShape | undefined>({
  kind: 'loop shape',
  fallback: undefined as LoopShape | undefined,
  same: (a, b) => JSON.stringify(plain(a)) === JSON.stringify(plain(b)),
});
const plain = (it: LoopShape | undefined) => it && { ...it, assigns: it.assigns.map((one) => one.span) };
/** `break`, `continue`, `try`, `yield`, nested loops and calls of unknown effect: no shape. */
export function loopShapeOf(link: Linking, loop: Subject<'loop'>): LoopShape | undefined {
  return once(link, loopShape, loop, loop.in.chunk, () => findShape(link, loop));
}

interface Header {
  readonly index: string | null;
  readonly element: string | null;
  readonly over: Value;
}
function findShape(link: Linking, loop: Subject<'loop'>): LoopShape | undefined {
  const body = loop.in.chunk.regions[loop.body];
  if (loop.form !== 'for' || loop.exits || !body) return undefined;
  const events = loop.in.chunk.events.filter((it) => isInside(it.in, body));
  const header = headerOf(link, loop, body, events);
  if (!header || !isArray(link, header.over, loop.in)) return undefined;
  const assigns: Subject<'bind'>[] = [];
  const branches: Subject<'branch'>[] = [];
  for (const it of events) {
    if (it.kind === 'bind' && it.from !== 'for') assigns.push(it);
    else if (it.kind === 'branch') branches.push(it);
    else if (it.kind === 'call' && !isPure(link, it)) return undefined;
    else if (
      it.kind === 'loop' ||
      it.kind === 'leave' ||
      it.kind === 'await' ||
      it.kind === 'with' ||
      it.kind === 'catch' ||
      it.kind === 'def' ||
      it.kind === 'class'
    )
      return undefined;
  }
  const [first, second, more] = assigns;
  if (!first || more || branches.length > 1 || (second && branches.length === 0)) return undefined;
  if (second && JSON.stringify(second.target) !== JSON.stringify(first.target)) return undefined;
  const arrays = new Map<string, boolean>();
  for (const it of [...assigns.flatMap((one) => [one.value, one.target]), ...branches.map((one) => one.test)]) collect(it, header, arrays);
  for (const it of events) if (it.kind === 'call') for (const arg of it.args) collect(arg.value, header, arrays);
  const names = [...arrays.keys()];
  if (names.some((name) => !isArray(link, { is: 'name', name }, loop.in))) return undefined;
  const target = first.target;
  const carried = assigns.some((it) => it.from !== 'augmented' && target.is === 'name');
  const kind =
    target.is === 'item' && target.of.is === 'name' && isName(target.index, header.index)
      ? 'map'
      : target.is === 'name' && assigns.every((it) => it.from === 'augmented')
        ? 'reduce'
        : undefined;
  if (!kind || carried) return undefined;
  const aligned = ![...arrays.values()].includes(false);
  return {
    form: !aligned ? 'scan' : branches.length > 0 && kind === 'map' ? 'masked' : kind,
    aligned,
    over: spelled(header.over),
    index: header.index,
    element: header.element,
    arrays: names,
    assigns,
    test: branches[0] ?? null,
  };
}
const isName = (value: Value, name: string | null): boolean => name !== null && value.is === 'name' && value.name === name;
const spelled = (value: Value): string =>
  value.is === 'name' ? value.name : value.is === 'attr' ? `${spelled(value.of)}.${value.name}` : '';

/** `range(len(a))`, `range(a.shape[0])`, `enumerate(a)`, `a`. */
function headerOf(link: Linking, loop: Subject<'loop'>, body: Region, events: readonly Subject[]): Header | undefined {
  const { iterates } = loop;
  const targets = events.filter((it): it is Subject<'bind'> => it.kind === 'bind' && it.from === 'for' && it.in === body);
  const named = targets.flatMap((it) => (it.target.is === 'name' ? [{ name: it.target.name, path: it.path }] : []));
  if (!iterates || named.length !== targets.length) return undefined;
  if (iterates.is === 'name')
    return named.length === 1 && named[0]?.path.length === 0 ? { index: null, element: named[0].name, over: iterates } : undefined;
  const call = iterates.is === 'call' ? loop.in.chunk.events[iterates.event] : undefined;
  const name = call?.kind === 'call' ? outside(link, call) : undefined;
  const [given, more] = call?.kind === 'call' ? call.args.map((it) => it.value) : [];
  if (!given || more) return undefined;
  if (name === 'builtins.enumerate' && given.is === 'name' && named.length === 2) {
    return {
      index: named.find((it) => it.path[0] === 0)?.name ?? null,
      element: named.find((it) => it.path[0] === 1)?.name ?? null,
      over: given,
    };
  }
  const index = named.length === 1 ? named[0]?.name : undefined;
  if (name !== 'builtins.range' || !index) return undefined;
  if (given.is === 'call') {
    const inner = loop.in.chunk.events[given.event];
    const over = inner?.kind === 'call' && outside(link, inner) === 'builtins.len' ? inner.args[0]?.value : undefined;
    return over?.is === 'name' ? { index, element: null, over } : undefined;
  }
  const shape =
    given.is === 'item' && given.index.is === 'literal' && given.index.value === 0 && given.of.is === 'attr' && given.of.name === 'shape'
      ? given.of.of
      : undefined;
  return shape?.is === 'name' ? { index, element: null, over: shape } : undefined;
}
function outside(link: Linking, call: Subject<'call'>): string | undefined {
  const [it, more] = evaluate(link, call.callee, call.in);
  return it?.is === 'outside' && !more ? it.name : undefined;
}
function isArray(link: Linking, value: Value, at: Region): boolean {
  const [it, more] = evaluate(link, value, at);
  return !more && typeName(it) === 'numpy.ndarray';
}
const isPure = (link: Linking, call: Subject<'call'>): boolean =>
  /^(?:builtins\.(?:abs|len|range|enumerate|float)|math\.\w+|numpy\.\w+)$/.test(outside(link, call) ?? '');

/** Arrays that are subscripted with the index, and whether with nothing but it. */
function collect(value: Value | null, header: Header, to: Map<string, boolean>): void {
  if (!value) return;
  switch (value.is) {
    case 'item': {
      if (value.of.is === 'name' && mentionsIndex(value.index, header)) {
        const { name } = value.of;
        to.set(name, (to.get(name) ?? true) && isName(value.index, header.index));
      } else {
        collect(value.of, header, to);
        collect(value.index, header, to);
      }
      return;
    }
    case 'op':
    case 'either':
      for (const it of value.args) collect(it, header, to);
      return;
    case 'attr':
      collect(value.of, header, to);
      return;
    default:
      return;
  }
}
function mentionsIndex(value: Value, { index }: Header): boolean {
  if (index === null) return false;
  if (value.is === 'name') return value.name === index;
  if (value.is === 'op' || value.is === 'either') return value.args.some((it) => mentionsIndex(it, { index, element: null, over: it }));
  if (value.is === 'items') return value.items.some((it) => mentionsIndex(it, { index, element: null, over: it }));
  return value.is === 'unknown' || value.is === 'slice' || value.is === 'call';
}
