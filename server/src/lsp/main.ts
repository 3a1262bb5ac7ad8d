// The entry under Node.js: the language server over stdio, or over the channel to the process that started it.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { createConnection, ProposedFeatures } from 'vscode-languageserver/node';
import { Engine } from '../engine/engine.js';
import { nodeHost } from '../host/node.js';
import { loadParser } from '../syntax/load.js';
import { serve } from './server.js';
import { uriNames } from './uri-names.js';

if (!process.argv.some((it) => /^--(stdio|node-ipc|pipe|socket)\b/.test(it))) {
  process.stderr.write('The language server speaks to an editor: start it with `--stdio`.\n');
  process.exit(2);
}

const connection = createConnection(ProposedFeatures.all);
// What nobody caught is a defect of ours; it is told, and the server goes on.
for (const event of ['uncaughtException', 'unhandledRejection']) {
  process.on(event, (error) => connection.console.error(`${event}: ${error instanceof Error ? error.stack : String(error)}`));
}
const beside = (name: string) => readFile(path.join(__dirname, name));
serve(connection, {
  host: nodeHost(uriNames),
  parser: async () => loadParser(await beside('web-tree-sitter.wasm'), await beside('tree-sitter-python.wasm')),
  fileOf: (uri) => uriNames.toFile(uriNames.toPath(uri)),
  makeEngine: (options) => new Engine(options),
  about: () => ({
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    memory: `${memory()} MB`,
  }),
});
connection.listen();

/** In use, and alive where the collector can be asked. */
function memory(): number {
  globalThis.gc?.();
  return Math.round(process.memoryUsage().heapUsed / 100_000) / 10;
}
