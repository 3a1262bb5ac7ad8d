// Embeds the rule pages and the version: the module `threadwise:pages` and the name `__VERSION__`, for esbuild and for vitest alike.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const pagesFolder = join(root, 'docs/rules');
const moduleName = 'threadwise:pages';

/** What esbuild and vite replace in the sources. */
export const defines = { __VERSION__: JSON.stringify(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version) };

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
