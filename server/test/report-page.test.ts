// The report in Chromium: filter, groups, map and keyboard work, both color schemes can be read, and nothing is loaded.
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium, type Locator, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findChromium } from '../../client/test/setup.mjs';
import { complaints, faint, focusName } from './page-checks.mjs';
import { scratch } from './terminal.js';

const root = join(import.meta.dirname, '../..');
const fast = process.env.THREADWISE_FAST === '1';
const executablePath = fast ? undefined : findChromium();
if (executablePath === undefined) {
  const reason = fast ? 'the fast tests open no browser' : 'Chromium was not found';
  it.skip(`the report in a browser: ${reason}`, () => {});
}

describe.skipIf(executablePath === undefined)('the report in a browser', () => {
  const at = scratch({ 'bad.py': `x = "${'\u0000'}"\n` });
  let browser: Browser;
  let page: Page;
  const troubles: string[] = [];

  const open = async (options: Parameters<Browser['newPage']>[0] = {}): Promise<Page> => {
    const made = await browser.newPage({ viewport: { width: 1200, height: 900 }, ...options });
    made.on('console', (it) => troubles.push(`${it.type()}: ${it.text()}`));
    made.on('pageerror', (it) => troubles.push(it.message));
    made.on('request', (it) => it.url() !== address && troubles.push(`request: ${it.url()}`));
    await made.goto(address);
    return made;
  };
  const address = pathToFileURL(join(at.folder, 'report.html')).href;
  const shown = (it: Page = page): Promise<readonly string[]> => it.locator('article:visible .rule').allTextContents();

  const isOpen = async (it: Locator): Promise<boolean> => (await it.locator('details').first().getAttribute('open')) !== null;

  beforeAll(async () => {
    for (const name of ['kitchen', 'shop']) cpSync(join(root, 'test-fixtures/projects', name), join(at.folder, name), { recursive: true });
    await at.run(['audit', '.', '--no-cache', '--output-format', 'html=report.html']);
    browser = await chromium.launch({ ...(executablePath ? { executablePath } : {}), args: ['--disable-gpu', '--disable-dev-shm-usage'] });
    page = await open();
  });
  afterAll(async () => {
    await browser?.close();
    at.remove();
  });

  it('filters by text, law, rule and severity, and says how many are left', async () => {
    const all = await shown();
    expect(all.length).toBeGreaterThan(3);
    const count = page.locator('#count');
    expect(await count.textContent()).toBe(`${all.length} of ${all.length} shown`);
    await page.getByLabel('Text').fill('guests.py lock');
    expect(await shown()).toEqual(['unguarded-read-modify-write']);
    expect(await count.textContent()).toBe(`1 of ${all.length} shown`);
    await page.getByLabel('Text').fill('no such thing');
    expect(await shown()).toEqual([]);
    expect(await page.locator('#none').isVisible()).toBe(true);
    await page.getByLabel('Text').fill('');
    await page.locator('select[name=law]').selectOption('owner');
    expect(await shown()).toEqual(['unguarded-read-modify-write', 'inconsistent-lock-use']);
    await page.locator('select[name=severity]').selectOption('warning');
    expect(await page.locator('article:visible .severity').allTextContents()).toEqual([]);
    await page.locator('select[name=law]').selectOption('');
    await page.locator('select[name=severity]').selectOption('');
    await page.locator('select[name=rule]').selectOption('blocking-sleep');
    expect(await shown()).toEqual(['blocking-sleep']);
    await page.locator('select[name=rule]').selectOption('');
    expect((await shown()).length).toBe(all.length);
  });

  it('groups by place and back', async () => {
    const titles = (): Promise<readonly string[]> => page.locator('.group:visible h3').allTextContents();
    const byLaw = await titles();
    expect(byLaw[0]).toMatch(/^1\. Keep the loop free \d+$/);
    await page.getByLabel('by place').check();
    expect(await titles()).toContain('kitchen/kitchen/guests.py 1');
    await page.getByLabel('by law').check();
    expect(await titles()).toEqual(byLaw);
  });

  it('the keyboard reaches everything: the map by arrows, its panel by Space, findings by Enter', async () => {
    const one = await open();
    const focused = (): Promise<string> => one.evaluate(focusName);
    await one.keyboard.press('Tab');
    expect(await focused()).toBe('a Skip to the findings');
    for (let at = 0; at < 12 && !/^a (?:entry|thread|task)/.test(await focused()); at++) await one.keyboard.press('Tab');
    expect(await focused()).toMatch(/^a entry /);
    await one.keyboard.press('End');
    const last = await focused();
    expect(last).toMatch(/^a state /);
    await one.keyboard.press('ArrowLeft');
    expect(await focused()).not.toBe(last);
    await one.keyboard.press('Home');
    await one.keyboard.press('Space');
    expect(await one.locator('#panel').isVisible()).toBe(true);
    expect(await one.locator('#panel').textContent()).toMatch(/starts/);
    await one.keyboard.press('Escape');
    expect(await one.locator('#panel').isVisible()).toBe(false);
    await one.keyboard.press('Tab');
    expect(await focused()).toBe('summary The map in words');
    await one.locator('#f0 summary').first().focus();
    const was = await isOpen(one.locator('#f0'));
    await one.keyboard.press('Enter');
    expect(await isOpen(one.locator('#f0'))).toBe(!was);
    await one.close();
  });

  it('a node of the map lights up what it is connected to, and leads to its findings', async () => {
    const node = page.locator('a.node', { hasText: 'guests' }).last();
    await node.click();
    expect(await page.locator('path.edge.on').count()).toBeGreaterThan(0);
    await page.locator('#panel a', { hasText: 'unguarded-read-modify-write' }).click();
    const article = page.locator('article[data-rule="unguarded-read-modify-write"]');
    expect(await isOpen(article)).toBe(true);
    expect(await article.locator('.chains.beside > section').count()).toBe(2);
  });

  it('everything has a name, headings have an order, and a role has what it needs', async () => {
    expect(await page.evaluate(complaints)).toEqual([]);
  });

  it.each(['light', 'dark'] as const)('every text stands out from its ground when the reader wants it %s', async (colorScheme) => {
    const one = await open({ colorScheme });
    await one.evaluate("for (const it of document.querySelectorAll('details')) it.open = true");
    expect(await one.evaluate('getComputedStyle(document.body).backgroundColor')).toBe(
      colorScheme === 'dark' ? 'rgb(22, 24, 27)' : 'rgb(251, 251, 250)',
    );
    expect(await one.evaluate(faint)).toEqual([]);
    await one.close();
  });

  it('fits a narrow window, and shows everything without its script', async () => {
    const one = await open({ viewport: { width: 360, height: 700 }, javaScriptEnabled: false });
    expect(await one.locator('article:visible').count()).toBe((await shown()).length);
    expect(await one.locator('form:visible').count()).toBe(0);
    await one.close();
    const two = await open({ viewport: { width: 360, height: 700 } });
    expect(await two.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(360);
    await two.close();
  });

  it('asked for nothing and complained about nothing', () => {
    expect(troubles).toEqual([]);
  });
});
