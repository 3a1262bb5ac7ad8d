// `frame.apply(lambda row: row["a"] * row["b"], axis=1)` → `frame["a"] * frame["b"]`.
import { type Editing, type Fix, type Node, type Offer, type Reached, refuse, review, type Subject } from '../model.js';
import { arrayWriter } from './array-expression.js';
import { argumentsOf, isOperand, isPath, keywordOf, positionalOf } from './places.js';

export const columnsForRows: Fix<'spawn'> = {
  id: 'columns-for-rows',
  title: 'Compute whole columns',
  best: 'review',
  offer(spawn, doc) {
    const found = doc.program.reached(spawn).find(isRowByRow);
    if (found?.name === 'pandas.DataFrame.apply') return rewrite(found.call, doc);
    const reason = found && rows[found.name];
    return reason === undefined ? undefined : refuse(reason);
  },
};

/** Loops over rows, and why no column is worked out in their place. */
const rows: { readonly [name: string]: string } = {
  'pandas.DataFrame.iterrows': 'a row of `iterrows` has one type, in which integers beside floats become floats; columns keep their own',
  'pandas.DataFrame.itertuples': '`itertuples` gives Python integers, which have no largest; those of a column have 64 bits at most',
};
/** Calls of byte code for each row or element: how many there are is mostly not to be seen, and rarely few. */
const rowByRow = /^(?:numpy\.vectorize|pandas\.DataFrame\.(?:iterrows|itertuples|applymap))$/;
/** `df.apply(f, axis=1)` and its kin. */
export function isRowByRow({ call, name }: Reached): boolean {
  if (name !== 'pandas.DataFrame.apply') return rowByRow.test(name);
  const axis = call.args.find((it) => it.name === 'axis')?.value;
  return axis?.is === 'literal' && (axis.value === 1 || axis.value === 'columns');
}

function rewrite(call: Subject<'call'>, doc: Editing): Offer {
  const node = doc.node(call);
  const frame = node.field('function')?.field('object');
  const [callable, more] = positionalOf(node);
  const isPlain = frame && call.callee.is === 'attr' && isPath(call.callee.of);
  if (!isPlain || !callable || more || argumentsOf(node).length !== 2 || !keywordOf(node, 'axis'))
    return refuse('only `frame.apply(f, axis=1)` is rewritten');
  const row = formulaOf(callable, call, doc);
  if (row === 'elsewhere') return refuse(`\`${callable.text}\` is no plain function of this file`);
  if (!row)
    return refuse(`\`${callable.type === 'lambda' ? 'the lambda' : callable.text}\` does more than return one expression of its row`);
  const hidden = row.definition && row.value.all('identifier').find((it) => doc.program.hides(it.text, call.in));
  if (hidden) return refuse(`\`${hidden.text}\` means something else where the rows are`);
  const written = columns(row, frame.text, call, doc);
  if (typeof written === 'string') return refuse(written);
  doc.replace(node, written.text(node));
  if (row.definition) removeUnused(row.definition, callable.text, call, doc);
  const notes = [
    'the columns must hold numbers, none of them `pd.NA`',
    'they keep their types, where integers beside floats become floats in a row, and a frame without rows gives floats',
  ];
  return review([...notes, ...written.inexact].join('; '));
}

interface Formula {
  readonly param: string;
  readonly value: Node;
  readonly definition: Node | undefined;
}
/** What a lambda or a function of the module returns for one row, where that is all it does. */
function formulaOf(callable: Node, call: Subject<'call'>, doc: Editing): Formula | 'elsewhere' | undefined {
  const definition =
    callable.type === 'identifier'
      ? doc
          .module(call.in.chunk)
          .all('function_definition')
          .find((it) => it.field('name')?.text === callable.text && it.parent?.type === 'module')
      : undefined;
  const source = callable.type === 'lambda' ? callable : definition;
  if (!source) return 'elsewhere';
  const [param, second] = source.field('parameters')?.children ?? [];
  if (!param || second || !/^(?:identifier|typed_parameter)$/.test(param.type)) return undefined;
  const [statement, next] = definition?.field('body')?.children.filter((it) => it.type !== 'comment') ?? [];
  const value = definition ? (statement?.type === 'return_statement' && !next ? statement.children[0] : undefined) : source.field('body');
  const name = param.type === 'identifier' ? param.text : param.children[0]?.text;
  return value && name ? { param: name, value, definition } : undefined;
}

interface Columns {
  readonly text: (at: Node) => string;
  readonly inexact: readonly string[];
}
/** The formula about whole columns, or why there is none. */
function columns({ param, value }: Formula, frame: string, call: Subject<'call'>, doc: Editing): Columns | string {
  const used = new Set<string>();
  const column = (node: Node): string | undefined => {
    const [of, key, more] = node.children.filter((it) => it.type !== 'comment');
    if (node.type !== 'subscript' || of?.text !== param || key?.type !== 'string' || !/^(['"])[^'"\\]*\1$/.test(key.text) || more)
      return undefined;
    used.add(key.text.slice(1, -1));
    return `${frame}[${key.text}]`;
  };
  const odd = unlike(value) ?? bare(value, param, column);
  if (odd) return odd;
  used.clear();
  const written = arrayWriter(call, { axes: [], whole: new Set(), own: column }, doc)(value);
  if ('reason' in written) return written.reason;
  if (used.size === 0) return 'what it works out does not depend on the row';
  const text = (at: Node): string => {
    const isKept = at.parent?.type === 'assignment' && at.parent.field('left')?.type === 'subscript';
    if (used.size === 1 && !isKept) return `(${written.text}).rename(None)`; // a sum of one column has its name
    return isOperand(at) ? `(${written.text})` : written.text;
  };
  return { text, inexact: written.inexact };
}
/** Operations that a column works out in another way than a row. */
function unlike(value: Node): string | undefined {
  const all = [value, ...value.all('binary_operator', 'conditional_expression')];
  if (all.some((it) => it.type === 'conditional_expression'))
    return 'a condition is worked out for whole columns, where a missing value is neither true nor false';
  const operator = all.map((it) => it.field('operator')?.text).find((it) => it === '//' || it === '%' || it === '**');
  return operator && `\`${operator}\` of a column differs from that of a number where it is zero or overflows`;
}
/** Is the row used for anything but its columns by name? */
function bare(value: Node, param: string, column: (node: Node) => string | undefined): string | undefined {
  const names = value.type === 'identifier' ? [value] : value.all('identifier');
  const use = names.find((it) => it.text === param && !(it.parent && column(it.parent) !== undefined));
  if (!use) return undefined;
  return use.parent?.type === 'attribute'
    ? `\`${use.parent.text}\` may be an attribute of the row as well as a column`
    : `\`${param}\` is used for more than its columns`;
}
function removeUnused(definition: Node, name: string, call: Subject<'call'>, doc: Editing): void {
  const uses = doc
    .module(call.in.chunk)
    .all('identifier')
    .filter((it) => it.text === name);
  if (uses.length === 2 && !doc.program.imported(name, call.in)) doc.remove(definition);
}
