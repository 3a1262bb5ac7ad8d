// `npm run bench -- start`: how long the server takes to speak, after its start and after a keystroke. Printed, nowhere asserted.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Client, startClient } from './language-client.js';
import { installedParser } from './parser.js';
import { median, round, table } from './table.js';

const starts = 5;
const keystrokes = 40;
const sizes = [500, 1000, 5000];
/** A server that has said nothing after this many milliseconds is counted as silent. */
const patience = 20_000;

export async function start(): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'threadwise-bench-'));
  try {
    const first = join(folder, 'first.py');
    writeFileSync(first, pythonOf(500));
    await startTimes(folder, first);
    await keystrokeTimes(folder);
    return 0;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function startTimes(folder: string, file: string): Promise<void> {
  const rows: { readonly ready: number; readonly spoke: number }[] = [];
  for (let run = 0; run < starts; run++) {
    const from = performance.now();
    const client = await open(folder);
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
    )}\n\n`,
  );
}

async function keystrokeTimes(folder: string): Promise<void> {
  const client = await open(folder);
  const rows: (string | number)[][] = [];
  for (const lines of sizes) {
    const file = join(folder, `lines-${lines}.py`);
    const text = pythonOf(lines);
    writeFileSync(file, text);
    openFile(client, file);
    await diagnosed(client, file);
    const times: number[] = [];
    for (let key = 1; key <= keystrokes; key++) {
      const from = performance.now();
      type(client, file, text, key);
      await diagnosed(client, file);
      if (key > keystrokes / 4) times.push(performance.now() - from);
    }
    const parse = await parseTime(text);
    const sorted = [...times].sort((a, b) => a - b);
    const late = sorted[Math.floor(sorted.length * 0.95)] ?? Number.NaN;
    rows.push([lines, round(median(times)), round(late), round(parse), round(median(times) / parse, 2)]);
  }
  await client.stop();
  process.stdout.write(`${table(['keystroke in lines', 'median ms', 'p95 ms', 'full parse ms', 'median / parse'], rows)}\n`);
}

async function open(folder: string): Promise<Client> {
  const client = startClient(resolve('dist/server.js'), folder);
  const root = pathToFileURL(folder).href;
  await client.request('initialize', {
    processId: process.pid,
    rootUri: root,
    workspaceFolders: [{ uri: root, name: 'bench' }],
    capabilities: {
      textDocument: { diagnostic: { relatedDocumentSupport: true }, publishDiagnostics: { relatedInformation: true } },
      workspace: { diagnostics: { refreshSupport: true }, workspaceFolders: true, configuration: false },
    },
  });
  client.notify('initialized', {});
  return client;
}
function openFile(client: Client, file: string): void {
  const text = readFileSync(file, 'utf8');
  client.notify('textDocument/didOpen', { textDocument: { uri: pathToFileURL(file).href, languageId: 'python', version: 1, text } });
}
/** Writes a digit into the middle of the file and takes it back with the next key. */
function type(client: Client, file: string, text: string, key: number): void {
  const lines = text.split('\n');
  const line = lines.findIndex((it, at) => at > lines.length / 2 && /= \d+$/.test(it));
  const at = { line, character: lines[line]?.length ?? 0 };
  const range = key % 2 === 1 ? { start: at, end: at } : { start: at, end: { line, character: at.character + 1 } };
  client.notify('textDocument/didChange', {
    textDocument: { uri: pathToFileURL(file).href, version: key + 1 },
    contentChanges: [{ range, text: key % 2 === 1 ? '0' : '' }],
  });
}

/** Asks until the alarm that the file holds is there. */
async function diagnosed(client: Client, file: string): Promise<void> {
  const until = performance.now() + patience;
  while (performance.now() < until) {
    const refreshed = client.heard('workspace/diagnostic/refresh');
    const answer = await ask(client, file);
    if (answer > 0) return;
    await Promise.race([refreshed, new Promise((done) => setTimeout(done, 50))]);
  }
  throw new Error(`the server said nothing about ${file} for ${patience / 1000} s`);
}
async function ask(client: Client, file: string): Promise<number> {
  try {
    const answer = await client.request('textDocument/diagnostic', { textDocument: { uri: pathToFileURL(file).href } });
    return (answer as { readonly items?: readonly unknown[] } | null)?.items?.length ?? 0;
  } catch {
    // Cancelled by the server because the text has moved on: asked again.
    return 0;
  }
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

/** Milliseconds of processor time for one parse of the whole text, once the parser is warm. */
async function parseTime(text: string): Promise<number> {
  const parser = await installedParser();
  const times: number[] = [];
  for (let run = 0; run < 15; run++) {
    const from = process.cpuUsage();
    parser.parse(text).delete();
    const { user, system } = process.cpuUsage(from);
    times.push((user + system) / 1000);
  }
  return median(times.slice(5));
}
