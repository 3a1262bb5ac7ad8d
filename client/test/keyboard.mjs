// The tests that use the editor as a person does, by keys alone. They take the picture of a finding on the way.
import assert from 'node:assert/strict';
import { copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const squiggle = '.editor-instance .squiggly-warning';
const menuRow = '.action-widget .monaco-list-row.action';
const problemRow = '.markers-panel .monaco-list-row';
const limit = 60_000;

const files = join(import.meta.dirname, 'workspace');

/** What the workspace of these tests holds; the first file is open. */
export const keyboardFiles = ['report.py', 'pipeline.py', 'dice.py'];

/** In this order, in one window. `run` gets the page, the workspace, and the folder for pictures. */
export const keyboardTests = [
  { name: 'with the keyboard alone, a squiggle is found, its fix is chosen from the menu, and the file is saved', run: chooseFix },
  { name: 'a file that appears on disk is analysed, and its refused rewrite is disabled in the menu', run: readRefusal },
];

async function chooseFix({ page, workspace, pictures }) {
  const onDisk = () => readFileSync(join(workspace, 'report.py'), 'utf8');
  const before = onDisk();
  await page.waitForSelector(squiggle, { timeout: 90_000 });
  await page.keyboard.press('Control+b');
  const line = before.split('\n').findIndex((it) => it.includes('pool.map'));
  const toCall = () => goTo(page, line + 1, before.split('\n')[line].indexOf('map') + 1);
  await toCall();
  await readHover(page, pictures);
  await page.keyboard.press('Control+Shift+m');
  await page.waitForSelector(problemRow, { timeout: limit });
  await page.keyboard.press('Control+1');
  await toCall();
  await openMenu(page, 'Control+.');
  await page.screenshot({ path: join(pictures, 'finding.png') });
  await choose(page, /ProcessPoolExecutor/);
  await waitForText(page, 'ProcessPoolExecutor');
  await page.keyboard.press('Control+s');
  // While the editor writes, the file is empty for a moment.
  for (const end = Date.now() + limit; ['', before].includes(onDisk()); await pause(50)) assert(Date.now() < end, 'the file was not saved');
  assert.equal(onDisk(), before.replaceAll('ThreadPoolExecutor', 'ProcessPoolExecutor'));
  await page.waitForFunction((it) => document.querySelectorAll(it).length === 0, squiggle, { timeout: limit });
}

async function readRefusal({ page, workspace }) {
  copyFileSync(join(files, 'shared.py'), join(workspace, 'shared.py'));
  await page.waitForSelector(`${problemRow} >> text=shared.py`, { timeout: limit });
  // The next problem is in the new file.
  await page.keyboard.press('F8');
  await waitForText(page, 'found.append');
  await page.keyboard.press('Escape');
  // VS Code lists disabled actions only where a kind was asked for, as the Refactor menu does.
  await openMenu(page, 'Control+Shift+r');
  const rows = await page.locator(`${menuRow}.option-disabled`).allInnerTexts();
  assert(
    rows.some((it) => /ProcessPoolExecutor/.test(it)),
    `disabled in the menu: ${rows.join(', ') || 'nothing'}`,
  );
  await page.keyboard.press('Escape');
}

/** The hover at the cursor says what it has to, in its order; Escape closes it. A hover is a quarter as high as the editor at most. */
async function readHover(page, pictures) {
  const { width, height } = page.viewportSize();
  await page.setViewportSize({ width, height: height * 4 });
  await page.keyboard.press('Control+k');
  await page.keyboard.press('Control+i');
  const hover = page.locator('.monaco-resizable-hover', { hasText: 'What would make it fine' });
  await hover.waitFor({ state: 'visible', timeout: limit });
  assert.match(await hover.textContent(), /under the GIL.*Why.*What would make it fine.*Options.*ProcessPoolExecutor.*Judged for Python/s);
  const { y, height: own } = await hover.boundingBox();
  const content = hover.locator('.monaco-hover-content');
  assert.equal(await content.evaluate((it) => it.scrollHeight - it.clientHeight), 0, 'the picture would not show all of it');
  await page.screenshot({ path: join(pictures, 'hover.png'), clip: { x: 0, y: 0, width, height: Math.ceil(y + own) + 12 } });
  await page.keyboard.press('Escape');
  await page.setViewportSize({ width, height });
}

/** Ctrl+G; the status bar tells when the cursor has arrived. */
async function goTo(page, line, column) {
  await page.keyboard.press('Control+g');
  await page.waitForSelector('.quick-input-box input', { state: 'visible', timeout: limit });
  await page.keyboard.type(`${line}:${column}`);
  await page.keyboard.press('Enter');
  const place = `Ln ${line}, Col ${column}`;
  await page.waitForFunction((it) => document.querySelector('.statusbar')?.textContent.includes(it), place, { timeout: limit });
}

/** A key press is lost when the machine is busy: pressed again until the menu is there. */
async function openMenu(page, keys) {
  for (let tries = 1; ; tries++) {
    await page.keyboard.press(keys);
    try {
      await page.waitForSelector(menuRow, { timeout: 3000 });
      return;
    } catch (error) {
      if (tries === 6) throw error;
    }
  }
}

/** Walks down the menu to the entry and presses Enter. */
async function choose(page, title) {
  for (let steps = 0; steps < 12; steps++) {
    const focused = await page.locator(`${menuRow}.focused`).allInnerTexts();
    if (focused.some((it) => title.test(it))) return page.keyboard.press('Enter');
    await page.keyboard.press('ArrowDown');
  }
  throw new Error(`the menu offers: ${(await page.locator(menuRow).allInnerTexts()).join(', ') || 'nothing'}`);
}

/** The text of the editor has no-break spaces between its words. */
async function waitForText(page, text) {
  await page.waitForFunction((it) => document.querySelector('.view-lines')?.textContent.includes(it), text, { timeout: limit });
}
