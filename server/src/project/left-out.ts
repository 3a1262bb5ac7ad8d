// The files that the filter left out, once more: the project itself may have names that start what they are given.
import { mentions } from '../syntax/prefilter.js';
import type { Given } from './given.js';
import type { Host } from './host.js';
import type { Prepared } from './prepare.js';
import { mostBytes, sourceOf } from './source.js';
import type { AnyEngine } from './workspace.js';

export interface LeftOut {
  /** Files were left out; those of before are looked at again. */
  look(files: readonly string[]): void;
  /** Gives those that say such a name; true where there were any. Cheap while nothing was left out since the last time. */
  take(cancelled: () => boolean): Promise<boolean>;
}
interface Options {
  readonly host: Host;
  readonly given: Given;
  takers: AnyEngine['takers'];
  /** Whatever the filter says. */
  read(file: string): Promise<Prepared>;
}
/** Files that are read at once. */
const batch = 16;

export function leftOut({ host, given, takers, read }: Options): LeftOut {
  const files = new Set<string>();
  /** Names that were looked for already. */
  const known = new Set<string>();
  let unseen = false;
  const says = async (file: string, is: (text: string) => boolean): Promise<boolean> => {
    const found = await host.read(file, mostBytes(file));
    const source = 'bytes' in found ? sourceOf(file, found.bytes) : found;
    return 'text' in source && is(source.text);
  };
  return {
    look(more) {
      for (const it of more) files.add(it);
      known.clear();
      unseen = files.size > 0;
    },
    async take(cancelled) {
      if (!unseen) return false;
      const fresh = takers().filter((it) => !known.has(`${it.module} ${it.name}`));
      if (fresh.length === 0) {
        unseen = false;
        return false;
      }
      const is = mentions(fresh);
      const open = [...files].filter((file) => !given.names.has(file));
      let any = false;
      for (let at = 0; at < open.length; at += batch) {
        if (cancelled()) return true;
        const some = open.slice(at, at + batch);
        const wanted = await Promise.all(some.map((file) => says(file, is)));
        for (const file of some.filter((_, index) => wanted[index])) {
          files.delete(file);
          any = (await given.accept(file, await read(file))) || any;
        }
      }
      for (const it of fresh) known.add(`${it.module} ${it.name}`);
      return any;
    },
  };
}
