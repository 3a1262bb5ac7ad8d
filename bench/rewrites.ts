// `npm run bench -- rewrites [NAME…]`: programs before and after the rewrite that the engine itself makes of them, run on this machine.
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { apply } from '../server/src/engine/editing.js';
import { Engine } from '../server/src/engine/engine.js';
import { loadKnowledge } from '../server/src/knowledge/load.js';
import type { Parser } from '../server/src/syntax/load.js';
import { findPython, withPackages } from '../server/test/executed.js';
import { installedParser } from './parser.js';
import { round, table } from './table.js';
import { benchTarget } from './target.js';

const folder = 'bench/rewrites';
/** Two processes at once against one after the other, from which the machine counts as having two cores to itself. */
const twoCores = 1.7;
/** How much faster a program has to be after a rewrite to processes, and to arrays. */
const wanted = { processes: 1.6, arrays: 10 };
/** Seconds that a program works before its rewrite, so that its start does not matter. */
const least = 4;

export async function rewrites(names: readonly string[]): Promise<number> {
  const plain = await findPython([process.env.THREADWISE_PYTHON ?? 'python3']);
  if ('missing' in plain) throw new Error(plain.missing);
  const python = await withPackages(plain, 'test-fixtures/requirements.txt');
  if ('missing' in python) throw new Error(python.missing);
  const parser = await installedParser();
  const scratch = mkdtempSync(join(tmpdir(), 'threadwise-rewrites-'));
  try {
    const load = round(loadavg()[0] ?? 0, 1);
    const cores = await calibrate(python.executable, scratch);
    process.stdout.write(
      `Python ${python.version}, ${cpus().length} cores, load ${load} at the start\ntwo processes at once against one after the other: ${round(cores, 2)} times as fast\n\n`,
    );
    const rows: (string | number)[][] = [];
    const faults: string[] = [];
    for (const file of readdirSync(folder).filter((it) => it.endsWith('.py') && (names.length === 0 || names.includes(it.slice(0, -3))))) {
      const { fix, before, after } = rewritten(file, parser);
      const one = await run(python.executable, scratch, before);
      const two = await run(python.executable, scratch, after);
      const ratio = one.seconds / two.seconds;
      rows.push([file, fix, round(one.seconds, 1), round(two.seconds, 1), round(ratio, 1)]);
      if (one.output !== two.output) faults.push(`${file} prints something else after \`${fix}\``);
      if (one.seconds < least) faults.push(`${file} works for less than ${least} s`);
      const goal = fix === 'vectorize-loop' ? wanted.arrays : cores < twoCores ? 0 : wanted.processes;
      if (ratio < goal) faults.push(`${file} is ${round(ratio, 2)} times as fast after \`${fix}\`, and not ${goal}`);
      process.stderr.write(`${file}\n`);
    }
    process.stdout.write(`${table(['program', 'rewrite', 'before, s', 'after, s', 'times as fast'], rows)}\n`);
    if (cores < twoCores) process.stdout.write('\nOther work had a part of the cores: what processes gain is printed, and not judged.\n');
    for (const it of faults) process.stdout.write(`wrong: ${it}\n`);
    return faults.length > 0 ? 1 : 0;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** The first line of a program names its rewrite. */
function rewritten(file: string, parser: Parser): { readonly fix: string; readonly before: string; readonly after: string } {
  const before = readFileSync(join(folder, file), 'utf8');
  const fix = /^# ([\w-]+):/.exec(before)?.[1] ?? '';
  const target = benchTarget(11);
  const engine = new Engine({ parser, target, knowledge: loadKnowledge(target) });
  engine.set({ file, text: before, module: file.slice(0, -3), package: false });
  for (const it of engine.wanted()) engine.absent(it);
  const alarm = [...engine.alarms(), ...engine.refactorings(file)].find((it) =>
    engine.offers(it).some((offer) => offer.id === fix && offer.tier !== null),
  );
  const repair = alarm && engine.repair(alarm, fix);
  if (!repair || repair.tier === null) throw new Error(`\`${fix}\` is not offered for ${file}`);
  return { fix, before, after: apply(before, repair.edits) };
}

async function run(python: string, scratch: string, text: string): Promise<{ readonly output: string; readonly seconds: number }> {
  const path = join(scratch, `program${Math.random().toString(36).slice(2)}.py`);
  writeFileSync(path, text);
  const begin = performance.now();
  const output = await new Promise<string>((resolve, reject) => {
    execFile(python, [path], { cwd: scratch, timeout: 600_000 }, (error, out, errors) => {
      if (error) reject(new Error(`${error.message}\n${errors.slice(-2000)}`));
      else resolve(out);
    });
  });
  return { output, seconds: (performance.now() - begin) / 1000 };
}
/** How much of a second core there is. */
async function calibrate(python: string, scratch: string): Promise<number> {
  const text = 'n = 0\nfor i in range(30_000_000):\n    n += i % 7\nprint(n)\n';
  const one = await run(python, scratch, text);
  const begin = performance.now();
  await Promise.all([run(python, scratch, text), run(python, scratch, text)]);
  return (2 * one.seconds) / ((performance.now() - begin) / 1000);
}
