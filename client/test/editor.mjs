// Runs VS Code for the tests: installs extensions into a fresh profile, serves the editor on this machine only, and opens windows on it.
import { spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, openSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join, relative } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/** Quiet, offline, and nothing on the screen that a test did not ask for. */
const settings = {
  'workbench.startupEditor': 'none',
  'workbench.colorTheme': 'Default Light Modern',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.tips.enabled': false,
  'workbench.activityBar.location': 'hidden',
  'workbench.layoutControl.enabled': false,
  'window.commandCenter': false,
  'telemetry.telemetryLevel': 'off',
  'extensions.autoUpdate': false,
  'extensions.autoCheckUpdates': false,
  'extensions.ignoreRecommendations': true,
  'chat.disableAIFeatures': true,
  'git.enabled': false,
  'threadwise.diagnosticMode': 'workspace',
  'editor.minimap.enabled': false,
  'editor.fontSize': 14,
  'editor.hover.above': false,
};

/**
 * A fresh profile with the extensions installed in it.
 * @param {{ node: string, codeServer: string }} programs
 * @param {string} folder a new folder that belongs to this run
 * @param {readonly string[]} extensions paths of VSIX files
 */
export async function installExtensions(programs, folder, extensions) {
  const wanted = extensions.flatMap((path) => ['--install-extension', path]);
  const { code, output } = await runToEnd(programs, [...profile(folder, 'install'), ...wanted], folder);
  if (code !== 0) throw new Error(`the extensions could not be installed: ${output}`);
}

/**
 * Serves the editor on a free port of the loopback interface.
 * @param {string} name keeps the settings and the log of several servers apart
 * @returns {Promise<{ port: number, stop: () => void }>}
 */
export async function startServer(programs, folder, name, { extraSettings = {}, env = {} } = {}) {
  mkdirSync(join(folder, name, 'User'), { recursive: true });
  writeFileSync(join(folder, name, 'User/settings.json'), JSON.stringify({ ...settings, ...extraSettings }));
  const port = await freePort();
  const log = openSync(join(folder, `${name}.log`), 'a');
  const off = ['--auth=none', '--disable-telemetry', '--disable-update-check', '--disable-workspace-trust', '--disable-proxy'];
  const args = [
    ...profile(folder, name),
    ...off,
    '--disable-getting-started-override',
    '--ignore-last-opened',
    `--bind-addr=127.0.0.1:${port}`,
  ];
  const child = spawn(programs.node, [programs.codeServer, ...args], {
    env: { ...environment(folder), ...env },
    stdio: ['ignore', log, log],
    detached: true,
  });
  // The editor starts processes of its own: the whole group ends with us, however we end.
  const stop = () => {
    process.off('exit', stop);
    try {
      process.kill(-child.pid, 'SIGTERM');
    } catch {
      // It has ended already.
    }
  };
  process.on('exit', stop);
  for (const end = Date.now() + 30_000; ; await pause(50)) {
    if (await answers(port)) return { port, stop };
    if (child.exitCode !== null || end < Date.now()) {
      stop();
      throw new Error(`the editor's server did not start: see \`${name}.log\``);
    }
  }
}

/**
 * A window on a workspace.
 * @param {import('playwright-core').Browser} browser
 * @param {{ port: number, workspace: string, file?: string, log: (line: string) => void }} options `file` is opened at once
 */
export async function openWindow(browser, { port, workspace, file, log }) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  page.on('console', (message) => log(`${message.type()} ${message.text()}`));
  page.on('pageerror', (error) => log(`pageerror ${error.message}`));
  const payload = file ? [['openFile', `vscode-remote://127.0.0.1:${port}${join(workspace, file)}`]] : [];
  const query = new URLSearchParams({ folder: workspace, payload: JSON.stringify(payload) });
  await page.goto(`http://127.0.0.1:${port}/?${query}`, { waitUntil: 'domcontentloaded', timeout: 90_000 });
  await page.waitForSelector('.monaco-workbench', { timeout: 90_000 });
  return { page, close: () => context.close() };
}

/** A copy of the Python files under test, for one window. Its name tells the driver which tests to run. */
export function copyWorkspace(from, folder, name, files) {
  const to = join(folder, 'workspaces', name);
  cpSync(from, to, { recursive: true, filter: (path) => files === undefined || path === from || files.includes(relative(from, path)) });
  return to;
}

/** Makes a workspace a repository with one commit, and lets the editor know of it. */
export function commitWorkspace(workspace) {
  mkdirSync(join(workspace, '.vscode'));
  writeFileSync(join(workspace, '.vscode/settings.json'), JSON.stringify({ 'git.enabled': true }));
  const who = ['-c', 'user.name=Test', '-c', 'user.email=test@example.com', '-c', 'commit.gpgsign=false'];
  for (const args of [
    ['init', '--quiet'],
    ['add', '--all'],
    [...who, 'commit', '--quiet', '--message', 'As it was'],
  ]) {
    const { status, stderr } = spawnSync('git', args, { cwd: workspace, encoding: 'utf8' });
    if (status !== 0) throw new Error(`git ${args.join(' ')}: ${stderr}`);
  }
}

function profile(folder, name) {
  return ['--config=/dev/null', `--user-data-dir=${join(folder, name)}`, `--extensions-dir=${join(folder, 'extensions')}`];
}

function environment(folder) {
  const home = join(folder, 'home');
  mkdirSync(home, { recursive: true });
  const env = { ...process.env, HOME: home, EXTENSIONS_GALLERY: '{}' };
  for (const name of ['CONFIG', 'DATA', 'CACHE', 'STATE']) env[`XDG_${name}_HOME`] = join(home, name.toLowerCase());
  // Set in a terminal of VS Code: the server would hand everything to that window instead.
  delete env.VSCODE_IPC_HOOK_CLI;
  return env;
}

function runToEnd(programs, args, folder) {
  return new Promise((resolve, reject) => {
    const child = spawn(programs.node, [programs.codeServer, ...args], { env: environment(folder), stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (text) => {
        output += text;
      });
    }
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, output }));
  });
}

async function answers(port) {
  try {
    return (await fetch(`http://127.0.0.1:${port}/healthz`)).ok;
  } catch {
    return false;
  }
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer().on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
