// `npm run bench -- keystroke`: from a typed character to the findings of the open files, as a ratio to a full parse. Printed, nowhere asserted.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Engine } from '../server/src/engine/engine.js';
import { loadKnowledge } from '../server/src/knowledge/load.js';

import type { Parser } from '../server/src/syntax/load.js';
import { diagnosed, openFile, openFolder, type } from './editor.js';
import { installedParser } from './parser.js';
import { largeFile, type SampleFile, sampleProject } from './sample-project.js';
import { median, round, table } from './table.js';
import { benchTarget } from './target.js';
import { keystrokes } from './typing.js';

const files = 500;
const sizes = [1000, 5000];
const strokes = 500;
/** Keystrokes before those that count: the code is compiled by then. */
const warm = 500;
const serverWarm = 20;
const target = benchTarget(12);

export async function keystroke(): Promise<number> {
  const parser = await installedParser();
  const project = [...sampleProject(files - sizes.length), ...sizes.map(large)];
  inEngine(parser, project);
  await inServer(project);
  return 0;
}
const large = (lines: number): SampleFile => ({
  file: `app/lines_${lines}.py`,
  module: `app.lines_${lines}`,
  package: false,
  text: largeFile(lines, files - sizes.length),
});
const linesOf = ({ text }: SampleFile): number => text.split('\n').length - 1;

/** Processor time in the engine alone: the text is set, the alarms of the open files are asked for. */
function inEngine(parser: Parser, project: readonly SampleFile[]): void {
  const engine = new Engine({ parser, target, knowledge: loadKnowledge(target) });
  const facts = cpu(() => {
    for (const it of project) engine.set(it);
  });
  const first = cpu(() => engine.alarms());
  const lines = project.reduce((sum, it) => sum + linesOf(it), 0);
  process.stdout.write(
    `${project.length} files, ${lines} lines, ${engine.alarms().length} findings: facts ${round(facts, 0)} ms, first findings ${round(first, 0)} ms of processor time\n\n`,
  );
  const rows = sizes.flatMap((size) => {
    const it = large(size);
    const parse = (): number => cpu(() => parser.parse(it.text).delete());
    const helper = helperOf(project, it);
    return [
      row(`${size} lines`, typeIn(engine, it, [it.file], parse)),
      row(`a helper of its helpers, ${linesOf(helper)} lines`, typeIn(engine, helper, [it.file, helper.file], parse)),
    ];
  });
  process.stdout.write(
    `${table(['processor time of a keystroke in', 'median ms', 'p95 ms', 'set', 'alarms', 'full parse ms', 'median / parse', 'p95 / parse'], rows)}\n\n`,
  );
}

interface Times {
  readonly all: readonly number[];
  readonly set: readonly number[];
  readonly parses: readonly number[];
}
function row(name: string, { all, set, parses }: Times): (string | number)[] {
  const parse = median(parses);
  const [mid, late] = [median(all), percentile(all, 0.95)];
  const [setting, asking] = [median(set), median(all.map((it, at) => it - (set[at] as number)))];
  return [name, ...[mid, late, setting, asking, parse, mid / parse, late / parse].map((it) => round(it, 2))];
}

/** A file imports helpers of other files, which call helpers of further ones: one that waits, and so makes an alarm two files away. */
function helperOf(project: readonly SampleFile[], from: SampleFile): SampleFile {
  const named = new Map(project.map((it) => [it.module, it]));
  const imports = (it: SampleFile): readonly SampleFile[] =>
    [...it.text.matchAll(/^from ([\w.]+) import .*\bload\d+/gm)].flatMap(([, name]) => named.get(name ?? '') ?? []);
  const far = imports(from).flatMap(imports);
  return far.find((it) => it.text.includes('time.sleep')) ?? from;
}

/** Milliseconds of processor time for each keystroke in one file while some are open; in between, so that both meet the same load, of full parses. */
function typeIn(engine: Engine, source: SampleFile, open: readonly string[], parse: () => number): Times {
  const all: number[] = [];
  const set: number[] = [];
  const parses: number[] = [];
  for (const [at, { text }] of keystrokes(source.text, warm + strokes).entries()) {
    const setting = cpu(() => engine.set({ ...source, text }));
    const asking = cpu(() => {
      for (const file of open) engine.alarms(file);
    });
    const whole = at % 10 === 0 ? [parse()] : [];
    if (at < warm) continue;
    parses.push(...whole);
    all.push(setting + asking);
    set.push(setting);
  }
  return { all, set, parses };
}

/** Time on the clock from the change of a document to the answer that tells its diagnostics, through the built server. */
async function inServer(project: readonly SampleFile[]): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'threadwise-bench-'));
  try {
    for (const { file, text } of project) {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      writeFileSync(join(folder, file), text);
    }
    const client = await openFolder(folder);
    const rows: (string | number)[][] = [];
    for (const size of sizes) {
      const { file, text } = large(size);
      const path = join(folder, file);
      openFile(client, path);
      await diagnosed(client, path);
      const times: number[] = [];
      let before = text;
      for (const [at, stroke] of keystrokes(text, strokes / 5 + serverWarm).entries()) {
        const from = performance.now();
        const end = stroke.at + (stroke.typed === '' ? 1 : 0);
        type(client, path, before, { version: at + 2, start: stroke.at, end, typed: stroke.typed });
        await diagnosed(client, path);
        times.push(performance.now() - from);
        before = stroke.text;
      }
      const counted = times.slice(serverWarm);
      rows.push([`${size} lines`, ...[median(counted), percentile(counted, 0.95)].map((it) => round(it, 1))]);
    }
    await client.stop();
    const head = ['through the server, its pause for typing included', 'median ms', 'p95 ms'];
    process.stdout.write(`${table(head, rows)}\n`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const percentile = (all: readonly number[], share: number): number =>
  [...all].sort((a, b) => a - b)[Math.floor(all.length * share)] ?? Number.NaN;

function cpu(work: () => void): number {
  const from = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(from);
  return (user + system) / 1000;
}
