// `npm test`: installs, builds, runs every check there is, and closes with one line that sums them up. `--fast` is the inner loop.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { root, setUp } from './set-up.mjs';

/** @typedef {{ passed: number, failed: number, skipped: number, notes: string[] }} Outcome `notes` say in words what failed or was skipped */

const args = process.argv.slice(2);
const fast = args.includes('--fast');
const filters = vitestFilters(args.filter((arg) => arg !== '--fast'));
const scratch = mkdtempSync(join(tmpdir(), 'threadwise-test-'));
const total = { passed: 0, failed: 0, skipped: 0, notes: [] };

try {
  // In the order of what is most often wrong and soonest known; nothing hides a later failure.
  add(single('set-up and build', setUp({ build: 'always' })));
  if (total.failed === 0) {
    const quick = [
      check('types', [
        'node_modules/typescript/bin/tsc',
        '--noEmit',
        '-p',
        '.',
        '--incremental',
        '--tsBuildInfoFile',
        'node_modules/.cache/threadwise/types.json',
      ]),
      check('lint', ['node_modules/@biomejs/biome/bin/biome', 'ci']),
    ];
    for (const outcome of await Promise.all(quick)) add(outcome);
    add(await vitest());
    if (!fast) {
      add(await check('package', ['scripts/package.mjs']));
      add(await editorTests());
    }
  }
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
for (const note of total.notes) process.stdout.write(`${note}\n`);
process.stdout.write(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped\n`);
process.exitCode = total.failed > 0 ? 1 : 0;

/** Options and names of test files go to vitest as they are; any other word is part of a test's name, such as a rule. */
function vitestFilters(words) {
  const files = readdirSync(join(root, 'server/test'), { recursive: true }).map(String);
  return words.flatMap((word, at) => {
    const isOption = word.startsWith('-') || words[at - 1] === '-t' || words[at - 1] === '--testNamePattern';
    return isOption || files.some((file) => join('server/test', file).includes(word)) ? [word] : ['-t', word];
  });
}

async function vitest() {
  const report = join(scratch, 'vitest.json');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  // Vite warns of a change in its next major version, in the name of the configuration file.
  const env = { ...process.env, VITE_CONFIG_NATIVE_IGNORE_WARNING: 'true', ...(fast && { THREADWISE_FAST: '1' }) };
  const { code } = await run(['node_modules/vitest/vitest.mjs', 'run', ...reporters, ...filters], { env, stdio: 'inherit' });
  if (!existsSync(report)) return single('vitest, which ended without a report', false);
  return summarise(JSON.parse(readFileSync(report, 'utf8')), code);
}

/** A file that could not be loaded, and an error outside of every test, count as one failure each. @returns {Outcome} */
function summarise(report, code) {
  const tests = report.testResults.flatMap((file) => file.assertionResults);
  const named = (status) => tests.filter((test) => status.includes(test.status)).map((test) => test.fullName);
  const broken = report.testResults.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
  );
  const failed = [...named(['failed']), ...broken.map((file) => `${relative(root, file.name)}: ${file.message}`)];
  if (code !== 0 && failed.length === 0)
    failed.push(tests.length === 0 ? 'vitest found no test' : 'vitest saw an error outside of every test');
  // Vitest calls a test skipped, too, when a filter leaves it out.
  const skipped = filters.length > 0 ? [] : named(['skipped', 'pending', 'todo', 'disabled']);
  const notes = [...failed.map((name) => `failed: ${name}`), ...skipped.map((name) => `skipped: ${name}`)];
  return { passed: named(['passed']).length, failed: failed.length, skipped: skipped.length, notes };
}

/** The real editor decides for itself whether it can run here, and names each test either way. @returns {Promise<Outcome>} */
async function editorTests() {
  const { name, version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const vsix = `dist/${name}-${version}.vsix`;
  const result = join(scratch, 'editor.json');
  await run(['client/test/run.mjs', '--vsix', vsix, '--result', result], { stdio: 'inherit' });
  if (!existsSync(result)) return single('editor tests, which ended without a result', false);
  const { tests } = JSON.parse(readFileSync(result, 'utf8'));
  const skipped = tests.filter((test) => test.skipped);
  const failed = tests.filter((test) => !test.ok);
  const notes = [
    ...failed.map((test) => `failed: editor: ${test.name}`),
    ...skipped.map((test) => `skipped: editor: ${test.name}: ${test.skipped}`),
  ];
  return { passed: tests.length - failed.length - skipped.length, failed: failed.length, skipped: skipped.length, notes };
}

/** One program that is right or wrong as a whole; it is heard only when it is wrong. */
async function check(name, command) {
  const { code, output } = await run(command, { stdio: ['ignore', 'pipe', 'pipe'] });
  if (code !== 0) process.stdout.write(`${output}\n`);
  return single(name, code === 0);
}

/** @returns {Outcome} */
function single(name, passed) {
  process.stdout.write(`${name}: ${passed ? 'passed' : 'failed'}\n`);
  return { passed: passed ? 1 : 0, failed: passed ? 0 : 1, skipped: 0, notes: passed ? [] : [`failed: ${name}`] };
}

/** @param {Outcome} outcome */
function add(outcome) {
  total.passed += outcome.passed;
  total.failed += outcome.failed;
  total.skipped += outcome.skipped;
  total.notes.push(...outcome.notes);
}

function run(command, options) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, command, { cwd: root, ...options });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (text) => (output += text));
    child.on('error', (error) => resolve({ code: 1, output: error.message }));
    child.on('close', (code) => resolve({ code: code ?? 1, output }));
  });
}
