// The comment that accepts findings of a statement, as the editor and the command line write it.
import type { Span } from '../model.js';

/** The parts of a syntax tree that are needed to find a statement. */
interface Tree {
  readonly rootNode: TreeNode;
  delete(): void;
}
interface TreeNode {
  readonly type: string;
  readonly startIndex: number;
  readonly parent: TreeNode | null;
  descendantForIndex(index: number): TreeNode | null;
}

/** The comment that ignores rules, on a line of its own above the innermost statement at `offset`, indented alike. */
export function ignoreComment(
  rules: readonly string[],
  text: string,
  offset: number,
  parse: (text: string) => Tree,
  reason = '',
): { readonly span: Span; readonly text: string } {
  const tree = parse(text);
  let start = offset;
  try {
    for (let node = tree.rootNode.descendantForIndex(offset); node?.parent; node = node.parent) {
      start = node.startIndex;
      // The decorators of a definition are part of its statement.
      if (/^(block|module)$/.test(node.parent.type)) break;
    }
  } finally {
    tree.delete();
  }
  const line = Math.max(text.lastIndexOf('\n', start - 1), text.lastIndexOf('\r', start - 1)) + 1;
  const indent = /^[ \t\f]*/.exec(text.slice(line))?.[0] ?? '';
  const lineEnd = /\r\n|\n|\r/.exec(text)?.[0] ?? '\n';
  const said = reason === '' ? '' : ` ${reason}`;
  return { span: { start: line, end: line }, text: `${indent}# threadwise: ignore[${rules.join(', ')}]${said}${lineEnd}` };
}
