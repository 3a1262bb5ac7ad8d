// Says which grammar and which parser are installed, in the words of `grammars/grammar.json`.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Language, Parser } from 'web-tree-sitter';

const runtimeFile = 'node_modules/web-tree-sitter/web-tree-sitter.wasm';
const grammarFile = 'node_modules/tree-sitter-python/tree-sitter-python.wasm';

export interface GrammarRecord {
  readonly grammar: PackagedWasm & { readonly name: string; readonly abi: number };
  readonly runtime: PackagedWasm;
}
export interface PackagedWasm {
  /** The npm package that carries the file; nothing is compiled here. */
  readonly package: string;
  readonly version: string;
  readonly license: string;
  readonly file: string;
  /** Of the file's bytes, in hex. */
  readonly sha256: string;
}

/** Reads below the working folder, which is that of `package.json`. Throws where a package is not installed. */
export async function describeGrammar(): Promise<GrammarRecord> {
  const language = await loadGrammar();
  return {
    grammar: { name: language.name ?? 'python', abi: language.abiVersion, ...wasmOf('tree-sitter-python', grammarFile) },
    runtime: wasmOf('web-tree-sitter', runtimeFile),
  };
}

/** The grammar as the parser sees it: its node and field names. */
export async function loadGrammar(): Promise<Language> {
  await Parser.init({ wasmBinary: readFileSync(runtimeFile) });
  return Language.load(readFileSync(grammarFile));
}

function wasmOf(name: string, file: string): PackagedWasm {
  const { version, license } = JSON.parse(readFileSync(`node_modules/${name}/package.json`, 'utf8')) as {
    version: string;
    license: string;
  };
  const sha256 = createHash('sha256').update(readFileSync(file)).digest('hex');
  return { package: name, version, license, file: file.slice(file.lastIndexOf('/') + 1), sha256 };
}
