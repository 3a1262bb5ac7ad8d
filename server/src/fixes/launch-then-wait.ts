// A loop that launches and waits → `map`, or a loop that launches and one that waits.
import { type Editing, type Fix, type Node, type Offer, refuse, review, type Subject, safe } from '../model.js';
import { freeName, keywordOf, nextOf, positionalOf, previousOf, siblingsOf, textWith } from './places.js';

/** `out.append(pool.submit(f, x).result())` → `out = list(pool.map(f, xs))` */
export const mapInstead: Fix<'spawn'> = {
  id: 'map-instead',
  title: 'Use `map`',
  best: 'safe',
  offer(spawn, doc) {
    if (!spawn.pool) return undefined;
    const launch = doc.node(spawn.call);
    const loop = launch.up('for_statement');
    const body = loop?.field('body');
    const [target, items] = [loop?.field('left'), loop?.field('right')];
    if (!loop || !body || !target || !items || loop.field('alternative'))
      return refuse('the loop is written in a form that is not rewritten');
    const [statement, more] = body.children;
    const append = statement?.children[0];
    const waited = launch.parent?.type === 'attribute' ? launch.parent.parent : launch;
    const list = append?.field('function')?.field('object');
    const plain =
      append?.type === 'call' &&
      append.field('function')?.field('attribute')?.text === 'append' &&
      list?.type === 'identifier' &&
      positionalOf(append)[0]?.span.start === waited?.span.start &&
      positionalOf(append)[0]?.span.end === waited?.span.end;
    if (more || !plain || !waited || !list) return refuse('the loop does more than collect the results');
    if (waited !== launch && positionalOf(waited).length + (keywordOf(waited, 'timeout') ? 1 : 0) > 0)
      return refuse('the wait has a timeout, which `map` would count from its start');
    if (loop.up('try_statement', 'function_definition', 'module')?.type === 'try_statement')
      return refuse('an exception is handled around the loop');
    const call = mapCall(spawn, launch, target, items);
    if (!call) return refuse('the arguments are not the plain items of the loop');
    const born = emptyList(loop, list.text);
    if (born) doc.remove(born);
    doc.replace(loop, born ? `${list.text} = ${call.lazy ? `list(${call.text})` : call.text}` : `${list.text}.extend(${call.text})`);
    return safe;
  },
};
/** The call of `map` that stands for one launch per pass. */
function mapCall(
  spawn: Subject<'spawn'>,
  launch: Node,
  target: Node,
  items: Node,
): { readonly text: string; readonly lazy: boolean } | undefined {
  const pool = launch.field('function')?.field('object');
  const [callee, ...given] = positionalOf(launch);
  const lazy = spawn.api.endsWith('.submit');
  const values = lazy ? given : given[0]?.type === 'tuple' || given[0]?.type === 'list' ? given[0].children : [];
  const named = launch.field('arguments')?.children.some((it) => it.type === 'keyword_argument');
  if (!pool || !callee || named || values.length === 0 || given.length > (lazy ? given.length : 1)) return undefined;
  if (callee.all('identifier').some((it) => it.text === target.text) || callee.text === target.text) return undefined;
  if (values.length === 1 && values[0]?.text === target.text) return { text: `${pool.text}.map(${callee.text}, ${items.text})`, lazy };
  // `for a, b in pairs: submit(f, a, b)`
  const parts = target.type === 'pattern_list' || target.type === 'tuple_pattern' ? target.children.map((it) => it.text) : [];
  if (!lazy && parts.length > 1 && parts.join() === values.map((it) => it.text).join())
    return { text: `${pool.text}.starmap(${callee.text}, ${items.text})`, lazy };
  return undefined;
}
/** `out = []` before the loop, or before the block that begins with it, with nothing in between. */
export function emptyList(loop: Node, name: string): Node | undefined {
  const isEmpty = (it: Node | undefined): boolean =>
    it !== undefined && new RegExp(`^${name}\\s*=\\s*(?:\\[\\s*\\]|list\\(\\))$`).test(it.text);
  const before = previousOf(loop);
  if (before) return isEmpty(before) ? before : undefined;
  const around = loop.parent?.parent;
  const outer = around?.type === 'with_statement' ? previousOf(around) : undefined;
  const mentioned = around?.all('identifier').some((it) => it.text === name && it.span.start < loop.span.start);
  return isEmpty(outer) && !mentioned ? outer : undefined;
}

