// Files on disk: listing with the ignore rules of git, reading, and writing at once or not at all.
import { randomBytes } from 'node:crypto';
import { type Dirent, promises as fs } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import ignore, { type Ignore } from 'ignore';
import { defaultExcludes, type EntryKind, type Host, isPython, type Listing, type Patterns, type Read } from '../project/host.js';
import { folderStore } from './store.js';

/** How files are called outside: as paths below a folder, or as URIs. */
export interface Naming {
  /** The absolute path. */
  toPath(file: string): string;
  toFile(path: string): string;
}
/** `src/app.py`, `../other/lib.py`: what a person reads, and the same on every machine. */
export const namesBelow = (folder: string): Naming => ({
  toPath: (file) => path.resolve(folder, file),
  toFile: (it) => slashes(path.relative(folder, it)) || '.',
});
export const uriNames: Naming = { toPath: (file) => fileURLToPath(file), toFile: (it) => pathToFileURL(it).href };

export function nodeHost(naming: Naming): Host {
  const { toPath, toFile } = naming;
  return {
    list: (folders, exclude) => list(naming, folders, exclude),
    kind: (file) => kindOf(toPath(file)),
    async stat(file) {
      const stat = await fs.stat(toPath(file)).catch(() => undefined);
      return stat?.isFile() ? { size: stat.size, time: stat.mtimeMs } : undefined;
    },
    async entries(folder) {
      const found = await fs.readdir(toPath(folder), { withFileTypes: true }).catch(() => []);
      const kinds = await Promise.all(found.map((it) => entryKind(toPath(folder), it)));
      return new Map(found.flatMap((it, at) => (kinds[at] === undefined ? [] : [[it.name, kinds[at]]])));
    },
    read: (file, most) => readFile(toPath(file), most),
    write: (file, bytes) => replaceFile(toPath(file), bytes),
    store: (folder) => folderStore(toPath(folder)),
    join: (folder, ...names) => toFile(path.join(toPath(folder), ...names)),
    resolve: (folder, it) => toFile(path.resolve(toPath(folder), it)),
    parent(it) {
      const own = toPath(it);
      const up = path.dirname(own);
      return up === own ? undefined : toFile(up);
    },
    name: (it) => path.basename(toPath(it)),
    below: (folder, it) => below(toPath(folder), toPath(it)),
  };
}

/** Reads at most `most` bytes of a regular file. */
export async function readFile(file: string, most: number): Promise<Read> {
  try {
    const { size } = await statFile(file);
    if (size > most) return { problem: `larger than ${most / 1_000_000} MB` };
    const bytes = await fs.readFile(file);
    return bytes.length > most ? { problem: `larger than ${most / 1_000_000} MB` } : { bytes };
  } catch (error) {
    return { problem: inWords(error) };
  }
}

/** A pipe or a device would be read without end. */
async function statFile(file: string): Promise<{ readonly size: number }> {
  const stat = await fs.stat(file);
  if (!stat.isFile()) throw new Error(stat.isDirectory() ? 'is a folder' : 'is no regular file');
  return stat;
}

/** A link stays a link, and the mode stays. */
async function replaceFile(file: string, bytes: Uint8Array): Promise<void> {
  try {
    const real = await fs.realpath(file);
    await fs.access(real, fs.constants.W_OK);
    await moveInto(real, bytes, (await fs.stat(real)).mode);
  } catch (error) {
    throw new Error(inWords(error));
  }
}

/**
 * Makes a file or replaces it, at once or not at all. What is no file, such as a pipe, is written into.
 * @throws Error in words for people.
 */
export async function saveFile(file: string, text: string): Promise<void> {
  const stat = await fs.stat(file).catch(() => undefined);
  if (stat?.isFile()) return replaceFile(file, Buffer.from(text));
  try {
    // A link to nothing leads to where the file is to be.
    const link = stat === undefined ? await fs.readlink(file).catch(() => undefined) : undefined;
    if (stat !== undefined) await fs.writeFile(file, text);
    else await moveInto(link === undefined ? file : path.resolve(path.dirname(file), link), Buffer.from(text), undefined);
  } catch (error) {
    throw new Error(inWords(error));
  }
}

/** Written beside the file and renamed, so that nobody ever sees half of it. */
async function moveInto(file: string, bytes: Uint8Array, mode: number | undefined): Promise<void> {
  const unfinished = path.join(path.dirname(file), `.${path.basename(file)}.${randomBytes(6).toString('hex')}.tmp`);
  try {
    await fs.writeFile(unfinished, bytes, { flag: 'wx', ...(mode === undefined ? {} : { mode }) });
    if (mode !== undefined) await fs.chmod(unfinished, mode & 0o7777);
    await fs.rename(unfinished, file);
  } catch (error) {
    await fs.rm(unfinished, { force: true });
    throw error;
  }
}

async function kindOf(it: string): Promise<EntryKind | undefined> {
  const stat = await fs.stat(it).catch(() => undefined);
  return stat?.isFile() ? 'file' : stat?.isDirectory() ? 'folder' : undefined;
}

async function entryKind(folder: string, entry: Dirent): Promise<EntryKind | undefined> {
  if (entry.isFile()) return 'file';
  if (entry.isDirectory()) return 'folder';
  return entry.isSymbolicLink() ? kindOf(path.join(folder, entry.name)) : undefined;
}

/** Ignore rules of one folder; those of the folders above come before them. */
interface Rules {
  readonly folder: string;
  readonly rules: Ignore;
}
interface Walk {
  /** By real path. */
  readonly files: Map<string, string>;
  readonly unread: { readonly file: string; readonly reason: string }[];
  /** Real paths of the folders that were entered: a loop of links ends here. */
  readonly seen: Set<string>;
  readonly links: { readonly path: string; readonly inside: string; readonly rules: readonly Rules[] }[];
  readonly excluded: readonly Rules[];
}

