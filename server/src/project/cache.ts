// Facts of earlier runs, for files that are as they were: what is kept, when it is believed, and for how long.
import { pack } from '../facts/pack.js';
import { fingerprint, type Scanned } from '../facts/scan.js';
import { unpack, unpackFacts } from '../facts/unpack.js';
import { limits } from '../limits.js';
import { concerns } from '../syntax/prefilter.js';
import type { Host, Read, Stamp, Store } from './host.js';
import type { PrepareAll, Prepared } from './prepare.js';
import { mostBytes, sourceOf } from './source.js';

/** Name of the folder in the folder of a project. */
export const cacheFolder = '.threadwise_cache';

export interface FactsCache {
  /** Answers for files that are as they were and leaves the others to `rest`. `breathe` is awaited between two files. */
  before(rest: PrepareAll, breathe?: () => Promise<void>): PrepareAll;
  /** One file that is read whatever the filter thinks of it. */
  prepare(file: string, rest: () => Promise<Prepared>): Promise<Prepared>;
  /** Files whose facts were found here, and files that were scanned. */
  counts(): { readonly found: number; readonly scanned: number };
  /** Writes what is new; does nothing where nothing is. Never throws. */
  save(): Promise<void>;
}
export interface CacheOptions {
  readonly host: Host;
  /** The folder that paths in the cache count from. */
  readonly root: string;
  readonly store: Store;
  /** Stands for everything that facts depend on besides the text. */
  readonly stamp?: string;
  /** In milliseconds since 1970. */
  now?(): number;
  /** Bytes of facts that are kept; what was of no use for longest is dropped. */
  readonly most?: number;
}

/** What is known of a file; `hash` is empty where nobody needed its text. */
interface FileRow extends Stamp {
  readonly path: string;
  readonly hash: string;
  /** What the filter says. */
  readonly concerns: boolean;
  readonly day: number;
}
interface FactsRow {
  readonly hash: string;
  readonly at: number;
  readonly length: number;
  readonly day: number;
}
interface Kept {
  readonly bytes: Uint8Array;
  /** Are the bytes those of the store, or still to be made smaller? */
  readonly deflated: boolean;
  day: number;
}
interface Cache {
  readonly options: CacheOptions;
  readonly header: Uint8Array;
  readonly today: number;
  readonly files: Map<string, FileRow>;
  /** By the hash of the text. */
  readonly facts: Map<string, Kept>;
  changed: boolean;
  found: number;
  scanned: number;
}

/** What was kept by another version, or is damaged, counts as nothing. Never throws. */
export async function openCache(options: CacheOptions): Promise<FactsCache> {
  const { stamp = __FACTS__, now = Date.now } = options;
  const cache: Cache = {
    options,
    header: new TextEncoder().encode(`threadwise ${stamp}\n`),
    today: Math.floor(now() / 86_400_000),
    files: new Map(),
    facts: new Map(),
    changed: false,
    found: 0,
    scanned: 0,
  };
  fill(cache, await options.store.load());
  return {
    before: (rest, breathe) => before(cache, rest, breathe),
    async prepare(file, rest) {
      const look = await lookAt(cache, file, true);
      return answer(cache, look) ?? keep(cache, look, await rest());
    },
    counts: () => ({ found: cache.found, scanned: cache.scanned }),
    save: () => save(cache),
  };
}

/** Files that are looked at together. */
const batch = 16;

function before(cache: Cache, rest: PrepareAll, breathe: (() => Promise<void>) | undefined): PrepareAll {
  return async (files, options) => {
    const missing = new Map<string, Look>();
    for (let from = 0; from < files.length; from += batch) {
      if (options.cancelled?.()) return;
      const looks = await Promise.all(files.slice(from, from + batch).map((file) => lookAt(cache, file, options.whole(file))));
      for (const look of looks) {
        const known = answer(cache, look);
        if (known === undefined) missing.set(look.file, look);
        else options.done(look.file, known);
        await breathe?.();
      }
    }
    await rest([...missing.keys()], {
      ...options,
      done: (file, prepared) => options.done(file, keep(cache, missing.get(file), prepared)),
    });
  };
}

/** A file as it is now, beside what is known of it. */
interface Look {
  readonly file: string;
  readonly path: string;
  /** Read even if the filter has no interest in it. */
  readonly whole: boolean;
  readonly stamp: Stamp | undefined;
  readonly row: FileRow | undefined;
  /** Left out where it would say nothing new. */
  readonly read: Read | undefined;
}
async function lookAt({ options: { host, root, now = Date.now }, files }: Cache, file: string, whole: boolean): Promise<Look> {
  const path = host.below(root, file) ?? file;
  const row = files.get(path);
  const found = await host.stat(file);
  // Another change within the same tick of the clock would go unseen, so a file that was changed just now is looked at again.
  const stamp = found !== undefined && now() - found.time < 2_000 ? { ...found, time: -1 } : found;
  const skips = !whole && row?.concerns === false && isSame(row, stamp);
  const read = skips || row === undefined || row.hash === '' || stamp === undefined ? undefined : await host.read(file, mostBytes(file));
  return { file, path, whole, stamp, row, read };
}
const isSame = (row: FileRow, stamp: Stamp | undefined): boolean => stamp?.size === row.size && stamp.time === row.time && stamp.time >= 0;

