// Text → flat tree; with `load.ts` the only place that holds a tree of the parser.
import { type FlatTree, flatten } from './flat.js';
import type { Parser } from './load.js';

/** Parses and frees the parser's tree before returning. */
export function parse(parser: Parser, text: string): FlatTree {
  const tree = parser.parse(text);
  try {
    return flatten(tree, text);
  } finally {
    tree.delete();
  }
}
