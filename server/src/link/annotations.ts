// Annotations → the classes they name; strings are read as annotations too.
import type { Region, Value } from '../model.js';
import { few, type Linking } from './linking.js';
import { followed, type Meaning } from './meanings.js';
import { evaluate } from './types.js';

const wrappers = /^(?:Optional|Union|Annotated|Final|ClassVar|Required|NotRequired|Awaitable)$/;

/** Instances of the classes an annotation allows; `None` is left out. */
export function annotationMeanings(link: Linking, annotation: Value, at: Region, depth = 0): readonly Meaning[] {
  if (depth > 4) return [];
  const again = (it: Value): readonly Meaning[] => annotationMeanings(link, it, at, depth + 1);
  if (annotation.is === 'literal') return typeof annotation.value === 'string' ? again(inText(annotation, annotation.value)) : [];
  if (annotation.is === 'op' && annotation.op === '|') return followed(few(link, annotation.args.flatMap(again)));
  if (annotation.is === 'item') {
    const name = annotation.of.is === 'name' ? annotation.of.name : annotation.of.is === 'attr' ? annotation.of.name : '';
    if (name === 'Annotated' && annotation.index.is === 'items') return annotation.index.items.slice(0, 1).flatMap(again);
    if (wrappers.test(name))
      return annotation.index.is === 'items' ? followed(few(link, annotation.index.items.flatMap(again))) : again(annotation.index);
    return ofElements(link, annotation, at, again);
  }
  if (annotation.is === 'items') return followed(few(link, annotation.items.flatMap(again))); // the classes of an `isinstance`
  if (annotation.is !== 'name' && annotation.is !== 'attr') return [];
  return evaluate(link, annotation, at).flatMap((it): Meaning[] => {
    if (it.is === 'class') return [{ is: 'object', cls: it.cls, made: null, by: 'annotation' }];
    if (it.is === 'outside')
      return vague.test(it.name) ? [] : [{ is: 'thing', type: renamed[it.name] ?? it.name, made: null, by: 'annotation' }];
    return [];
  });
}
/** `list[Bed]`: a list, and what is in it. */
function ofElements(
  link: Linking,
  annotation: Extract<Value, { is: 'item' }>,
  at: Region,
  again: (it: Value) => readonly Meaning[],
): readonly Meaning[] {
  const { index } = annotation;
  const [first, second] = index.is === 'items' ? index.items : [index];
  const whole = again(annotation.of);
  const [only] = whole.length > 0 ? whole : evaluate(link, annotation.of, at);
  if (only?.is === 'outside' && (only.name === 'builtins.type' || only.name === 'typing.Type')) return classes(first ? again(first) : []);
  const of = only?.is === 'thing' ? only.type : '';
  // Of `tuple[A, B]` the elements differ; only `tuple[A, ...]` is alike throughout.
  if (of === 'builtins.tuple' && second && !(second.is === 'literal' && second.type === 'ellipsis')) return whole;
  const elements = first ? again(first) : [];
  if (second && mapping.test(of)) return [{ is: 'thing', type: of, made: null, by: 'annotation', elements, values: again(second) }];
  if (elements.length === 0) return whole;
  const type =
    only?.is === 'thing'
      ? only.type
      : only?.is === 'outside' && /\.(?:Async)?(?:Iterable|Sequence|Collection|Iterator|Generator)$/.test(only.name)
        ? 'builtins.list'
        : undefined;
  return type ? [{ is: 'thing', type, made: null, by: 'annotation', elements }] : whole;
}
const mapping = /^(?:builtins\.dict|collections\.(?:defaultdict|OrderedDict|ChainMap)|weakref\.Weak\w*Dictionary)$/;
/** `type[Bed]` is the class. */
const classes = (objects: readonly Meaning[]): readonly Meaning[] =>
  objects.flatMap((it): Meaning[] => (it.is === 'object' ? [{ is: 'class', cls: it.cls, by: 'annotation' }] : []));
/** Types that say nothing about which methods run. */
const vague =
  /^(?:(?:typing|typing_extensions)\.(?!(?:IO|TextIO|BinaryIO|List|Dict|Set|Tuple|FrozenSet|Pattern|Match|Text|DefaultDict|OrderedDict|Counter|Deque)$)\w+|builtins\.(?:object|type|callable)|collections\.abc\.\w+|contextlib\.Abstract\w+|numbers\.\w+|os\.PathLike|types\.(?:ModuleType|FunctionType|MethodType))$/;
const renamed: { readonly [name: string]: string } = {
  'typing.List': 'builtins.list',
  'typing.Dict': 'builtins.dict',
  'typing.Set': 'builtins.set',
  'typing.Tuple': 'builtins.tuple',
  'typing.FrozenSet': 'builtins.frozenset',
  'typing.Text': 'builtins.str',
  'typing.Pattern': 're.Pattern',
  'typing.Match': 're.Match',
  'typing.DefaultDict': 'collections.defaultdict',
  'typing.OrderedDict': 'collections.OrderedDict',
  'typing.Counter': 'collections.Counter',
  'typing.Deque': 'collections.deque',
};

const texts = new WeakMap<Value, Value>();
/** Read once for each place where it stands, so that what it means is known by its identity. */
function inText(at: Value, text: string): Value {
  const known = texts.get(at) ?? parsed(text);
  texts.set(at, known);
  return known;
}
/** `"pkg.Cls"`, `"Optional[Cls]"`, `"A | B"`: the small part of the expression grammar that annotations use. */
function parsed(text: string): Value {
  const parts = split(text, '|');
  if (parts.length > 1) return { is: 'op', op: '|', args: parts.map(parsed) };
  const generic = /^\s*([\w.]+)\s*\[(.*)\]\s*$/.exec(text);
  if (generic) {
    const inner = split(generic[2] ?? '', ',').map(parsed);
    return { is: 'item', of: dotted(generic[1] ?? ''), index: { is: 'items', type: 'tuple', items: inner, count: inner.length } };
  }
  return /^\s*[\w.]+\s*$/.test(text) ? dotted(text.trim()) : { is: 'unknown' };
}
function dotted(path: string): Value {
  const [first, ...rest] = path.split('.');
  return rest.reduce<Value>((of, name) => ({ is: 'attr', of, name }), { is: 'name', name: first ?? '' });
}
function split(text: string, at: string): string[] {
  const found: string[] = [];
  let depth = 0;
  let from = 0;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '[') depth++;
    else if (text[i] === ']') depth--;
    else if (text[i] === at && depth === 0) {
      found.push(text.slice(from, i));
      from = i + 1;
    }
  }
  return [...found, text.slice(from)];
}