function answer(cache: Cache, { file, path, whole, stamp, row, read }: Look): Prepared | undefined {
  if (row === undefined || stamp === undefined) return undefined;
  if (read === undefined) {
    if (whole || row.concerns || !isSame(row, stamp)) return undefined;
    note(cache, { ...row, day: cache.today });
    return { is: 'skipped' };
  }
  const source = 'bytes' in read ? sourceOf(file, read.bytes) : read;
  if ('problem' in source) return undefined;
  const { text, cells } = source;
  const hash = hashOf(text);
  const interest = hash === row.hash ? row.concerns : concerns(text);
  const wanted = whole || interest;
  const scanned = wanted ? factsOf(cache, hash) : undefined;
  if (wanted && scanned === undefined) return undefined;
  note(cache, { path, ...stamp, hash, concerns: interest, day: cache.today });
  return scanned === undefined ? { is: 'skipped' } : { is: 'scanned', text, ...(cells === undefined ? {} : { cells }), scanned };
}
function factsOf(cache: Cache, hash: string): Scanned | undefined {
  const kept = cache.facts.get(hash);
  if (kept === undefined) return undefined;
  const bytes = kept.deflated ? cache.options.store.inflate(kept.bytes, limits.factsBytes) : kept.bytes;
  const scanned = bytes === undefined ? undefined : unpackFacts(bytes);
  if (scanned === undefined) {
    cache.facts.delete(hash);
    return undefined;
  }
  kept.day = cache.today;
  cache.found++;
  return scanned;
}

/** Takes note of what became of a file. */
function keep(cache: Cache, look: Look | undefined, prepared: Prepared): Prepared {
  if (prepared.is === 'scanned') cache.scanned++;
  if (look?.stamp === undefined) return prepared;
  const { path, stamp, whole } = look;
  if (prepared.is === 'failed') {
    if (cache.files.delete(path)) cache.changed = true;
  } else if (prepared.is === 'skipped') note(cache, { path, ...stamp, hash: '', concerns: false, day: cache.today });
  else {
    const { text, scanned, packed } = prepared;
    const hash = hashOf(text);
    cache.facts.set(hash, { bytes: packed ?? pack(scanned), deflated: false, day: cache.today });
    cache.changed = true;
    note(cache, { path, ...stamp, hash, concerns: !whole || concerns(text), day: cache.today });
  }
  return prepared;
}
function note(cache: Cache, row: FileRow): void {
  const known = cache.files.get(row.path);
  const same = known?.hash === row.hash && known.size === row.size && known.time === row.time && known.day === row.day;
  if (!same) cache.changed = true;
  cache.files.set(row.path, row);
}
const hashOf = (text: string): string => `${fingerprint(text)}${text.length.toString(36)}`;

/** The header, four bytes for the length of the index, the index, facts. */
function fill({ files, facts, header }: Cache, bytes: Uint8Array | undefined): void {
  const from = header.length + 4;
  if (bytes === undefined || bytes.length < from || header.some((it, at) => bytes[at] !== it)) return;
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(header.length);
  const index = unpack(bytes.subarray(from, from + length)) as { readonly files: unknown; readonly facts: unknown } | undefined;
  if (!Array.isArray(index?.files) || !Array.isArray(index.facts)) return;
  for (const row of index.files as readonly FileRow[]) files.set(row.path, row);
  const body = bytes.subarray(from + length);
  for (const { hash, at, length: most, day } of index.facts as readonly FactsRow[]) {
    facts.set(hash, { bytes: body.subarray(at, at + most), deflated: true, day });
  }
}

async function save(cache: Cache): Promise<void> {
  const { header, options, today } = cache;
  const { most = limits.cacheBytes } = options;
  if (!cache.changed || (options.stamp ?? __FACTS__) === '') return;
  cache.changed = false;
  const recent = ({ day }: { readonly day: number }) => day <= today && day > today - limits.cacheDays;
  const facts: FactsRow[] = [];
  const body: Uint8Array[] = [];
  let at = 0;
  for (const [hash, { bytes, day }] of await smaller(
    cache,
    [...cache.facts].filter(([, it]) => recent(it)),
  )) {
    if (at + bytes.length > most) continue;
    facts.push({ hash, at, length: bytes.length, day });
    body.push(bytes);
    at += bytes.length;
  }
  const files = [...cache.files.values()].filter(recent);
  const index = pack({ files, facts });
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, index.length);
  await options.store.save([header, length, index, ...body]);
}
/** As the store wants them, the last used ones first. A few at a time: each takes memory while it is made smaller. */
async function smaller({ options: { store }, facts }: Cache, all: readonly [string, Kept][]): Promise<readonly [string, Kept][]> {
  for (let from = 0; from < all.length; from += batch) {
    await Promise.all(
      all.slice(from, from + batch).map(async ([hash, { bytes, deflated, day }]) => {
        if (!deflated) facts.set(hash, { bytes: await store.deflate(bytes), deflated: true, day });
      }),
    );
  }
  return all.map(([hash, it]): [string, Kept] => [hash, facts.get(hash) ?? it]).sort(([, a], [, b]) => b.day - a.day);
}
