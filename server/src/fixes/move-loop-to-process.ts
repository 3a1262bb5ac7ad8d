// A loop in a coroutine that computes → a function of the module that runs in a process pool; what the loop leaves behind comes back.
import { type Editing, type Node, type Offer, refuse, review, type Subject } from '../model.js';
import { isOutside, letsIn } from './awaiting.js';
import { freeName, topLevelOf } from './places.js';
import { poolOf } from './process-pool.js';

export function moveLoop(loop: Subject<'loop'>, doc: Editing): Offer {
  const { program } = doc;
  const statement = doc.node(loop).statement();
  const scope = statement.up('function_definition');
  if (!scope || !/^(?:for|while)_statement$/.test(statement.type) || isOutside(statement))
    return refuse('the loop is part of a larger expression: it would first have to become a statement');
  if (loop.in.chunk.file.endsWith('.ipynb')) return refuse('another process cannot import what is written in a notebook');
  if (program.library(loop.in) !== 'asyncio')
    return refuse('this module does not use asyncio: its own library has a call for worker processes');
  if (program.hides('asyncio', loop.in)) return refuse('`asyncio` is a local name here');
  const refused = letsIn(loop, doc);
  if (refused) return refused;
  const reason = immovable(statement, loop, doc) ?? unguarded(doc.module(loop.in.chunk));
  if (reason) return refuse(reason);
  const names = namesOf(statement, scope, loop, doc);
  if (typeof names === 'string') return refuse(names);
  return rewrite(loop, statement, scope, names, doc);
}

