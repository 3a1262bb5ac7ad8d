// `npm run bench -- facts [PACKAGE…]`: how large packed facts are, as a ratio to the source they describe, and how fast they are read.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { deflateRawSync } from 'node:zlib';
import { pack } from '../server/src/facts/pack.js';
import { scan } from '../server/src/facts/scan.js';
import { unpackFacts } from '../server/src/facts/unpack.js';
import { decode } from '../server/src/project/source.js';
import type { Parser } from '../server/src/syntax/load.js';
import { corpus, pythonFiles } from './corpus.js';
import { installedParser } from './parser.js';
import { round, table } from './table.js';

export const six = ['aiohttp', 'celery', 'django', 'scikit-learn', 'sqlalchemy', 'stdlib'];
/** Facts on disk, over source. */
const most = 1.2;

interface Sums {
  source: number;
  packed: number;
  disk: number;
  scan: number;
  pack: number;
  unpack: number;
}

/** Fails where a round trip loses something, or the facts of a package take more room than they may. */
export async function facts(names: readonly string[]): Promise<number> {
  const parser = await installedParser();
  const rows: (string | number)[][] = [];
  let failed = false;
  for (const { name, folder } of corpus(names.length > 0 ? names : six)) {
    const sums: Sums = { source: 0, packed: 0, disk: 0, scan: 0, pack: 0, unpack: 0 };
    for (const path of pythonFiles(folder)) {
      if (add(sums, parser, readFileSync(join(folder, path)))) continue;
      process.stderr.write(`${name}: ${path} is not what it was after packing\n`);
      failed = true;
    }
    const { source, packed, disk } = sums;
    if (disk > most * source) failed = true;
    rows.push([
      name,
      round(source / 1e6, 2),
      round(packed / source, 2),
      round(disk / source, 2),
      round(sums.pack / sums.scan, 3),
      round(sums.unpack / sums.scan, 3),
    ]);
  }
  process.stdout.write(`${table(['package', 'source MB', 'packed / source', 'disk / source', 'pack / scan', 'unpack / scan'], rows)}\n`);
  return failed ? 1 : 0;
}

/** Adds one file; false where its facts do not survive. */
function add(sums: Sums, parser: Parser, bytes: Uint8Array): boolean {
  const decoded = decode(bytes);
  if ('problem' in decoded) return true;
  const timed = <T>(what: 'scan' | 'pack' | 'unpack', work: () => T): T => {
    const from = performance.now();
    const made = work();
    sums[what] += performance.now() - from;
    return made;
  };
  const scanned = timed('scan', () => scan(parser, decoded.text));
  const packed = timed('pack', () => pack(scanned));
  const back = timed('unpack', () => unpackFacts(packed));
  sums.source += bytes.length;
  sums.packed += packed.length;
  sums.disk += deflateRawSync(packed, { level: 1 }).length;
  return isDeepStrictEqual(back, scanned);
}
