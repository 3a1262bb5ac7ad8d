// Expression → what it can mean: at most a few alternatives, else anything.
import type { Fn, Region, Subject, Value } from '../model.js';
import { elementsOf, itemMeanings } from './elements.js';
import { few, type Linking, once } from './linking.js';
import { anything, followed, isAnything, type Meaning } from './meanings.js';
import { attributeMeanings, dunder } from './members.js';
import { nameMeanings } from './names.js';
import { meaningsOf } from './question.js';
import { callMeanings, resultOf } from './results.js';

const valueMeanings = meaningsOf<Value>('value');
/** What an expression in a region can mean; empty when nothing is known, or more than anybody follows. */
export const evaluate = (link: Linking, value: Value, at: Region): readonly Meaning[] => followed(resolve(link, value, at));

/** The same for who works out what others mean: more than anybody follows is `anything`. */
export function resolve(link: Linking, value: Value, at: Region): readonly Meaning[] {
  if (value.is === 'unknown' || value.is === 'slice') return [];
  if (value.is === 'literal') return literals[value.type];
  if (value.is === 'text') return literals.str;
  const display = displayed(value, at);
  if (display) return display;
  return once(link, valueMeanings, value, at.chunk, () => few(link, answer(link, value as Derived, at)));
}

const thing = (type: string): readonly Meaning[] => [{ is: 'thing', type: `builtins.${type}`, made: null, by: 'source' }];
const literals = {
  int: thing('int'),
  float: thing('float'),
  complex: thing('complex'),
  str: thing('str'),
  bytes: thing('bytes'),
  bool: thing('bool'),
  none: thing('NoneType'),
  ellipsis: thing('ellipsis'),
} as const;

/** What is written out rests on nothing else, so nobody keeps it. */
function displayed(value: Value, at: Region): readonly Meaning[] | undefined {
  switch (value.is) {
    case 'function': {
      const fn: Fn | undefined = at.chunk.functions[value.fn];
      return fn ? [{ is: 'fn', fn, by: 'source' }] : [];
    }
    case 'items':
      return container(`builtins.${value.type}`, value, at);
    case 'dict':
      return container('builtins.dict', value, at);
    case 'comprehension':
      return container(value.type === 'generator' ? 'types.GeneratorType' : `builtins.${value.type}`, value, at);
    default:
      return undefined;
  }
}

const container = (type: string, value: Value, region: Region): readonly Meaning[] => [
  { is: 'container', type, value, region, by: 'source' },
];

type Derived = Exclude<Value, { is: 'unknown' | 'slice' | 'literal' | 'text' | 'function' | 'items' | 'dict' | 'comprehension' }>;
function answer(link: Linking, value: Derived, at: Region): readonly Meaning[] {
  switch (value.is) {
    case 'name':
      return nameMeanings(link, value.name, at, value);
    case 'attr':
      return resolve(link, value.of, at).flatMap((it) => attributeMeanings(link, it, value.name));
    case 'call': {
      const call = at.chunk.events[value.event] as Subject<'call'> | undefined;
      return call ? callMeanings(link, call) : [];
    }
    case 'either':
      return value.args.flatMap((it) => resolve(link, it, at)).filter((it) => !(it.is === 'thing' && it.type === 'builtins.NoneType'));
    case 'item':
      return resolve(link, value.of, at).flatMap((it) => itemMeanings(link, it, value.index));
    case 'awaited':
      return resolve(link, value.of, at).flatMap((it) =>
        it.is === 'pending' && it.how === 'coroutine' ? resultOf(link, it.of) : awaitable(link, it),
      );
    case 'op':
      return operated(link, value.op, value.args, at);
    case 'star':
      return elementsOf(link, resolve(link, value.of, at));
  }
}

/** Awaiting an object of a workspace class runs its `__await__`; of an outside task, gives what it was made from. */
function awaitable(_link: Linking, it: Meaning): readonly Meaning[] {
  if (it.is === 'anything') return anything;
  return it.is === 'thing' && !it.type.startsWith('asyncio.') ? [it] : [];
}

const methods: { readonly [op: string]: string } = {
  '+': '__add__',
  '-': '__sub__',
  '*': '__mul__',
  '/': '__truediv__',
  '//': '__floordiv__',
  '%': '__mod__',
  '**': '__pow__',
  '@': '__matmul__',
  '&': '__and__',
  '|': '__or__',
  '^': '__xor__',
  '<<': '__lshift__',
  '>>': '__rshift__',
  '<': '__lt__',
  '<=': '__le__',
  '>': '__gt__',
  '>=': '__ge__',
  '==': '__eq__',
  '!=': '__ne__',
  in: '__contains__',
  'not in': '__contains__',
  '[]': '__getitem__',
  '[]=': '__setitem__',
  'del[]': '__delitem__',
  'unary -': '__neg__',
  'unary +': '__pos__',
  'unary ~': '__invert__',
};
/** The method an operator runs; for `in` it is the right operand's. */
export const operatorMethod = (op: string): string | undefined =>
  methods[op] ?? (op.endsWith('=') ? methods[op.slice(0, -1)]?.replace('__', '__i') : undefined);

const comparing = /^(?:not|is|is not|in|not in|<|<=|>|>=|==|!=|[<>=! ]+)$/;
const numbers: readonly string[] = ['builtins.bool', 'builtins.int', 'builtins.float', 'builtins.complex'];

function operated(link: Linking, op: string, args: readonly Value[], at: Region): readonly Meaning[] {
  const [left, right] = args.map((it) => resolve(link, it, at));
  const [first] = left ?? [];
  const method = operatorMethod(op);
  const own = first && method ? dunder(link, first, method) : undefined;
  if (own) return resultOf(link, own);
  if (comparing.test(op)) return thing('bool');
  if (isAnything(left ?? []) || isAnything(right ?? [])) return anything;
  const [second] = right ?? [];
  const [a, b] = [typeName(first), typeName(second)];
  if (a && numbers.includes(a) && (!b || numbers.includes(b))) {
    if (op === '/') return thing('float');
    return b && numbers.indexOf(b) > numbers.indexOf(a) ? (right ?? []) : a === 'builtins.bool' ? thing('int') : (left ?? []);
  }
  if (a) return gives(a, op) ? (left ?? []) : [];
  return b && op === '+' && !numbers.includes(b) && b.startsWith('builtins.') ? (right ?? []) : [];
}
/** Does the operator give an object of the class of its left operand? */
const gives = (type: string, op: string): boolean => type !== 'builtins.NoneType' && !(op === '-' && type.startsWith('datetime.date'));
/** The outside class of an object, `undefined` for anything else. */
export function typeName(it: Meaning | undefined): string | undefined {
  return it?.is === 'thing' || it?.is === 'container' ? it.type : undefined;
}
