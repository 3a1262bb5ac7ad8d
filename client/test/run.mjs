// Runs the installed extension in a real VS Code and reports every test: `run.mjs --vsix FILE --result FILE [--media FOLDER] [--window NAME]`.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import { commitWorkspace, copyWorkspace, installExtensions, openWindow, startServer } from './editor.mjs';
import { keyboardFiles, keyboardTests } from './keyboard.mjs';
import { setUpEditor } from './setup.mjs';
import { viewTests } from './views.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const require = createRequire(import.meta.url);
const started = Date.now();
const say = (line) => process.stderr.write(`${((Date.now() - started) / 1000).toFixed(1).padStart(6)}s  ${line}\n`);

/** Every test there is, by the window it runs in; known without an editor, so that skipped ones can be named. */
const windows = {
  extension: require('./driver/extension-tests.cjs'),
  keyboard: keyboardTests,
  views: viewTests,
  web: require('./driver/web-tests.cjs'),
};
/** What `--media` takes over for the README. */
const pictures = ['finding.png', 'hover.png', 'findings.png', 'execution-map.png'];
/** Longest time for all tests of one window. */
const limit = 300_000;

async function main() {
  const { values } = parseArgs({
    options: { vsix: { type: 'string' }, result: { type: 'string' }, media: { type: 'string' }, window: { type: 'string' } },
  });
  if (!values.vsix || !existsSync(values.vsix)) {
    process.stderr.write(`\`--vsix\` names no file${values.vsix ? `: \`${values.vsix}\`` : ''}\n`);
    return 2;
  }
  const tests = await runAll(resolve(values.vsix), values.media, values.window);
  if (values.result) {
    mkdirSync(dirname(resolve(values.result)), { recursive: true });
    writeFileSync(values.result, `${JSON.stringify({ tests }, null, 2)}\n`);
  }
  let last = '';
  for (const it of tests) {
    const why = it.skipped ?? it.error ?? '';
    say(`${it.skipped ? 'skipped' : it.ok ? 'passed ' : 'FAILED '} ${it.name}${why && why !== last ? `: ${why}` : ''}`);
    last = why;
  }
  return tests.every((it) => it.ok) ? 0 : 1;
}

/** `only` names one window, while its tests are written. */
async function runAll(vsix, media, only) {
  let programs;
  try {
    programs = setUpEditor(say);
  } catch (error) {
    return everyTest({ ok: false, error: error.message });
  }
  if ('skip' in programs) return everyTest({ ok: true, skipped: programs.skip });
  const folder = mkdtempSync(join(tmpdir(), 'threadwise-editor-'));
  const remove = () => rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  process.once('exit', remove);
  try {
    const tests = await runWindows(programs, folder, vsix, only);
    keepTraces(folder, tests, media);
    return tests;
  } catch (error) {
    return everyTest({ ok: false, error: error.stack });
  } finally {
    process.off('exit', remove);
    remove();
  }
}

async function runWindows(programs, folder, vsix, only) {
  for (const name of ['results', 'traces']) mkdirSync(join(folder, name));
  say('installing the extension');
  const driver = packDriver(folder);
  await installExtensions(programs, folder, [vsix, driver]);
  const env = { THREADWISE_TEST_RESULTS: join(folder, 'results') };
  const extraSettings = { 'remote.extensionKind': { 'threadwise.threadwise': ['web'] } };
  const browser = await chromium.launch({ executablePath: programs.chromium, args: ['--disable-gpu', '--disable-dev-shm-usage'] });
  const servers = [];
  try {
    const server = await startServer(programs, folder, 'server', { env });
    servers.push(server);
    const run = (name, port, work) => (only && only !== name ? [] : inWindow({ browser, folder, name, port, work }));
    const first = await run('extension', server.port, reportOfDriver);
    const second = await run('keyboard', server.port, pressKeys(keyboardTests));
    const third = await run('views', server.port, pressKeys(viewTests));
    const webServer = await startServer(programs, folder, 'web-server', { env, extraSettings });
    servers.push(webServer);
    return [...first, ...second, ...third, ...(await run('web', webServer.port, reportOfDriver))];
  } finally {
    await browser.close();
    for (const it of servers) it.stop();
  }
}

/** The tests of the extension host travel as an extension of their own, so that the one under test stays as it ships. */
function packDriver(folder) {
  const path = join(folder, 'driver.vsix');
  const vsce = fileURLToPath(import.meta.resolve('@vscode/vsce/package.json'));
  const args = [
    join(dirname(vsce), 'vsce'),
    'package',
    '--no-dependencies',
    '--allow-star-activation',
    '--allow-missing-repository',
    '--skip-license',
    '-o',
    path,
  ];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: join(here, 'driver'), encoding: 'utf8' });
  if (status !== 0) throw new Error(`the test driver could not be packed: ${stdout}${stderr}`);
  return path;
}

/** Opens a window on a fresh copy of the files, runs its tests, and leaves a picture of its last state. */
async function inWindow({ browser, folder, name, port, work }) {
  say(`opening the window \`${name}\``);
  const workspace = copyWorkspace(join(here, 'workspace'), folder, name, name === 'keyboard' ? keyboardFiles : undefined);
  if (name === 'views') commitWorkspace(workspace);
  const lines = [];
  const window = await openWindow(browser, {
    port,
    workspace,
    file: name === 'keyboard' ? keyboardFiles[0] : undefined,
    log: (line) => lines.push(line),
  });
  try {
    return await work({ page: window.page, folder, workspace, name });
  } finally {
    await window.page.screenshot({ path: join(folder, 'traces', `${name}.png`) }).catch(() => {});
    writeFileSync(join(folder, 'traces', `${name}.log`), lines.join('\n'));
    await window.close();
  }
}

