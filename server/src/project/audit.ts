// The files that were asked for, from their listing to their alarms.
import ignore from 'ignore';
import type { Alarm } from '../model.js';
import type { Host, Patterns } from './host.js';
import { nearest } from './nearest.js';
import type { FileFailure, Workspace } from './workspace.js';

export interface Wanted {
  /** Sorted. */
  readonly files: readonly string[];
  /** Those that were named one by one: they are read whatever the filter says, and a failure of theirs is a failure of the audit. */
  readonly named: ReadonlySet<string>;
  /** Folders that were named. */
  readonly folders: readonly string[];
  readonly missing: readonly MissingPath[];
  readonly failed: readonly FileFailure[];
}
export interface MissingPath {
  readonly path: string;
  /** An existing path that may have been meant. */
  readonly nearest: string | undefined;
}
export interface Audited {
  readonly files: readonly string[];
  /** How many of them were parsed. */
  readonly analysed: number;
  /** Sorted by file, position and rule; suppressed ones are included. */
  readonly alarms: readonly Alarm[];
  /** Sorted by file. */
  readonly failed: readonly FileFailure[];
  /** Was every file looked at? */
  readonly complete: boolean;
}
export interface AuditOptions {
  progress?(done: number, all: number): void;
  cancelled?(): boolean;
}

/** `paths` are names that the host gives out. */
export async function findFiles(host: Host, paths: readonly string[], exclude: readonly Patterns[]): Promise<Wanted> {
  const named = new Set<string>();
  const folders: string[] = [];
  const missing: MissingPath[] = [];
  for (const path of paths) {
    const kind = await host.kind(path);
    if (kind === 'file') named.add(path);
    else if (kind === 'folder') folders.push(path);
    else missing.push({ path, nearest: await nearestPath(host, path) });
  }
  const { files, unread } = await host.list(folders, exclude);
  const stubs = [...named].filter((file) => file.endsWith('.pyi'));
  const failed = [
    ...unread.map((it) => ({ ...it, incomplete: true })),
    ...stubs.map((file) => ({ file, reason: 'is a stub and holds no code', incomplete: true })),
  ];
  for (const file of stubs) named.delete(file);
  return { files: [...new Set([...named, ...files])].sort(), named, folders, missing, failed };
}

/** Python files below the working folder that a pattern such as `src/*.py` matches, for shells that leave patterns alone. */
export async function matchingFiles(host: Host, pattern: string): Promise<readonly string[]> {
  const plain = pattern.replaceAll('\\', '/').replace(/^(\.\/)+/, '');
  const folder = plain.slice(0, plain.slice(0, plain.search(/[*?[{]/)).lastIndexOf('/') + 1);
  const match = ignore().add(`/${plain}`);
  const { files } = await host.list([host.resolve('.', folder)], []);
  return files.filter((file) => {
    const way = host.below('.', file);
    return way !== undefined && match.ignores(way);
  });
}

/** Never throws for anything in the files. */
export async function audit(workspace: Workspace, wanted: Wanted, options: AuditOptions = {}): Promise<Audited> {
  const { progress, cancelled } = options;
  await workspace.load(wanted.files, {
    whole: wanted.named,
    ...(progress === undefined ? {} : { progress }),
    ...(cancelled === undefined ? {} : { cancelled }),
  });
  await workspace.ensure(cancelled === undefined ? {} : { cancelled });
  return audited(workspace, wanted);
}

/** What the workspace knows now about the files that were asked for. */
export function audited(workspace: Workspace, wanted: Wanted): Audited {
  const asked = new Set(wanted.files);
  workspace.ask(asked);
  const alarms = workspace.alarms().filter((it) => asked.has(it.at.file));
  const failed = [...wanted.failed, ...workspace.failures()]
    .map((it) => ({ ...it, incomplete: it.incomplete || (wanted.named.has(it.file) && !workspace.has(it.file)) }))
    .sort((a, b) => (a.file < b.file ? -1 : 1));
  return {
    files: wanted.files,
    analysed: wanted.files.filter((file) => workspace.has(file)).length,
    alarms,
    failed,
    complete: wanted.missing.length === 0 && !failed.some((it) => it.incomplete),
  };
}

/** Replaces the first part that does not exist by the name beside it that is most alike. */
async function nearestPath(host: Host, path: string): Promise<string | undefined> {
  const rest: string[] = [];
  for (let at = path; ; ) {
    const up = host.parent(at);
    if (up === undefined) return undefined;
    const name = host.name(at);
    if ((await host.kind(up)) === 'folder') {
      const meant = nearest(name, [...(await host.entries(up)).keys()].sort());
      if (meant === undefined) return undefined;
      const whole = host.join(up, meant, ...rest);
      return (await host.kind(whole)) === undefined ? host.join(up, meant) : whole;
    }
    rest.unshift(name);
    at = up;
  }
}

const marks = ['threadwise.toml', 'pyproject.toml', '.git', 'setup.cfg', 'setup.py'];

/** The nearest folder upwards that looks like the top of a project; the folder itself where none does. */
export async function projectFolder(host: Host, folder: string): Promise<string> {
  for (let at: string | undefined = folder; at !== undefined; at = host.parent(at)) {
    const there = await host.entries(at);
    if (marks.some((name) => there.has(name))) return at;
  }
  return folder;
}
