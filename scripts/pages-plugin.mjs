// Embeds the rule pages, the version and the stamp of the facts: `threadwise:pages`, `__VERSION__`, `__FACTS__`, for esbuild and vitest alike.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const pagesFolder = join(root, 'docs/rules');
const moduleName = 'threadwise:pages';

/** Everything that decides which facts a text gives, and how they are packed. */
const makers = ['server/src/facts', 'server/src/syntax', 'server/src/model.ts', 'server/src/limits.ts', 'grammars/grammar.json'];

/** What esbuild and vite replace in the sources. */
export const defines = {
  __VERSION__: JSON.stringify(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version),
  __FACTS__: JSON.stringify(factsStamp()),
};

/** A hash of the makers: facts that others made are not believed. */
export function factsStamp(read = (path) => readFileSync(join(root, path))) {
  const files = makers.flatMap((path) => (/\.\w+$/.test(path) ? [path] : readdirSync(join(root, path)).map((name) => `${path}/${name}`)));
  const hash = createHash('sha256');
  for (const path of files.sort()) hash.update(path).update('\0').update(read(path)).update('\0');
  return hash.digest('hex').slice(0, 16);
}

/** The plugin for esbuild. */
export const pagesForEsbuild = {
  name: moduleName,
  setup(build) {
    build.onResolve({ filter: /^threadwise:pages$/ }, () => ({ path: moduleName, namespace: 'threadwise' }));
    build.onLoad({ filter: /.*/, namespace: 'threadwise' }, () => ({
      contents: pagesModule(),
      loader: 'js',
      watchDirs: [pagesFolder],
      watchFiles: pageNames().map((name) => join(pagesFolder, name)),
    }));
  },
};

/** The plugin for vite, thus for vitest. */
export const pagesForVite = {
  name: moduleName,
  enforce: 'pre',
  resolveId: (id) => (id === moduleName ? `\0${moduleName}` : undefined),
  load: (id) => (id === `\0${moduleName}` ? pagesModule() : undefined),
  // Modules that vitest keeps on disk hold what was put in for these names.
  configureVitest: ({ experimental_defineCacheKeyGenerator: keyed }) =>
    keyed(({ sourceCode }) => (Object.keys(defines).some((name) => sourceCode.includes(name)) ? JSON.stringify(defines) : undefined)),
};

/** Sorted, so that the same pages give the same bundle. */
function pagesModule() {
  const pages = pageNames().map((name) => [
    name.slice(0, -'.md'.length),
    readFileSync(join(pagesFolder, name), 'utf8').replaceAll('\r\n', '\n'),
  ]);
  return `export default ${JSON.stringify(Object.fromEntries(pages))};\n`;
}

function pageNames() {
  return readdirSync(pagesFolder)
    .filter((name) => name.endsWith('.md'))
    .sort();
}