async function list(naming: Naming, folders: readonly string[], exclude: readonly Patterns[]): Promise<Listing> {
  const excluded = exclude.map((it) => ({ folder: naming.toPath(it.base), rules: ignore().add([...it.patterns]) }));
  const walk: Walk = { files: new Map(), unread: [], seen: new Set(), links: [], excluded };
  for (const folder of folders.map(naming.toPath)) await enter(walk, folder, await rulesAbove(folder));
  // Links come last, so that a file is known by its own name wherever that was walked as well.
  for (let at = 0; at < walk.links.length; at++) await follow(walk, walk.links[at]!);
  const files = [...walk.files.values()].map(naming.toFile);
  return {
    files: files.sort(),
    unread: walk.unread.map((it) => ({ ...it, file: naming.toFile(it.file) })).sort((a, b) => (a.file < b.file ? -1 : 1)),
  };
}

async function enter(walk: Walk, folder: string, above: readonly Rules[]): Promise<void> {
  let real: string;
  let entries: Dirent[];
  try {
    real = await fs.realpath(folder);
    if (walk.seen.has(real)) return;
    walk.seen.add(real);
    entries = await fs.readdir(folder, { withFileTypes: true });
  } catch (error) {
    walk.unread.push({ file: folder, reason: inWords(error) });
    return;
  }
  const own = entries.some((it) => it.name === '.gitignore') ? await rulesOf(folder, path.join(folder, '.gitignore')) : undefined;
  const rules = own === undefined ? above : [...above, own];
  for (const entry of entries) {
    const it = path.join(folder, entry.name);
    if (entry.isSymbolicLink()) {
      walk.links.push({ path: it, inside: real, rules });
    } else if (entry.isDirectory()) {
      if (!(await skipped(walk, it, rules))) await enter(walk, it, rules);
    } else if (entry.isFile() && isPython(entry.name) && !ruledOut(walk, it, rules)) walk.files.set(path.join(real, entry.name), it);
  }
}

/** A linked folder that holds its own link leads nowhere new. */
async function follow(walk: Walk, link: Walk['links'][number]): Promise<void> {
  const real = await fs.realpath(link.path).catch(() => undefined);
  if (real === undefined) {
    if (!isPython(link.path) || ruledOut(walk, link.path, link.rules)) return;
    walk.unread.push({ file: link.path, reason: 'is a link to nothing' });
    return;
  }
  const kind = await kindOf(real);
  if (kind === 'file') {
    if (!isPython(link.path) || ruledOut(walk, link.path, link.rules) || walk.files.has(real)) return;
    walk.files.set(real, link.path);
  } else if (kind === 'folder' && below(real, link.inside) === undefined && !(await skipped(walk, link.path, link.rules))) {
    await enter(walk, link.path, link.rules);
  }
}

async function skipped(walk: Walk, folder: string, rules: readonly Rules[]): Promise<boolean> {
  if (defaultExcludes.has(path.basename(folder)) || ruledOut(walk, `${folder}${path.sep}`, rules)) return true;
  return (await kindOf(path.join(folder, 'pyvenv.cfg'))) === 'file' || (await kindOf(path.join(folder, 'conda-meta'))) === 'folder';
}

const ruledOut = (walk: Walk, it: string, rules: readonly Rules[]): boolean => ignored(it, rules) || ignored(it, walk.excluded);

/** The rules nearest to a file have the last word. A folder ends in a separator, as the patterns want it. */
function ignored(it: string, rules: readonly Rules[]): boolean {
  for (const { folder, rules: own } of [...rules].reverse()) {
    const way = below(folder, it);
    if (!way) continue;
    const { ignored: yes, unignored } = own.test(it.endsWith(path.sep) ? `${way}/` : way);
    if (yes || unignored) return yes;
  }
  return false;
}

/** Rules of the repository that a folder lies in; none where they would leave out the very folder that was asked for. */
async function rulesAbove(folder: string): Promise<readonly Rules[]> {
  const above: string[] = [];
  for (let at = folder; ; at = path.dirname(at)) {
    if (at !== folder) above.unshift(at);
    if (await fs.stat(path.join(at, '.git')).catch(() => undefined)) {
      const found = await Promise.all([
        rulesOf(at, path.join(at, '.git/info/exclude')),
        ...above.map((it) => rulesOf(it, path.join(it, '.gitignore'))),
      ]);
      const rules = found.filter((it) => it !== undefined);
      return ignored(`${folder}${path.sep}`, rules) ? [] : rules;
    }
    if (path.dirname(at) === at) return [];
  }
}

async function rulesOf(folder: string, file: string): Promise<Rules | undefined> {
  const text = await fs.readFile(file, 'utf8').catch(() => undefined);
  return text === undefined ? undefined : { folder, rules: ignore().add(text) };
}

function below(folder: string, it: string): string | undefined {
  const way = path.relative(folder, it);
  return way === '..' || way.startsWith(`..${path.sep}`) || path.isAbsolute(way) ? undefined : slashes(way);
}

const slashes = (it: string): string => (path.sep === '/' ? it : it.split(path.sep).join('/'));

const words: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist',
  EACCES: 'may not be read or written',
  EPERM: 'may not be read or written',
  EROFS: 'lies on a file system that is read-only',
  EISDIR: 'is a folder',
  ENOTDIR: 'does not exist',
  ELOOP: 'is a link that leads to itself',
  ENOSPC: 'has no room on its disk',
};

/** Without the path that the message of Node.js repeats. */
function inWords(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return code === undefined ? message : (words[code] ?? `could not be read or written (${code})`);
}
