// Compares what the probe measured with what the knowledge base says of the same call with the same arguments.
import { isGiven } from '../server/src/knowledge/given.js';
import type { Knowledge } from '../server/src/knowledge/load.js';
import type { Api, Arg, Gil, Value } from '../server/src/model.js';

/** The first line of `probe-gil.py`. */
export interface ProbedPython {
  readonly python: string;
  readonly minor: number;
  readonly gil: boolean;
}
/** Every further line: a measured row, one that needs libraries, or one whose call failed. */
export interface ProbedRow {
  /** Name and marks, as `probe_cases.py` explains them. */
  readonly row: string;
  /** null where the runs never agreed. */
  readonly found?: Gil | null;
  readonly runs?: readonly string[];
  /** The shortest run that counts, in seconds. */
  readonly least?: number;
  readonly missing?: readonly string[];
  readonly failed?: string;
}

export interface Compared {
  readonly row: string;
  readonly expected: string;
  readonly measured: string;
  /** Runs that found this class, of all runs. */
  readonly agreement: string;
  /** `wrong`: hold against release. `kind`: the same side, another class. `open`: nothing was measured or is claimed. */
  readonly verdict: 'as expected' | 'wrong' | 'kind' | 'open';
}

export function compare(probed: ProbedRow, knowledge: Knowledge): Compared {
  const { row, found, runs = [] } = probed;
  const expected = expectedClass(row, knowledge);
  const measured = probed.missing ? 'not importable' : (probed.failed ?? found ?? 'inconclusive');
  const agreement = found ? `${runs.filter((it) => it === found).length}/${runs.length}` : `0/${runs.length}`;
  return { row, expected: expected ?? 'no entry', measured, agreement, verdict: verdict(expected, found ?? undefined) };
}

function verdict(expected: Gil | undefined, found: Gil | undefined): Compared['verdict'] {
  if (found === undefined || expected === undefined || expected === 'unknown') return 'open';
  if (sideOf(expected) !== sideOf(found)) return 'wrong';
  // How idle a wait is depends on the case: a query waits for a disk or computes.
  return expected === found || expected === 'waits' ? 'as expected' : 'kind';
}

export const sideOf = (gil: Gil): 'hold' | 'release' => (gil === 'holds' || gil === 'interprets' ? 'hold' : 'release');

/** The class that the files give this call: variants applied, thresholds compared with the size of its data. */
export function expectedClass(row: string, knowledge: Knowledge): Gil | undefined {
  const { name, args, bytes, loop } = parseRow(row);
  const api = knowledge.api(name);
  const { gil, above = 0 }: Partial<Api> = api?.variants?.find((it) => isGiven(it.given, args))?.api ?? api ?? {};
  const one = gil === 'releases-above' ? (bytes < above ? 'holds' : 'releases') : gil;
  return loop && one === 'holds' ? 'interprets' : one;
}

export function parseRow(row: string): {
  readonly name: string;
  readonly args: readonly Arg[];
  readonly bytes: number;
  readonly loop: boolean;
} {
  const [name = '', ...marks] = row.split(' ');
  const after = (mark: string) => marks.filter((it) => it.startsWith(mark)).map((it) => it.slice(mark.length));
  return {
    name,
    args: after('given:').map(argument),
    bytes: Number(after('bytes:')[0] ?? Number.POSITIVE_INFINITY),
    loop: marks.includes('loop:'),
  };
}

function argument(given: string): Arg {
  const [name = '', text = ''] = given.split('=');
  const value: Value = /^\d+$/.test(text)
    ? { is: 'literal', type: 'int', value: Number(text) }
    : { is: 'literal', type: 'str', value: text };
  return { name, value, span: { start: 0, end: 0 } };
}
