// Installs and builds what is missing; as a command (`node scripts/set-up.mjs`) it does just that. Needs nothing installed.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { bundles, copies, outFolder, sources } from './bundles.mjs';
import { withLock } from './lock.mjs';

/** The folder of `package.json`. */
export const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/**
 * Leaves `node_modules` as the lock file says and the built files newer than their sources. Speaks on stderr only.
 * @param {{ build?: 'stale' | 'always' | 'never' }} [options] `stale` builds only what is older than its sources
 * @returns {boolean} false where that failed; stderr says why
 */
export function setUp({ build = 'stale' } = {}) {
  const { engines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  // The oldest of the versions in `engines`; npm itself only warns.
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19)) {
    say(`Node.js ${process.versions.node} is too old, because Threadwise needs ${engines.node}`);
    return false;
  }
  return withLock(join(root, '.cache/set-up.lock'), say, () => {
    if (!isInstalled() && !install()) return false;
    if (build === 'never' || (build === 'stale' && !isStale())) return true;
    return run('the build failed', process.execPath, [join(root, 'esbuild.mjs')]);
  });
}

/** True when each package of the lock file is there in its version. A package for another platform may be absent. */
function isInstalled() {
  // npm writes this file last, so an installation that was cut off has none.
  const path = join(root, 'node_modules/.package-lock.json');
  if (!existsSync(path)) return false;
  const wanted = packagesOf(join(root, 'package-lock.json'));
  const present = packagesOf(path);
  return Object.entries(wanted).every(
    ([name, it]) => name === '' || (present[name] ? present[name].version === it.version : it.optional === true),
  );
}

function packagesOf(path) {
  return JSON.parse(readFileSync(path, 'utf8')).packages;
}

function install() {
  say('installing (npm ci)');
  const args = ['ci', '--no-audit', '--no-fund', '--loglevel=error'];
  const npm = process.env.npm_execpath;
  // Without the npm that started us, there is one on the PATH; on Windows that is a command file, which needs a shell.
  if (npm?.endsWith('.js')) return run('the installation failed', process.execPath, [npm, ...args]);
  return run('the installation failed', 'npm', args, process.platform === 'win32');
}

/** Folders count with their own time too, so that a deleted file is noticed. */
function isStale() {
  const outputs = [...bundles, ...copies].map(({ out }) => join(root, outFolder, out));
  if (!outputs.every((path) => existsSync(path))) return true;
  const built = Math.min(...outputs.map((path) => statSync(path).mtimeMs));
  return sources.some((path) => newest(join(root, path)) > built);
}

/** In milliseconds since 1970; 0 where there is nothing. */
function newest(path) {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) return 0;
  if (!stat.isDirectory()) return stat.mtimeMs;
  return readdirSync(path).reduce((time, name) => Math.max(time, newest(join(path, name))), stat.mtimeMs);
}

/** The command's own words all go to stderr: stdout belongs to results. */
function run(failure, command, args, shell = false) {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: ['ignore', 2, 2], shell });
  if (status !== 0) say(error ? `${failure}: ${error.message}` : failure);
  return status === 0;
}

function say(line) {
  process.stderr.write(`threadwise: ${line}\n`);
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href && !setUp()) process.exitCode = 2;
