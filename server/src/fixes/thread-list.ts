// Threads that are made in one list, started and joined right after it, and what a pool is given in their place.
import type { Editing, Node, Subject, Value } from '../model.js';
import { argumentsOf, keywordOf, nextOf, previousOf } from './places.js';

export interface ThreadList {
  /** The name of the list. */
  readonly list: string;
  /** The first statement and the last of what makes the list. */
  readonly first: Node;
  readonly last: Node;
  /** `for x in xs` around the call: its target and what it iterates. */
  readonly over: { readonly target: string; readonly items: Node };
  /** The loops that start and join. */
  readonly run: readonly Node[];
}

export function threadListOf(call: Node): ThreadList | undefined {
  const made = madeInList(call) ?? appendedInLoop(call);
  const run = made && startAndJoin(made);
  return made && run ? { ...made, run } : undefined;
}
type Made = Omit<ThreadList, 'run'>;

/** `threads = [Thread(…) for x in xs]` */
function madeInList(call: Node): Made | undefined {
  const { parent } = call;
  if (parent?.type !== 'list_comprehension' || parent.parent?.type !== 'assignment') return undefined;
  const clauses = parent.children.filter((it) => it.type !== 'comment').slice(1);
  const [clause] = clauses;
  const list = parent.parent.field('left');
  const [target, items] = [clause?.field('left')?.text, clause?.field('right')];
  if (clauses.length !== 1 || clause?.type !== 'for_in_clause' || list?.type !== 'identifier' || !target || !items) return undefined;
  const statement = parent.parent.statement();
  return { list: list.text, first: statement, last: statement, over: { target, items } };
}

/** `threads = []` and `for x in xs: t = Thread(…); threads.append(t)`, with or without `t.start()` in the loop. */
function appendedInLoop(call: Node): Made | undefined {
  const loop = call.up('for_statement');
  const block = loop?.field('body');
  const [target, items] = [loop?.field('left')?.text, loop?.field('right')];
  if (!loop || !block || !target || !items || loop.field('alternative')) return undefined;
  const statements = block.children.filter((it) => it.type !== 'comment');
  const append = /^(\w+)\.append\((.+)\)$/s;
  const list = statements.map((it) => append.exec(it.text)).find((it) => it !== null)?.[1];
  if (!list) return undefined;
  const named = call.parent?.type === 'assignment' ? call.parent.field('left')?.text : undefined;
  const allowed = statements.every(
    (it) =>
      (named !== undefined &&
        (it.text.startsWith(`${named} =`) || it.text === `${named}.start()` || it.text === `${list}.append(${named})`)) ||
      it.text === `${list}.append(${call.text})`,
  );
  const before = previousOf(loop);
  if (!allowed || before?.text.replace(/\s/g, '') !== `${list}=[]`) return undefined;
  return { list, first: before, last: loop, over: { target, items } };
}

/** The loops that start and join every thread, in the statements right after; nothing later may use the list. */
function startAndJoin(threads: Made): readonly Node[] | undefined {
  const rest: Node[] = [];
  let started = /\.start\(\)/.test(threads.last.text);
  let joined = false;
  for (let it = nextOf(threads.last); it; it = nextOf(it)) {
    const match = /^for\s+(\w+)\s+in\s+(\w+)\s*:\s*(\w+)\.(start|join)\(\)$/s.exec(it.text.trim());
    if (!match || match[2] !== threads.list || match[1] !== match[3]) break;
    if (match[4] === 'start') started = true;
    else joined = true;
    rest.push(it);
  }
  const after = rest.at(-1);
  if (!started || !joined || !after) return undefined;
  for (let it = nextOf(after); it; it = nextOf(it)) if (it.all('identifier').some((name) => name.text === threads.list)) return undefined;
  return rest;
}

