// Loads the parser and the grammar from bytes; awaited once, before the core exists.
import { Language, type Tree, Parser as TreeSitter } from 'web-tree-sitter';

export interface Parser {
  /** The caller deletes the tree. `old` is a tree of the text before it was edited, told of the edit. */
  parse(text: string, old?: Tree): Tree;
  readonly language: Language;
}

/** `runtime` and `grammar` are the bytes of `web-tree-sitter.wasm` and `tree-sitter-python.wasm`. */
export async function loadParser(runtime: Uint8Array, grammar: Uint8Array): Promise<Parser> {
  await TreeSitter.init({ wasmBinary: runtime, locateFile: (name: string) => name });
  const language = await Language.load(grammar);
  const parser = new TreeSitter();
  parser.setLanguage(language);
  return {
    language,
    parse(text, old) {
      const tree = parser.parse(text, old);
      if (!tree) throw new Error('the parser gave no tree');
      return tree;
    },
  };
}
