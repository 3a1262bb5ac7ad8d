// The knowledge base and the interpreter agree on who holds the GIL; ten calls are measured, hold against release only.
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { compare, expectedClass, type ProbedRow, sideOf } from '../../scripts/probe-rows.js';
import { loadKnowledge } from '../src/knowledge/load.js';
import type { Gil, Target } from '../src/model.js';
import { findPython, type Missing, type Python } from './executed.js';

const knowledgeFor = (minor: number) =>
  loadKnowledge({
    python: { from: minor, to: minor },
    gil: 'on',
    start: 'any',
    origin: { python: 'test', gil: 'test', start: 'test' },
  } satisfies Target);

/** Long calls whose class is known from their source since Python 3.9. */
const rows = [
  'builtins.sorted',
  'json.dumps',
  'pickle.dumps',
  're.Pattern.findall',
  'statistics.mean',
  'bz2.compress',
  'hashlib.pbkdf2_hmac',
  'hashlib.sha256',
  'time.sleep',
  'zlib.compress',
] as const;

describe('a row of the probe', () => {
  const knowledge = knowledgeFor(11);
  it.each([
    ['json.dumps', 'holds'],
    ['json.dumps given:indent=2', 'interprets'],
    ['hashlib.sha256', 'releases'],
    ['hashlib.sha256 bytes:1024', 'holds'],
    ['hashlib.sha256 loop: bytes:1024', 'interprets'],
    ['hashlib.sha256 loop: bytes:8192', 'releases'],
    ['os.path.nothing', undefined],
  ])('`%s` is looked up with its arguments and sizes: %s', (row, gil) => {
    expect(expectedClass(row, knowledge)).toBe(gil);
  });

  it('is about a call that the files have a class or a price for', () => {
    const cases = readFileSync('scripts/probe_cases.py', 'utf8');
    const labels = [...cases.matchAll(/^ {4}\("([^"]+)",/gm)].map((it) => it[1]!);
    expect(labels.length).toBeGreaterThan(200);
    expect(labels.filter((it) => expectedClass(it, knowledge) === undefined)).toEqual([]);
  });

  const verdict = (row: string, found: Gil | null) => compare({ row, found, runs: [] }, knowledge).verdict;
  it('is wrong only where it holds instead of releasing, or the other way round', () => {
    expect(verdict('json.dumps', 'holds')).toBe('as expected');
    expect(verdict('json.dumps', 'interprets')).toBe('kind');
    expect(verdict('json.dumps', 'releases')).toBe('wrong');
    expect(verdict('zlib.compress', 'interprets')).toBe('wrong');
    expect(verdict('sqlite3.Connection.execute', 'releases')).toBe('as expected');
  });
  it('is open where nothing was measured, or nothing is claimed', () => {
    expect(verdict('json.dumps', null)).toBe('open');
    expect(verdict('pandas.DataFrame.to_csv', 'holds')).toBe('open');
  });
});

describe.skipIf(process.env.THREADWISE_FAST === '1')('measured', () => {
  let python: Python | Missing;
  let knowledge: ReturnType<typeof knowledgeFor>;
  let probed: readonly ProbedRow[] = [];
  beforeAll(async () => {
    python = await findPython();
    if ('missing' in python) return;
    knowledge = knowledgeFor(Number(python.version.split('.')[1]));
    probed = await measure(python, rows);
  }, 300_000);

  for (const row of rows) {
    it(`\`${row}\` is on the side that the files say`, ({ skip }) => {
      if ('missing' in python) return skip(python.missing);
      const one = probed.find((it) => it.row === row);
      if (one === undefined) return skip('this Python runs without a GIL');
      expect(one.failed).toBeUndefined();
      const { found, runs, least = 0 } = one;
      const said = `the runs say ${runs?.join(', ')}`;
      if (!found) {
        process.stderr.write(`\`${row}\` is inconclusive on this machine: ${said}\n`);
        return skip(`inconclusive: ${said}`);
      }
      expect(least).toBeGreaterThanOrEqual(0.05);
      expect(sideOf(found), said).toBe(sideOf(expectedClass(row, knowledge)!));
    });
  }
});

/** Empty where there is no GIL. */
function measure({ executable }: Python, labels: readonly string[]): Promise<readonly ProbedRow[]> {
  const args = ['scripts/probe-gil.py', '--strict-only', '--least', '0.05', '--runs', '3', '--tries', '12', ...labels];
  return new Promise((resolve, reject) => {
    execFile(executable, args, { timeout: 240_000, maxBuffer: 1_000_000 }, (error, output, errors) => {
      if (error) return reject(new Error(`${error.message}\n${errors}`));
      const lines = output.trim().split(/\r?\n/);
      resolve(lines.slice(1).map((line) => JSON.parse(line) as ProbedRow));
    });
  });
}
