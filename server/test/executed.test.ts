// Runs every fixture section with `run: true` in real Python, before and after each fix, under fork and under spawn.
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadParser, type Parser } from '../src/syntax/load.js';
import { execute, findPython, type Missing, type Python, type StartMethod, withPackages } from './executed.js';
import { readPage, type Section } from './page.js';
import { type Files, judge } from './spec.js';

const sections = ['test-fixtures/rules', 'test-fixtures/analysis', 'docs/rules']
  .flatMap((folder) => readdirSync(folder).map((name) => `${folder}/${name}`))
  .filter((it) => it.endsWith('.md'))
  .sort()
  .flatMap((path) => readPage(path, readFileSync(path, 'utf8')).sections)
  .filter((it) => it.run);

let parser: Parser;
let plain: Python | Missing;
let packed: Python | Missing;
beforeAll(async () => {
  const require = createRequire(import.meta.url);
  const bytes = (name: string) => readFileSync(require.resolve(name));
  parser = await loadParser(bytes('web-tree-sitter/web-tree-sitter.wasm'), bytes('tree-sitter-python/tree-sitter-python.wasm'));
  plain = await findPython();
  packed = plain;
  if (!('missing' in plain) && sections.some((it) => it.packages.length > 0)) {
    packed = await withPackages(plain, 'test-fixtures/requirements.txt');
  }
}, 600_000);

/** Fixes are compared with the section as written, so each is run once per start method. */
async function compare(section: Section, python: Python, method: StartMethod): Promise<void> {
  const files: Files = new Map(section.files.map((it) => [it.path, it.text]));
  const before = await execute(python, files, section.main, method);
  expect(before, before.errors).toMatchObject({ code: 0 });
  for (const { repair, files: repaired } of judge(section, parser).repairs) {
    const after = await execute(python, repaired, section.main, method);
    const text = `after \`${repair.id}\` under ${method}\n${after.errors}`;
    expect({ output: after.output, code: after.code }, text).toEqual({ output: before.output, code: before.code });
  }
}

describe.each(['fork', 'spawn'] as const)('under %s', (method) => {
  it.for(sections)('$page: $title', { timeout: 300_000 }, async (section, { skip }) => {
    const python = section.packages.length > 0 ? packed : plain;
    if ('missing' in python) return skip(python.missing);
    if (!python.methods.includes(method)) return skip(`this platform has no ${method}`);
    await compare(section, python, method);
  });
});
