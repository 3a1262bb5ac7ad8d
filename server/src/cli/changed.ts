// `--since` and `--staged`: which lines git says have changed, and which findings rest on one of them.
import { execFile } from 'node:child_process';
import path from 'node:path';
import type { Alarm, Spot } from '../model.js';
import { isPython } from '../project/host.js';
import type { Lines } from './lines.js';
import { Refusal, type Terminal } from './terminal.js';

export interface Changed {
  /** Does the finding, or a step of its evidence, stand on a line that changed? */
  concerns(alarm: Alarm, lines: (file: string) => Lines): boolean;
  /** Texts of the index that differ from those on disk; none but for `--staged`. */
  readonly texts: ReadonlyMap<string, Uint8Array>;
  /** Files with changes. */
  readonly files: ReadonlySet<string>;
}
export interface ChangedOptions {
  readonly since?: string;
  readonly staged?: boolean;
}

/**
 * The changes since a commit, or those that are staged; undefined where nobody asks. `--since` compares with where the commit and this
 * branch parted, so that what others did meanwhile counts for nothing.
 * @throws Refusal where git, the repository or the commit is missing.
 */
export async function changedLines(terminal: Terminal, { since, staged }: ChangedOptions): Promise<Changed | undefined> {
  if (since === undefined && staged !== true) return undefined;
  if (since !== undefined && staged === true) throw new Refusal('`--since` and `--staged` exclude each other');
  const option = staged === true ? '--staged' : '--since';
  const git = (...args: readonly string[]) => runGit(terminal.cwd, option, args);
  const up = (await git('rev-parse', '--show-cdup')).trim();
  const fileOf = (name: string): string => terminal.host.resolve('.', path.join(up, name));
  const against = since === undefined ? ['--cached'] : [await partedFrom(git, since)];
  const diff = await git(
    ...unquoted,
    'diff',
    '--no-color',
    '--no-ext-diff',
    '--no-textconv',
    '--unified=0',
    '--src-prefix=a/',
    '--dst-prefix=b/',
    ...against,
    '--',
  );
  const lines = new Map<string, readonly Lined[] | 'all'>([...readDiff(diff)].map(([name, own]) => [fileOf(name), own]));
  if (since !== undefined)
    for (const name of zeroed(await git('ls-files', '-z', '--others', '--exclude-standard', '--full-name', ...top(up))))
      lines.set(fileOf(name), 'all');
  return {
    files: new Set(lines.keys()),
    texts: staged === true ? await stagedTexts(git, terminal.cwd, fileOf, lines) : new Map(),
    concerns: (alarm, linesOfFile) => [alarm.at, ...alarm.because.flat()].some((spot) => touches(spot, lines.get(spot.file), linesOfFile)),
  };
}

type Git = (...args: readonly string[]) => Promise<string>;
const unquoted = ['-c', 'core.quotePath=false'];
/** Of the whole repository, wherever in it the command is run. */
const top = (up: string): readonly string[] => (up === '' ? [] : ['--', up]);
const zeroed = (text: string): readonly string[] => text.split('\0').filter((it) => it !== '');

/** The commit where the two histories parted; the commit itself where they never met. */
async function partedFrom(git: Git, since: string): Promise<string> {
  let commit: string;
  try {
    commit = (await git('rev-parse', '--verify', '--quiet', '--end-of-options', `${since}^{commit}`)).trim();
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw new Refusal(`\`--since\`: \`${since}\` names no commit of this repository`);
  }
  return git('merge-base', commit, 'HEAD').then(
    (it) => it.trim(),
    () => commit,
  );
}

/** What would be committed counts, not what lies on disk. */
async function stagedTexts(
  git: Git,
  cwd: string,
  fileOf: (name: string) => string,
  staged: ReadonlyMap<string, unknown>,
): Promise<ReadonlyMap<string, Uint8Array>> {
  const texts = new Map<string, Uint8Array>();
  const differing = zeroed(await git('diff', '-z', '--name-only', '--no-ext-diff'));
  for (const name of differing.filter((it) => isPython(it) && staged.has(fileOf(it)))) {
    texts.set(fileOf(name), await showIndex(cwd, name));
  }
  return texts;
}

