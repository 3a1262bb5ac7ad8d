// Builds the six bundles and puts the two wasm files beside them; `--watch` rebuilds on each change, with source maps.
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import * as esbuild from 'esbuild';
import { bundles, copies, outFolder } from './scripts/bundles.mjs';
import { notices, noticesFile } from './scripts/notices.mjs';
import { defines, pagesForEsbuild } from './scripts/pages-plugin.mjs';

const root = import.meta.dirname;
const watch = process.argv.includes('--watch');

/** Writes what was built, file by file and each at once: whoever runs a bundle meanwhile has the old or the new one, never half. */
const writing = {
  name: 'write',
  setup(build) {
    build.onEnd(({ outputFiles = [], errors }) => {
      if (errors.length > 0) return;
      for (const file of outputFiles) put(file.path, file.contents);
      if (watch) process.stderr.write(`built ${relative(root, build.initialOptions.outfile)}\n`);
    });
  },
};

for (const { from, out } of copies) put(join(root, outFolder, out), readFileSync(join(root, from)));
if (watch) {
  const contexts = await Promise.all(bundles.map((bundle) => esbuild.context(options(bundle))));
  // Whoever waits for the line below starts an editor next, so the first build is complete by then.
  await Promise.all(contexts.map((context) => context.rebuild()));
  await Promise.all(contexts.map((context) => context.watch()));
  process.stderr.write('watching\n');
} else {
  const outcomes = await Promise.allSettled(bundles.map((bundle) => esbuild.build(options(bundle))));
  // esbuild has printed the errors.
  if (outcomes.some((outcome) => outcome.status === 'rejected')) process.exitCode = 1;
  const inputs = outcomes.flatMap((outcome) => Object.keys(outcome.value?.metafile.inputs ?? {}));
  put(join(root, outFolder, noticesFile), Buffer.from(notices(root, [...inputs, ...copies.map(({ from }) => from)])));
}

/** Names of the analysis stay as written, so that a stack trace in a report can be read. */
function options({ entry, out, platform, format, external = [], parses, banner, shortNames }) {
  return {
    absWorkingDir: root,
    entryPoints: [entry],
    outfile: join(root, outFolder, out),
    bundle: true,
    write: false,
    metafile: true,
    platform,
    format,
    target: platform === 'node' ? 'node20' : 'es2022',
    external,
    // The parser's ESM entry asks `import.meta` for its place, which a bundle does not have.
    alias: parses ? { 'web-tree-sitter': './node_modules/web-tree-sitter/web-tree-sitter.cjs' } : {},
    // While sources change, nothing is kept: facts could be those of an older extraction.
    define: watch ? { ...defines, __FACTS__: '""' } : defines,
    banner: banner ? { js: banner } : {},
    minifyWhitespace: !watch,
    minifySyntax: !watch,
    minifyIdentifiers: shortNames === true && !watch,
    sourcemap: watch ? 'linked' : false,
    legalComments: 'none',
    logLevel: 'warning',
    plugins: [pagesForEsbuild, writing],
  };
}

function put(path, bytes) {
  const now = new Date();
  if (existsSync(path) && readFileSync(path).equals(bytes)) return utimesSync(path, now, now);
  mkdirSync(dirname(path), { recursive: true });
  const unfinished = `${path}.${process.pid}.tmp`;
  try {
    writeFileSync(unfinished, bytes);
    if (path.endsWith('cli.js')) chmodSync(unfinished, 0o755);
    renameSync(unfinished, path);
  } finally {
    rmSync(unfinished, { force: true });
  }
}
