// `npm run bench -- audit [PACKAGE…]`: processor time of an audit, cold and warm, as a ratio to parsing the same files.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { corpus, linesOf, pythonFiles } from './corpus.js';
import { installedParser } from './parser.js';
import { median, round, table } from './table.js';

/** Dense in concurrency, sparse in it, and between the two. */
const usual = ['aiohttp', 'celery', 'sqlalchemy', 'stdlib'];
const runs = 3;
/** Tells the processor time of all threads when the process ends; loaded into each thread, spoken by the first. */
const meter =
  'import{isMainThread}from"node:worker_threads";if(isMainThread)process.on("exit",()=>{const{user,system}=process.cpuUsage();process.stderr.write("\\ncpu "+(user+system)+"\\n")})';

export async function auditCost(names: readonly string[]): Promise<number> {
  const rows: (string | number)[][] = [];
  for (const { name, folder } of corpus(names.length > 0 ? names : usual)) {
    const files = pythonFiles(folder).map((path) => join(folder, path));
    const lines = files.reduce((sum, path) => sum + linesOf(path), 0);
    const parse = await parseCost(files);
    const { cold, warm } = audits(folder);
    rows.push([name, lines, round(parse, 2), round(cold, 2), round(warm, 2), round(cold / parse, 2), round(warm / parse, 2)]);
  }
  process.stdout.write(`${table(['package', 'lines', 'parse s', 'cold s', 'warm s', 'cold / parse', 'warm / parse'], rows)}\n`);
  process.stdout.write(`an empty Node.js process: ${round(cpuOf(['--eval', '0'], '.'), 3)} s\n`);
  return 0;
}

/** Without facts of earlier runs, and with them. */
function audits(folder: string): { readonly cold: number; readonly warm: number } {
  const kept = mkdtempSync(join(tmpdir(), 'threadwise-bench-'));
  const args = [resolve('dist/cli.js'), 'check', '.', '--output-format', 'json', '--exit-zero', '--cache-dir', kept];
  try {
    const cold = cpuOf(args, folder, () => rmSync(kept, { recursive: true }));
    return { cold, warm: cpuOf(args, folder) };
  } finally {
    rmSync(kept, { recursive: true, force: true });
  }
}

/** Seconds of processor time, the median of a few runs. */
function cpuOf(args: readonly string[], cwd: string, before?: () => void): number {
  const times = Array.from({ length: runs }, () => {
    before?.();
    const { stderr } = spawnSync(process.execPath, ['--import', `data:text/javascript,${encodeURIComponent(meter)}`, ...args], {
      cwd,
      encoding: 'utf8',
      maxBuffer: 1 << 29,
    });
    return Number(/^cpu (\d+)$/m.exec(stderr)?.[1] ?? Number.NaN) / 1e6;
  });
  return median(times);
}
/** Seconds of processor time for reading and parsing every file in full, the parser warm. */
async function parseCost(files: readonly string[]): Promise<number> {
  const parser = await installedParser();
  const parse = (path: string): void => parser.parse(readFileSync(path, 'utf8')).delete();
  for (const path of files.slice(0, 20)) parse(path);
  const from = process.cpuUsage();
  for (const path of files) parse(path);
  const { user, system } = process.cpuUsage(from);
  return (user + system) / 1e6;
}
