// `subprocess.run(["make"], check=True)` → a process of asyncio that is awaited, where only its code and output are used.
import { type Editing, type Fix, type Node, type Offer, refuse, review, type Subject } from '../model.js';
import { noAwait, noPause } from './awaiting.js';

const functions = /^subprocess\.(run|call|check_call|check_output)$/;
/** Keywords that mean the same to the processes of asyncio. */
const same: ReadonlySet<string> = new Set(['cwd', 'env', 'stdin', 'stdout', 'stderr', 'start_new_session', 'close_fds', 'pass_fds']);
const own: ReadonlySet<string> = new Set(['check', 'capture_output', 'text', 'universal_newlines', 'input', 'args']);

export const subprocessAsync: Fix<'call'> = {
  id: 'subprocess-async',
  title: 'Use a process of asyncio',
  best: 'review',
  offer(call, doc) {
    const stall = doc.program.stall(call);
    const kind = functions.exec(stall?.sink ?? '')?.[1];
    if (!kind || stall?.at !== call) return undefined;
    const node = doc.node(call);
    const refused = noPause(call, doc) ?? noAwait(call.in, node, doc);
    if (refused) return refused;
    if (doc.program.library(call.in) !== 'asyncio') return refuse('this module does not use asyncio');
    if (doc.program.hides('asyncio', call.in)) return refuse('`asyncio` is a local name here');
    const it = readCall(kind, node);
    if (typeof it === 'string') return refuse(it);
    const place = placeOf(node, it);
    if (typeof place === 'string') return refuse(place);
    const names = ['process', 'stdout', 'stderr'].filter((name) =>
      scopeOf(node)
        .all('identifier')
        .some((one) => one.text === name && !isName(one)),
    );
    if (names.length > 0) return refuse(`\`${names[0]}\` means something else in this function`);
    return rewrite(call, node, it, place, doc);
  },
};
const scopeOf = (node: Node): Node => node.up('function_definition') ?? node;
/** A keyword, or an attribute: no variable. */
const isName = (it: Node): boolean =>
  (it.parent?.type === 'keyword_argument' && it.parent.field('name')?.span.start === it.span.start) ||
  (it.parent?.type === 'attribute' && it.parent.field('attribute')?.span.start === it.span.start);

interface Run {
  readonly kind: string;
  /** The command as arguments of `create_subprocess_exec`, and as one value. */
  readonly command: string;
  readonly value: string;
  readonly options: readonly string[];
  readonly check: boolean;
  readonly captures: boolean;
  readonly text: boolean;
  readonly input: string | undefined;
}
function readCall(kind: string, node: Node): Run | string {
  const all = node.field('arguments')?.children ?? [];
  if (all.some((it) => it.type === 'comment')) return 'there is a comment among the arguments';
  if (all.some((it) => it.type === 'dictionary_splat' || it.type === 'list_splat')) return 'the arguments are not all written out';
  const given = new Map(
    all.filter((it) => it.type === 'keyword_argument').map((it) => [it.field('name')?.text ?? '', it.field('value')?.text ?? '']),
  );
  const plain = all.filter((it) => it.type !== 'keyword_argument');
  const [command, more] = plain;
  if (!command || more) return 'the command is not the one positional argument';
  const value = (name: string): string | undefined =>
    given.get(name) === 'False' || given.get(name) === 'None' ? undefined : given.get(name);
  if (value('shell')) return 'with `shell=True` the command is a text for a shell';
  if (value('timeout')) return 'with `timeout` the process would have to be killed by hand';
  const foreign = [...given.keys()].find((it) => !same.has(it) && !own.has(it) && it !== 'shell' && it !== 'timeout');
  if (foreign) return `\`${foreign}\` has no equal there`;
  if ((value('check') && value('check') !== 'True') || (value('text') && value('text') !== 'True'))
    return 'whether it checks the code is only known at run time';
  if (command.type !== 'list' && command.type !== 'tuple' && command.type !== 'identifier') return 'the command is not a list of arguments';
  const captures = kind === 'check_output' || value('capture_output') !== undefined;
  const piped = value('stdout') === 'subprocess.PIPE' || value('stdout') === 'PIPE';
  const options = [...given].filter(([name]) => same.has(name)).map(([name, text]) => `${name}=${text}`);
  return {
    kind,
    command: command.type === 'identifier' ? `*${command.text}` : command.text.slice(1, -1).trim().replace(/,$/, ''),
    value: command.text,
    options,
    check: kind.startsWith('check') || value('check') !== undefined,
    captures: captures || piped,
    text: value('text') !== undefined || value('universal_newlines') !== undefined,
    input: value('input'),
  };
}

