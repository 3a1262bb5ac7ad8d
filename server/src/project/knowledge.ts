// What a project knows of its own names: `[tool.threadwise.knowledge]` and the files in the built-in format that it names.
import ignore from 'ignore';
import { type Declared, type Knowledge, loadKnowledge } from '../knowledge/load.js';
import { type Library, parseLibrary } from '../knowledge/schema.js';
import type { Target } from '../model.js';
import { defaultExcludes, type Host } from './host.js';
import type { Values } from './schema.js';
import type { SettingProblem, Settings } from './settings.js';
import { decode } from './source.js';
import { type Range, top } from './toml.js';

/** What one configuration file says of names. */
export interface ProjectKnowledge {
  readonly libraries: readonly Library[];
  readonly declared: readonly Declared[];
  /** Folders in which a new or changed file may be one of those. */
  readonly folders: readonly string[];
}
type Table = NonNullable<Values['knowledge']>;
/** Where the table stands. */
export interface Place {
  readonly host: Host;
  readonly file: string;
  /** The folder that paths start from. */
  readonly base: string;
  /** Of a value at a path below the table. */
  range(path: readonly (string | number)[]): Range;
}

/** Files larger than this are no knowledge. */
const mostBytes = 4_000_000;
/** Folders below each other in which files are looked for. */
const deepest = 8;

/** Built-in knowledge with what every layer of the settings adds, the strongest last. */
export function knowledgeFor(settings: Settings, target: Target): Knowledge {
  const said = settings.layers.flatMap((it) => it.knowledge ?? []);
  return loadKnowledge(
    target,
    said.flatMap((it) => it.libraries),
    said.flatMap((it) => it.declared),
  );
}

/** Never throws: a file that is wrong is among the problems and voids itself alone. */
export async function readKnowledge(table: Table, place: Place, problems: SettingProblem[]): Promise<ProjectKnowledge> {
  const { host, base } = place;
  const libraries: Library[] = [];
  const folders: string[] = [];
  for (const [at, pattern] of (table.files ?? []).entries()) {
    const { folder, files } = await filesOf(host, base, pattern);
    folders.push(folder);
    if (files.length === 0) {
      const message = `\`${pattern}\` in \`knowledge.files\` names no file; it takes paths of \`.json\` files or folders, and \`*\` in them.`;
      problems.push({ file: place.file, range: place.range(['files', at]), message });
    }
    for (const file of files) {
      const library = await readLibrary(host, file, problems);
      if (library !== undefined) libraries.push(library);
    }
  }
  return { libraries, declared: declarationsOf(table, place), folders };
}

function declarationsOf(table: Table, { host, file, range }: Place): readonly Declared[] {
  const from = (...path: (string | number)[]) => `${host.name(file)}:${range(path).start.line}`;
  type Listed = 'task-keepers' | 'runs-elsewhere' | 'startup' | 'thread-safe' | 'thread-unsafe';
  const listed = (key: Listed, as: Declared['as']): readonly Declared[] =>
    (table[key] ?? []).map((name, at) => ({ name, as, evidence: from(key, at) }));
  const blocking = Object.entries(table.blocking ?? {}).map(
    ([name, twin]): Declared => ({ name, as: 'blocking', ...(twin === '' ? {} : { twin }), evidence: from('blocking', name) }),
  );
  return [
    ...blocking,
    ...listed('task-keepers', 'keeps'),
    ...listed('runs-elsewhere', 'elsewhere'),
    ...listed('startup', 'startup'),
    ...listed('thread-safe', 'thread-safe'),
    ...listed('thread-unsafe', 'thread-unsafe'),
  ];
}

/** A path of a file, of a folder whose `.json` files are meant, or a pattern as in a `.gitignore`. */
async function filesOf(host: Host, base: string, pattern: string): Promise<{ readonly folder: string; readonly files: readonly string[] }> {
  const glob = pattern.search(/[*?[]/);
  if (glob < 0) {
    const path = host.resolve(base, pattern);
    const kind = await host.kind(path);
    if (kind === 'folder') return { folder: path, files: await jsonBelow(host, path, deepest) };
    return { folder: host.parent(path) ?? path, files: kind === 'file' ? [path] : [] };
  }
  const fixed = pattern.slice(0, pattern.slice(0, glob).lastIndexOf('/') + 1);
  const folder = host.resolve(base, fixed === '' ? '.' : fixed);
  const match = ignore().add(`/${pattern.slice(fixed.length)}`);
  const files = await jsonBelow(host, folder, deepest);
  return {
    folder,
    files: files.filter((file) => {
      const way = host.below(folder, file);
      return way !== undefined && match.ignores(way);
    }),
  };
}

async function jsonBelow(host: Host, folder: string, depth: number): Promise<readonly string[]> {
  if (depth === 0) return [];
  const files: string[] = [];
  for (const [name, kind] of [...(await host.entries(folder))].sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (kind === 'file' && name.endsWith('.json')) files.push(host.join(folder, name));
    if (kind === 'folder' && !defaultExcludes.has(name)) files.push(...(await jsonBelow(host, host.join(folder, name), depth - 1)));
  }
  return files;
}

async function readLibrary(host: Host, file: string, problems: SettingProblem[]): Promise<Library | undefined> {
  const read = await host.read(file, mostBytes);
  const decoded = 'problem' in read ? read : decode(read.bytes);
  if ('problem' in decoded) {
    problems.push({ file, range: top, message: `The file ${decoded.problem}.` });
    return undefined;
  }
  const json = parsed(decoded.text);
  if ('error' in json) {
    problems.push({ file, range: top, message: `The file is no JSON: ${json.error}.` });
    return undefined;
  }
  const result = parseLibrary(json.value);
  if ('library' in result) return result.library;
  for (const { entry, message } of result.problems) problems.push({ file, range: rangeOf(decoded.text, entry), message });
  return undefined;
}

function parsed(text: string): { readonly value: unknown } | { readonly error: string } {
  try {
    return { value: JSON.parse(text) };
  } catch (error) {
    return { error: (error as Error).message };
  }
}

/** Where the name of an entry stands; the top of the file where it is not found. */
function rangeOf(text: string, entry: string | undefined): Range {
  const quoted = entry === undefined ? undefined : JSON.stringify(entry);
  const at = quoted === undefined ? -1 : text.search(new RegExp(`${quoted.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}\\s*:`));
  if (at < 0 || quoted === undefined) return top;
  const before = text.slice(0, at).split('\n');
  const start = { line: before.length, column: before.at(-1)!.length + 1 };
  return { start, end: { line: start.line, column: start.column + quoted.length } };
}
