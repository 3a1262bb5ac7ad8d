// How many columns of a terminal a text takes.

const segments = new Intl.Segmenter();
const wide =
  /[\u1100-\u115f\u2329\u232a\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{16fe0}-\u{18dff}\u{1aff0}-\u{1b2ff}\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}|\ufe0f/u;
const invisible = /^[\p{Mark}\p{Format}]$/u;

/** One letter as a person sees it, with its offset and its columns. */
export interface Letter {
  readonly text: string;
  readonly at: number;
  readonly columns: number;
}

export function lettersOf(text: string): readonly Letter[] {
  return Array.from(segments.segment(text), ({ segment, index }) => ({ text: segment, at: index, columns: columnsOf(segment) }));
}

export const widthOf = (text: string): number => lettersOf(text).reduce((sum, it) => sum + it.columns, 0);

function columnsOf(letter: string): number {
  if (letter.length === 1 && letter >= ' ' && letter <= '~') return 1;
  if (wide.test(letter)) return 2;
  return invisible.test(letter) ? 0 : 1;
}
