// The texts the engine judged, with their line starts: offsets become positions and back.
import { TextDocument } from 'vscode-languageserver-textdocument';

export interface Texts {
  /** A file that is gone counts as empty, so that a position can always be given. */
  of(file: string): TextDocument;
  forget(file: string): void;
}

/** `read` gives the text as it was analysed, which may be older than what the editor shows. */
export function createTexts(read: (file: string) => string | undefined): Texts {
  const known = new Map<string, { readonly text: string; readonly document: TextDocument }>();
  return {
    of(file) {
      const text = read(file) ?? '';
      const old = known.get(file);
      if (old?.text === text) return old.document;
      const document = TextDocument.create(file, 'python', 0, text);
      known.set(file, { text, document });
      return document;
    },
    forget: (file) => void known.delete(file),
  };
}
