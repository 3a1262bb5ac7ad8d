// Python sources for tests that compare two ways to one answer: the files of the fixtures, and the standard library where one is at hand.
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decode } from '../src/project/source.js';
import { readPage } from './page.js';

const root = join(import.meta.dirname, '../..');

/** Texts of the files of every fixture page. */
export function fixtureTexts(): readonly string[] {
  const pages = ['test-fixtures/rules', 'test-fixtures/analysis', 'docs/rules'].flatMap((folder) =>
    readdirSync(join(root, folder)).flatMap((name) => (name.endsWith('.md') ? [`${folder}/${name}`] : [])),
  );
  return pages.flatMap((path) =>
    readPage(path, readFileSync(join(root, path), 'utf8')).sections.flatMap((it) => it.files.map((file) => file.text)),
  );
}

/** Modules of the standard library of the `python3` on the path, by name; none where there is no such Python. */
export function libraryTexts(): ReadonlyMap<string, string> {
  const { stdout, status } = spawnSync('python3', ['-c', 'import sysconfig; print(sysconfig.get_paths()["stdlib"])'], { encoding: 'utf8' });
  const folder = stdout?.trim();
  if (status !== 0 || !folder) return new Map();
  const texts = new Map<string, string>();
  for (const name of readdirSync(folder, { recursive: true }).map(String).sort()) {
    if (!name.endsWith('.py') || /(^|[\\/])(tests?|idle_test|site-packages|lib2to3)[\\/]/.test(name)) continue;
    const decoded = decode(readFileSync(join(folder, name)));
    if ('text' in decoded) texts.set(name.replaceAll('\\', '/'), decoded.text);
  }
  return texts;
}
