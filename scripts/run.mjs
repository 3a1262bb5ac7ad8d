// `node scripts/run.mjs SCRIPT.ts ARGS…`: bundles a TypeScript script and runs it, in the folder of `package.json`.
import { mkdirSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root, setUp } from './set-up.mjs';

const [script, ...args] = process.argv.slice(2);
if (script === undefined) {
  process.stderr.write('usage: node scripts/run.mjs SCRIPT.ts ARGS…\n');
  process.exit(2);
}
if (!setUp({ build: 'never' })) process.exit(2);
const { build } = await import('esbuild');
const { defines, pagesForEsbuild } = await import('./pages-plugin.mjs');

// Below node_modules, so that the packages that stay outside are found from there.
const folder = join(root, 'node_modules/.cache/threadwise');
const bundle = join(folder, `${basename(script, '.ts')}.${process.pid}.mjs`);
mkdirSync(folder, { recursive: true });
try {
  await build({
    absWorkingDir: root,
    entryPoints: [script],
    outfile: bundle,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    packages: 'external',
    define: defines,
    plugins: [pagesForEsbuild],
    sourcemap: 'inline',
    logLevel: 'warning',
  });
} catch {
  // esbuild has printed the errors.
  process.exit(2);
}
process.on('exit', () => rmSync(bundle, { force: true }));
process.setSourceMapsEnabled(true);
process.chdir(root);
process.argv = [process.argv[0], join(root, script), ...args];
await import(pathToFileURL(bundle).href);
