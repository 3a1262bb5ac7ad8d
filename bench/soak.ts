// `npm run bench -- soak [ROUNDS]`: files are opened, edited and closed again and again; what the server keeps of that is memory. Printed.
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { openFile, openFolder } from './editor.js';
import type { Client } from './language-client.js';
import { round, table } from './table.js';

const files = 20;
/** The first rounds fill caches that stay. */
const warm = 0.1;
/** Growth over the rest, in MB per 1,000 rounds, that counts as flat: a garbage collector is not exact. */
const flat = 10;

export async function soak([many = '2000']: readonly string[]): Promise<number> {
  const rounds = Number(many);
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'threadwise-bench-')));
  for (let nth = 0; nth < files; nth++) writeFileSync(join(folder, `m${nth}.py`), pythonOf(nth));
  // What is garbage does not count.
  const client = await openFolder(folder, ['--expose-gc']);
  try {
    await client.request('workspace/diagnostic', { previousResultIds: [] });
    const seen: (readonly [number, number])[] = [];
    for (let nth = 0; nth <= rounds; nth++) {
      if (nth % Math.max(1, Math.round(rounds / 10)) === 0) seen.push([nth, await memoryOf(client)]);
      await once(client, join(folder, `m${nth % files}.py`), nth);
    }
    process.stdout.write(
      `${table(
        ['rounds', 'MB'],
        seen.map(([at, mb]) => [at, round(mb, 1)]),
      )}\n`,
    );
    const rest = seen.filter(([at]) => at >= rounds * warm);
    const growth = ((rest.at(-1)![1] - rest[0]![1]) / (rest.at(-1)![0] - rest[0]![0])) * 1000;
    process.stdout.write(`${round(growth, 1)} MB per 1,000 rounds; up to ${flat} count as flat\n`);
    return growth > flat ? 1 : 0;
  } finally {
    await client.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function once(client: Client, file: string, nth: number): Promise<void> {
  const uri = pathToFileURL(file).href;
  openFile(client, file);
  const range = { start: { line: 5, character: 4 }, end: { line: 5, character: 4 } };
  const contentChanges = [{ range, text: `x${nth} = ${nth}\n    ` }];
  client.notify('textDocument/didChange', { textDocument: { uri, version: 2 }, contentChanges });
  await client.request('textDocument/diagnostic', { textDocument: { uri } });
  client.notify('textDocument/didClose', { textDocument: { uri } });
}

/** Of what is alive, as far as the server knows. */
async function memoryOf(client: Client): Promise<number> {
  const said = String(await client.request('threadwise/debugInformation', {}));
  return Number(/^memory: ([\d.]+) MB/m.exec(said)?.[1]);
}

const pythonOf = (nth: number): string =>
  `import asyncio\nimport time\n\n\nasync def nap${nth}():\n    time.sleep(${nth + 1})\n    await asyncio.sleep(1)\n`;
