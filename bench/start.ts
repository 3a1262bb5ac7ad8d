// `npm run bench -- start`: how long the server takes to speak after its start. Printed, nowhere asserted.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { diagnosed, openFile, openFolder } from './editor.js';
import { median, round, table } from './table.js';

const starts = 5;

export async function start(): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'threadwise-bench-'));
  try {
    const first = join(folder, 'first.py');
    writeFileSync(first, pythonOf(500));
    await startTimes(folder, first);
    return 0;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function startTimes(folder: string, file: string): Promise<void> {
  const rows: { readonly ready: number; readonly spoke: number }[] = [];
  for (let run = 0; run < starts; run++) {
    const from = performance.now();
    const client = await openFolder(folder);
    const ready = performance.now() - from;
    openFile(client, file);
    await diagnosed(client, file);
    rows.push({ ready, spoke: performance.now() - from });
    await client.stop();
  }
  const all = (it: readonly number[]): (string | number)[] => [round(median(it), 0), round(Math.min(...it), 0), round(Math.max(...it), 0)];
  process.stdout.write(
    `${table(
      [`milliseconds from the start of the server (${starts} runs)`, 'median', 'least', 'most'],
      [
        ['answers `initialize`', ...all(rows.map((it) => it.ready))],
        ['first diagnostics of a file of 500 lines (goal 500)', ...all(rows.map((it) => it.spoke))],
      ],
    )}\n`,
  );
}

/** The programs of the price list in one file of so many lines, with one alarm at its end. */
function pythonOf(lines: number): string {
  const programs = readdirSync('bench/prices')
    .filter((it) => it.endsWith('.py'))
    .sort()
    .map((it) => readFileSync(join('bench/prices', it), 'utf8'));
  const end = '\n\nimport time\n\n\nasync def handler():\n    time.sleep(1)\n';
  const out: string[] = [];
  const wanted = lines - end.split('\n').length + 1;
  for (let at = 0; out.length < wanted; at++)
    out.push(...(programs[at % programs.length] ?? '').replace(/\btask\b/g, `task${at}`).split('\n'));
  while (out.length > wanted || /^\s/.test(out.at(-1) ?? '')) out.pop();
  return `${[...out, ...Array.from({ length: Math.max(0, wanted - out.length) }, (_, at) => `_${at} = ${at}`)].join('\n')}${end}`;
}