/** What in a loop cannot run in another function, or in another process. */
function immovable(statement: Node, loop: Subject<'loop'>, doc: Editing): string | undefined {
  if (statement.all('await', 'yield', 'return_statement', 'global_statement', 'nonlocal_statement', 'delete_statement').length > 0)
    return 'the loop waits, returns or declares names, which only the coroutine itself can do';
  const inner = statement.all(
    'lambda',
    'function_definition',
    'class_definition',
    'named_expression',
    'import_statement',
    'import_from_statement',
  );
  if (inner.length > 0) return 'the loop makes functions or binds names in passing';
  if (statement.all('string').some((it) => it.text.includes('\n'))) return 'a string in the loop spans several lines';
  if (statement.all('identifier').some((it) => /^(?:self|cls|super|print|open|input)$/.test(it.text)))
    return 'the loop uses the object it belongs to, or prints and reads, which another process cannot do for it';
  const body = doc.program.body(loop);
  const calls = doc.program.within(body).filter((it): it is Subject<'call'> => it.kind === 'call');
  for (const it of calls) {
    const obstacle =
      doc.program.callees(it).length > 0
        ? doc.program.sendable(it).find((one) => one.what === 'shared-state' || one.what === 'handle')
        : undefined;
    if (obstacle) return obstacle.say;
  }
  return undefined;
}
/** Other processes import the module: what it starts by itself would start there again. */
function unguarded(module: Node): string | undefined {
  const starts = module.children.find((it) => it.type === 'expression_statement' && /\b(?:asyncio\.)?run\(/.test(it.text));
  return starts ? 'the program starts without a main guard, and other processes would start it again' : undefined;
}

interface Names {
  /** Locals that it reads, in the order in which they first occur. */
  readonly taken: readonly string[];
  /** Locals that it binds or changes and that are used behind it. */
  readonly given: readonly string[];
}
function namesOf(statement: Node, scope: Node, loop: Subject<'loop'>, doc: Editing): Names | string {
  const inside = (it: Node): boolean => it.span.start >= statement.span.start && it.span.end <= statement.span.end;
  const variable = (it: Node): boolean =>
    !(it.parent?.type === 'attribute' && it.parent.field('attribute')?.span.start === it.span.start) &&
    !(it.parent?.type === 'keyword_argument' && it.parent.field('name')?.span.start === it.span.start);
  const all = scope.all('identifier').filter(variable);
  const own = all.filter(inside);
  const locals = [...new Set(own.map((it) => it.text))].filter((name) => doc.program.hides(name, loop.in));
  const bound = new Set(boundIn(statement));
  const taken: string[] = [];
  const given: string[] = [];
  for (const name of locals) {
    const before = all.some((it) => it.text === name && it.span.end <= statement.span.start);
    const after = all.some((it) => it.text === name && it.span.start >= statement.span.end);
    const repeated = statement.up('for_statement', 'while_statement') !== undefined;
    const fault = before ? doc.program.pickleFault({ is: 'name', name }, loop.in) : undefined;
    if (fault) return `\`${name}\` ${fault}, and cannot be sent to another process`;
    if (!before && !bound.has(name)) return `where \`${name}\` gets its value is not plain to see`;
    if (before) taken.push(name);
    if (bound.has(name) && (after || repeated)) given.push(name);
    const changed = changesOf(name, own);
    if (!changed || bound.has(name)) continue;
    if (!isFresh(name, all, statement)) return `the loop changes \`${name}\`, which others may hold as well`;
    if (!given.includes(name)) given.push(name);
  }
  if (given.length === 0) return 'nothing that the loop computes is used behind it';
  const unsure = given.find((name) => !taken.includes(name) && !surelyBound(statement));
  return unsure ? `whether \`${unsure}\` is bound at all depends on whether the loop turns` : { taken, given };
}
/** Names that the loop binds: its own variable, and what it assigns. */
function boundIn(statement: Node): readonly string[] {
  const targets = [statement, ...statement.all('for_statement', 'assignment', 'augmented_assignment', 'as_pattern_target')];
  return targets.flatMap((it) => {
    const left = it.type === 'as_pattern_target' ? it : it.type === 'while_statement' ? undefined : it.field('left');
    if (!left) return [];
    if (left.type === 'identifier') return [left.text];
    return /^(?:attribute|subscript)$/.test(left.type) ? [] : left.all('identifier').map((one) => one.text);
  });
}
const surelyBound = (statement: Node): boolean => statement.type === 'while_statement' && statement.field('condition')?.text === 'True';
/** `rows[i] = x`, `rows.append(x)`, `row.total += x` */
function changesOf(name: string, own: readonly Node[]): boolean {
  return own.some((it) => {
    if (it.text !== name || !/^(?:attribute|subscript)$/.test(it.parent?.type ?? '')) return false;
    const { parent } = it;
    if (parent?.children[0]?.span.start !== it.span.start) return false;
    const call = parent.parent?.type === 'call' && parent.parent.field('function')?.span.start === parent.span.start;
    const assigned = /assignment$/.test(parent.parent?.type ?? '') && parent.parent?.field('left')?.span.start === parent.span.start;
    return assigned || (call && parent.parent?.parent?.type === 'expression_statement');
  });
}
/** Made as a new container by this function, and not handed to anybody before the loop. */
function isFresh(name: string, all: readonly Node[], statement: Node): boolean {
  const before = all.filter((it) => it.text === name && it.span.end <= statement.span.start);
  const [made] = before;
  const value =
    made?.parent?.type === 'assignment' && made.parent.field('left')?.span.start === made.span.start
      ? made.parent.field('right')
      : undefined;
  return before.length === 1 && /^(?:\[.*\]|\{.*\}|(?:list|dict|set|bytearray)\(.*\))$/s.test(value?.text ?? '');
}

function rewrite(loop: Subject<'loop'>, statement: Node, scope: Node, { taken, given }: Names, doc: Editing): Offer {
  const { chunk } = loop.in;
  const module = doc.module(chunk);
  const top = topLevelOf(scope);
  if (!top) return refuse('the loop is written in a form that is not rewritten');
  const name = freeName(module, `compute_${(scope.field('name')?.text ?? 'loop').replace(/^_+/, '')}`);
  const pool = poolOf(module, doc, statement, chunk);
  if (!pool) return refuse('`process_pool` means something else in this module');
  const step = doc.indent(statement, 1).slice(doc.indent(statement).length);
  const margin = doc.indent(statement);
  const lines = statement.text
    .split('\n')
    .map((it, at) => (at === 0 || it === '' ? it : it.startsWith(margin) ? it.slice(margin.length) : it));
  const body = [...lines, `return ${given.join(', ')}`].map((it) => (it === '' ? it : step + it)).join('\n');
  doc.insert('before', top, `def ${name}(${taken.join(', ')}):\n${body}\n\n`);
  const args = [pool, name, ...taken].join(', ');
  doc.replace(statement, `${given.join(', ')} = await ${doc.use('asyncio.get_running_loop', chunk)}().run_in_executor(${args})`);
  return review('the loop runs in another process: what it reads and leaves behind is copied, and the pool lives as long as the program');
}