interface Place {
  readonly statement: Node;
  readonly how: 'dropped' | 'bound' | 'returned';
  readonly target: string;
  /** Uses of what `run` gives, with the attribute. */
  readonly uses: readonly { readonly node: Node; readonly attribute: string }[];
}
function placeOf(node: Node, run: Run): Place | string {
  const statement = node.statement();
  const value = (of: Node | null): boolean => of?.span.start === node.span.start && of.span.end === node.span.end;
  const only = statement.children[0] ?? null;
  if (statement.type === 'expression_statement' && value(only)) return { statement, how: 'dropped', target: '', uses: [] };
  if (statement.type === 'return_statement' && value(only))
    return run.kind === 'run'
      ? 'the result leaves the function, and what is done with it is not known'
      : { statement, how: 'returned', target: '', uses: [] };
  const target = only?.type === 'assignment' ? only.field('left') : undefined;
  if (target?.type !== 'identifier' || !value(only?.field('right') ?? null))
    return 'the call is part of a larger statement; give its result a name first';
  if (run.kind !== 'run') return { statement, how: 'bound', target: target.text, uses: [] };
  const all = scopeOf(node)
    .all('identifier')
    .filter((it) => it.text === target.text && it.span.start !== target.span.start && !isName(it));
  const uses = all.map((it) => ({
    node: it.parent?.type === 'attribute' ? it.parent : it,
    attribute: it.parent?.type === 'attribute' ? (it.parent.field('attribute')?.text ?? '') : '',
  }));
  const foreign = uses.find((it) => !/^(?:returncode|stdout|stderr)$/.test(it.attribute) || it.node.span.start < node.span.start);
  if (foreign) return `\`${target.text}\` is used for more than its code and its output`;
  return { statement, how: 'bound', target: target.text, uses };
}

function rewrite(call: Subject<'call'>, node: Node, run: Run, { statement, how, target, uses }: Place, doc: Editing): Offer {
  const { chunk } = call.in;
  const pipe = doc.use('subprocess.PIPE', chunk);
  const piped = run.captures && !run.options.some((it) => it.startsWith('stdout=')) ? [`stdout=${pipe}`] : [];
  const errors = run.kind === 'run' && piped.length > 0 ? [`stderr=${pipe}`] : [];
  const input = run.input ? [`stdin=${pipe}`] : [];
  const options = [...input, ...piped, ...errors, ...run.options].map((it) => `, ${it}`).join('');
  const lines = [`process = await ${doc.use('asyncio.create_subprocess_exec', chunk)}(${run.command}${options})`];
  const reads = run.captures || run.input !== undefined;
  const bytes = run.input ? `${run.input}${run.text ? '.encode()' : ''}` : '';
  if (reads) lines.push(`stdout, ${errors.length > 0 ? 'stderr' : '_'} = await process.communicate(${bytes})`);
  const decode = run.text ? '.decode()' : '';
  const code = reads ? 'process.returncode' : 'await process.wait()';
  if (run.check) {
    const output = run.captures ? `, stdout${decode}` : '';
    const error = `${doc.use('subprocess.CalledProcessError', chunk)}(process.returncode, ${run.value}${output})`;
    lines.push(`if ${code} != 0:`, `${doc.indent(statement, 1).slice(doc.indent(statement).length)}raise ${error}`);
  } else if (!reads && (how === 'dropped' || run.kind === 'run')) lines.push('await process.wait()');
  const result = run.kind === 'check_output' ? `stdout${decode}` : run.check ? 'process.returncode' : code;
  if (how === 'returned') lines.push(`return ${result}`);
  if (how === 'bound' && run.kind !== 'run') lines.push(`${target} = ${result}`);
  const margin = doc.indent(statement);
  doc.replace(statement, lines.join(`\n${margin}`));
  for (const it of uses) doc.replace(it.node, it.attribute === 'returncode' ? 'process.returncode' : `${it.attribute}${decode}`);
  void node;
  return review(
    `other tasks run while the child does; it is not killed when the coroutine is cancelled${run.text ? '; its output is decoded as UTF-8' : ''}`,
  );
}
