// Keystrokes inside function bodies: where they go, and what the text is after each of them.

export interface Keystroke {
  readonly at: number;
  /** One character typed, or none where the one that was typed is taken back. */
  readonly typed: string;
  readonly text: string;
}
/** Ends of lines inside of function bodies, by what stands there. */
const places: readonly { readonly line: RegExp; readonly typed: string }[] = [
  { line: /^ +\w+ = \d+$/, typed: '0' }, // a number
  { line: /^ +# \w.*$/, typed: 'x' }, // a comment
  { line: /^ +return \w+$/, typed: 'x' }, // a name
  { line: /^ +label = ".*(?=")/, typed: 'x' }, // inside of a string
  { line: /^ +total \+= .*$/, typed: '1' }, // an expression
];

/** So many keystrokes spread over a text: each character that is typed is taken back by the next. */
export function keystrokes(text: string, count: number): readonly Keystroke[] {
  const found = places.map(({ line, typed }) => ({ typed, ends: endsOf(text, line) }));
  const kinds = found.filter((it) => it.ends.length > 0);
  const pairs = count >> 1;
  return Array.from({ length: pairs }, (_, pair) => {
    const { typed, ends } = kinds[pair % kinds.length] as { typed: string; ends: readonly number[] };
    const at = ends[Math.floor(((pair + 0.5) / pairs) * ends.length)] as number;
    const after = text.slice(0, at) + typed + text.slice(at);
    return [
      { at, typed, text: after },
      { at, typed: '', text },
    ];
  }).flat();
}
function endsOf(text: string, line: RegExp): readonly number[] {
  return [...text.matchAll(new RegExp(line.source, 'gm'))].map((it) => it.index + it[0].length);
}
