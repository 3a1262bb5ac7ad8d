// `npm run screenshots`: takes the pictures of the report and of the terminal for the docs, in Chromium, from the demo project `kitchen`.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { findChromium } from '../client/test/setup.mjs';
import { ansiToHtml } from './ansi.mjs';
import { root, setUp } from './set-up.mjs';

const media = join(root, 'docs/media');
const project = join(root, 'test-fixtures/projects/kitchen');
/** Bytes of a picture at most: a clone carries all of them for ever. */
const largest = 150_000;

/** Each shows one thing: the map, a race with its fix in the dark, and the terminal. */
const pictures = [
  { name: 'report.png', scheme: 'light', width: 1260, height: 900, show: '#map' },
  { name: 'report-race.png', scheme: 'dark', width: 1120, height: 860, show: 'article[data-rule="unguarded-read-modify-write"]' },
];

if (!setUp({ build: 'stale' })) process.exit(2);
const executablePath = findChromium();
if (!executablePath) {
  process.stderr.write('screenshots: Chromium was not found; THREADWISE_CHROMIUM can name one\n');
  process.exit(2);
}
const folder = mkdtempSync(join(tmpdir(), 'threadwise-pictures-'));
const browser = await chromium.launch({ executablePath, args: ['--disable-gpu', '--disable-dev-shm-usage', '--force-color-profile=srgb'] });
try {
  const page = join(folder, 'report.html');
  threadwise(['audit', '.', '--exit-zero', '--no-cache', '--output-format', `html=${page}`]);
  for (const it of pictures) await shoot(it.name, it, `file://${page}`, it.show);
  const text = threadwise(['check', '.', '--exit-zero', '--no-cache', '--color', 'always', '--select', 'inconsistent-lock-use']);
  const size = { scheme: 'dark', width: 980, height: 600 };
  await shoot('terminal.png', size, undefined, 'pre', ansiToHtml(`$ threadwise check\n${text}`));
} finally {
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
}

function threadwise(args) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, 'dist/cli.js'), ...args], { cwd: project, encoding: 'utf8' });
  if (status !== 0) throw new Error(`\`threadwise ${args.join(' ')}\` failed: ${stderr}`);
  return stdout;
}

async function shoot(name, { scheme, width, height }, address, show, content) {
  const page = await browser.newPage({ viewport: { width, height }, colorScheme: scheme });
  if (address) await page.goto(address);
  else await page.setContent(content);
  const path = join(media, name);
  await page.locator(show).first().screenshot({ path });
  await page.close();
  const bytes = statSync(path).size;
  if (bytes > largest) throw new Error(`${name} has ${bytes} bytes, more than ${largest}`);
  process.stdout.write(`${name}: ${Math.round(bytes / 1000)} kB, ${dimensions(path)}\n`);
}
/** A PNG says its size in the first chunk. */
function dimensions(path) {
  const bytes = readFileSync(path);
  return `${bytes.readUInt32BE(16)} x ${bytes.readUInt32BE(20)}`;
}
