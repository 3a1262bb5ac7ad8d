// `npm run bench -- prices [NAME…]`: runs small programs and compares what they cost with what the analysis predicts.
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Work } from '../server/src/model.js';
import { type Predict, predictor } from './predict.js';
import { round, table } from './table.js';

/** Milliseconds: processor time, and the time beside it where the program mostly waits. */
interface Measured {
  readonly cpu: number;
  readonly wait: number;
}
const folder = 'bench/prices';
const python = process.env.THREADWISE_PYTHON ?? 'python3';
/** A program waits when the wall clock runs so many times as far as the processor's; less is the load of the machine. */
const waits = 10;

export async function prices(names: readonly string[]): Promise<number> {
  const predict = await predictor();
  const files = readdirSync(folder).filter((it) => it.endsWith('.py') && (names.length === 0 || names.some((name) => it.includes(name))));
  const rows: (string | number)[][] = [];
  const ratios: number[] = [];
  const skipped: string[] = [];
  for (const file of files.sort()) {
    const measured = measure(join(folder, file));
    if (typeof measured === 'string') {
      skipped.push(`${file}: ${measured}`);
      continue;
    }
    const work = predicted(predict, join(folder, file));
    const ratio = typeof work === 'string' ? Number.NaN : ratioOf(work, measured);
    ratios.push(ratio);
    rows.push(rowOf(file, measured, work, ratio));
  }
  process.stdout.write(
    `${table(['program', 'cpu', 'wait', 'held', 'free', 'waits', 'ratio', 'bound', 'sized'], rows)}\n\n${summary(ratios)}`,
  );
  for (const it of skipped) process.stdout.write(`skipped ${it}\n`);
  return 0;
}

/** The analysis never throws; where it does all the same, the other programs still get their row. */
function predicted(predict: Predict, path: string): Work | string {
  try {
    return predict(readFileSync(path, 'utf8'));
  } catch (error) {
    return `crashed: ${error instanceof Error ? error.message : error}`;
  }
}
function measure(path: string): Measured | string {
  const { stdout, stderr, status } = spawnSync(python, ['bench/measure.py', path], { encoding: 'utf8' });
  if (status !== 0) return stderr.trim().split('\n').at(-1) ?? 'failed';
  const [cpu = Number.NaN, wall = Number.NaN] = stdout.split(' ').map(Number);
  return { cpu, wait: wall > waits * cpu ? wall - cpu : 0 };
}
/** Predicted over measured; of waiting where the program mostly waits, of computing otherwise. */
function ratioOf(work: Work, { cpu, wait }: Measured): number {
  return wait > 0 ? work.wait / 1e6 / wait : (work.held + work.free) / 1e6 / cpu;
}
function rowOf(file: string, measured: Measured, work: Work | string, ratio: number): (string | number)[] {
  const name = file.replace(/\.py$/, '');
  const seen = [round(measured.cpu), round(measured.wait)];
  if (typeof work === 'string') return [name, ...seen, '-', '-', '-', '-', work, '-'];
  const ms = (ns: number): number => round(ns / 1e6);
  return [name, ...seen, ms(work.held), ms(work.free), ms(work.wait), round(ratio, 2), work.bound, work.sized ? 'yes' : 'no'];
}

function summary(ratios: readonly number[]): string {
  const known = ratios.filter((it) => Number.isFinite(it) && it > 0);
  const within = (factor: number): string => {
    const n = known.filter((it) => it <= factor && it >= 1 / factor).length;
    return `within ${factor}x: ${n} of ${ratios.length} (${Math.round((100 * n) / ratios.length)} %)`;
  };
  const logs = known.map(Math.log);
  const mean = Math.exp(logs.reduce((sum, it) => sum + it, 0) / logs.length);
  const spread = Math.exp(logs.reduce((sum, it) => sum + Math.abs(it), 0) / logs.length);
  return [
    within(2),
    within(3),
    within(10),
    `geometric mean of predicted / measured: ${round(mean, 2)}; typical factor off: ${round(spread, 2)}`,
    '',
  ].join('\n');
}
