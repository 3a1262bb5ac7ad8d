// The six bundles: what each is made from, and for which runtime.

/** Folder of everything that is built, below the root of the project. */
export const outFolder = 'dist';

/**
 * `parses` marks the bundles that hold the parser, `shortNames` those that are mostly of others or fetched over a network, and the command line, which would make the package a tenth larger and is no part of what runs in an editor. `banner` is what the file starts with.
 * @type {readonly { out: string, entry: string, platform: 'node' | 'browser', format: 'cjs' | 'iife', external?: string[], parses?: true, banner?: string, shortNames?: true }[]}
 */
export const bundles = [
  { out: 'extension.js', entry: 'client/src/extension.ts', platform: 'node', format: 'cjs', external: ['vscode'], shortNames: true },
  { out: 'web/extension.js', entry: 'client/src/browser.ts', platform: 'browser', format: 'cjs', external: ['vscode'], shortNames: true },
  { out: 'server.js', entry: 'server/src/lsp/main.ts', platform: 'node', format: 'cjs', parses: true },
  { out: 'web/server.js', entry: 'server/src/lsp/browser.ts', platform: 'browser', format: 'iife', parses: true, shortNames: true },
  {
    out: 'cli.js',
    entry: 'server/src/cli/main.ts',
    platform: 'node',
    format: 'cjs',
    parses: true,
    banner: '#!/usr/bin/env node',
    shortNames: true,
  },
  { out: 'worker.js', entry: 'server/src/host/worker.ts', platform: 'node', format: 'cjs', parses: true },
];

/** Files that are copied as they are: where they come from, and their name in `outFolder`. */
export const copies = [
  { from: 'node_modules/web-tree-sitter/web-tree-sitter.wasm', out: 'web-tree-sitter.wasm' },
  { from: 'node_modules/tree-sitter-python/tree-sitter-python.wasm', out: 'tree-sitter-python.wasm' },
];

/** Everything that a build reads; a file newer than the built ones makes them stale. */
export const sources = [
  'client/src',
  'server/src',
  'docs/rules',
  'scripts/bundles.mjs',
  'scripts/pages-plugin.mjs',
  'esbuild.mjs',
  'package.json',
  'package-lock.json',
];
