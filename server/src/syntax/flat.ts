// Tree → typed arrays: every later pass walks integers, and the tree can be freed at once.
import type { Language, Tree, TreeCursor } from 'web-tree-sitter';

/** A node is its index; 0 is the root, -1 is none. Offsets are UTF-16 units of the parsed text. */
export interface FlatTree {
  readonly text: string;
  readonly count: number;
  type(node: number): string;
  field(node: number): string | null;
  named(node: number): boolean;
  start(node: number): number;
  end(node: number): number;
  first(node: number): number;
  next(node: number): number;
  parent(node: number): number;
  /** Is it, or is there inside it, an ERROR or a MISSING node? */
  broken(node: number): boolean;
}

interface Columns {
  types: Uint16Array;
  fields: Uint8Array;
  bits: Uint8Array;
  starts: Int32Array;
  ends: Int32Array;
  firsts: Int32Array;
  nexts: Int32Array;
  parents: Int32Array;
}
const named = 1;
const broken = 2;
const errorType = 65535;

const make = (size: number): Columns => ({
  types: new Uint16Array(size),
  fields: new Uint8Array(size),
  bits: new Uint8Array(size),
  starts: new Int32Array(size),
  ends: new Int32Array(size),
  firsts: new Int32Array(size).fill(-1),
  nexts: new Int32Array(size).fill(-1),
  parents: new Int32Array(size).fill(-1),
});
function grow(old: Columns): Columns {
  const wider = make(old.types.length * 2);
  for (const key of Object.keys(old) as (keyof Columns)[]) (wider[key] as Int32Array).set(old[key] as Int32Array);
  return wider;
}

/** Which nodes are worth going into; the others are recorded without what is inside them. */
export type Enter = (type: string, start: number, end: number) => boolean;

/**
 * Reads the tree once with a cursor, or what of it `enter` asks for. The tree may be deleted afterwards.
 */
export function flatten(tree: Tree, text: string, enter?: Enter): FlatTree {
  const language = tree.language;
  const names = namesOf(language);
  const { typeName } = names;
  const healthy = !tree.rootNode.hasError;
  const cursor = tree.walk();
  let columns = make(enter ? 512 : Math.max(256, text.length >> 1));
  let count = 0;
  const add = (parent: number): number => {
    if (count === columns.types.length) columns = grow(columns);
    const it = count++;
    record(columns, it, cursor, parent, names, healthy);
    return it;
  };
  let here = add(-1);
  let last = here;
  const down = (): boolean =>
    (!enter || enter(typeName(columns.types[here] as number), columns.starts[here] as number, columns.ends[here] as number)) &&
    cursor.gotoFirstChild();
  walk: for (;;) {
    if (down()) {
      const child = add(here);
      columns.firsts[here] = child;
      here = last = child;
      continue;
    }
    for (;;) {
      if (cursor.gotoNextSibling()) {
        last = here;
        here = add(columns.parents[here] as number);
        columns.nexts[last] = here;
        break;
      }
      if (!cursor.gotoParent()) break walk;
      const parent = columns.parents[here] as number;
      here = parent;
    }
  }
  cursor.delete();
  for (let it = count - 1; it > 0; it--) {
    const parent = columns.parents[it] as number;
    columns.bits[parent] = (columns.bits[parent] as number) | ((columns.bits[it] as number) & broken);
  }
  return view(text, count, columns, typeName, names.fieldName);
}

interface Names {
  typeName(id: number): string;
  fieldName(id: number): string | null;
  isNamed(id: number): boolean;
}
const known = new WeakMap<Language, Names>();
/** Names of the grammar by number; asking the parser each time is slow. */
function namesOf(language: Language): Names {
  const found = known.get(language) ?? {
    typeName: cacheBy((id: number): string => (id === errorType ? 'ERROR' : (language.nodeTypeForId(id) ?? ''))),
    fieldName: cacheBy((id: number): string | null => (id === 0 ? null : language.fieldNameForId(id))),
    isNamed: cacheBy((id: number): boolean => id === errorType || language.nodeTypeIsNamed(id)),
  };
  known.set(language, found);
  return found;
}

/** Each question to the cursor crosses into the parser, so only those are asked whose answer is not known by now. */
function record(columns: Columns, it: number, cursor: TreeCursor, parent: number, names: Names, healthy: boolean): void {
  const id = cursor.nodeTypeId;
  const failed = id === errorType || (!healthy && cursor.nodeIsMissing);
  columns.types[it] = id;
  columns.fields[it] = cursor.currentFieldId;
  columns.bits[it] = (names.isNamed(id) ? named : 0) | (failed ? broken : 0);
  columns.starts[it] = cursor.startIndex;
  columns.ends[it] = cursor.endIndex;
  columns.parents[it] = parent;
}

function cacheBy<T>(ask: (id: number) => T): (id: number) => T {
  const known: T[] = [];
  return (id) => {
    if (!(id in known)) known[id] = ask(id);
    return known[id] as T;
  };
}

function view(
  text: string,
  count: number,
  columns: Columns,
  typeName: (id: number) => string,
  fieldName: (id: number) => string | null,
): FlatTree {
  const { types, fields, bits, starts, ends, firsts, nexts, parents } = columns;
  return {
    text,
    count,
    type: (node) => typeName(types[node] as number),
    field: (node) => fieldName(fields[node] as number),
    named: (node) => ((bits[node] as number) & named) !== 0,
    start: (node) => starts[node] as number,
    end: (node) => ends[node] as number,
    first: (node) => firsts[node] as number,
    next: (node) => nexts[node] as number,
    parent: (node) => parents[node] as number,
    broken: (node) => ((bits[node] as number) & broken) !== 0,
  };
}
