// A number for each object, to tell it in a text from others that are spelled alike.
const serials = new WeakMap<object, number>();
let last = 0;

/** The same for the same object, and for no other. */
export function serialOf(it: object): number {
  const known = serials.get(it) ?? ++last;
  serials.set(it, known);
  return known;
}
