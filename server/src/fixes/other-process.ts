// What every rewrite into processes asks first, and what it says about them.
import { type Editing, type Node, type Offer, refuse, review, type Subject } from '../model.js';

/** Answers that depend on the thread or the terminal of the program. */
const tiedHere = /^(?:threading\.(?:current_thread|get_ident|get_native_id|main_thread|enumerate|active_count)|builtins\.input)$/;

/** Why the work of these starts has to stay in this process; the main guard, which can be added, aside. */
export function staysHere(spawn: Subject<'spawn'>, tasks: readonly Subject<'spawn'>[], doc: Editing): Offer | undefined {
  const hard = doc.program.obstacles(spawn).find((it) => it.what !== 'main-guard');
  if (hard) return refuse(hard.say);
  const tied = tasks.flatMap((it) => doc.program.reached(it)).find((it) => tiedHere.test(it.name));
  return tied ? refuse(`\`${tied.name}\` has another answer in another process`) : undefined;
}
/** What changes, with what is gained by it. */
export const leaving = (spawn: Subject<'spawn'>, what: string, doc: Editing): Offer =>
  review(`${what}; ${doc.program.economics(spawn).says}`);

const tests = ['comparison_operator', 'not_operator', 'boolean_operator', 'if_statement', 'with_item', 'as_pattern_target'];
const others = [
  'dotted_name',
  'parameters',
  'default_parameter',
  'typed_parameter',
  'typed_default_parameter',
  'global_statement',
  'nonlocal_statement',
];
const harmless = new Set([...tests, ...others]);

/** Is what a name or attribute holds used for anything but its methods and, by `taken`, calls that are known to take it? */
export function escapes(name: string, made: Node, taken: (call: Node) => boolean): boolean {
  const plain = !name.includes('.');
  const scope = plain ? made.up('function_definition', 'module') : made.up('module');
  const uses = scope?.all(plain ? 'identifier' : 'attribute').filter((it) => it.text === name) ?? [];
  return uses.some((it) => {
    const { parent } = it;
    if (!parent || harmless.has(parent.type)) return false;
    const first = (of: Node, field: string): boolean => of.field(field)?.span.start === it.span.start;
    if (parent.type === 'attribute')
      return first(parent, 'object') && !(parent.parent?.type === 'call' && parent.parent.field('function')?.span.end === parent.span.end);
    if (parent.type === 'assignment') return !first(parent, 'left');
    if (parent.type === 'keyword_argument' && first(parent, 'name')) return false;
    const call = parent.type === 'argument_list' ? parent.parent : undefined;
    return !(call && taken(call));
  });
}
