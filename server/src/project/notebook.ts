// A notebook as one module: its Python cells in their order, each at a place of its own. What only IPython understands becomes a comment.

/** The text of the module, and where each cell begins in it. */
export interface Joined {
  readonly text: string;
  readonly starts: readonly number[];
}

/** Offsets and lines of a cell stay what they are, counted from where it begins. */
export function joined(cells: readonly string[]): Joined {
  let text = '';
  const starts: number[] = [];
  for (const cell of cells) {
    starts.push(text.length);
    text += `${withoutMagics(cell)}\n`;
  }
  return { text, starts };
}

/** Magics of a whole cell whose body is Python all the same. */
const pythonBody = /^%%(?:time|timeit|capture|prun|python3?|memit|mprun)\b/;

function withoutMagics(cell: string): string {
  const first = /^(?:[ \t]*\n)*[ \t]*(%%\w.*)/.exec(cell)?.[1];
  // Another language, from its first line to its last.
  const foreign = first !== undefined && !pythonBody.test(first);
  return cell.replace(/[^\r\n]+/g, (line) => (foreign ? commented(line) : plainLine(line)));
}

/** As long as it was, so that nothing behind it moves. */
const commented = (line: string): string => (/^\s*$/.test(line) ? line : line.replace(/\S/, '#'));

function plainLine(line: string): string {
  if (/^\s*(?:%%?[A-Za-z]|!|\?)/.test(line)) return commented(line);
  if (/^\s*[\w.]+\?{1,2}\s*$/.test(line)) return commented(line);
  // What a command prints, or a magic gives, is unknown.
  const assigned = /^(\s*[A-Za-z_][\w, ]*=\s*)([!%][A-Za-z/.~].*)$/.exec(line);
  return assigned === null ? line : assigned[1]! + unknown(assigned[2]!.length);
}

/** An expression of this length that says nothing. */
const unknown = (length: number): string => (length < 3 ? '_'.repeat(length) : '...'.padEnd(length));
