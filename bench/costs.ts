// `npm run bench -- costs`: what starting and feeding threads, processes, interpreters and tasks costs on this machine. Printed, nowhere asserted.
import { spawnSync } from 'node:child_process';
import { round, table } from './table.js';

const python = process.env.THREADWISE_PYTHON ?? 'python3';

export async function costs(): Promise<number> {
  const { status, stdout, stderr } = spawnSync(python, ['bench/costs.py'], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`\`${python} bench/costs.py\` failed: ${stderr.trim().slice(-2000)}`);
  const { python: version, ...found } = JSON.parse(stdout) as { readonly python: string } & Readonly<Record<string, number>>;
  const rows = Object.entries(found).map(([name, micros]) => [name, inWords(Number(micros))]);
  process.stdout.write(`Python ${version}, best of several rounds\n\n${table(['what', 'costs'], rows)}\n`);
  return 0;
}

const inWords = (micros: number): string => (micros >= 1000 ? `${round(micros / 1000, 1)} ms` : `${round(micros, 1)} µs`);
