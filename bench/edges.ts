// `npm run bench -- edges [--seed N] [--count N] [--context N] PACKAGE…`: draws edges of the call graph for a person to judge.
import { parseArgs } from 'node:util';
import { type Lines, linesOf } from '../server/src/cli/lines.js';
import { Engine } from '../server/src/engine/engine.js';
import { scan } from '../server/src/facts/scan.js';
import { namesBelow, nodeHost } from '../server/src/host/node.js';
import { type Edge, edgesOf, shown } from '../server/src/link/calls.js';
import { eventsOf, everyModule } from '../server/src/link/linking.js';
import type { Chunk, Span } from '../server/src/model.js';
import { audit, findFiles } from '../server/src/project/audit.js';
import { openWorkspace, type Workspace } from '../server/src/project/workspace.js';
import type { Parser } from '../server/src/syntax/load.js';
import { corpus, type Sources } from './corpus.js';
import { installedParser } from './parser.js';
import { benchTarget } from './target.js';

/** Of all edges: to functions of the package, and to outside names; built-ins are part of the latter. */
const ownShare = 1 / 2;
const builtinShare = 1 / 5;

const target = benchTarget(11);

export async function edges(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { seed: { type: 'string' }, count: { type: 'string' }, context: { type: 'string' } },
  });
  const [seed, count, context] = [Number(values.seed ?? 1), Number(values.count ?? 50), Number(values.context ?? 0)];
  if (positionals.length === 0) throw new Error('name at least one package');
  const parser = await installedParser();
  for (const sources of corpus(positionals)) {
    const workspace = await loaded(sources, parser);
    const { link } = workspace.engine.inspect();
    const all: Edge[] = [];
    for (const module of everyModule(link)) {
      for (const fn of module.functions) for (const event of eventsOf(link, fn)) all.push(...distinct(edgesOf(link, event)));
    }
    process.stdout.write(`${sources.name}, seed ${seed}: ${counts(all)}\n`);
    const show = shower(workspace, parser, context);
    drawn(all, count, generator(seed)).forEach((it, at) => {
      process.stdout.write(`${at + 1}. ${show(it)}\n`);
    });
    const hits = [...workspace.engine.hits()].map(([bound, times]) => `${bound} ${times}`);
    process.stdout.write(`bounds hit: ${hits.join(', ') || 'none'}\n\n`);
  }
  return 0;
}

/** Every file is given, whatever the filter says. */
async function loaded({ folder }: Sources, parser: Parser): Promise<Workspace> {
  const host = nodeHost(namesBelow(folder));
  const wanted = await findFiles(host, ['.'], []);
  const workspace = openWorkspace({
    host,
    parser,
    roots: ['.'],
    settings: { layers: [] },
    target,
    makeEngine: (it) => new Engine(it),
  });
  await audit(workspace, { ...wanted, named: new Set(wanted.files) });
  return workspace;
}

const nameOf = ({ to }: Edge): string => (typeof to === 'string' ? to : to.id);
function distinct(all: readonly Edge[]): readonly Edge[] {
  return [...new Map(all.map((it) => [nameOf(it), it])).values()];
}
type Stratum = 'own' | 'builtin' | 'outside';
const stratumOf = ({ to }: Edge): Stratum => (typeof to !== 'string' ? 'own' : to.startsWith('builtins.') ? 'builtin' : 'outside');
function counts(all: readonly Edge[]): string {
  const of = (wanted: Stratum): number => all.filter((it) => stratumOf(it) === wanted).length;
  return `${all.length} edges, ${of('own')} to its own functions, ${of('builtin')} to built-ins, ${of('outside')} to other outside names`;
}

/** In the order of the source. Where a share has too few edges, the draw is smaller. */
function drawn(all: readonly Edge[], count: number, random: () => number): readonly Edge[] {
  const pick = (wanted: Stratum, n: number): Edge[] => {
    const left = all.filter((it) => stratumOf(it) === wanted);
    return Array.from({ length: Math.min(n, left.length) }, () => left.splice(Math.floor(random() * left.length), 1)).flat();
  };
  const own = Math.round(count * ownShare);
  const builtin = Math.round(count * builtinShare);
  const chosen = new Set([...pick('own', own), ...pick('builtin', builtin), ...pick('outside', count - own - builtin)]);
  return all.filter((it) => chosen.has(it));
}
/** Numbers from 0 to 1, the same for the same seed: `mulberry32`. */
function generator(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let it = Math.imul(state ^ (state >>> 15), 1 | state);
    it = (it + Math.imul(it ^ (it >>> 7), 61 | it)) ^ it;
    return ((it ^ (it >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Caller, place, callee with its place, basis; then the line of the source, with some before it. */
function shower(workspace: Workspace, parser: Parser, context: number): (edge: Edge) => string {
  const known = new Map<string, Text>();
  const textOf = (file: string): Text => {
    const found = known.get(file) ?? read(parser, workspace.engine.text(file) ?? '');
    known.set(file, found);
    return found;
  };
  const lineOf = ({ file, id }: Chunk, { start }: Span): number => {
    const { lines, starts } = textOf(file);
    return lines.place((starts.get(id) ?? 0) + start).line;
  };
  return (edge) => {
    const { to, event, by, through } = edge;
    const { chunk, fn } = event.in;
    const line = lineOf(chunk, event.span);
    const place = typeof to === 'string' ? '' : ` ${to.chunk.file}:${lineOf(to.chunk, to.fact.span)}`;
    const { text } = textOf(chunk.file);
    const code = text.slice(Math.max(0, line - 1 - context), line).map((it) => `\n    ${it.trimEnd()}`);
    return `${chunk.file}:${line} ${shown(fn)} -> ${shown(to)}${place} [${through === 'call' ? 'call' : event.kind}, ${by}]${code.join('')}`;
  };
}
interface Text {
  readonly lines: Lines;
  readonly text: readonly string[];
  readonly starts: ReadonlyMap<string, number>;
}
const read = (parser: Parser, text: string): Text => ({
  lines: linesOf(text),
  text: text.split('\n'),
  starts: new Map(scan(parser, text).chunks.map((it) => [it.id, it.start])),
});