function touches(spot: Spot, changed: readonly Lined[] | 'all' | undefined, linesOfFile: (file: string) => Lines): boolean {
  if (changed === undefined || changed === 'all') return changed === 'all';
  const lines = linesOfFile(spot.file);
  const [from, to] = [lines.inFile(spot.span.start).line, lines.inFile(Math.max(spot.span.start, spot.span.end - 1)).line];
  return changed.some((it) => it.from <= to && from <= it.to);
}

/** Lines of a file as it is now, both ends included. */
export interface Lined {
  readonly from: number;
  readonly to: number;
}

/** The lines that are new in a patch without context, by file. Where lines went, their neighbours on both sides count as changed. */
export function readDiff(diff: string): ReadonlyMap<string, readonly Lined[]> {
  const found = new Map<string, Lined[]>();
  let own: Lined[] = [];
  /** Lines of the hunk that are still to come: one of them may look like a header. */
  let left = 0;
  for (const line of diff.split('\n')) {
    if (left > 0 && /^[-+\\]/.test(line)) {
      if (!line.startsWith('\\')) left--;
      continue;
    }
    const named = /^\+\+\+ (.+?)\t?$/.exec(line)?.[1];
    if (named !== undefined) {
      own = [];
      const name = unquote(named);
      if (name !== '/dev/null') found.set(name.replace(/^b\//, ''), own);
      continue;
    }
    const hunk = /^@@ -\d+(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/.exec(line);
    if (hunk === null) continue;
    const [gone, from, count] = [Number(hunk[1] ?? 1), Number(hunk[2]), Number(hunk[3] ?? 1)];
    left = gone + count;
    own.push(count > 0 ? { from, to: from + count - 1 } : { from, to: from + 1 });
  }
  return found;
}

const escapes: Readonly<Record<string, string>> = { t: '\t', n: '\n', r: '\r', '"': '"', '\\': '\\', a: '\x07', b: '\b', f: '\f', v: '\v' };

/** Git puts names with quotes, tabs and the like into quotes, with bytes in octal. */
function unquote(name: string): string {
  if (!name.startsWith('"')) return name;
  const bytes: Buffer[] = [];
  for (const [, octal, letter, plain] of name.slice(1, -1).matchAll(/\\([0-7]{3})|\\(.)|([^\\]+)/gs)) {
    bytes.push(octal === undefined ? Buffer.from(plain ?? escapes[letter!] ?? letter!) : Buffer.from([Number.parseInt(octal, 8)]));
  }
  return Buffer.concat(bytes).toString('utf8');
}

/** In bytes. */
const mostOutput = 1 << 28;

/** @throws Refusal where there is no git or no repository, and the error of git otherwise. */
async function runGit(cwd: string, option: string, args: readonly string[]): Promise<string> {
  const { error, stdout, stderr } = await execute(cwd, args);
  if (error === null) return stdout.toString('utf8');
  if (error.code === 'ENOENT') throw new Refusal(`\`${option}\` needs git, which was not found`);
  if (/not a git repository|must be run in a work tree/i.test(stderr)) {
    throw new Refusal(`\`${option}\` needs a git repository, and the working folder lies in none`);
  }
  if (/dubious ownership/.test(stderr)) throw new Refusal(`\`${option}\`: ${stderr.trim().split('\n')[0]}`);
  throw new Error(`git ${args.join(' ')}: ${stderr.trim()}`);
}

async function showIndex(cwd: string, name: string): Promise<Uint8Array> {
  const { error, stdout, stderr } = await execute(cwd, ['show', '--no-textconv', `:${name}`]);
  if (error !== null) throw new Refusal(`\`--staged\`: \`${name}\` could not be read from the index: ${stderr.trim()}`);
  return stdout;
}

interface Executed {
  readonly error: NodeJS.ErrnoException | null;
  readonly stdout: Buffer;
  readonly stderr: string;
}
function execute(cwd: string, args: readonly string[]): Promise<Executed> {
  // Messages are read, so they come in one language; a lock on the index would get in the way of whoever commits.
  const env = { ...process.env, LC_ALL: 'C', GIT_OPTIONAL_LOCKS: '0' };
  return new Promise((resolve) => {
    execFile('git', [...args], { cwd, env, maxBuffer: mostOutput, encoding: 'buffer' }, (error, stdout, stderr) => {
      resolve({ error: error as NodeJS.ErrnoException | null, stdout, stderr: stderr.toString('utf8') });
    });
  });
}
