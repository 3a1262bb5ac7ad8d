// `npm run probe`: measures GIL classes on the Python at hand and tells where the knowledge files say otherwise.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { loadKnowledge } from '../server/src/knowledge/load.js';
import type { Target } from '../server/src/model.js';
import { findPython, withPackages } from '../server/test/executed.js';
import { type Compared, compare, type ProbedPython, type ProbedRow } from './probe-rows.js';

const script = 'scripts/probe-gil.py';
const requirements = 'scripts/probe-requirements.txt';
const usage = `usage: npm run probe -- [--install] [--python PATH] [--only TEXT] [--runs N] [--prices]
  --install   measure in a virtual environment with pinned numpy, pandas and pillow, made once below the user's cache folder
  --python    measure this Python; default: \`python3\` or \`python\` on the path
  --only      rows whose name contains this
  --runs      runs in a row that have to agree; default 3
  --prices    measure what calls cost instead
`;

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  const options = optionsOf(args);
  if (options === undefined) {
    process.stderr.write(usage);
    return 2;
  }
  const python = await chosenPython(options.python, options.install === true);
  if (python === undefined) return 2;
  const passed = [script, ...(options.only ? ['--only', options.only] : []), ...(options.runs ? ['--runs', options.runs] : [])];
  if (options.prices) return run(python, [...passed, '--prices'], (line) => process.stdout.write(`${line}\n`));
  return classes(python, passed);
}

function optionsOf(args: readonly string[]) {
  try {
    const options = {
      install: { type: 'boolean' },
      python: { type: 'string' },
      only: { type: 'string' },
      runs: { type: 'string' },
      prices: { type: 'boolean' },
    } as const;
    return parseArgs({ args: [...args], options }).values;
  } catch {
    return undefined;
  }
}

async function chosenPython(path: string | undefined, install: boolean): Promise<string | undefined> {
  try {
    const found = await findPython(path === undefined ? undefined : [path]);
    const ready = 'missing' in found || !install ? found : await withPackages(found, requirements);
    if (!('missing' in ready)) return ready.executable;
    process.stderr.write(`${ready.missing}\n`);
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
  }
  return undefined;
}

async function classes(python: string, args: readonly string[]): Promise<number> {
  const compared: Compared[] = [];
  const absent = new Map<string, number>();
  let here: ProbedPython | undefined;
  let knowledge: ReturnType<typeof loadKnowledge> | undefined;
  const code = await run(python, args, (line) => {
    const told = JSON.parse(line) as ProbedPython | ProbedRow;
    if ('python' in told) {
      here = told;
      knowledge = loadKnowledge(targetOf(told));
      process.stdout.write(`${columns('call', 'the files say', 'measured', 'runs')}\n`);
      return;
    }
    for (const library of told.missing ?? []) absent.set(library, (absent.get(library) ?? 0) + 1);
    if (told.missing || knowledge === undefined) return;
    const row = compare(told, knowledge);
    compared.push(row);
    process.stdout.write(`${columns(row.row, row.expected, row.measured, row.agreement)}\n`);
  });
  if (code !== 0 || here === undefined) return 2;
  if (!here.gil) {
    process.stderr.write(`Python ${here.python} runs without a GIL: there is nothing to measure\n`);
    return 2;
  }
  return summary(here, compared, absent);
}

/** Says what differs; a difference between byte code and C, or in how idle a call is, is told and is no failure. */
function summary(here: ProbedPython, compared: readonly Compared[], absent: ReadonlyMap<string, number>): number {
  const say = (text: string) => process.stdout.write(`${text}\n`);
  const those = (verdict: Compared['verdict']) => compared.filter((it) => it.verdict === verdict);
  say(`\nPython ${here.python}: ${compared.length} rows measured, ${those('as expected').length} as the files say`);
  for (const [library, rows] of absent) say(`${library} is not importable: ${rows} rows left out`);
  if (['numpy', 'pandas', 'PIL'].some((it) => absent.has(it)))
    say(
      '`npm run probe -- --install` measures with numpy, pandas and pillow; for other libraries give a Python that has them: `--python PATH`',
    );
  for (const it of compared.filter(({ measured }) => measured === 'inconclusive'))
    say(`inconclusive: \`${it.row}\`: its runs do not agree`);
  for (const it of those('kind')) say(`same side, other class: \`${it.row}\` ${it.measured}, the files say ${it.expected}`);
  for (const it of those('wrong')) say(`DIFFERS: \`${it.row}\` ${it.measured} (${it.agreement} runs), the files say ${it.expected}`);
  return those('wrong').length > 0 ? 1 : 0;
}

function targetOf({ minor, gil }: ProbedPython): Target {
  const origin = { python: 'the probe', gil: 'the probe', start: 'the probe' };
  return { python: { from: minor, to: minor }, gil: gil ? 'on' : 'off', start: 'any', origin };
}

function columns(call: string, expected: string, measured: string, runs: string): string {
  return `${call.padEnd(46)} ${expected.padEnd(15)} ${measured.padEnd(15)} ${runs}`;
}

function run(python: string, args: readonly string[], line: (text: string) => void): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn(python, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    const lines = createInterface({ input: child.stdout });
    lines.on('line', line);
    child.on('error', (error) => {
      process.stderr.write(`${error.message}\n`);
      resolve(2);
    });
    child.on('close', (code) => resolve(code ?? 2));
  });
}
