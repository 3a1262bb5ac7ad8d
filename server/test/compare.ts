// Two ways to one answer, compared: facts after an edit and from scratch, alarms with the filter and without it.
import { isDeepStrictEqual } from 'node:util';
import { Engine } from '../src/engine/engine.js';
import { rescan, rescanChunk } from '../src/facts/rescan.js';
import { scan } from '../src/facts/scan.js';
import type { Alarm, Target } from '../src/model.js';
import type { Host } from '../src/project/host.js';
import type { Settings } from '../src/project/settings.js';
import { openWorkspace } from '../src/project/workspace.js';
import type { Parser } from '../src/syntax/load.js';
import { openTree } from '../src/syntax/parse.js';

export const target: Target = {
  python: { from: 11, to: 11 },
  gil: 'on',
  start: 'any',
  origin: { python: 'test', gil: 'test', start: 'test' },
};

/** Numbers that look random and are the same in each run. */
export function sequence(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** One line more, fewer, twice, less far in, going on on the next, or with a bracket or a string that nobody closes. */
function edited(text: string, next: (below: number) => number): string {
  const lines = text.split('\n');
  const at = next(lines.length);
  const line = lines[at] as string;
  const indent = /^\s*/.exec(line)?.[0] ?? '';
  const what = next(9);
  if (what === 0) lines.splice(at, 1);
  else if (what === 1) lines.splice(at, 0, line);
  else if (what === 2) lines[at] = `${line}(`;
  else if (what === 3) lines[at] = `${line}  # more`;
  else if (what === 6) lines[at] = `${line}"""`;
  else if (what === 7) lines[at] = `${line} \\`;
  else if (what === 8) lines[at] = line.slice(Math.min(4, indent.length));
  else lines.splice(at, 0, what === 4 ? `${indent}call(1)` : `${indent}def more(): pass`);
  return lines.join('\n');
}

export interface Rescans {
  /** The first text after which the facts were not those of a scan from scratch, and the one before it. */
  readonly wrong: { readonly before: string; readonly after: string } | undefined;
  /** Chunks whose facts were extracted after edits, of all those that the texts had. */
  readonly extracted: number;
  readonly chunks: number;
  /** Edits for which one chunk was parsed and nothing else. */
  readonly alone: number;
}
/** Edits a text in an open tree, takes the edit back, and compares the facts after each step with those of a scan. */
export function rescans(parser: Parser, text: string, edits: number, seed: number): Rescans {
  const next = sequence(seed);
  const whole = scan(parser, text);
  let now = { text, facts: whole, tree: openTree(parser, text) };
  let extracted = 0;
  let chunks = 0;
  let alone = 0;
  try {
    for (let step = 0; step < 2 * edits; step++) {
      const after = step % 2 === 0 ? edited(text, next) : text;
      const before = now.text;
      const tree = now.tree.edited(after);
      const short = rescanChunk(parser, now.facts, before, after);
      if (short) alone++;
      const again = rescan(now.facts, before, tree);
      if (short && !isDeepStrictEqual(short.scanned, again.scanned)) return { wrong: { before, after }, extracted, chunks, alone };
      now = { text: after, facts: again.scanned, tree };
      extracted += again.extracted;
      chunks += again.scanned.chunks.length;
      if (!isDeepStrictEqual(again.scanned, after === text ? whole : scan(parser, after)))
        return { wrong: { before, after }, extracted, chunks, alone };
    }
  } finally {
    now.tree.free();
  }
  return { wrong: undefined, extracted, chunks, alone };
}

export interface Filtered {
  /** Alarms, as far as a reader sees them, that only one of the two ways finds. */
  readonly lost: readonly string[];
  readonly gained: readonly string[];
  /** Those that are found behind the filter. */
  readonly behind: readonly string[];
  readonly alarms: number;
  readonly files: number;
  /** Files that were parsed with the filter on. */
  readonly parsed: number;
}
/** Audits a folder twice: as an audit does, and with every file scanned. All rules are on. */
export async function filtered(host: Host, parser: Parser, folder: string): Promise<Filtered> {
  const { files } = await host.list([folder], []);
  const settings: Settings = { layers: [{ origin: 'the test', base: folder, values: { select: ['all'] } }] };
  const audit = async (whole: ReadonlySet<string>) => {
    const workspace = openWorkspace({ host, parser, roots: [folder], settings, target, makeEngine: (it) => new Engine(it) });
    await workspace.load(files, { whole });
    await workspace.ensure();
    workspace.ask(new Set(files));
    return { said: workspace.alarms().map(inWords), parsed: files.filter((file) => workspace.has(file)).length };
  };
  const some = await audit(new Set());
  const every = await audit(new Set(files));
  return {
    lost: without(every.said, some.said),
    gained: without(some.said, every.said),
    behind: some.said,
    alarms: every.said.length,
    files: files.length,
    parsed: some.parsed,
  };
}
const without = (all: readonly string[], some: readonly string[]): readonly string[] => {
  const known = new Set(some);
  return all.filter((it) => !known.has(it));
};
const inWords = ({ rule, at, severity, confidence, message }: Alarm): string =>
  `${at.file}:${at.span.start} ${rule} ${severity} ${confidence} ${message}`;
