// The parser and the grammar from the installed packages, loaded once for each test file.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { loadParser, type Parser } from '../src/syntax/load.js';

const require = createRequire(import.meta.url);
const bytes = (name: string): Uint8Array => readFileSync(require.resolve(name));
let loaded: Promise<Parser> | undefined;

export function installedParser(): Promise<Parser> {
  loaded ??= loadParser(bytes('web-tree-sitter/web-tree-sitter.wasm'), bytes('tree-sitter-python/tree-sitter-python.wasm'));
  return loaded;
}
