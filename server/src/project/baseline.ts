// The baseline: accepted findings by rule, path and fingerprint. It shrinks by itself, and grows only when somebody says so.
import type { Alarm } from '../model.js';
import type { Host } from './host.js';
import { decode } from './source.js';

export const baselineFile = '.threadwise-baseline.json';
const mostBytes = 100_000_000;

/** One accepted finding; its path starts at the folder of the baseline. */
export interface Entry {
  readonly rule: string;
  readonly path: string;
  readonly fingerprint: string;
}
export interface Baseline {
  readonly file: string;
  readonly entries: readonly Entry[];
  accepts(alarm: Alarm): boolean;
}

/** A problem is a phrase that goes with the name of the file: `does not exist`. */
export async function readBaseline(host: Host, file: string): Promise<Baseline | { readonly problem: string }> {
  const read = await host.read(file, mostBytes);
  const decoded = 'problem' in read ? read : decode(read.bytes);
  if ('problem' in decoded) return { problem: decoded.problem.replace(/^not /, 'is not ') };
  let parsed: unknown;
  try {
    parsed = JSON.parse(decoded.text);
  } catch (error) {
    return { problem: `is no JSON: ${(error as Error).message}` };
  }
  const { version, findings } = (parsed ?? {}) as { version?: unknown; findings?: unknown };
  if (version !== 1 || !Array.isArray(findings) || !findings.every(isEntry)) return { problem: 'is no baseline of version 1' };
  return baselineOf(host, file, findings);
}

export function baselineOf(host: Host, file: string, entries: readonly Entry[]): Baseline {
  const known = new Set(entries.map(keyOf));
  return { file, entries, accepts: (alarm) => known.has(keyOf(entryOf(host, file, alarm))) };
}

export function entryOf(host: Host, file: string, { rule, at, fingerprint }: Alarm): Entry {
  return { rule, path: host.below(host.parent(file) ?? '.', at.file) ?? at.file, fingerprint };
}

export const keyOf = ({ rule, path, fingerprint }: Entry): string => `${path}\n${rule}\n${fingerprint}`;

/** What was looked at, and what was found there; accepted findings are among them. */
export interface Looked {
  found(): readonly Alarm[];
  lists(file: string): boolean;
  failures(): readonly { readonly file: string }[];
}

/** Entries of files that were looked at, or are gone, and whose finding is no longer there. */
export async function staleIn(host: Host, { file, entries }: Baseline, looked: Looked): Promise<readonly Entry[]> {
  const found = new Set(looked.found().map((it) => keyOf(entryOf(host, file, it))));
  const unsure = new Set(looked.failures().map((it) => it.file));
  const stale: Entry[] = [];
  for (const it of entries) {
    const at = host.resolve(host.parent(file) ?? '.', it.path);
    if (found.has(keyOf(it)) || unsure.has(at)) continue;
    if (looked.lists(at) || (await host.kind(at)) === undefined) stale.push(it);
  }
  return stale;
}

/** The bytes are the same whatever order the entries come in. */
export function renderBaseline(entries: readonly Entry[]): string {
  const lines = [...entries]
    .sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
    .map(({ rule, path, fingerprint }) => `    ${JSON.stringify({ rule, path, fingerprint })}`);
  return `{\n  "version": 1,\n  "findings": [${lines.length === 0 ? '' : `\n${lines.join(',\n')}\n  `}]\n}\n`;
}

function isEntry(it: unknown): it is Entry {
  const { rule, path, fingerprint } = (it ?? {}) as Partial<Record<keyof Entry, unknown>>;
  return typeof rule === 'string' && typeof path === 'string' && typeof fingerprint === 'string';
}
