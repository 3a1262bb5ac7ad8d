// What stands inside of what: regions in regions, functions in functions.
import type { Fn, Region } from '../model.js';

/** Is it the outer region, or anywhere inside of it? */
export function isInside(region: Region, outer: Region | null): boolean {
  for (let it: Region | null = region; it; it = it.parent) if (it === outer) return true;
  return false;
}
/** Is it the outer function, or defined anywhere inside of it? */
export function isDefinedIn(fn: Fn, outer: Fn): boolean {
  for (let it: Fn | null = fn; it; it = it.parent) if (it === outer) return true;
  return false;
}
