// Python sources for tests that compare two ways to one answer: the files of the fixtures, and the standard library where one is at hand.
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { namesBelow, nodeHost } from '../src/host/node.js';
import type { EntryKind, Host } from '../src/project/host.js';
import { decode } from '../src/project/source.js';
import { readPage } from './page.js';

const root = join(import.meta.dirname, '../..');

export type Texts = ReadonlyMap<string, string>;

/** The files of every section of every fixture page, each a small project. */
export function fixtureProjects(): ReadonlyMap<string, Texts> {
  const pages = ['test-fixtures/rules', 'test-fixtures/fixes', 'test-fixtures/analysis', 'docs/rules'].flatMap((folder) =>
    readdirSync(join(root, folder)).flatMap((name) => (name.endsWith('.md') ? [`${folder}/${name}`] : [])),
  );
  const sections = pages.flatMap((path) => readPage(path, readFileSync(join(root, path), 'utf8')).sections);
  return new Map(sections.map((it) => [`${it.page}:${it.at}`, new Map(it.files.map((file) => [file.path, file.text]))]));
}
export const fixtureTexts = (): readonly string[] => [...fixtureProjects().values()].flatMap((it) => [...it.values()]);

/** Files that exist nowhere else, in the folder `.`. */
export function memoryHost(texts: Texts): Host {
  const names = nodeHost(namesBelow(root));
  const kinds = new Map<string, EntryKind>([['.', 'folder']]);
  for (const path of texts.keys()) {
    kinds.set(path, 'file');
    for (let up = path.lastIndexOf('/'); up > 0; up = path.lastIndexOf('/', up - 1)) kinds.set(path.slice(0, up), 'folder');
  }
  return {
    ...names,
    list: async () => ({ files: [...texts.keys()].sort(), unread: [] }),
    kind: async (path) => kinds.get(path),
    async entries(folder) {
      const inside = [...kinds].filter(([path]) => path !== '.' && names.parent(path) === folder);
      return new Map(inside.map(([path, kind]) => [names.name(path), kind]));
    },
    async read(file) {
      const text = texts.get(file);
      return text === undefined ? { problem: 'does not exist' } : { bytes: new TextEncoder().encode(text) };
    },
    stat: async () => undefined,
  };
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
