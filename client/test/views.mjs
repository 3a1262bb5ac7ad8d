// The tests of the views: an audit is started from the palette, and what the views list is followed to its line by keys alone.
import assert from 'node:assert/strict';
import { appendFileSync, copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { limit, runCommand, waitForLine } from './keys.mjs';

const view = '[id="workbench.view.extension.threadwise"]';
const row = `${view} .monaco-list-row`;

/** In this order, in one window. `run` gets the page, the workspace, and the folder for pictures. */
export const viewTests = [
  { name: 'an audit lists findings by law, and a step of the evidence opens its line', run: followEvidence },
  { name: 'the execution map is walked with the arrow keys, and leads to the source', run: walkMap },
  { name: 'an audit of the changed files lists those that git says differ, and no other', run: auditChanged },
  { name: 'the report of the audit opens in a tab, with its findings and its map', run: readReport },
];

async function followEvidence({ page, workspace, pictures }) {
  await runCommand(page, 'Threadwise: Audit Workspace');
  await page.waitForSelector(`${row} >> text=/Keep the loop free/`, { timeout: 90_000 });
  await page.waitForSelector(`${row} >> text=/Send work where it can run/`, { timeout: limit });
  // Law, rule, finding; its evidence is folded.
  await downTo(page, 'requests.get');
  await page.keyboard.press('ArrowRight');
  await page.waitForSelector(`${row} >> text=/client\\.py:/`, { timeout: limit });
  await downTo(page, 'client.py:');
  await page.keyboard.press('Enter');
  const line = readFileSync(join(workspace, 'client.py'), 'utf8')
    .split('\n')
    .findIndex((it) => it.includes('requests.get'));
  await waitForLine(page, line + 1);
  await page.screenshot({ path: join(pictures, 'findings.png') });
}

/** One file without findings is changed, one with a finding is new, then another; those that stay as they were have findings as well. */
async function auditChanged({ page, workspace }) {
  appendFileSync(join(workspace, 'dice.py'), '\n# changed\n');
  const added = [];
  for (const [name, says] of [
    ['added.py', '1 finding in 2 files'],
    ['more.py', '2 findings in 3 files'],
  ]) {
    copyFileSync(join(workspace, 'shared.py'), join(workspace, name));
    added.push(name);
    await runCommand(page, 'Threadwise: Audit Changed Files');
    await page.waitForSelector(`${view} >> text="${says}"`, { state: 'attached', timeout: limit });
    await waitForListed(page, added);
  }
}

/** The rows follow the count after a moment. */
async function waitForListed(page, names) {
  for (const end = Date.now() + limit; ; await page.waitForTimeout(50)) {
    const places = await page.locator(`${row} .label-description`).allInnerTexts();
    const listed = [...new Set(places.flatMap((it) => /^(.+\.py):\d+$/.exec(it)?.[1] ?? []))].sort();
    if (listed.join() === names.join()) return;
    assert(Date.now() < end, `listed: ${listed.join(', ') || 'nothing'}`);
  }
}

async function walkMap({ page, pictures }) {
  await runCommand(page, 'Threadwise: Show Execution Map');
  const map = page.frameLocator('iframe.webview.ready').frameLocator('#active-frame');
  const boxes = map.locator('svg.map a.node');
  await boxes.first().waitFor({ timeout: 90_000 });
  const jobs = map.locator('svg.map a.node.thread').first();
  await boxes.first().focus();
  for (let steps = 0; steps < 8 && !(await hasFocus(jobs)); steps++)
    await page.keyboard.press(steps % 2 === 0 ? 'ArrowRight' : 'ArrowDown');
  await jobs.focus();
  await page.keyboard.press('Enter');
  const place = map.locator('.details:not([hidden]) button').first();
  await place.waitFor({ timeout: limit });
  await page.screenshot({ path: join(pictures, 'execution-map.png') });
  assert.match(await place.textContent(), /\.py:\d+/);
  await place.focus();
  await page.keyboard.press('Enter');
  const line = /:(\d+)/.exec(await place.textContent())[1];
  await waitForLine(page, Number(line));
}

async function readReport({ page, pictures }) {
  await runCommand(page, 'Threadwise: Open Audit Report');
  await page.waitForSelector('.tab[aria-label^="Audit Report"]', { timeout: 90_000 });
  const frames = page.frameLocator('iframe.webview.ready').last();
  const report = frames.frameLocator('#active-frame');
  await report.locator('#findings .finding').first().waitFor({ timeout: limit });
  assert.equal(await report.locator('svg.map').count(), 1);
  await page.screenshot({ path: join(pictures, 'report.png') });
}

/** Goes down the list, one key at a time, to the row that says so: where the focus starts depends on when the list was filled. */
async function downTo(page, text) {
  const focused = page.locator(`${row}.focused`);
  for (let steps = 0; steps < 20; steps++) {
    if ((await focused.count()) > 0 && (await focused.first().textContent()).includes(text)) return;
    await page.keyboard.press('ArrowDown');
    await page.waitForTimeout(100);
  }
  assert.fail(`no row with ${text} was reached: ${(await rows(page)).join(' | ')}`);
}

const hasFocus = (box) => box.evaluate((it) => it === document.activeElement);
const rows = (page) => page.locator(row).allInnerTexts();
