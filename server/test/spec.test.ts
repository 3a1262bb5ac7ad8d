// Runs every fixture page; `UPDATE=1` rewrites the diff, refused and evidence blocks in place.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadParser, type Parser } from '../src/syntax/load.js';
import { type Answer, readPage } from './page.js';
import { judge } from './spec.js';

const folders = ['test-fixtures/rules', 'test-fixtures/fixes', 'test-fixtures/analysis', 'docs/rules'];
const pages = folders
  .flatMap((folder) => readdirSync(folder).map((name) => `${folder}/${name}`))
  .filter((it) => it.endsWith('.md'))
  .sort();

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