/** What every thread is given: positional values and keywords, or one expression each that holds them. */
interface Given {
  readonly args: readonly Node[];
  readonly kwargs: readonly { readonly name: string; readonly value: Node }[];
  /** `*job`, `**options` */
  readonly spread: readonly string[];
}
function givenTo(call: Node): Given | undefined {
  const odd = argumentsOf(call).some((it) => !['target', 'args', 'kwargs', 'name', 'daemon'].includes(it.field('name')?.text ?? ''));
  if (odd) return undefined;
  const [args, kwargs] = [keywordOf(call, 'args'), keywordOf(call, 'kwargs')];
  const values = args?.children.filter((it) => it.type !== 'comment') ?? [];
  const spread: string[] = [];
  const shown = !args || args.type === 'tuple' || args.type === 'list';
  if (args && !shown) spread.push(`*${args.text}`);
  const pairs = kwargs?.type === 'dictionary' ? kwargs.children.filter((it) => it.type !== 'comment') : [];
  const names = pairs.map((it) => /^(["'])([A-Za-z_]\w*)\1$/.exec(it.field('key')?.text ?? '')?.[2]);
  if (kwargs && (kwargs.type !== 'dictionary' || names.includes(undefined))) spread.push(`**${kwargs.text}`);
  const keywords = pairs.flatMap((it, at) => {
    const [name, value] = [names[at], it.field('value')];
    return name !== undefined && value && !names.includes(undefined) ? [{ name, value }] : [];
  });
  return { args: shown ? values : [], kwargs: keywords, spread };
}

/** The target and what every thread gives it, as the arguments of one call: `load, url, retries=3`. */
export function handedTo(call: Node): string | undefined {
  const target = keywordOf(call, 'target')?.text;
  const given = givenTo(call);
  if (!target || !given) return undefined;
  return [target, ...given.args.map((it) => it.text), ...given.spread, ...given.kwargs.map((it) => `${it.name}=${it.value.text}`)].join(
    ', ',
  );
}

/** The tasks in the place of the threads: an expression with the pool's name that gives results in order, or futures. */
export interface Feed {
  readonly gives: 'results' | 'futures';
  readonly text: (pool: string) => string;
}
/** `without` are positions and keywords that the target no longer takes. */
export function feedOf(
  spawn: Subject<'spawn'>,
  call: Node,
  list: ThreadList,
  doc: Editing,
  without: ReadonlySet<string | number> = new Set(),
): Feed | undefined {
  const target = keywordOf(call, 'target')?.text;
  const given = givenTo(call);
  if (!target || !given) return undefined;
  const splat = given.args.some((it) => it.type === 'list_splat');
  if (without.size > 0 && (splat || given.spread.length > 0)) return undefined;
  const args = given.args.filter((_, at) => !without.has(at));
  const kwargs = given.kwargs.filter((it) => !without.has(it.name));
  const { over } = list;
  const plain = args.length > 0 && kwargs.length + given.spread.length === 0 && !splat;
  const columns = plain ? args.map((it) => column(it, spawn, list)) : [];
  const turns = columns.filter((it) => it.turns).length;
  if (plain && turns < 2 + (repeatable(over.items, spawn, doc) ? columns.length : 0))
    return { gives: 'results', text: (pool) => `${pool}.map(${[target, ...columns.map((it) => it.text)].join(', ')})` };
  const all = [target, ...args.map((it) => it.text), ...given.spread, ...kwargs.map((it) => `${it.name}=${it.value.text}`)];
  return {
    gives: 'futures',
    text: (pool) => `[${pool}.submit(${all.join(', ')}) for ${over.target} in ${over.items.text}]`,
  };
}
const constant = /^(?:integer|float|string|true|false|none|identifier|attribute)$/;
/** One value for each thread; `turns` where that goes through what the loop iterates. */
function column(value: Node, spawn: Subject<'spawn'>, { over }: ThreadList): { readonly text: string; readonly turns: boolean } {
  if (value.text === over.target) return { text: over.items.text, turns: true };
  if (constant.test(value.type) && !uses(value, over.target) && spawn.count.from === 'literal')
    return { text: `[${value.text}] * ${spawn.count.n}`, turns: false };
  return { text: `[${value.text} for ${over.target} in ${over.items.text}]`, turns: true };
}
function uses(value: Node, target: string): boolean {
  const names = value.type === 'identifier' ? [value.text] : value.all('identifier').map((it) => it.text);
  return names.some((it) => new RegExp(`\\b${it}\\b`).test(target));
}
/** Can it be iterated more than once, with the same elements? */
function repeatable(items: Node, spawn: Subject<'spawn'>, doc: Editing): boolean {
  if (/^(?:list|tuple|string|list_comprehension)$/.test(items.type)) return true;
  if (items.type === 'call') return items.field('function')?.text === 'range';
  const value: Value | undefined = items.type === 'identifier' ? { is: 'name', name: items.text } : undefined;
  const type = value && doc.program.type(value, spawn.in);
  return /^builtins\.(?:list|tuple|range|str|dict|set|bytes)$/.test(type ?? '');
}
