// Threads that leave their results in something shared → processes that return them, and the parent that puts them where they belong.
import { type Editing, type Fix, type Fn, type Node, type Offer, refuse, review, type Subject } from '../model.js';
import { guarded } from './main-guard.js';
import { leaving } from './other-process.js';
import { argumentsOf, freeName, keywordOf } from './places.js';
import { feedOf, type ThreadList, threadListOf } from './thread-list.js';
import { replaceThreads } from './threads-to-process-pool.js';

export const returnResults: Fix<'spawn'> = {
  id: 'return-results',
  title: 'Return the results from a ProcessPoolExecutor',
  best: 'review',
  offer(spawn, doc) {
    const obstacles = doc.program.obstacles(spawn).filter((it) => it.what !== 'main-guard');
    const [fn, other] = spawn.targets;
    const list = threadListOf(doc.node(spawn.call));
    if (obstacles.length === 0 || !fn || other || !list || !spawn.callable) return undefined;
    const definition = doc.node({ chunk: fn.chunk, span: fn.fact.span }).up('function_definition');
    const left = definition && leftIn(definition);
    if (!definition || !left) return undefined;
    const sent = Object.fromEntries([left.place, ...left.locks].map((it) => [it, argumentFor(it, fn, spawn, doc)]));
    const gone = [left.place, ...left.locks].flatMap((it) => [it, sent[it] ?? it]);
    const hard = obstacles.find((it) => !isAbout(it.say, fn.name, gone));
    if (hard) return refuse(hard.say);
    return rewrite(spawn, { fn, definition, left, sent, list }, (what) => leaving(spawn, what, doc), doc);
  },
};
/** The same for processes, which leave their results where nobody looks. */
export const returnFromChild: Fix<'spawn'> = {
  id: 'return-from-child',
  title: 'Return the results from a ProcessPoolExecutor',
  best: 'review',
  offer(spawn, doc) {
    const [lost, more] = doc.program.lostChanges(spawn);
    const [fn, other] = spawn.targets;
    if (!lost || !fn || other) return undefined;
    if (more) return refuse(`the child changes \`${more.name}\` as well`);
    if (lost.change.in.fn !== fn) return refuse(`\`${lost.change.in.fn.name}\` changes it, which others may call as well`);
    const list = spawn.pool ? undefined : threadListOf(doc.node(spawn.call));
    if (!list || !spawn.callable)
      return refuse('only processes that are made in one list, started and joined right after it are rewritten');
    const definition = doc.node({ chunk: fn.chunk, span: fn.fact.span }).up('function_definition');
    const left = definition && leftIn(definition);
    if (!definition || !left) return refuse(`\`${fn.fact.name}\` does more than to leave one result at its end`);
    const sent = Object.fromEntries([left.place, ...left.locks].map((it) => [it, argumentFor(it, fn, spawn, doc)]));
    if ((sent[left.place] ?? left.place) !== lost.name) return refuse(`\`${fn.fact.name}\` does more than to leave one result at its end`);
    return rewrite(spawn, { fn, definition, left, sent, list }, review, doc);
  },
};
/** Does an obstacle only say that the target writes into, or is given, what it no longer needs? */
function isAbout(say: string, target: string, names: readonly string[]): boolean {
  return names.some(
    (name) =>
      [`\`${target}\` changes`, `\`${target}\` writes`, `\`${target}\` uses`, `\`${target}\` reads`].some((it) =>
        say.startsWith(`${it} \`${name}\`,`),
      ) || say.startsWith(`\`${name}\` is a \``),
  );
}

/** The last statement of a target leaves one result somewhere: in a slot, in a container, or added to a total. */
interface Left {
  readonly statement: Node;
  /** A parameter or a global. */
  readonly place: string;
  /** What is held meanwhile. */
  readonly locks: readonly string[];
  /** What the target returns in its place. */
  readonly returns: string;
  /** How the parent leaves it there: with names of the parent's for the place, the result, and the slot where there is one. */
  readonly put: (place: string, result: string, key: string) => string;
  readonly pair: boolean;
  /** With `+=` or its like, for which a function declares a global. */
  readonly adds: boolean;
}
function leftIn(definition: Node): Left | undefined {
  const body = definition.field('body');
  const last = body?.children.filter((it) => it.type !== 'comment').at(-1);
  if (!last || /^async\b/.test(definition.text) || definition.parent?.type === 'decorated_definition') return undefined;
  if (definition.all('return_statement', 'yield').length > 0) return undefined;
  const held = last.type === 'with_statement' ? last : undefined;
  const inner = held ? held.field('body')?.children.filter((it) => it.type !== 'comment') : [last];
  const [only, more] = inner ?? [];
  const items = held?.all('with_item').filter((it) => it.span.end <= (held.field('body')?.span.start ?? 0)) ?? [];
  const locks = items.map((it) => it.text);
  if (!only || more || only.type !== 'expression_statement' || locks.some((it) => !/^\w+$/.test(it))) return undefined;
  const found = put(only.children[0]);
  if (!found) return undefined;
  const names = [found.place, ...locks];
  const count = (name: string): number => definition.all('identifier').filter((it) => it.text === name).length - declared(definition, name);
  return names.every((it) => count(it) === 1) ? { ...found, statement: last, locks } : undefined;
}
/** How often a name stands among the parameters and in `global`. */
function declared(definition: Node, name: string): number {
  const heads = [definition.field('parameters'), ...definition.all('global_statement')];
  return heads.flatMap((it) => it?.all('identifier') ?? []).filter((it) => it.text === name).length;
}
function put(it: Node | undefined): Omit<Left, 'statement' | 'locks'> | undefined {
  if (it?.type === 'assignment') {
    const [slot, value] = [it.field('left'), it.field('right')];
    const [place, key] = [slot?.field('value'), slot?.field('subscript')];
    if (slot?.type !== 'subscript' || place?.type !== 'identifier' || !key || !value || slot.children.length !== 2) return undefined;
    return {
      place: place.text,
      returns: `${key.text}, ${value.text}`,
      put: (into, result, key) => `${into}[${key}] = ${result}`,
      pair: true,
      adds: false,
    };
  }
  if (it?.type === 'augmented_assignment') {
    const [place, value, op] = [it.field('left'), it.field('right'), it.field('operator')?.text ?? /\s(\S+=)\s/.exec(it.text)?.[1]];
    if (place?.type !== 'identifier' || !value || !op) return undefined;
    return { place: place.text, returns: value.text, put: (into, result) => `${into} ${op} ${result}`, pair: false, adds: true };
  }
  const [callee, given] = it?.type === 'call' ? [it.field('function'), argumentsOf(it)] : [];
  const [place, method] = [callee?.field('object'), callee?.field('attribute')?.text ?? ''];
  const [value, more] = given ?? [];
  if (callee?.type !== 'attribute' || place?.type !== 'identifier' || !value || more || value.type === 'keyword_argument') return undefined;
  if (!/^(?:append|add|put|update|extend)$/.test(method)) return undefined;
  return { place: place.text, returns: value.text, put: (into, result) => `${into}.${method}(${result})`, pair: false, adds: false };
}

