// Tells whether a call gives the argument that an entry names in a variant or in `bounded`.
import type { Arg } from '../model.js';

/**
 * Reads `timeout`, `1`, `blocking=False` and `0=rb`. Positions count the arguments without a keyword. A name or position
 * alone is given when anything but `None` stands there; with a literal, only when exactly that literal does.
 */
export function isGiven(spec: string, args: readonly Arg[]): boolean {
  const equals = spec.indexOf('=');
  const arg = find(equals < 0 ? spec : spec.slice(0, equals), args);
  if (arg === undefined) return false;
  const literal = literalOf(arg);
  return equals < 0 ? literal !== 'None' : literal === spec.slice(equals + 1);
}

/** Does an entry of `bounded` hold? `default` needs no argument: the limit lies in the library, unless the call says `timeout=None`. */
export const isLimit = (spec: string, args: readonly Arg[]): boolean =>
  spec === 'default' ? literalOf(find('timeout', args)) !== 'None' : isGiven(spec, args);

function find(where: string, args: readonly Arg[]): Arg | undefined {
  if (!/^\d+$/.test(where)) return args.find((arg) => arg.name === where);
  const plain = args.filter((arg) => arg.name === null);
  const index = Number(where);
  return plain.slice(0, index + 1).some((arg) => arg.value.is === 'star') ? undefined : plain[index];
}

/** The literal as Python spells it, strings without quotes; undefined for anything computed. */
function literalOf(arg: Arg | undefined): string | undefined {
  if (arg?.value.is !== 'literal') return undefined;
  const value = arg.value.value;
  if (value === null) return arg.value.type === 'none' ? 'None' : undefined;
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  return String(value);
}
