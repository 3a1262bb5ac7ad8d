// Names of files as URIs for the host that works on disk; a document that is on no disk has a name too, of a file that does not exist.
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const nowhere = path.resolve('/', '.threadwise-not-on-disk');

/** What the host on disk takes as its naming. */
export const uriNames = {
  toPath(file: string): string {
    try {
      if (file.startsWith('file:')) return fileURLToPath(file);
    } catch {
      // A share on another machine, or an escape that is none.
    }
    return path.join(nowhere, encodeURIComponent(file));
  },
  toFile(it: string): string {
    const way = path.relative(nowhere, it);
    if (way.startsWith('..') || path.isAbsolute(way) || way === '' || way.includes(path.sep)) return pathToFileURL(it).href;
    try {
      return decodeURIComponent(way);
    } catch {
      return pathToFileURL(it).href;
    }
  },
};