/** The driver reports in a file; what it never reached counts as failed. */
async function reportOfDriver({ folder, name }) {
  const path = join(folder, 'results', `${name}.json`);
  let report = { tests: [], running: 'nothing: the driver was not started', done: false };
  for (const end = Date.now() + limit; !report.done && Date.now() < end; await pause(100)) {
    if (existsSync(path)) report = JSON.parse(readFileSync(path, 'utf8'));
  }
  const missing = windows[name].slice(report.tests.length);
  return [
    ...report.tests,
    ...missing.map((it) => ({ name: it.name, ok: false, error: `not finished after ${limit} ms; running: ${report.running}`, ms: 0 })),
  ];
}

const pressKeys =
  (all) =>
  async ({ page, folder, workspace }) => {
    const tests = [];
    for (const test of all) {
      say(test.name);
      const since = Date.now();
      const error = await test.run({ page, workspace, pictures: join(folder, 'traces') }).then(
        () => undefined,
        (reason) => String(reason?.stack ?? reason),
      );
      tests.push({ name: test.name, ok: error === undefined, ...(error && { error }), ms: Date.now() - since });
    }
    return tests;
  };

/** Pictures and logs of the last run stay in a folder that git ignores; `--media` takes over those for the README, of a run that passed. */
function keepTraces(folder, tests, media) {
  const kept = join(here, '.run');
  rmSync(kept, { recursive: true, force: true });
  cpSync(join(folder, 'traces'), kept, { recursive: true });
  for (const name of ['server.log', 'web-server.log']) {
    if (existsSync(join(folder, name))) cpSync(join(folder, name), join(kept, name));
  }
  if (tests.some((it) => !it.ok)) say('pictures and logs of this run are in `client/test/.run`');
  else if (media) for (const name of pictures) if (existsSync(join(kept, name))) cpSync(join(kept, name), join(media, name));
}

function everyTest(outcome) {
  return Object.values(windows).flatMap((tests) => tests.map((it) => ({ name: it.name, ...outcome, ms: 0 })));
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => process.exit(130));
process.exitCode = await main();
