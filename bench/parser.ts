// The parser and the grammar as they are installed, for benches that parse by themselves.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { loadParser, type Parser } from '../server/src/syntax/load.js';

export function installedParser(): Promise<Parser> {
  const require = createRequire(import.meta.url);
  const bytes = (path: string): Uint8Array => readFileSync(require.resolve(path));
  return loadParser(bytes('web-tree-sitter/web-tree-sitter.wasm'), bytes('tree-sitter-python/tree-sitter-python.wasm'));
}
