// A whole `with open(…)` block → a function beside it that runs in a thread.
import { type Editing, type Fix, type Node, type Offer, refuse, review, type Subject } from '../model.js';
import { noAwait, noPause } from './awaiting.js';

export const blockToThread: Fix<'call'> = {
  id: 'block-to-thread',
  title: 'Run the whole block in a thread',
  best: 'review',
  offer(call, doc) {
    const stall = doc.program.stall(call);
    if (stall?.topic !== 'file' || stall.at !== call) return undefined;
    const node = doc.node(call);
    const block = blockOf(node);
    if (!block) return undefined; // the call alone can go to a thread
    const refused = noPause(call, doc) ?? noAwait(call.in, node, doc);
    if (refused) return refused;
    if (doc.program.library(call.in) !== 'asyncio') return refuse('this module does not use asyncio');
    if (doc.program.target.python.from < 9) return refuse('`asyncio.to_thread` needs Python 3.9');
    if (doc.program.hides('asyncio', call.in)) return refuse('`asyncio` is a local name here');
    const reason = immovable(block, call, doc);
    if (reason) return refuse(reason);
    return rewrite(block, node, call, doc);
  },
};

/** The `with` statement whose item is the call. */
function blockOf(node: Node): Node | undefined {
  const item = node.parent?.type === 'as_pattern' ? node.parent.parent : node.parent;
  return item?.type === 'with_item' ? node.up('with_statement') : undefined;
}

/** What in a block cannot run in another function, or in another thread. */
function immovable(block: Node, call: Subject<'call'>, doc: Editing): string | undefined {
  if (/^async\b/.test(block.text)) return 'the block is an asynchronous one';
  if (own(block, 'await', 'yield').length > 0 || own(block, 'for_statement', 'with_statement').some((it) => it.text.startsWith('async')))
    return 'the block awaits something, which a thread cannot do';
  if (own(block, 'nonlocal_statement', 'global_statement').length > 0) return 'the block declares names of other scopes';
  if (
    own(block, 'break_statement', 'continue_statement').some(
      (it) => (it.up('for_statement', 'while_statement')?.span.start ?? -1) < block.span.start,
    )
  )
    return 'the block leaves a loop around it';
  if (/\bsuper\(\)/.test(block.text)) return '`super()` means something else in another function';
  if (own(block, 'delete_statement').length > 0) return 'the block deletes a name';
  const start = doc.node(call).span.start - call.span.start;
  const inside = call.in.chunk.events.filter(
    (it) => it.in.fn === call.in.fn && it.span.start + start >= block.span.start && it.span.end + start <= block.span.end,
  );
  for (const it of inside) {
    if (it.kind !== 'call') continue;
    const bound = doc.program.called(it)?.api.belongs === 'loop' ? doc.program.called(it)?.name : doc.program.loopBound(it);
    if (bound) return `the block uses \`${bound}\`, which belongs to the event loop`;
  }
  return undefined;
}
/** Nodes of the block that belong to no function inside of it. */
const own = (block: Node, ...types: readonly string[]): readonly Node[] =>
  block.all(...types).filter((it) => (it.up('function_definition', 'lambda', 'class_definition')?.span.start ?? -1) < block.span.start);

function rewrite(block: Node, node: Node, call: Subject<'call'>, doc: Editing): Offer {
  const scope = block.up('function_definition');
  const body = block.field('body');
  const statements = body?.children.filter((it) => it.type !== 'comment') ?? [];
  const last = statements.at(-1);
  if (!scope || !last) return refuse('the block is written in a form that is not rewritten');
  const returns = own(block, 'return_statement');
  if (returns.length > 0 && last.type !== 'return_statement') return refuse('only some ways through the block return something');
  const name = ['read_file', 'write_file', 'use_file'][kindOf(node)] as string;
  if (
    doc
      .module(call.in.chunk)
      .all('identifier')
      .some((it) => it.text === name)
  )
    return refuse(`\`${name}\` is the name of something else`);
  const result = returns.length > 0 ? '' : kept(block, scope, statements);
  if (result === undefined) return refuse('more than one name that the block assigns is used after it');
  if (result !== '' && isReadIn(block, result)) return refuse(`\`${result}\` is read in the block and assigned there, too`);
  const step = doc.indent(block, 1).slice(doc.indent(block).length);
  const run = `await ${doc.use('asyncio.to_thread', call.in.chunk)}(${name})`;
  const after = returns.length > 0 ? [`return ${run}`] : result === '' ? [run] : [`${step}return ${result}`, '', `${result} = ${run}`];
  doc.wrap(block, block, `def ${name}():`);
  doc.insert('after', block, (result === '' ? ['', ...after] : after).join('\n'));
  return review('the block runs in a thread: other tasks run meanwhile, and what it changes it changes there');
}
/** 0 reads, 1 writes, 2 does either or something else. */
function kindOf(call: Node): 0 | 1 | 2 {
  const args = call.field('arguments')?.children.filter((it) => it.type !== 'comment') ?? [];
  const mode =
    args.find((it) => it.field('name')?.text === 'mode')?.field('value') ??
    args.filter((it) => it.type !== 'keyword_argument')[call.field('function')?.text === 'open' ? 1 : 0];
  if (!/(?:^|\.)open$/.test(call.field('function')?.text ?? '')) return 2;
  if (mode?.type !== 'string') return mode ? 2 : 0;
  return /[wax+]/.test(mode.text) ? 1 : 0;
}

/** The one name that the block certainly assigns and that is used outside of it; '' for none, undefined where there are more. */
function kept(block: Node, scope: Node, statements: readonly Node[]): string | undefined {
  const targets = own(
    block,
    'assignment',
    'augmented_assignment',
    'for_statement',
    'as_pattern_target',
    'named_expression',
    'import_statement',
    'import_from_statement',
    'function_definition',
    'class_definition',
  );
  const names = new Set(targets.flatMap(namesOf));
  const inside = (it: Node): boolean => it.span.start >= block.span.start && it.span.end <= block.span.end;
  const used = [...names].filter((name) => scope.all('identifier').some((it) => it.text === name && !inside(it) && !isKeyword(it)));
  if (used.length === 0) return '';
  const [only, more] = used;
  const certain = statements.some(
    (it) => it.type === 'expression_statement' && it.children[0]?.type === 'assignment' && it.children[0].field('left')?.text === only,
  );
  return more || !certain ? undefined : only;
}
const isKeyword = (it: Node): boolean =>
  (it.parent?.type === 'keyword_argument' && it.parent.field('name')?.span.start === it.span.start) ||
  (it.parent?.type === 'attribute' && it.parent.field('attribute')?.span.start === it.span.start);
function namesOf(it: Node): readonly string[] {
  const target = it.type === 'as_pattern_target' ? it : (it.field('left') ?? it.field('name') ?? it);
  if (target.type === 'identifier') return [target.text];
  if (target.type === 'attribute' || target.type === 'subscript') return [];
  return target
    .all('identifier')
    .filter((one) => !isKeyword(one))
    .map((one) => one.text);
}
/** Is the name read in the block before or while it is assigned there? */
function isReadIn(block: Node, name: string): boolean {
  const assigned = own(block, 'assignment').find((it) => it.field('left')?.text === name);
  const from = assigned?.span.end ?? block.span.end;
  return block
    .all('identifier')
    .some((it) => it.text === name && !isKeyword(it) && it.span.end <= from && it.span.start !== assigned?.field('left')?.span.start);
}