/** How the parent calls what it gives for a parameter; undefined for globals. */
function argumentFor(name: string, fn: Fn, spawn: Subject<'spawn'>, doc: Editing): string | undefined {
  const at = fn.fact.params.findIndex((it) => it.name === name);
  if (at < 0) return undefined;
  const call = doc.node(spawn.call);
  return keywordOf(call, 'args')?.children.filter((it) => it.type !== 'comment')[at]?.text;
}

interface Parts {
  readonly fn: Fn;
  readonly definition: Node;
  readonly left: Left;
  readonly sent: Readonly<Record<string, string | undefined>>;
  readonly list: ThreadList;
}
function rewrite(
  spawn: Subject<'spawn'>,
  { fn, definition, left, sent, list }: Parts,
  offer: (what: string) => Offer,
  doc: Editing,
): Offer | undefined {
  const module = doc.module(spawn.in.chunk);
  const { name } = fn.fact;
  const uses = module.all('identifier').filter((it) => it.text === name);
  const region = fn.chunk.regions[0];
  if (fn.chunk.file !== spawn.in.chunk.file || uses.length !== 2 || !region || doc.program.imported(name, region))
    return refuse(`\`${name}\` is used in other places as well, which do not expect that it returns something`);
  const params = definition.field('parameters');
  const dropped = Object.entries(sent)
    .filter(([, given]) => given !== undefined)
    .map(([param]) => param);
  const positions = dropped.map((it) => fn.fact.params.findIndex((one) => one.name === it));
  const feed = feedOf(spawn, doc.node(spawn.call), list, doc, new Set(positions));
  const into = sent[left.place] ?? left.place;
  if (!feed || !params || !/^[A-Za-z_]\w*$/.test(into))
    return refuse('the arguments of the threads are written in a form that is not rewritten');
  if (into === list.over.target) return refuse('each thread leaves its result in a place of its own');
  if (fn.fact.params.some((it) => dropped.includes(it.name) && it.kind !== 'plain')) return undefined;
  doc.replace(left.statement, `return ${left.returns}`);
  if (dropped.length > 0) doc.replace(params, without(params, dropped));
  for (const it of definition.all('global_statement').filter((one) => one.children.length === 1 && one.children[0]?.text === left.place))
    doc.remove(it);
  const scope = list.first.up('function_definition', 'module') ?? module;
  const [pool, result, future] = ['pool', 'result', 'future'].map((it) => freeName(scope, it)) as [string, string, string];
  const taken = new Set(scope.all('identifier').map((it) => it.text));
  const key = ['key', 'slot', 'place'].find((it) => !taken.has(it)) ?? freeName(scope, 'key');
  const tasks = feed.text(pool);
  const each = left.pair ? `${key}, ${result}` : result;
  const body =
    feed.gives === 'results'
      ? [`for ${each} in ${tasks}:`, `    ${left.put(into, result, key)}`]
      : [`for ${future} in ${tasks}:`, `    ${each} = ${future}.result()`, `    ${left.put(into, result, key)}`];
  replaceThreads(list, spawn, { executor: 'concurrent.futures.ProcessPoolExecutor', pool, body }, doc);
  if (left.adds && sent[left.place] === undefined) declareGlobal(left.place, list, doc);
  return (
    guarded(doc.program.obstacles(spawn), doc) ??
    offer(`\`${name}\` returns its result, and this process puts it into \`${into}\`, in the order of the list`)
  );
}
function without(params: Node, dropped: readonly string[]): string {
  const kept = params.children.filter((it) => it.type !== 'comment' && !dropped.includes(/^\w+/.exec(it.text)?.[0] ?? ''));
  return `(${kept.map((it) => it.text).join(', ')})`;
}
/** A function that adds to a global has to say so. */
function declareGlobal(name: string, list: ThreadList, doc: Editing): void {
  const outer = list.first.up('function_definition');
  const first = outer?.field('body')?.children.find((it) => it.type !== 'comment' && it.children[0]?.type !== 'string');
  if (!outer || !first) return;
  const said = outer.all('global_statement').some((it) => it.all('identifier').some((one) => one.text === name));
  if (!said) doc.insert('before', first, `global ${name}`);
}
