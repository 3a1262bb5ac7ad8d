// The baseline: findings that were there when it was written, by rule, path and fingerprint.
import type { Alarm } from '../model.js';
import { decode } from '../project/source.js';
import { Refusal, type Terminal } from './terminal.js';

export const baselineFile = '.threadwise-baseline.json';
const mostBytes = 100_000_000;

interface Accepted {
  readonly rule: string;
  readonly path: string;
  readonly fingerprint: string;
}

export function renderBaseline(alarms: readonly Alarm[]): string {
  const findings = alarms
    .map((it): Accepted => ({ rule: it.rule, path: it.at.file, fingerprint: it.fingerprint }))
    .sort((a, b) => (key(a) < key(b) ? -1 : 1));
  const lines = findings.map((it) => `    ${JSON.stringify(it)}`);
  return `{\n  "version": 1,\n  "findings": [${lines.length === 0 ? '' : `\n${lines.join(',\n')}\n  `}]\n}\n`;
}

/**
 * Marks the alarms that the baseline lists.
 * @throws Refusal where the file is missing or is no baseline.
 */
export async function readBaseline(terminal: Terminal, file: string): Promise<(alarm: Alarm) => Alarm> {
  const read = await terminal.host.read(file, mostBytes);
  const decoded = 'problem' in read ? read : decode(read.bytes);
  if ('problem' in decoded) throw new Refusal(`the baseline \`${file}\` ${decoded.problem}`);
  let parsed: unknown;
  try {
    parsed = JSON.parse(decoded.text);
  } catch (error) {
    throw new Refusal(`the baseline \`${file}\` is no JSON: ${(error as Error).message}`);
  }
  const { version, findings } = (parsed ?? {}) as { version?: unknown; findings?: unknown };
  if (version !== 1 || !Array.isArray(findings)) throw new Refusal(`\`${file}\` is no baseline of version 1`);
  const accepted = new Set(findings.map((it) => key(it as Accepted)));
  return (alarm) => {
    const known = accepted.has(key({ rule: alarm.rule, path: alarm.at.file, fingerprint: alarm.fingerprint }));
    return known && alarm.suppressed === null ? { ...alarm, suppressed: { by: 'baseline', reason: `listed in ${file}` } } : alarm;
  };
}

const key = ({ rule, path, fingerprint }: Accepted): string => `${path}\n${rule}\n${fingerprint}`;
