// `print`: shows one step of the analysis for a file or folder.
import { scan } from '../facts/scan.js';
import { limits } from '../limits.js';
import type { Effects } from '../link/effects.js';
import { duration } from '../link/outside-costs.js';
import { runnersOf } from '../link/runners.js';
import { audit } from '../project/audit.js';
import { mostBytes, sourceOf } from '../project/source.js';
import { chunksOf } from '../syntax/chunks.js';
import type { FlatTree } from '../syntax/flat.js';
import type { Parser } from '../syntax/load.js';
import { parse } from '../syntax/parse.js';
import { concerns } from '../syntax/prefilter.js';
import { linesOf } from './lines.js';
import { mapJson, mapLines, mapOf } from './map.js';
import { type Opened, openPaths, refuseMissing } from './open.js';
import { gather, gatheringLines } from './races.js';
import { printable } from './report.js';
import { Refusal, type Terminal } from './terminal.js';

export const steps = ['filter', 'chunks', 'tree', 'facts', 'calls', 'effects', 'runners', 'races', 'map'] as const;
export type PrintStep = (typeof steps)[number];

/** @throws Refusal for files that cannot be read. */
export async function print(terminal: Terminal, step: PrintStep, path: string, json: boolean): Promise<void> {
  const show = (value: unknown, text: () => string) => terminal.stdout.write(json ? `${JSON.stringify(value, null, 2)}\n` : text());
  const opened = await openPaths(terminal, [path], { isolated: true });
  refuseMissing(opened.wanted);
  if (step === 'runners') {
    const all = await runners(opened);
    show(all, () =>
      Object.entries(all)
        .map(([name, list]) => `${name}\n${list.map(runnerLine).join('')}`)
        .join(''),
    );
    return;
  }
  if (step === 'calls') {
    const graph = await calls(terminal, path);
    show(graph, () =>
      Object.entries(graph)
        .map(([name, list]) => `${name}\n${list.map((it) => `  ${it}\n`).join('')}`)
        .join(''),
    );
    return;
  }
  if (step === 'races') {
    const found = await gather(opened);
    show(found, () => gatheringLines(found));
    return;
  }
  if (step === 'map') {
    const map = await mapOf(opened);
    show(mapJson(map, opened), () => mapLines(map, opened));
    return;
  }
  if (step === 'effects') {
    await audit(opened.workspace, { ...opened.wanted, named: new Set(opened.wanted.files) });
    const effects = opened.workspace.engine.effects();
    const told = Object.fromEntries(
      [...effects].map(([id, it]) => [id, { effects: it.effects, waits: it.waits, spawns: it.spawns, work: pots(it.work) }]),
    );
    show(told, () => [...effects].map(([id, it]) => `${id}\n${effectLines(it)}`).join(''));
    return;
  }
  const parser = await terminal.parser();
  const found: Record<string, unknown> = {};
  const lines: string[] = [];
  for (const file of opened.wanted.files) {
    const text = await textOf(terminal, file);
    const { value, shown } = ofFile(parser, step, text);
    found[file] = value;
    lines.push(`${printable(file)}\n${shown}`);
  }
  show(found, () => lines.join(''));
}

const pots = ({ held, free, wait, bound, sized }: Effects['work']) => ({
  bound,
  sized,
  held: Math.round(held),
  free: Math.round(free),
  wait: Math.round(wait),
});
const said: { readonly [effect in Effects['effects'][number]]?: string } = {
  joins: 'waits until runners have ended',
  raises: 'may raise',
  fresh: 'returns a new object each time',
};
function effectLines({ waits, work, spawns, effects }: Effects): string {
  const lines = waits.map((it) => `  waits for ${it.for} (${it.topic}${it.bounded ? ', bounded' : ''})\n`);
  for (const it of spawns) lines.push(`  starts ${printable(it)}\n`);
  for (const it of effects) if (said[it]) lines.push(`  ${said[it]}\n`);
  const { held, free, wait, bound, sized } = work;
  return `${lines.join('')}  ${duration(held)} under the GIL, ${duration(free)} without it, ${duration(wait)} waiting: ${bound}${sized ? '' : ', sizes assumed'}\n`;
}

