// Files of the editor, read through the protocol: for a server in a browser, which has no others.
import ignore, { type Ignore } from 'ignore';
import { defaultExcludes, type EntryKind, type Host, isPython, type Listing, type Patterns, type Store } from '../project/host.js';

/** Sends a request to the client. `threadwise/read`, `threadwise/stat` and `threadwise/entries` take `{ uri }`; null means there is none. */
export type Ask = (method: string, params: { readonly uri: string }) => Promise<unknown>;

interface Entry {
  readonly name: string;
  /** null for what is neither. */
  readonly kind: EntryKind | null;
  readonly link: boolean;
}

interface FileStat {
  readonly kind: EntryKind | null;
  readonly size: number;
  /** Older clients leave it out. */
  readonly time?: number;
}

/** Files that are listed before the walk ends: each folder is a message, and the worker has other things to do. */
const mostFiles = 5_000;

export function browserHost(ask: Ask): Host {
  const entriesOf = async (uri: string): Promise<readonly Entry[] | undefined> => {
    const entries = await ask('threadwise/entries', { uri }).catch(() => null);
    return Array.isArray(entries) ? entries : undefined;
  };
  const bytesOf = async (uri: string): Promise<Uint8Array | undefined> => {
    const bytes = await ask('threadwise/read', { uri }).catch(() => null);
    return ArrayBuffer.isView(bytes) ? new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength) : undefined;
  };
  const statOf = async (uri: string): Promise<FileStat | undefined> => {
    const stat = await ask('threadwise/stat', { uri }).catch(() => null);
    return (stat as FileStat | null) ?? undefined;
  };
  const stores = new Map<string, Store>();
  return {
    list: (folders, exclude) => list(folders, exclude, entriesOf, bytesOf),
    kind: async (uri) => (await statOf(uri))?.kind ?? undefined,
    async stat(uri) {
      const { kind, size, time } = (await statOf(uri)) ?? {};
      return kind === 'file' && size !== undefined && time !== undefined ? { size, time } : undefined;
    },
    async entries(uri) {
      const found = (await entriesOf(uri)) ?? [];
      return new Map(found.flatMap(({ name, kind }) => (kind === null ? [] : [[name, kind]])));
    },
    async read(uri, most) {
      const { size = 0 } = (await statOf(uri)) ?? {};
      if (size > most) return { problem: `larger than ${most / 1_000_000} MB` };
      const bytes = await bytesOf(uri);
      return bytes === undefined ? { problem: 'does not exist or cannot be read' } : { bytes };
    },
    async write() {
      throw new Error('a file cannot be written here: edits go through the editor');
    },
    store(folder) {
      const store = stores.get(folder) ?? memoryStore();
      stores.set(folder, store);
      return store;
    },
    join,
    resolve: (folder, path) => (/^[a-z][a-z0-9+.-]*:/i.test(path) ? path : join(path.startsWith('/') ? rootOf(folder) : folder, path)),
    parent(uri) {
      const { head, way } = parts(uri);
      return way === '' ? undefined : head + way.slice(0, Math.max(0, way.lastIndexOf('/')));
    },
    name: (uri) => decode(parts(uri).way.replace(/^.*\//, '')),
    below: (folder, uri) => below(folder, uri),
  };
}

/** Lasts as long as the worker, over a change of the settings for instance. */
function memoryStore(): Store {
  let kept: Uint8Array | undefined;
  return {
    load: async () => kept,
    async save(parts) {
      kept = new Uint8Array(parts.reduce((sum, it) => sum + it.length, 0));
      let at = 0;
      for (const it of parts) {
        kept.set(it, at);
        at += it.length;
      }
    },
    deflate: async (bytes) => bytes,
    inflate: (bytes, most) => (bytes.length > most ? undefined : bytes),
  };
}

async function list(
  folders: readonly string[],
  exclude: readonly Patterns[],
  entriesOf: (uri: string) => Promise<readonly Entry[] | undefined>,
  bytesOf: (uri: string) => Promise<Uint8Array | undefined>,
): Promise<Listing> {
  const files = new Set<string>();
  const unread: { file: string; reason: string }[] = [];
  const excluded = exclude.map(({ base, patterns }): Rules => ({ folder: base, rules: ignore().add([...patterns]) }));
  const enter = async (folder: string, above: readonly Rules[]): Promise<void> => {
    const entries = await entriesOf(folder);
    if (entries === undefined) return void unread.push({ file: folder, reason: 'cannot be read' });
    const own = entries.some(({ name }) => name === '.gitignore') ? await bytesOf(join(folder, '.gitignore')) : undefined;
    const rules = own === undefined ? above : [...above, { folder, rules: ignore().add(new TextDecoder().decode(own)) }];
    // An environment holds the code of others.
    if (entries.some(({ name }) => name === 'pyvenv.cfg') && !folders.includes(folder)) return;
    for (const { name, kind, link } of entries) {
      const uri = join(folder, name);
      if (files.size >= mostFiles || ruledOut(uri, kind, rules) || ruledOut(uri, kind, excluded)) continue;
      if (kind === 'file' && isPython(name)) files.add(uri);
      // A link may lead upwards, and then the walk would never end.
      else if (kind === 'folder' && !link && !defaultExcludes.has(name)) await enter(uri, rules);
    }
  };
  for (const folder of folders) await enter(folder, []);
  return { files: [...files].sort(), unread };
}

interface Rules {
  readonly folder: string;
  readonly rules: Ignore;
}

/** The rules nearest to a file have the last word. */
function ruledOut(uri: string, kind: EntryKind | null, rules: readonly Rules[]): boolean {
  for (const { folder, rules: own } of [...rules].reverse()) {
    const way = below(folder, uri);
    if (!way) continue;
    const { ignored, unignored } = own.test(kind === 'folder' ? `${way}/` : way);
    if (ignored || unignored) return ignored;
  }
  return false;
}

/** `file:///a/b.py` is `file://` and `/a/b.py`. */
function parts(uri: string): { readonly head: string; readonly way: string } {
  const head = /^[^/]*:(?:\/\/[^/]*)?/.exec(uri)?.[0] ?? '';
  return { head, way: uri.slice(head.length).replace(/\/+$/, '') };
}

function rootOf(uri: string): string {
  return parts(uri).head;
}

/** Names are encoded as the editor does it, or one file would have two names. */
function join(folder: string, ...names: readonly string[]): string {
  const { head, way } = parts(folder);
  const steps = way.split('/');
  for (const name of names.flatMap((it) => it.split('/'))) {
    if (name === '..') steps.pop();
    else if (name !== '' && name !== '.') steps.push(encode(name));
  }
  return head + (steps[0] === '' ? steps : ['', ...steps]).join('/');
}

function below(folder: string, uri: string): string | undefined {
  const [from, to] = [parts(folder), parts(uri)];
  if (from.head !== to.head) return undefined;
  if (to.way === from.way) return '';
  return to.way.startsWith(`${from.way}/`)
    ? to.way
        .slice(from.way.length + 1)
        .split('/')
        .map(decode)
        .join('/')
    : undefined;
}

const encode = (name: string): string =>
  encodeURIComponent(name).replace(/[!'()*]/g, (it) => `%${it.charCodeAt(0).toString(16).toUpperCase()}`);

function decode(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
