// Everything that a name or an attribute of `self` holds, wherever it is used: what fixes ask that change its class.
import type { Editing, Node, Subject, Value } from '../model.js';

export interface Holder {
  /** As it is written where it is used. */
  readonly says: string;
  /** Every mention, where it is made as well. */
  readonly all: readonly Node[];
  /** Nobody outside of this module uses it, by the look of its name or of where it lives. */
  readonly own: boolean;
}
/** A text where its users are not all in sight. */
export function holderOf(value: Value, of: Subject<'call'>, doc: Editing): Holder | string {
  const module = doc.module(of.in.chunk);
  if (value.is === 'name') {
    const local = doc.program.hides(value.name, of.in);
    const scope = (local ? doc.node(of).up('function_definition') : undefined) ?? module;
    const all = scope.all('identifier').filter((it) => it.text === value.name && !isLabel(it));
    return { says: value.name, all, own: local };
  }
  const self = value.is === 'attr' && value.of.is === 'name' ? value.of.name : undefined;
  if (value.is !== 'attr' || (self !== 'self' && self !== 'cls')) return 'only what a name or an attribute of `self` holds is followed';
  const says = `${self}.${value.name}`;
  const cls = doc.node(of).up('class_definition');
  if (!cls) return `\`${says}\` is no attribute of a class in sight`;
  const mentions = module.all('attribute').filter((it) => it.field('attribute')?.text === value.name);
  const inside = (it: Node): boolean => it.span.start >= cls.span.start && it.span.end <= cls.span.end;
  if (mentions.some((it) => !inside(it) || it.text !== says)) return `\`${value.name}\` is used on other objects in this module, too`;
  const spelled = module.all('identifier', 'string').some((it) => it.text.replace(/^["']|["']$/g, '') === value.name && !isLabel(it));
  if (spelled) return `\`${value.name}\` is also the name of something else in this module`;
  const derived = module.all('class_definition').some((it) => it.field('superclasses')?.text.includes(cls.field('name')?.text ?? '\n'));
  if (derived) return `a class that is derived from \`${cls.field('name')?.text}\` may use \`${says}\`, too`;
  return { says, all: mentions, own: value.name.startsWith('_') };
}
/** The name of a keyword or of an attribute: no variable. */
export const isLabel = (it: Node): boolean =>
  (it.parent?.type === 'keyword_argument' && it.parent.field('name')?.span.start === it.span.start) ||
  (it.parent?.type === 'attribute' && it.parent.field('attribute')?.span.start === it.span.start);
/** Is this mention the target of an assignment? */
export const isMade = (it: Node): boolean => it.parent?.type === 'assignment' && it.parent.field('left')?.span.start === it.span.start;
/** Is it used only by this module, as far as can be seen? */
export function isForeign({ own }: Holder, of: Subject<'call'>, doc: Editing): boolean {
  const [top] = of.in.chunk.module.split('.');
  return !own && top !== undefined && doc.program.imports(top);
}
/** The call at a node. */
export const callAt = (node: Node, doc: Editing): Subject<'call'> | undefined =>
  node.chunk.events.find(
    (one): one is Subject<'call'> =>
      one.kind === 'call' && doc.node(one).span.start === node.span.start && doc.node(one).span.end === node.span.end,
  );
/** Does a mention stand in a coroutine, and in no function inside of it? */
export function inCoroutine(it: Node): boolean {
  const scope = it.up('function_definition', 'lambda');
  return scope?.type === 'function_definition' && scope.text.startsWith('async');
}