/** One loop that launches, then one that waits and does what is left. */
export const waitInSecondLoop: Fix<'spawn'> = {
  id: 'wait-in-second-loop',
  title: 'Launch first, then wait',
  best: 'review',
  offer(spawn, doc) {
    const launch = doc.node(spawn.call);
    const loop = launch.up('for_statement');
    const body = loop?.field('body');
    const [target, items] = [loop?.field('left'), loop?.field('right')];
    if (!loop || !body || !target || !items || loop.field('alternative') || /^async\b/.test(loop.text))
      return refuse('the loop is written in a form that is not rewritten');
    if (spawn.api.endsWith('.apply')) return refuse('`apply` waits itself: `map`, or `apply_async` and a second loop, would not');
    const first = launch.statement();
    if (first.parent?.span.start !== body.span.start || first.parent.type !== body.type)
      return refuse('something in the loop stands around the launch');
    if (body.all('continue_statement').length > 0) return refuse('the loop skips some passes');
    const named = launch.parent?.type === 'assignment' ? launch.parent.field('left') : undefined;
    const statements = siblingsOf(first);
    if (statements[0]?.span.start !== first.span.start) return refuse('the loop does something before it launches');
    return named?.type === 'identifier'
      ? handles(spawn, { loop, target, items, launch, first }, named.text, doc)
      : inline({ loop, target, items, launch, first }, doc);
  },
};
const changes = review('the workers run side by side: what they do to shared state, and what they print, may come in another order');

interface Launch {
  readonly loop: Node;
  readonly target: Node;
  readonly items: Node;
  readonly launch: Node;
  readonly first: Node;
}
function inline({ loop, target, items, launch, first }: Launch, doc: Editing): Offer {
  const scope = loop.up('function_definition') ?? doc.module(loop.chunk);
  const [many, one] = [freeName(scope, 'futures'), freeName(scope, 'future')];
  write({ loop, target, items, launch }, { many, one, starts: '' }, (block) => textWith(block, [{ node: launch, text: one }]), first, doc);
  return changes;
}
function handles(spawn: Subject<'spawn'>, at: Launch, name: string, doc: Editing): Offer {
  const { first, loop } = at;
  const scope = loop.up('function_definition') ?? doc.module(loop.chunk);
  const started = spawn.pool ? undefined : nextOf(first);
  if (started && started.text !== `${name}.start()`) return refuse('something stands between the worker and its start');
  const last = started ?? first;
  const rest = nextOf(last);
  if (!rest) return refuse('nothing in the loop waits');
  const kind = spawn.pool ? 'futures' : spawn.runner.kind === 'process' ? 'processes' : 'threads';
  const many = freeName(scope, name.length === 1 || name.endsWith('s') ? kind : `${name}s`);
  const starts = started ? `for ${name} in ${many}:\n    ${name}.start()\n` : '';
  write(at, { many, one: name, starts }, (block) => block.text.slice(rest.span.start - block.span.start), rest, doc);
  return changes;
}
function write(
  { loop, target, items, launch }: Omit<Launch, 'first'>,
  { many, one, starts }: { many: string; one: string; starts: string },
  rest: (block: Node) => string,
  from: Node,
  doc: Editing,
): void {
  const block = loop.field('body') as Node;
  const names = new Set([target, ...target.all('identifier')].filter((it) => it.type === 'identifier').map((it) => it.text));
  const used = block
    .all('identifier')
    .some(
      (it) =>
        names.has(it.text) && it.span.start >= from.span.start && !(it.span.start >= launch.span.start && it.span.end <= launch.span.end),
    );
  const group = target.type === 'identifier' ? target.text : `(${target.text})`;
  const comments = loop.children.filter((it) => it.type === 'comment' && it.span.end <= block.span.start);
  const between = block.children.filter((it) => it.type === 'comment' && it.span.start < from.span.start);
  const margin = ' '.repeat(loop.column);
  const inner = ' '.repeat(block.column - loop.column);
  const notes = [...comments, ...between].map((it) => `${it.text}\n`).join('');
  const made = `${many} = [${used ? `(${group}, ${launch.text})` : launch.text} for ${target.text} in ${items.text}]`;
  const pairs = (text: string): string => (used ? text.replace(`for ${one} in`, `for _, ${one} in`) : text);
  const head = `for ${used ? `${group}, ${one}` : one} in ${many}:`;
  const first = `${notes}${made}\n${pairs(starts)}${head}\n`.replaceAll('\n    ', `\n${inner}`).replaceAll('\n', `\n${margin}`);
  doc.replace(loop, `${first}${inner}${rest(block)}`);
}
