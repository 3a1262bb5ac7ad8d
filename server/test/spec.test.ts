// Runs every fixture page; `UPDATE=1` rewrites the diff, refused and evidence blocks in place.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rules } from '../src/rules/index.js';
import { loadParser, type Parser } from '../src/syntax/load.js';
import { type Answer, readPage } from './page.js';
import { judge } from './spec.js';

const folders = ['test-fixtures/rules', 'test-fixtures/fixes', 'test-fixtures/analysis', 'docs/rules'];
const pages = folders
  .flatMap((folder) => readdirSync(folder).map((name) => `${folder}/${name}`))
  .filter((it) => it.endsWith('.md'))
  .sort();

/** The tiers in which each fix was made, over all pages. */
const reached = new Map<string, Set<string>>();
let judged = 0;

let parser: Parser;
beforeAll(async () => {
  const require = createRequire(import.meta.url);
  const bytes = (name: string) => readFileSync(require.resolve(name));
  parser = await loadParser(bytes('web-tree-sitter/web-tree-sitter.wasm'), bytes('tree-sitter-python/tree-sitter-python.wasm'));
});

describe.each(pages)('%s', (path) => {
  const page = readPage(path, readFileSync(path, 'utf8'));
  const answers = new Map<Answer, string>();

  for (const section of page.sections) {
    it(section.title, () => {
      const verdict = judge(section, parser);
      judged++;
      for (const { repair } of verdict.repairs) reached.set(repair.id, (reached.get(repair.id) ?? new Set()).add(String(repair.tier)));
      for (const [answer, text] of verdict.answers) answers.set(answer, text);
      if (verdict.wrong.length > 0) expect.fail(verdict.wrong.join('\n'));
    });
  }

  afterAll(() => {
    if (process.env.UPDATE !== '1') return;
    const lines = page.text.split('\n');
    for (const [answer, text] of [...answers].sort(([a], [b]) => b.from - a.from)) {
      lines.splice(answer.from, answer.to - answer.from, ...text.split('\n'));
    }
    const text = lines.join('\n');
    if (text !== page.text) writeFileSync(path, text);
  });
});

describe('the best tier that a fix says it reaches', () => {
  const fixes = new Map(rules.flatMap((it) => ('none' in it.fixes ? [] : it.fixes.map((fix) => [fix.id, fix.best] as const))));

  it('is reached on some page, and never surpassed', ({ skip }) => {
    const all = pages.reduce((sum, path) => sum + readPage(path, readFileSync(path, 'utf8')).sections.length, 0);
    skip(judged < all, 'only some pages were judged');
    const wrong = [...fixes].flatMap(([id, best]) => {
      const tiers = reached.get(id) ?? new Set();
      if (best === 'review' && tiers.has('safe')) return [`${id} says \`review\` and is safe`];
      return tiers.has(best) ? [] : [`${id} says \`${best}\` and is ${[...tiers].join(', ') || 'never made'}`];
    });
    expect(wrong).toEqual([]);
  });
});
