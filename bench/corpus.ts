// The real code the benches run on: packages pinned in corpus.json and the standard library, unpacked outside the clone.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, join } from 'node:path';

/** A folder of Python files under the name its results get. */
export interface Sources {
  readonly name: string;
  readonly folder: string;
}
interface Package {
  readonly name: string;
  readonly version: string;
  readonly file: string;
  readonly sha256: string;
}

/**
 * Outside the clone, which ignores what is cached in it: there a listing by git would find no file. `THREADWISE_CORPUS` names another
 * folder. Several clones share it.
 */
export const cache = process.env.THREADWISE_CORPUS ?? join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'threadwise', 'corpus');
const python = process.env.THREADWISE_PYTHON ?? 'python3';

/** Fetches what is missing. `names` picks packages, `stdlib` the standard library; none means all. Throws where something is not to be had. */
export function corpus(names: readonly string[]): readonly Sources[] {
  const packages = (JSON.parse(readFileSync('bench/corpus.json', 'utf8')) as { readonly packages: readonly Package[] }).packages;
  const unknown = names.filter((name) => name !== 'stdlib' && !packages.some((it) => it.name === name));
  if (unknown.length > 0) throw new Error(`corpus.json has no package ${unknown.join(', ')}`);
  const wanted = packages.filter((it) => names.length === 0 || names.includes(it.name));
  if (wanted.length > 0) fetch(wanted);
  const sources = wanted.map(({ name, version }) => ({ name, folder: join(cache, 'src', `${name}-${version}`) }));
  return names.length === 0 || names.includes('stdlib') ? [...sources, standardLibrary()] : sources;
}

function fetch(wanted: readonly Package[]): void {
  mkdirSync(cache, { recursive: true });
  const { status } = spawnSync(python, ['bench/fetch.py', cache, ...wanted.map((it) => it.name)], { stdio: ['ignore', 2, 2] });
  if (status !== 0) throw new Error('some packages could not be fetched; the lines above say why');
}

/** A copy of the library of the Python at hand, without its tests and without what was installed into it. */
function standardLibrary(): Sources {
  const script = 'import sys, sysconfig; print(sys.version.split()[0]); print(sysconfig.get_paths()["stdlib"])';
  const { stdout, status } = spawnSync(python, ['-c', script], { encoding: 'utf8' });
  const [version, stdlib] = stdout?.trim().split('\n') ?? [];
  if (status !== 0 || !version || !stdlib) throw new Error(`\`${python}\` does not tell where its library is`);
  const folder = join(cache, 'src', `stdlib-${version}`);
  if (!existsSync(folder)) {
    const part = `${folder}.part`;
    rmSync(part, { recursive: true, force: true });
    const left = new Set(['test', 'tests', 'idle_test', 'site-packages', '__pycache__']);
    cpSync(stdlib, part, {
      recursive: true,
      dereference: true,
      filter: (path) => !left.has(basename(path)) && (isFolder(path) || path.endsWith('.py')),
    });
    renameSync(part, folder);
  }
  return { name: `stdlib-${version.split('.').slice(0, 2).join('.')}`, folder };
}
const isFolder = (path: string): boolean => statSync(path).isDirectory();

/** Every Python file below a folder, sorted, relative to it with `/`. */
export function pythonFiles(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((it) => it.isFile() && it.name.endsWith('.py'))
    .map((it) =>
      join(it.parentPath, it.name)
        .slice(folder.length + 1)
        .replaceAll('\\', '/'),
    )
    .sort();
}
/** Line ends in a file. */
export function linesOf(path: string): number {
  const bytes = readFileSync(path);
  let lines = 0;
  for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) lines++;
  return lines;
}