function ofFile(
  parser: Parser,
  step: 'filter' | 'chunks' | 'tree' | 'facts',
  text: string,
): { readonly value: unknown; readonly shown: string } {
  if (step === 'filter') return { value: concerns(text), shown: `  ${concerns(text) ? 'concerns us' : 'skipped'}\n` };
  if (step === 'facts') {
    const scanned = scan(parser, text);
    return { value: scanned, shown: `${JSON.stringify(scanned, null, 2)}\n` };
  }
  const tree = parse(parser, text);
  if (step === 'tree') return { value: nodeOf(tree, 0), shown: drawn(tree, 0, 1).join('') };
  const lines = linesOf(text);
  const chunks = chunksOf(tree).map(({ start, end, part, statements }) => ({
    start: lines.place(start),
    end: lines.place(end),
    part,
    statements: statements.map((it) => tree.type(it)),
  }));
  const shown = chunks.map(
    (it) =>
      `  ${it.start.line}:${it.start.column}-${it.end.line}:${it.end.column} ${it.part === 'member' ? '  ' : ''}${[...new Set(it.statements)].join(', ') || 'comments'}\n`,
  );
  return { value: chunks, shown: shown.join('') };
}

interface TreeNode {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly children?: readonly TreeNode[];
}

function* namedKids(tree: FlatTree, node: number): Generator<number> {
  for (let kid = tree.first(node); kid >= 0; kid = tree.next(kid)) if (tree.named(kid)) yield kid;
}

/** Named nodes down to the depth that extraction follows. */
function nodeOf(tree: FlatTree, node: number, depth = 0): TreeNode {
  const children = depth < limits.depth ? Array.from(namedKids(tree, node), (kid) => nodeOf(tree, kid, depth + 1)) : [];
  return { type: tree.type(node), start: tree.start(node), end: tree.end(node), ...(children.length === 0 ? {} : { children }) };
}

function drawn(tree: FlatTree, node: number, depth: number): string[] {
  const kids = depth < limits.depth ? [...namedKids(tree, node)] : [];
  const text = tree.text.slice(tree.start(node), tree.end(node));
  const leaf = kids.length === 0 && text.length <= 60 ? ` ${printable(text)}` : '';
  return [`${'  '.repeat(depth)}${tree.type(node)}${leaf}\n`, ...kids.flatMap((kid) => drawn(tree, kid, depth + 1))];
}

/** The folder is the import root, as its files would see it. */
async function calls(terminal: Terminal, path: string): Promise<Readonly<Record<string, readonly string[]>>> {
  const { host } = terminal;
  const own = host.resolve('.', path);
  const root = (await host.kind(own)) === 'folder' ? own : (host.parent(own) ?? own);
  const opened = await openPaths(terminal, [path], { isolated: true, importRoot: root });
  await audit(opened.workspace, { ...opened.wanted, named: new Set(opened.wanted.files) });
  return opened.workspace.engine.callGraph();
}

interface PrintedRunner {
  readonly id: string;
  readonly kind: string;
  readonly many: boolean;
  readonly space: string;
  readonly starts: readonly { readonly file: string; readonly line: number; readonly note: string }[];
}
/** Who may run each function, and where each of them starts. */
async function runners(opened: Opened): Promise<Readonly<Record<string, readonly PrintedRunner[]>>> {
  await audit(opened.workspace, { ...opened.wanted, named: new Set(opened.wanted.files) });
  const { engine } = opened.workspace;
  const { link } = engine.inspect();
  const found = [...link.modules.values()].flatMap((module) =>
    module.functions.map((fn): readonly [string, readonly PrintedRunner[]] => {
      const all = runnersOf(link, fn).map(({ id, kind, many, space, because }) => {
        const starts = because.map((it) => ({ file: it.chunk.file, line: engine.lineOf(it), note: it.note }));
        return { id, kind, many, space, starts };
      });
      return [fn.id, all];
    }),
  );
  return Object.fromEntries(found.filter(([, all]) => all.length > 0).sort(([a], [b]) => (a < b ? -1 : 1)));
}
/** `thread*` stands for several threads at once. */
function runnerLine({ kind, many, space, starts }: PrintedRunner): string {
  const where = starts.map((it) => `${printable(it.note)} (${printable(it.file)}:${it.line})`).join('; ');
  return `  ${kind}${many ? '*' : ''}${space === 'main' || kind === 'process' || kind === 'interpreter' ? '' : ` in ${printable(space)}`}: ${where}\n`;
}

async function textOf({ host }: Terminal, file: string): Promise<string> {
  const read = await host.read(file, mostBytes(file));
  const decoded = 'problem' in read ? read : sourceOf(file, read.bytes);
  if ('problem' in decoded) throw new Refusal(`\`${file}\`: ${decoded.problem}`);
  return decoded.text;
}
