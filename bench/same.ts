// `npm run bench -- same [PACKAGE…]`: do edits and the filter give the answers of a scan of everything? Fails where they do not.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { namesBelow, nodeHost } from '../server/src/host/node.js';
import { decode } from '../server/src/project/source.js';
import type { Parser } from '../server/src/syntax/load.js';
import { filtered, rescans } from '../server/test/compare.js';
import { corpus, pythonFiles } from './corpus.js';
import { six } from './facts.js';
import { installedParser } from './parser.js';
import { round, table } from './table.js';

export async function same(names: readonly string[]): Promise<number> {
  const parser = await installedParser();
  const rows: (string | number)[][] = [];
  let failed = false;
  for (const { name, folder } of corpus(names.length > 0 ? names : six)) {
    const edits = afterEdits(parser, folder);
    const filter = await filtered(nodeHost(namesBelow(folder)), parser, '.');
    for (const it of edits.wrong) process.stderr.write(`${name}: ${it}: facts after an edit differ\n`);
    for (const it of filter.lost) process.stderr.write(`${name}: lost: ${it}\n`);
    for (const it of filter.gained) process.stderr.write(`${name}: gained: ${it}\n`);
    failed ||= edits.wrong.length + filter.lost.length + filter.gained.length > 0;
    rows.push([
      name,
      edits.files,
      edits.wrong.length,
      round(edits.extracted / edits.chunks, 3),
      filter.files,
      filter.parsed,
      filter.alarms,
      filter.lost.length,
      filter.gained.length,
    ]);
  }
  const head = ['package', 'edited', 'wrong', 'extracted / chunks', 'files', 'behind the filter', 'alarms', 'lost', 'gained'];
  process.stdout.write(`${table(head, rows)}\n`);
  return failed ? 1 : 0;
}

function afterEdits(parser: Parser, folder: string): { files: number; wrong: string[]; extracted: number; chunks: number } {
  const sum = { files: 0, wrong: [] as string[], extracted: 0, chunks: 0 };
  for (const [at, path] of pythonFiles(folder).entries()) {
    const decoded = decode(readFileSync(join(folder, path)));
    if ('problem' in decoded || decoded.text.includes('\0')) continue;
    const { wrong, extracted, chunks } = rescans(parser, decoded.text, 2, at);
    sum.files++;
    sum.extracted += extracted;
    sum.chunks += chunks;
    if (wrong !== undefined) sum.wrong.push(path);
  }
  return sum;
}
