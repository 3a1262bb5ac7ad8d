// TOML with the place of each key and value, for configuration files and for what other tools write there.
import { type AST, getStaticTOMLValue, ParseError, parseTOML } from 'toml-eslint-parser';

/** Lines and columns count from 1, columns in UTF-16 units; the end is exclusive. */
export interface Range {
  readonly start: { readonly line: number; readonly column: number };
  readonly end: { readonly line: number; readonly column: number };
}
export interface Toml {
  readonly value: Readonly<Record<string, unknown>>;
  /** Place of the value (or, with `key`, of the name) at a path of keys and indices; of the nearest thing above it that has one. */
  range(path: readonly (string | number)[], key?: 'key'): Range;
}
export interface TomlError {
  readonly error: string;
  readonly range: Range;
}

export const top: Range = { start: { line: 1, column: 1 }, end: { line: 1, column: 1 } };

export function readToml(text: string): Toml | TomlError {
  try {
    const ast = parseTOML(text);
    const places = placesOf(ast.body[0]);
    return {
      value: getStaticTOMLValue(ast) as Record<string, unknown>,
      range(path, key) {
        for (let length = path.length; length > 0; length--) {
          const place = places.get(JSON.stringify(path.slice(0, length)));
          if (place !== undefined) return place[key ?? 'value'];
        }
        return top;
      },
    };
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    const start = { line: error.lineNumber, column: error.column + 1 };
    return { error: error.message, range: { start, end: { ...start, column: start.column + 1 } } };
  }
}

type Places = Map<string, { readonly key: Range; readonly value: Range }>;

function placesOf(table: AST.TOMLTopLevelTable): Places {
  const places: Places = new Map();
  const add = (path: readonly (string | number)[], key: AST.SourceLocation, value: AST.SourceLocation) => {
    const id = JSON.stringify(path);
    if (!places.has(id)) places.set(id, { key: rangeOf(key), value: rangeOf(value) });
  };
  const visitValue = (path: readonly (string | number)[], value: AST.TOMLContentNode): void => {
    if (value.type === 'TOMLInlineTable') for (const pair of value.body) visitPair(path, pair);
    if (value.type !== 'TOMLArray') return;
    value.elements.forEach((element, at) => {
      add([...path, at], element.loc, element.loc);
      visitValue([...path, at], element);
    });
  };
  const visitPair = (above: readonly (string | number)[], pair: AST.TOMLKeyValue): void => {
    const names = pair.key.keys.map(nameOf);
    names.forEach((_, at) => {
      add([...above, ...names.slice(0, at + 1)], pair.key.keys[at]!.loc, at === names.length - 1 ? pair.value.loc : pair.loc);
    });
    visitValue([...above, ...names], pair.value);
  };
  for (const it of table.body) {
    if (it.type === 'TOMLKeyValue') {
      visitPair([], it);
      continue;
    }
    it.resolvedKey.forEach((_, at) => {
      add(it.resolvedKey.slice(0, at + 1), (it.key.keys[at] ?? it.key).loc, it.key.loc);
    });
    for (const pair of it.body) visitPair(it.resolvedKey, pair);
  }
  return places;
}

const nameOf = (key: AST.TOMLBare | AST.TOMLQuoted): string => (key.type === 'TOMLBare' ? key.name : key.value);

const rangeOf = ({ start, end }: AST.SourceLocation): Range => ({
  start: { line: start.line, column: start.column + 1 },
  end: { line: end.line, column: end.column + 1 },
});
